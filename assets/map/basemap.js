// What lies under the events: outlines and names from this server on canvases of our
// own, or tiles where the user chose them. Follows the page's light or dark look.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const PAD = 160; // pixels painted beyond the view, for dragging
  const LATE_MS = 120; // how much later names follow what moves above
  const DRAGGED = 120; // pixels after which a drag shows ground not yet painted

  function isDark() {
    const parts = (getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g) || []).map(Number);
    if (parts.length < 3 || parts[3] === 0) return false;
    return parts[0] * 0.299 + parts[1] * 0.587 + parts[2] * 0.114 < 128;
  }

  tideline.Basemap = L.Class.extend({
    initialize: function (map) {
      this._map = map;
      this._taken = [];
      this._names = [];
      this._kind = 0;
      this._online = false;
      this._pane = map.createPane("basemap");
      this._pane.style.zIndex = 250;
      this._pane.style.pointerEvents = "none";
      this._tiles = new tideline.Tiles(map);
      map.attributionControl.remove();
      this._credit = new tideline.Credit().addTo(map);
      this._ground = this._canvas(PAD);
      this._writing = this._canvas(PAD);
      this.dark = isDark();
      this._followTheme();
      map.on("moveend viewreset resize", this._draw, this);
      map.on("zoomanim", ({ zoom, center }) => this._follow(zoom, center));
      map.on("zoom", () => this._follow(map.getZoom(), map.getCenter()));
      map.on("move", this._dragged, this);
      if (tideline.source.outline) this._load(); // else there are events alone
      this._draw();
    },

    _canvas: function (pad) {
      const canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated", this._pane);
      canvas.setAttribute("aria-hidden", "true");
      return { canvas, pad };
    },

    _load: async function () {
      try {
        const [world, cities] = await Promise.all([tideline.source.outline("world"), tideline.source.outline("cities")]);
        this._atlas = new tideline.Atlas(world);
        this._towns = new tideline.Towns(world, cities);
        this._draw();
        this._map.fire("tideline:ground");
      } catch (error) {
        tideline.say(tideline.t("The outline of the land could not be loaded; the events are still right."));
      }
    },

    look: function () {
      return tideline.LOOKS[this.dark ? "dark" : "light"];
    },

    // The view with `pad` pixels around it.
    view: function (pad) {
      const zoom = this._map.getZoom();
      const size = this._map.getSize();
      const corner = this._map.getPixelBounds().min;
      return {
        zoom, side: 256 * Math.pow(2, zoom), x: corner.x - pad, y: corner.y - pad,
        width: size.x + 2 * pad, height: size.y + 2 * pad,
      };
    },

    _draw: function () {
      this._map.getContainer().style.background = this.look().water;
      this._drawn = this._map.containerPointToLayerPoint([0, 0]);
      const view = this.view(PAD);
      const ctx = this._clean(this._ground, view);
      if (this._atlas && !this._online) this._atlas.paint(ctx, view, this.look());
      this._write();
    },

    _write: function () {
      const view = this.view(PAD);
      const ctx = this._clean(this._writing, view);
      this._names = [];
      if (!this._towns || this._online) return;
      const taken = this._taken.map((box) => ({ ...box, x: box.x + PAD, y: box.y + PAD }));
      this._names = this._towns.place(ctx, view, taken, tideline.spoken().code);
      this._towns.paint(ctx, this._names, this.look(), tideline.spoken().code);
    },

    // Size, place and empty a canvas for a view.
    _clean: function (layer, view) {
      const ratio = window.devicePixelRatio || 1;
      const { canvas } = layer;
      const size = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
      if (canvas.width !== size[0] || canvas.height !== size[1]) {
        [canvas.width, canvas.height] = size;
        canvas.style.width = view.width + "px";
        canvas.style.height = view.height + "px";
      }
      L.DomUtil.setTransform(canvas, this._map.containerPointToLayerPoint([-layer.pad, -layer.pad]), 1);
      layer.corner = this._map.containerPointToLatLng([-layer.pad, -layer.pad]);
      layer.zoom = view.zoom;
      const ctx = canvas.getContext("2d");
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      ctx.clearRect(0, 0, view.width, view.height);
      return ctx;
    },

    // Fill the land of a view, without its lakes: a mask.
    fillDryLand: function (ctx, view) {
      if (this._atlas) this._atlas.fillDryLand(ctx, view);
    },

    // While the zoom changes what was painted is stretched along.
    _follow: function (zoom, center) {
      for (const { canvas, corner, zoom: painted } of [this._ground, this._writing]) {
        const spot = this._map._latLngToNewLayerPoint(corner, zoom, center);
        L.DomUtil.setTransform(canvas, spot, this._map.getZoomScale(zoom, painted));
      }
    },

    _dragged: function () {
      const now = this._map.containerPointToLayerPoint([0, 0]);
      if (this._map.getZoom() === this._ground.zoom && now.distanceTo(this._drawn) > DRAGGED) this._draw();
    },

    // Leave these boxes of the view, in its pixels, to what is drawn above.
    // The names follow a moment later, so that playing on does not wait for them.
    giveWay: function (boxes) {
      this._taken = boxes;
      if (this._late) return;
      this._late = setTimeout(() => {
        this._late = 0;
        if (!this._map._animatingZoom) this._write(); // its end writes them too
      }, LATE_MS);
    },

    // Write everything in the language that is spoken now.
    speak: function () {
      this._credit.show(this._tiles.credit);
      this._write();
    },

    // The names that stand in the view now: read by the browser tests.
    labels: function () {
      return this._names.map((name) => name.text);
    },

    // Whose work the map is, as one line of text.
    credit: function () {
      return tideline.creditText(this._tiles.credit);
    },

    // Tiles of a kind replace the outlines; nothing is asked for while they are off.
    showTiles: async function (kind) {
      if (kind === this._kind) return;
      this._kind = kind;
      const online = await this._tiles.choose(kind);
      if (kind !== this._kind) return; // another was chosen meanwhile
      this._online = online;
      this._credit.show(this._tiles.credit);
      this._draw();
    },

    _followTheme: function () {
      document.documentElement.classList.toggle("tl-dark", this.dark);
      window.addEventListener("message", (message) => {
        if (message.source !== window.parent || !message.data || !message.data.theme) return;
        requestAnimationFrame(() => {
          const dark = isDark();
          if (dark === this.dark) return;
          this.dark = dark;
          document.documentElement.classList.toggle("tl-dark", dark);
          this._draw();
          this._map.fire("tideline:theme");
        });
      });
    },
  });
})();
