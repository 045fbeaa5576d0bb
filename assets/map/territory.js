// Control areas: the land around reported places, coloured by who is reported to hold
// them. An estimate, which is why a note on the map says so for as long as they show.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const REACH_M = 15000; // as in geo/territory.py
  const THIN_DAYS = 90; // as there
  const CELL = 2; // pixels of a cell's side
  const PAD = 60; // pixels drawn beyond the view, for dragging
  const FIRM = 0.34; // how strongly each kind is filled
  const THIN = 0.17;
  const STRIPED = 1.7; // of that, on and between the stripes of what is disputed
  const BETWEEN = 0.3;
  const EDGE = 1.9; // how much stronger where it meets another holder's
  const DIM = 110; // the greatest part of a colour too dark for dark ground
  const STRIPE = 6; // cells from one stripe to the next, along the map's edge; half are filled

  // Red, green and blue of a colour; one that would be lost on dark ground is lightened.
  function parts(color, dark) {
    const found = tideline.rgb(color);
    return dark && Math.max(...found) < DIM ? found.map((part) => part + DIM) : found;
  }

  // Those and a strength as the bytes of an image, in the order in which they lie there.
  function ink([red, green, blue], strength) {
    return ((Math.round(255 * Math.min(1, strength)) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  }

  // How the cells of each spot are painted, 0 for not at all.
  class Inks {
    constructor(count) {
      this.holder = new Int32Array(count).fill(tideline.UNREPORTED);
      this.fill = new Uint32Array(count);
      this.edge = new Uint32Array(count);
      this.stripe = new Uint32Array(count);
    }

    equals(other) {
      const same = (name) => this[name].every((value, at) => value === other[name][at]);
      return Boolean(other) && ["holder", "fill", "stripe"].every(same);
    }
  }

  function canvas(width, height) {
    const made = document.createElement("canvas");
    made.width = width;
    made.height = height;
    return made;
  }

  // The words that stand on the map with the areas.
  const Note = L.Control.extend({
    options: { position: "bottomleft" },

    onAdd: function () {
      this._box = L.DomUtil.create("div", "tl-estimate");
      this._title = L.DomUtil.create("strong", "", this._box);
      this._text = L.DomUtil.create("span", "", this._box);
      this.say();
      return this._box;
    },

    onRemove: function () {
      this._box = null;
    },

    show: function (map, wanted) {
      if (wanted && !this._box) this.addTo(map);
      if (!wanted && this._box) this.remove();
    },

    say: function () {
      if (!this._box) return;
      this._title.textContent = tideline.t("Estimate from reported places");
      this._text.textContent = tideline.t("Striped: disputed, or another force is inside. Pale: old, or said by one side alone.");
    },
  });

  tideline.Territory = L.Class.extend({
    initialize: function (layer) {
      this._layer = layer;
      const map = layer.map;
      const pane = map.createPane("areas");
      pane.style.zIndex = 300; // above the basemap, below the marks
      pane.style.pointerEvents = "none";
      this.canvas = L.DomUtil.create("canvas", "tl-areas leaflet-zoom-animated", pane);
      this.canvas.setAttribute("aria-hidden", "true");
      this.canvas.hidden = true;
      this._note = new Note();
      layer.on("drawn", this._draw, this);
      layer.on("language", () => this._note.say());
      map.on("zoomanim", this._zoomanim, this).on("tideline:theme tideline:ground", this._leave, this);
    },

    // Have the view painted anew.
    _leave: function () {
      this._key = null;
      this._layer.redraw();
    },

    _draw: function () {
      const { clock, data, map } = this._layer;
      this.canvas.hidden = !clock.areas;
      this._note.show(map, clock.areas);
      if (!clock.areas) return;
      if (!this._nearest || this._nearest.data !== data) {
        this._nearest = new tideline.Nearest(data, REACH_M);
        this._key = null;
      }
      const isNew = this._enter();
      const at = this._holding();
      const moved = this._nearest.stand(at.map((one) => one > 0));
      const inks = this._dip(at);
      if (!isNew && !moved && inks.equals(this._inks)) return;
      this._inks = inks;
      this._paint();
    },

    // Take up the map's view; false if it is the one that was painted last.
    _enter: function () {
      const { map, basemap } = this._layer;
      const view = basemap.view(PAD);
      const key = JSON.stringify(view);
      L.DomUtil.setTransform(this.canvas, map.containerPointToLayerPoint([-PAD, -PAD]), 1);
      if (key === this._key) return false;
      this._key = key;
      this._view = view;
      this._corner = map.containerPointToLatLng([-PAD, -PAD]);
      this._nearest.look(view, CELL);
      this._furnish();
      return true;
    },

    _furnish: function () {
      const { columns, rows } = this._nearest;
      if (!this._image || this._image.width !== columns || this._image.height !== rows) this._resize(columns, rows);
      const ctx = this._land.getContext("2d");
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.clearRect(0, 0, columns, rows);
      ctx.scale(1 / CELL, 1 / CELL);
      this._layer.basemap.fillDryLand(ctx, this._view);
    },

    // Canvases with a pixel for each cell; the browser enlarges them smoothly. The land
    // is a mask.
    _resize: function (columns, rows) {
      Object.assign(this.canvas, { width: columns, height: rows });
      Object.assign(this.canvas.style, { width: columns * CELL + "px", height: rows * CELL + "px" });
      this._cells = canvas(columns, rows);
      this._soft = canvas(columns, rows);
      this._image = new ImageData(columns, rows);
      this._pixels = new Uint32Array(this._image.data.buffer);
      this._land = canvas(columns, rows);
    },

    _zoomanim: function ({ zoom, center }) {
      if (!this._corner) return;
      const spot = this._layer.map._latLngToNewLayerPoint(this._corner, zoom, center);
      L.DomUtil.setTransform(this.canvas, spot, this._layer.map.getZoomScale(zoom));
    },

    // For each spot, where in the index stands who holds it on the clock's day, from 1 on;
    // 0 for nothing reported. Of several place ids the last reported counts, then the
    // greater. What is known no better than the reach counts for nothing.
    _holding: function () {
      const { clock, data, fold } = this._layer;
      const { of, count } = this._nearest;
      const found = new Uint32Array(count);
      const days = new Int32Array(count);
      for (let group = 0; group < data.groups; group++) {
        const at = fold.at(group, clock.day);
        if (at < 0) continue;
        const event = fold.last[at];
        const place = data.place[event];
        const spot = of[place];
        if (data.radius[place] >= REACH_M || (found[spot] && days[spot] > data.day[event])) continue;
        found[spot] = at + 1;
        days[spot] = data.day[event];
      }
      return found;
    },

    _dip: function (found) {
      const { clock, dark, data, fold } = this._layer;
      const inks = new Inks(found.length);
      for (let spot = 1; spot < found.length; spot++) {
        const at = found[spot] - 1;
        if (at < 0 || fold.holder[at] < 0) continue;
        const event = fold.last[at];
        const status = data.header.statuses[data.status[event]];
        const isThin = status === "claimed" || clock.day - data.day[event] > THIN_DAYS;
        const isStriped = status === "disputed" || fold.contested[at] === tideline.INSIDE;
        const color = parts(data.actor(fold.holder[at]).color, dark);
        const strength = isThin ? THIN : FIRM;
        inks.holder[spot] = fold.holder[at];
        inks.fill[spot] = ink(color, strength * (isStriped ? BETWEEN : 1));
        inks.edge[spot] = ink(color, strength * EDGE);
        inks.stripe[spot] = ink(color, strength * (isStriped ? STRIPED : 1));
      }
      return inks;
    },

    // To and fro by half a cell is a blur that takes the steps from edges.
    _paint: function () {
      const ctx = this.canvas.getContext("2d");
      const soft = this._soft.getContext("2d");
      this._fill();
      this._edges();
      this._cells.getContext("2d").putImageData(this._image, 0, 0);
      soft.globalCompositeOperation = ctx.globalCompositeOperation = "copy";
      soft.drawImage(this._cells, 0.5, 0.5);
      ctx.drawImage(this._soft, -0.5, -0.5);
      ctx.globalCompositeOperation = "destination-in";
      ctx.drawImage(this._land, 0, 0);
    },

    // Give each cell the ink of its spot. Stripes stay where they are on the ground.
    _fill: function () {
      const { spot, columns, rows } = this._nearest;
      const { fill, stripe } = this._inks;
      const pixels = this._pixels;
      const shift = Math.round(this._view.x / CELL) + Math.round(this._view.y / CELL);
      let cell = 0;
      for (let row = 0; row < rows; row++) {
        let phase = (((shift + row) % STRIPE) + STRIPE) % STRIPE;
        for (let column = 0; column < columns; column++, cell++) {
          pixels[cell] = (phase * 2 < STRIPE ? stripe : fill)[spot[cell]];
          phase = phase + 1 === STRIPE ? 0 : phase + 1;
        }
      }
    },

    // A stronger line where the areas of two holders meet.
    _edges: function () {
      const { spot, columns } = this._nearest;
      const { holder, edge } = this._inks;
      const pixels = this._pixels;
      for (const step of [1, columns]) {
        for (let cell = step; cell < spot.length; cell++) {
          const here = spot[cell];
          const there = spot[cell - step];
          if (here === there || holder[here] === holder[there]) continue;
          if (holder[here] < 0 || holder[there] < 0) continue;
          pixels[cell] = edge[here];
          pixels[cell - step] = edge[there];
        }
      }
    },

    // Whose area a point of the view, in its pixels, lies in: an actor's number, or -1.
    holderAt: function ({ x, y }) {
      const { columns, rows, spot } = this._nearest;
      const column = Math.floor((x + PAD) / CELL);
      const row = Math.floor((y + PAD) / CELL);
      if (column < 0 || row < 0 || column >= columns || row >= rows) return -1;
      return Math.max(-1, this._inks.holder[spot[row * columns + column]]);
    },
  });
})();
