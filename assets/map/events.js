// The event layer: one canvas for all marks. The events come once, as columns of
// numbers; any day, filter or selection is then drawn without asking the server again.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const EARTH_M = 40075016.686;
  const PAD = 60; // pixels drawn beyond the view, for dragging
  const VAST_M = 100000; // a place known no better than this is hardly one

  tideline.Events = L.Layer.extend({
    initialize: function (options) {
      this._options = options;
      tideline.source = tideline.source || new tideline.Server(options.root);
      this.clock = new tideline.Clock();
      this.data = null;
      this.drawn = [];
      this.selected = -1;
      this.wish = null;
      this._told = { opened: 0, pointed: 0, event: -1, point: null };
    },

    onAdd: function (map) {
      this.map = map;
      this.basemap = new tideline.Basemap(map);
      this._canvas = L.DomUtil.create("canvas", "tl-events leaflet-zoom-animated");
      this._canvas.setAttribute("aria-hidden", "true");
      map.getPane("overlayPane").appendChild(this._canvas);
      map.on("mousemove", this._hover, this).on("click", this._click, this);
      map.on("mouseout movestart", () => tideline.hideTip());
      map.on("tideline:theme", () => {
        this.redraw();
        tideline.legend(this);
      });
      new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
      map.getContainer().setAttribute("role", "region");
      map.getContainer().setAttribute("aria-label", tideline.t("Map of the events listed in the table below"));
      this.clock.on("change", this.redraw, this).on("rest", () => this.tell());
      tideline.layer = this;
      if (tideline.pending) this.command(tideline.pending);
    },

    getEvents: function () {
      return { moveend: this._draw, viewreset: this._draw, resize: this._draw, zoomanim: this._zoomanim };
    },

    // Take the page's wishes: numbers only. Unknown data are fetched first.
    command: function (command) {
      const before = this.wish;
      this.wish = command;
      this.basemap.showTiles(command.tiles);
      const known = before || {};
      if (command.language !== known.language) this._speak(command.language);
      if (command.data !== known.data) this._load(command.data);
      else this._obey(before);
    },

    // Speak the reader's language; English stands until its words are there.
    _speak: async function (code) {
      try {
        const catalogue = await tideline.source.language(code);
        if (this.wish.language === code) tideline.speak(catalogue);
      } catch (error) {
        tideline.speak(null);
      }
      this.basemap.speak();
      this.fire("language");
      tideline.legend(this);
      this.redraw();
    },

    _load: async function (name) {
      if (!/^[0-9a-f]+$/.test(name)) return;
      try {
        const data = tideline.unpack(await tideline.source.events(name));
        if (this.wish.data !== name) return; // a newer command came meanwhile
        this._take(data);
        this._loaded = name;
      } catch (error) {
        tideline.say(tideline.t("The events could not be loaded from this server."), () => this._load(name));
      }
    },

    _take: function (data) {
      this.data = data;
      this._words = new Map();
      const dated = data.until(tideline.UNDATED - 1);
      const day = this.wish.day;
      this.clock.span(dated ? data.day[0] : day, dated ? data.day[dated - 1] : day);
      tideline.say("");
      this._obey(null);
      this.fire("data");
      if (!this.timeline) this.timeline = new tideline.Timeline(this);
      tideline.legend(this);
    },

    _obey: function (before) {
      if (!this.data) return;
      const command = this.wish;
      if (!before || FILTERS.some((name) => String(before[name]) !== String(command[name]))) this._filter();
      if (!before || before.moved !== command.moved) {
        const { day, since, mode, areas } = command;
        this.clock.set({ day, since, mode: tideline.MODES[mode], areas: Boolean(areas) });
      }
      this.select(command.selected);
      tideline.askPlacing(this, command.placing);
      this._view(before);
      this.redraw();
      if (before && before.picture !== command.picture) tideline.takePicture(this);
    },

    _filter: function () {
      this.index = new tideline.Index(this.data, tideline.passing(this.data, this.wish));
      this._fold = null;
      this.clock.follow(this.index);
      this.fire("filter");
    },

    select: function (event) {
      if (event === this.selected) return;
      this.selected = event;
      this.fire("select");
      this.redraw();
    },

    // Go where the page asks; else bring a newly selected event into the view.
    _view: function (before) {
      const command = this.wish;
      const isNew = command.nonce !== this._nonce;
      this._nonce = command.nonce;
      if (this._seek(command, before)) return;
      if (isNew && command.fit.length) {
        const bounds = L.latLngBounds(command.fit.map((i) => this.latLng(this.data.place[i])));
        this.map.fitBounds(bounds.pad(0.3), { maxZoom: 9, animate: false });
      } else if (isNew && command.at.length) {
        const [lon, lat, zoom] = command.at;
        this.map.setView([lat, lon], zoom, { animate: false });
      } else if (command.selected >= 0 && !(before && before.selected === command.selected)) {
        this._show(this.latLng(this.data.place[command.selected]));
      }
    },

    _show: function (spot) {
      if (!this.map.getBounds().pad(-0.06).contains(spot)) this.map.panTo(spot, { animate: false });
    },

    // Bring the places that the open claim could mean into the view, once.
    _seek: function (command, before) {
      const key = (one) => JSON.stringify([one.candidates, one.around]);
      const spots = command.candidates.map(([lon, lat]) => L.latLng(lat, lon));
      if (command.around.length) {
        const [lon, lat, radius] = command.around;
        const box = L.latLng(lat, lon).toBounds(2 * radius);
        spots.push(box.getNorthWest(), box.getSouthEast());
      }
      if (!spots.length || (before && key(before) === key(command))) return false;
      this.map.fitBounds(L.latLngBounds(spots).pad(0.2), { maxZoom: 10, animate: false });
      return true;
    },

    latLng: function (place) {
      const [lon, lat] = this.data.lonLat(place);
      return L.latLng(lat, lon);
    },

    // Container pixels of a place in the copy of the world that is in view; null where
    // that is not drawn.
    pixel: function (place, everywhere) {
      const { side, corner, size } = this._frame;
      let x = (this.data.x[place] / tideline.WORLD) * side;
      x -= Math.round((x - corner.x - size.x / 2) / side) * side + corner.x;
      const y = (this.data.y[place] / tideline.WORLD) * side - corner.y;
      const isIn = x >= -PAD && y >= -PAD && x <= size.x + PAD && y <= size.y + PAD;
      return isIn || everywhere ? [x, y] : null;
    },

    _place: function () {
      const size = this.map.getSize();
      const ratio = window.devicePixelRatio || 1;
      const width = size.x + 2 * PAD;
      const height = size.y + 2 * PAD;
      this._frame = { side: 256 * Math.pow(2, this.map.getZoom()), corner: this.map.getPixelBounds().min, size };
      this._canvas.width = width * ratio;
      this._canvas.height = height * ratio;
      this._canvas.style.width = width + "px";
      this._canvas.style.height = height + "px";
      L.DomUtil.setTransform(this._canvas, this.map.containerPointToLayerPoint([-PAD, -PAD]), 1);
      this._corner = this.map.containerPointToLatLng([-PAD, -PAD]);
      const ctx = this._canvas.getContext("2d");
      ctx.setTransform(ratio, 0, 0, ratio, PAD * ratio, PAD * ratio);
      return ctx;
    },

    _zoomanim: function (event) {
      if (!this._corner) return;
      const spot = this.map._latLngToNewLayerPoint(this._corner, event.zoom, event.center);
      L.DomUtil.setTransform(this._canvas, spot, this.map.getZoomScale(event.zoom));
    },

    scale: function () {
      const zoom = this.map.getZoom();
      return zoom < 6 ? 0.75 : zoom < 8 ? 0.9 : 1;
    },

    // Draw at the next frame, once, however often this is asked for.
    redraw: function () {
      if (!this._due) this._due = requestAnimationFrame(() => this._draw());
    },

    _draw: function () {
      if (this._due) cancelAnimationFrame(this._due);
      this._due = 0;
      const ctx = this._place();
      if (!this.index) return;
      this.drawn = tideline.marks(this);
      this._circles(ctx);
      const side = tideline.SPRITE;
      for (const mark of this.drawn) {
        ctx.globalAlpha = mark.strength;
        const sprite = tideline.sprite(this.sign(mark), this.scale(), this.dark);
        ctx.drawImage(sprite, mark.x - side / 2, mark.y - side / 2, side, side);
      }
      ctx.globalAlpha = 1;
      this._halo(ctx);
      this.basemap.giveWay(tideline.label(ctx, this));
      tideline.drawPlacing(ctx, this);
      this.fire("drawn");
    },

    isVast: function (place) {
      return this.data.radius[place] > VAST_M;
    },

    // How a mark is drawn; in control the kind of event makes no difference.
    sign: function (mark) {
      const { header, type, status } = this.data;
      const { shape, color, letter } = this.data.actor(mark.actor);
      const kind = this.clock.mode === "events" ? header.types[type[mark.event]] : "captured";
      return { shape, color, letter, type: kind, status: header.statuses[status[mark.event]] };
    },

    // The dashed circle: how far off an inexact place may be.
    _circles: function (ctx) {
      const seen = new Set();
      ctx.setLineDash([4, 4]);
      ctx.strokeStyle = ctx.fillStyle = this.dark ? "#c9d2dc" : "#4a545e";
      for (let at = this.drawn.length - 1; at >= 0; at--) {
        const mark = this.drawn[at];
        const place = this.data.place[mark.event];
        const chosen = mark.event === this.selected;
        if (!this.data.radius[place] || (seen.has(place) && !chosen)) continue;
        seen.add(place);
        const lat = (this.data.lonLat(place)[1] * Math.PI) / 180;
        const pixels = (this.data.radius[place] * this._frame.side) / (EARTH_M * Math.cos(lat));
        if ((pixels < 14 && !chosen) || pixels > 4000) continue;
        ctx.beginPath();
        ctx.arc(mark.rootX, mark.rootY, pixels, 0, Math.PI * 2);
        ctx.globalAlpha = chosen ? 0.1 : 0.03;
        ctx.fill();
        ctx.globalAlpha = chosen ? 0.95 : 0.4;
        ctx.lineWidth = chosen ? 1.6 : 1;
        ctx.stroke();
      }
      ctx.setLineDash([]);
      ctx.globalAlpha = 1;
    },

    _halo: function (ctx) {
      if (this.selected < 0 || this.selected >= this.data.count) return;
      const mark = this.drawn.find((one) => one.event === this.selected);
      const [x, y] = mark ? [mark.x, mark.y] : this.pixel(this.data.place[this.selected], true);
      ctx.beginPath();
      ctx.arc(x, y, 19 * this.scale(), 0, Math.PI * 2);
      ctx.lineWidth = 6;
      ctx.strokeStyle = this.dark ? "rgba(0,0,0,.6)" : "rgba(255,255,255,.85)";
      ctx.stroke();
      ctx.lineWidth = 2.5;
      ctx.strokeStyle = this.dark ? "#7cc4f0" : "#0b6aa2";
      ctx.setLineDash(mark ? [] : [4, 3]);
      ctx.stroke();
      ctx.setLineDash([]);
    },

    // The events of the marks under a point, nearest first; the upper one where they tie.
    pick: function (point) {
      const reach = 12 * this.scale() + (L.Browser.mobile ? 6 : 1);
      const hits = [];
      for (let at = this.drawn.length - 1; at >= 0; at--) {
        const mark = this.drawn[at];
        const away = Math.hypot(mark.x - point.x, mark.y - point.y);
        if (away <= reach) hits.push({ event: mark.event, away });
      }
      return hits.sort((a, b) => a.away - b.away).map((hit) => hit.event);
    },

    _hover: function (event) {
      if (!this.data || this.wish.placing) return;
      const [first] = this.pick(event.containerPoint);
      this.map.getContainer().style.cursor = first === undefined ? "" : "pointer";
      if (first === undefined) tideline.hideTip();
      else tideline.showTip(this, first, event.containerPoint);
    },

    _click: function (event) {
      tideline.hideChoice();
      if (!this.data) return;
      if (this.wish.placing) {
        tideline.clickPlacing(this, event.latlng);
        return;
      }
      const hits = this.pick(event.containerPoint);
      if (!hits.length) return;
      this.open(hits[0]);
      const places = new Set(hits.map((i) => this.data.place[i]));
      if (places.size > 1) tideline.showChoice(this, hits, event.containerPoint);
    },

    // Select at once, and have Python open the event beside the map.
    open: function (event) {
      tideline.hideTip();
      this.select(event);
      this.tell("opened", { event });
    },

    // The point that the reader clicks for the place that is asked for.
    pointAt: function (point) {
      this.wish.point = [...point, this.wish.point[2] || 0];
      this.redraw();
      this.tell("pointed", { point });
    },

    // Tell Python how things stand, by the click that streamlit-folium listens for. It
    // hears only the last of several in a row, so each tells all; `act` ("opened" or
    // "pointed") gets a new stamp.
    tell: function (act, what) {
      Object.assign(this._told, what);
      if (act) this._told[act] = Date.now();
      const { day, since, mode, areas } = this.clock;
      const properties = {
        ...this._told, day, since, areas, mode: tideline.MODES.indexOf(mode), box: this.wish.box,
        moved: this.wish.moved, data: this.wish.data, click: Date.now(),
      };
      const spot = this.map.getCenter();
      const geometry = { type: "Point", coordinates: [spot.lng, spot.lat] };
      this.fire("click", { latlng: spot, layer: { toGeoJSON: () => ({ type: "Feature", geometry, properties }) } });
    },

    // The words of an event, fetched by chunks when first wanted.
    words: async function (event) {
      const size = this.data.header.chunk;
      const chunk = Math.floor(event / size);
      const { data, language } = this.wish;
      const key = language + chunk;
      if (!this._words.has(key)) this._words.set(key, tideline.source.words(data, language, chunk).catch(() => []));
      return (await this._words.get(key))[event % size];
    },

    // What stands on the map now: read by tests and the benchmark, changed by nobody.
    state: function () {
      const command = this.wish || {};
      const { day, since, mode, areas, playing } = this.clock;
      return {
        ready: Boolean(this._loaded) && this._loaded === command.data && !this._due,
        day, since, mode, areas, playing, moved: command.moved,
        passed: this.index ? this.index.within(since, day) : 0,
        drawn: this.drawn.map(({ event, x, y, actor }) => ({ event, x, y, actor })),
        selected: this.selected,
        placing: command.placing,
        point: command.point,
        candidates: command.candidates,
        box: command.box,
        zoom: this.map.getZoom(),
        center: [this.map.getCenter().lng, this.map.getCenter().lat],
        dark: this.dark,
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

  // What of a command decides which events pass.
  const FILTERS = ["actors", "types", "statuses", "publishers", "confidence", "reviewed", "matching", "box"];

  tideline.command = function (command) {
    tideline.pending = command;
    if (tideline.layer) tideline.layer.command(command);
  };
})();
