// The names on the ground: countries and towns, faint, none upon another, and none
// where something more telling stands.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const WORLD = 4294967296;
  const FONT = "system-ui, 'Segoe UI', sans-serif";
  const HEIGHT = 13;
  const SQUARE = 4; // pixels
  const GAP = 5; // pixels from a town's dot to its name
  const COUNTRY_UNTIL = 3; // zooms for which a country's name stays, from its first on

  function countries(topology) {
    const { scale, translate } = topology.transform;
    return topology.objects.countries.geometries.map(({ coordinates, properties }) => {
      const [x, y] = tideline.mercator(
        coordinates[0] * scale[0] + translate[0],
        coordinates[1] * scale[1] + translate[1]
      );
      return { x, y, country: true, iso: properties.iso, zoom: properties.zoom };
    });
  }

  // The towns come as columns, those that count most first.
  function towns(columns) {
    const capitals = new Set(columns.capital);
    return columns.name.map((name, at) => {
      const [x, y] = tideline.mercator(columns.lon[at] / 1000, columns.lat[at] / 1000);
      return { x, y, name, ar: columns.ar[at], zoom: columns.zoom[at], capital: capitals.has(at) };
    });
  }

  // What of a view is taken, in small squares: as quick with thousands of boxes.
  class Squares {
    constructor(view) {
      this._columns = Math.ceil(view.width / SQUARE) + 1;
      this._rows = Math.ceil(view.height / SQUARE) + 1;
      this._taken = new Uint8Array(this._columns * this._rows);
    }

    // The rows of squares that a box touches, as [first, last + 1].
    _touched({ x, y, w, h }) {
      const left = Math.max(0, Math.floor(x / SQUARE));
      const right = Math.min(this._columns, Math.floor((x + w) / SQUARE) + 1);
      const top = Math.max(0, Math.floor(y / SQUARE));
      const bottom = Math.min(this._rows, Math.floor((y + h) / SQUARE) + 1);
      const rows = [];
      for (let row = top; row < bottom && left < right; row++) {
        rows.push([row * this._columns + left, row * this._columns + right]);
      }
      return rows;
    }

    take(box) {
      for (const [first, last] of this._touched(box)) this._taken.fill(1, first, last);
    }

    isFree(box) {
      return !this._touched(box).some(([first, last]) => this._taken.subarray(first, last).includes(1));
    }
  }

  tideline.Towns = class {
    constructor(topology, columns) {
      this._all = [...countries(topology), ...towns(columns)].sort(
        (a, b) => Boolean(b.capital) - Boolean(a.capital) || a.zoom - b.zoom
      );
      this._words = new Map();
      this._widths = new Map();
    }

    // What a place is called in a language: towns know English and Arabic.
    _text(place, language) {
      if (!place.country) return (language === "ar" && place.ar) || place.name;
      const key = language + place.iso;
      if (!this._words.has(key)) {
        const names = new Intl.DisplayNames([language, "en"], { type: "region", style: "short" });
        this._words.set(key, names.of(place.iso).toLocaleUpperCase(language));
      }
      return this._words.get(key);
    }

    _pen(ctx, place, language) {
      const spaced = place.country && language !== "ar";
      ctx.letterSpacing = spaced ? "1.5px" : "0px";
      ctx.font = place.country ? "600 10.5px " + FONT : (place.capital ? "600 11px " : "400 11px ") + FONT;
    }

    _width(ctx, text) {
      const key = ctx.font + text;
      if (!this._widths.has(key)) this._widths.set(key, ctx.measureText(text).width);
      return this._widths.get(key);
    }

    // Where the names of a view go: [{ place, text, x, y, dot }], in its pixels.
    place(ctx, view, taken, language) {
      const squares = new Squares(view);
      for (const box of taken) squares.take(box);
      const found = [];
      const scale = view.side / WORLD;
      const shifts = tideline.copies(view);
      for (const place of this._all) {
        if (place.zoom > view.zoom || (place.country && view.zoom > place.zoom + COUNTRY_UNTIL)) continue;
        const y = place.y * scale - view.y;
        if (y < 0 || y > view.height) continue;
        for (const shift of shifts) {
          const x = place.x * scale + shift;
          if (x < 0 || x > view.width) continue;
          const name = this._fit(ctx, place, { x, y }, squares, language);
          if (name) found.push(name);
        }
      }
      ctx.letterSpacing = "0px";
      return found;
    }

    _fit(ctx, place, dot, squares, language) {
      this._pen(ctx, place, language);
      const text = this._text(place, language);
      const w = this._width(ctx, text);
      const mark = { x: dot.x - 3, y: dot.y - 3, w: 6, h: 6 };
      if (!place.country && !squares.isFree(mark)) return null;
      const box = this._spots(place, dot, w)
        .map(([x, y]) => ({ x: x - 2, y, w: w + 4, h: HEIGHT }))
        .find((one) => squares.isFree(one));
      if (!box) return null;
      squares.take(box);
      if (!place.country) squares.take(mark);
      return { place, text, x: box.x + 2, y: box.y + HEIGHT / 2, dot };
    }

    // Where a name may stand, the best first: a town's beside its dot.
    _spots(place, dot, w) {
      const middle = [dot.x - w / 2, dot.y - HEIGHT / 2];
      if (place.country) return [middle];
      return [
        [dot.x + GAP, middle[1]],
        [dot.x - GAP - w, middle[1]],
        [middle[0], dot.y + GAP - 1],
        [middle[0], dot.y - GAP - HEIGHT + 1],
      ];
    }

    paint(ctx, names, look, language) {
      ctx.textBaseline = "middle";
      ctx.textAlign = "left";
      ctx.lineJoin = "round";
      ctx.lineWidth = 3;
      ctx.strokeStyle = look.halo;
      for (const name of names) {
        this._pen(ctx, name.place, language);
        ctx.fillStyle = name.place.country ? look.country : look.name;
        if (!name.place.country) this._dot(ctx, name, look);
        ctx.strokeText(name.text, name.x, name.y);
        ctx.fillText(name.text, name.x, name.y);
      }
      ctx.letterSpacing = "0px";
    }

    // A capital is a ring around its dot.
    _dot(ctx, name, look) {
      ctx.beginPath();
      ctx.arc(name.dot.x, name.dot.y, name.place.capital ? 1.6 : 1.5, 0, Math.PI * 2);
      ctx.fill();
      if (!name.place.capital) return;
      ctx.save();
      ctx.beginPath();
      ctx.arc(name.dot.x, name.dot.y, 3.4, 0, Math.PI * 2);
      ctx.lineWidth = 1;
      ctx.strokeStyle = look.name;
      ctx.stroke();
      ctx.restore();
    }
  };
})();
