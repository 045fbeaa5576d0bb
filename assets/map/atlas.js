// The outlines of the world: read once, projected once, painted on any canvas. A view
// is { x, y, side, zoom, width, height }: the upper left corner in pixels of a world
// that is `side` pixels wide, and what of it is painted.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const WORLD = 4294967296; // the unit of all positions, as in the events' columns
  const FARTHEST = 85.0511; // degrees of latitude, where the square map ends
  const WHOLE_FROM = 9; // from this zoom on no point is left out
  const FINE = 0.6; // pixels within which two points are one
  const MARGIN = 12; // pixels beyond the view where lines may be cut short

  tideline.LOOKS = {
    light: {
      water: "#d5e3ea", land: "#f5f3ee", shore: "#a9b8c1", border: "#8b857a", line: "#c8c1b3",
      river: "#a9c6d6", name: "#6b665d", country: "#98917f", halo: "rgba(245,243,238,.85)",
    },
    dark: {
      water: "#14181d", land: "#262a30", shore: "#4b5763", border: "#828a93", line: "#434a53",
      river: "#35526a", name: "#a1a9b2", country: "#737c86", halo: "rgba(30,34,40,.85)",
    },
  };

  function mercator(lon, lat) {
    const sine = Math.sin((Math.max(-FARTHEST, Math.min(FARTHEST, lat)) * Math.PI) / 180);
    const y = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
    return [((lon + 180) / 360) * (WORLD - 1), y * (WORLD - 1)];
  }
  tideline.mercator = mercator;

  // A run of positions as two columns, with the box that holds them.
  function line(positions) {
    const xs = new Uint32Array(positions.length);
    const ys = new Uint32Array(positions.length);
    positions.forEach(([lon, lat], at) => ([xs[at], ys[at]] = mercator(lon, lat)));
    return boxed(xs, ys);
  }

  function boxed(xs, ys) {
    const box = [WORLD, WORLD, 0, 0];
    for (let at = 0; at < xs.length; at++) {
      box[0] = Math.min(box[0], xs[at]);
      box[1] = Math.min(box[1], ys[at]);
      box[2] = Math.max(box[2], xs[at]);
      box[3] = Math.max(box[3], ys[at]);
    }
    return { xs, ys, box };
  }

  // The arcs of a TopoJSON file: steps of whole numbers from the first position on.
  function decode(topology) {
    const { scale, translate } = topology.transform;
    return topology.arcs.map((arc) => {
      let x = 0;
      let y = 0;
      return line(arc.map(([dx, dy]) => {
        x += dx;
        y += dy;
        return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
      }));
    });
  }

  // Every ring and line of this file is an arc of its own; each keeps its properties.
  function shapes(geometries, arcs) {
    return geometries.flatMap(({ arcs: ids, properties }) =>
      ids.flat().map((id) => ({ ...arcs[id], ...properties }))
    );
  }

  // The same shape for a zoom at which `fine` units are less than one sees.
  function thin(shape, fine) {
    const { xs, ys } = shape;
    const last = xs.length - 1;
    const kept = [0];
    for (let at = 1; at < last; at++) {
      const from = kept[kept.length - 1];
      if (Math.abs(xs[at] - xs[from]) + Math.abs(ys[at] - ys[from]) > fine) kept.push(at);
    }
    kept.push(last);
    return { ...shape, xs: Uint32Array.from(kept, (at) => xs[at]), ys: Uint32Array.from(kept, (at) => ys[at]) };
  }

  // The copies of the world that a view shows, as pixels to shift by.
  function copies(view) {
    const first = Math.floor(view.x / view.side);
    const last = Math.floor((view.x + view.width) / view.side);
    return Array.from({ length: last - first + 1 }, (_, at) => (first + at) * view.side - view.x);
  }
  tideline.copies = copies;

  function outside(x, y, view) {
    const side = x < -MARGIN ? 1 : x > view.width + MARGIN ? 2 : 0;
    return side | (y < -MARGIN ? 4 : y > view.height + MARGIN ? 8 : 0);
  }

  // Add a shape to the path. Of points that lie beyond one edge of the view only the
  // last is needed. With `shore` the seam along the 180th meridian is left out.
  function trace(ctx, shape, view, shift, shore) {
    const { xs, ys } = shape;
    const scale = view.side / WORLD;
    let common = 0;
    let waiting = false;
    let x = 0;
    let y = 0;
    for (let at = 0; at < xs.length; at++) {
      const nextX = xs[at] * scale + shift;
      const nextY = ys[at] * scale - view.y;
      const beyond = outside(nextX, nextY, view);
      const seam = shore && at && xs[at] === xs[at - 1] && (xs[at] === 0 || xs[at] >= WORLD - 2);
      if (!at || seam) {
        ctx.moveTo(nextX, nextY);
        common = beyond;
        waiting = false;
      } else if (common & beyond) {
        common &= beyond;
        waiting = true;
      } else {
        if (waiting) ctx.lineTo(x, y);
        ctx.lineTo(nextX, nextY);
        common = beyond;
        waiting = false;
      }
      x = nextX;
      y = nextY;
    }
    if (waiting) ctx.lineTo(x, y);
  }

  function isSeen(box, view, shift) {
    const scale = view.side / WORLD;
    return (
      box[0] * scale + shift < view.width + MARGIN && box[2] * scale + shift > -MARGIN &&
      box[1] * scale - view.y < view.height + MARGIN && box[3] * scale - view.y > -MARGIN
    );
  }

  function path(ctx, list, view, shore) {
    ctx.beginPath();
    for (const shift of copies(view)) {
      for (const shape of list) if (isSeen(shape.box, view, shift)) trace(ctx, shape, view, shift, shore);
    }
  }

  tideline.Atlas = class {
    constructor(topology) {
      const arcs = decode(topology);
      this._whole = {};
      for (const name of ["land", "lakes", "rivers", "admin1", "borders"]) {
        this._whole[name] = shapes(topology.objects[name].geometries, arcs);
      }
      this._thinned = new Map();
    }

    // The layers as fine as a zoom can show; each zoom is thinned out once.
    _at(zoom) {
      const level = Math.ceil(zoom);
      if (level >= WHOLE_FROM) return this._whole;
      if (!this._thinned.has(level)) {
        const fine = (FINE * WORLD) / (256 * Math.pow(2, level));
        const layers = {};
        for (const [name, list] of Object.entries(this._whole)) {
          const big = list.filter(({ box }) => box[2] - box[0] + box[3] - box[1] > fine);
          layers[name] = big.map((shape) => thin(shape, fine));
        }
        this._thinned.set(level, layers);
      }
      return this._thinned.get(level);
    }

    // Fill the land in whatever style stands.
    fillLand(ctx, view) {
      path(ctx, this._at(view.zoom).land, view);
      ctx.fill("evenodd");
    }

    // Fill the land without its lakes, on a canvas that holds nothing else.
    fillDryLand(ctx, view) {
      this.fillLand(ctx, view);
      ctx.globalCompositeOperation = "destination-out";
      path(ctx, this._at(view.zoom).lakes, view);
      ctx.fill("evenodd");
      ctx.globalCompositeOperation = "source-over";
    }

    // Paint land, waters and lines; the ground must already have the water's colour.
    paint(ctx, view, look) {
      const layers = this._at(view.zoom);
      ctx.lineJoin = "round";
      ctx.fillStyle = look.land;
      this.fillLand(ctx, view);
      if (copies(view).length > 1) this._stroke(ctx, layers.land, view, look.land, 1); // hides the seam
      ctx.fillStyle = look.water;
      path(ctx, layers.lakes, view);
      ctx.fill("evenodd");
      const near = Math.max(0, Math.min(1, (view.zoom - 4) / 5)); // 0 from afar, 1 up close
      const rivers = layers.rivers.filter((river) => river.zoom <= view.zoom + 1);
      this._stroke(ctx, rivers.filter((river) => river.zoom > 5), view, look.river, 0.6 + 0.6 * near);
      this._stroke(ctx, rivers.filter((river) => river.zoom <= 5), view, look.river, 0.8 + 1.2 * near);
      ctx.strokeStyle = look.shore;
      ctx.lineWidth = 0.8;
      path(ctx, layers.land, view, true);
      ctx.stroke();
      this._stroke(ctx, layers.lakes, view, look.shore, 0.5);
      if (view.zoom >= 5) this._stroke(ctx, layers.admin1, view, look.line, 0.7 + 0.4 * near, [3, 3]);
      const width = 0.9 + 0.6 * near;
      this._stroke(ctx, layers.borders.filter((border) => !border.disputed), view, look.border, width);
      this._stroke(ctx, layers.borders.filter((border) => border.disputed), view, look.border, width, [5, 4]);
    }

    _stroke(ctx, list, view, color, width, dashes) {
      ctx.strokeStyle = color;
      ctx.lineWidth = width;
      ctx.setLineDash(dashes || []);
      path(ctx, list, view);
      ctx.stroke();
      ctx.setLineDash([]);
    }
  };
})();
