// The event layer: one canvas for all marks. The events come once, as columns of
// numbers; any day, filter or selection is then drawn without asking the server again.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const VAST_M = 100000; // a place known no better than this is hardly one
  const OPEN_PAD = 70; // pixels around what a cluster opens to

  tideline.Events = L.Layer.extend({
    includes: tideline.Talking,

    initialize: function (options) {
      tideline.source = tideline.source || new tideline.Server(options.root);
      this.clock = new tideline.Clock();
      this.data = null;
      this.selected = -1;
      this.wish = null;
      this._told = { opened: 0, pointed: 0, event: -1, point: null };
    },

    onAdd: function (map) {
      this.map = map;
      this.basemap = new tideline.Basemap(map);
      this.territory = new tideline.Territory(this);
      this.canvas = new tideline.Canvas(map);
      this.hits = new tideline.Hits(this);
      this.rectangle = new tideline.Rectangle(this);
      this.others = new tideline.Others(this);
      this.address = new tideline.Address(this);
      this.toolbar = new tideline.Toolbar(this);
      if (tideline.source.news) this.news = new tideline.News(this);
      map.on("mousemove", this._hover, this).on("click", this._click, this);
      map.on("mouseout movestart", tideline.hideTip);
      map.on("movestart", () => this.isSteered || tideline.hideChoice());
      map.on("tideline:theme", () => {
        this.redraw();
        tideline.legend(this);
      });
      new ResizeObserver(() => this._fit()).observe(map.getContainer());
      map.getContainer().setAttribute("role", "region");
      map.getContainer().addEventListener("keydown", (event) => {
        if (event.key === "Escape") tideline.hideChoice();
      });
      this.clock.on("change", this._changed, this).on("rest", () => this.tell());
      this.on("language", this._name, this);
      this._name();
      tideline.layer = this;
      if (tideline.pending) this.command(tideline.pending);
    },

    getEvents: function () {
      return { move: this._moving, moveend: this._moved, viewreset: this._moved, zoomanim: this._zoomed };
    },

    _name: function () {
      this.map.getContainer().setAttribute("aria-label", tideline.t("Map of the events listed in the table below"));
    },

    // Keep the middle where it is when the frame gets another size.
    _fit: function () {
      const { map } = this;
      const [size, middle, zoom] = [map.getSize(), map.getCenter(), map.getZoom()];
      this.steer(() => {
        map.invalidateSize({ animate: false, pan: false });
        if (!size.equals(map.getSize())) map.setView(middle, zoom, { animate: false });
      });
    },

    // Move the map otherwise than by the reader's hand.
    steer: function (move) {
      this.isSteered = true;
      try {
        move();
      } finally {
        this.isSteered = false;
      }
    },

    _changed: function ({ before }) {
      const { mode, areas } = this.clock;
      if (mode !== before.mode || areas !== before.areas) {
        tideline.hideTip();
        tideline.legend(this);
      }
      this.redraw();
    },

    _moving: function () {
      if (this.map._animatingZoom) return;
      this._isMoved = true;
      this.redraw();
    },

    _moved: function () {
      this._isMoved = true;
      this._draw();
    },

    _zoomed: function (event) {
      this.canvas.zoom(event);
    },

    select: function (event) {
      if (event === this.selected) return;
      this.selected = event;
      this.fire("select");
      this.redraw();
    },

    latLng: function (place) {
      const [lon, lat] = this.data.lonLat(place);
      return L.latLng(lat, lon);
    },

    scale: function () {
      const zoom = this.canvas.frame.zoom;
      return zoom < 6 ? 0.75 : zoom < 8 ? 0.9 : 1;
    },

    isVast: function (place) {
      return this.data.radius[place] > VAST_M;
    },

    // Draw at the next frame, once, however often this is asked for.
    redraw: function () {
      if (!this._due) this._due = requestAnimationFrame(() => this._draw());
    },

    _draw: function () {
      if (this._due) cancelAnimationFrame(this._due);
      this._due = 0;
      if (this._isMoved) this.canvas.place();
      const ctx = this.canvas.clear();
      if (!this.index) return;
      this._renew();
      if (!this.looks || !this.looks.fits(this.data, this.scale(), this.dark)) {
        this.looks = new tideline.Looks(this.data, this.scale(), this.dark);
      }
      this.marks.gather();
      this.hits.isStale = true;
      this.others.draw(ctx);
      tideline.paint(ctx, this);
      this.basemap.giveWay(tideline.label(ctx, this));
      tideline.drawPlacing(ctx, this);
      this.rectangle.draw(ctx);
      this.fire("drawn");
    },

    // Make anew what depends on the data, on what passes and on the view.
    _renew: function () {
      if (!this.marks || this.marks.data !== this.data) {
        this.marks = new tideline.Marks(this);
        this._isMoved = true;
      }
      if (!this.clusters || this.clusters.index !== this.index) this.clusters = new tideline.Clusters(this);
      if (this._isMoved) this.marks.look();
      this._isMoved = false;
    },

    // Whether the marks on the map are those of the events that are here, as they are from
    // the first frame on.
    _isDrawn: function () {
      return Boolean(this.marks) && this.marks.data === this.data;
    },

    // The signs under a point, nearest first.
    pick: function (point) {
      return this.hits.signs(point, 12 * this.scale() + this._thumb());
    },

    _thumb: function () {
      return L.Browser.mobile ? 6 : 1;
    },

    _hover: function ({ containerPoint }) {
      if (!this._isDrawn() || this.wish.placing || this.rectangle.isDrawing) return;
      const [first] = this.pick(containerPoint);
      const slot = first ? -1 : this.hits.cluster(containerPoint, 1);
      const other = first || slot >= 0 ? null : this.others.pick(containerPoint);
      this.map.getContainer().style.cursor = first || slot >= 0 ? "pointer" : "";
      if (other) tideline.showOther(this, other, containerPoint);
      else if (first) tideline.showTip(this, first.row, containerPoint);
      else if (slot >= 0) tideline.showShares(this, slot, containerPoint);
      else tideline.hideTip();
    },

    _click: function ({ containerPoint, latlng }) {
      tideline.hideChoice();
      if (!this._isDrawn() || this.rectangle.isDrawing) return;
      if (this.wish.placing) {
        tideline.clickPlacing(this, latlng);
        return;
      }
      const events = this.pick(containerPoint).map((hit) => hit.event);
      const slot = events.length ? -1 : this.hits.cluster(containerPoint, this._thumb());
      if (slot >= 0) this._openCluster(slot, containerPoint);
      else if (!events.length) this._tellOther(containerPoint);
      if (!events.length) return;
      this.open(events[0]);
      const places = new Set(events.map((i) => this.data.place[i]));
      if (places.size > 1) tideline.showChoice(this, events, containerPoint);
    },

    // A finger has no pointer that could rest upon it.
    _tellOther: function (point) {
      const other = this.others.pick(point);
      if (other) tideline.showOther(this, other, point);
    },

    // Zoom to what a cluster holds; where that would not part it, list it.
    _openCluster: function (slot, point) {
      const { map } = this;
      const events = this.marks.within(slot);
      const bounds = L.latLngBounds(events.map((i) => this.latLng(this.data.place[i])));
      const before = map.getZoom();
      const isOneSpot = bounds.getSouthWest().equals(bounds.getNorthEast(), 1e-5);
      tideline.hideTip();
      if (isOneSpot || before >= map.getMaxZoom()) {
        tideline.showChoice(this, events, point);
        return;
      }
      const fitting = map.getBoundsZoom(bounds, false, L.point(OPEN_PAD, OPEN_PAD));
      map.setView(bounds.getCenter(), Math.min(Math.max(fitting, before + 1), map.getMaxZoom()));
    },

    // What stands on the map now: read by tests and the benchmark, changed by nobody.
    state: function () {
      const command = this.wish || {};
      const { day, since, mode, areas, playing } = this.clock;
      const { lng, lat } = this.map.getCenter();
      return {
        ready: Boolean(this._loaded) && this._loaded === command.data && !this._due,
        day, since, mode, areas, playing, moved: command.moved,
        passed: this.index ? this.index.within(since, day) : 0,
        drawn: this.marks ? this.marks.list() : [],
        clusters: this.marks ? this.marks.listClusters() : [],
        selected: this.selected,
        others: this.others.state(),
        placing: command.placing, point: command.point, candidates: command.candidates, box: command.box,
        zoom: this.map.getZoom(), center: [lng, lat], dark: this.dark,
      };
    },
  });

  Object.defineProperties(tideline.Events.prototype, {
    // Who holds what, of the events that pass; made when first asked for.
    fold: {
      get: function () {
        if (!this._fold) this._fold = new tideline.Fold(this.data, this.index);
        return this._fold;
      },
    },
    dark: {
      get: function () {
        return this.basemap.dark;
      },
    },
  });
})();
