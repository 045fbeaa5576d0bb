// All events in one canvas. They come once, as columns of numbers sorted by day; any
// day, filter or selection is then drawn from them without asking the server again.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const WORLD = 4294967296; // the unit of the x and y columns: a world is 2^32 wide
  const EARTH_M = 40075016.686;
  const PAD = 60; // pixels drawn beyond the view, for dragging
  const FRESH_DAYS = 90; // full colour until then; the fading starts here
  const PALE_DAYS = 1800;
  const PALEST = 0.58;
  const VAST_M = 100000; // a place known no better than this is hardly one
  const VAST_STRENGTH = 0.5;
  const STACK = 4; // older signs at a place that still peep out
  const TYPES = {
    uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array,
    int32: Int32Array, float32: Float32Array,
  };

  // Read the payload: a JSON header's length, the header, then its columns in order.
  function unpack(buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    const columns = {};
    let at = 4 + length;
    for (const [name, type, count] of header.columns) {
      at = Math.ceil(at / 4) * 4;
      columns[name] = new TYPES[type](buffer, at, count);
      at += columns[name].byteLength;
    }
    return { header, columns };
  }

  tideline.Events = L.Layer.extend({
    initialize: function (options) {
      this._root = options.root;
      this._names = options.basemap;
      this._command = null;
      this._drawn = [];
      this._clicks = 0;
      this._selected = -1;
    },

    onAdd: function (map) {
      this._map = map;
      map.attributionControl.setPrefix("Leaflet");
      map.attributionControl.addAttribution("Places: GeoNames; land: Natural Earth; no position is taken on borders");
      this._basemap = new tideline.Basemap(map, this._root, this._names);
      this._canvas = L.DomUtil.create("canvas", "tl-events leaflet-zoom-animated");
      this._canvas.setAttribute("aria-hidden", "true");
      map.getPane("overlayPane").appendChild(this._canvas);
      map.on("mousemove", this._hover, this).on("click", this._click, this);
      map.on("mouseout movestart", () => tideline.hideTip());
      map.on("tideline:theme", () => {
        this._draw();
        tideline.legend(this);
      });
      new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
      map.getContainer().setAttribute("role", "region");
      map.getContainer().setAttribute("aria-label", "Map of the events listed in the table below");
      tideline.layer = this;
      if (tideline.pending) this.command(tideline.pending);
    },

    getEvents: function () {
      return { moveend: this._draw, viewreset: this._draw, resize: this._draw, zoomanim: this._zoomanim };
    },

    // Take the page's wishes: numbers only. Unknown data are fetched first.
    command: function (command) {
      const before = this._command;
      this._command = command;
      this._basemap.showTiles(Boolean(command.tiles));
      if (command.data !== (before && before.data)) this._load(command.data);
      else this._obey(before);
    },

    _load: async function (data) {
      if (!/^[0-9a-f]+$/.test(data)) return;
      try {
        const answer = await fetch(this._root + "data/" + data + "/events.bin");
        if (!answer.ok) throw new Error(String(answer.status));
        const { header, columns } = unpack(await answer.arrayBuffer());
        if (this._command.data !== data) return; // a newer command came meanwhile
        this.header = header;
        this._columns = columns;
        this._words = new Map();
        tideline.say("");
        tideline.legend(this);
        this._obey(null);
        this._data = data;
      } catch (error) {
        tideline.say("The events could not be loaded from this server.", () => this._load(data));
      }
    },

    _obey: function (before) {
      if (!this._columns) return;
      this._filter();
      this._selected = this._command.selected;
      tideline.askPlacing(this, this._command.placing);
      this._view(before);
      this._draw();
    },

    // Go where the page asks; else bring a newly selected event into the view.
    _view: function (before) {
      const command = this._command;
      const asked = command.fit.length && command.nonce !== this._nonce;
      this._nonce = command.nonce;
      if (this._seek(command, before)) return;
      if (asked) {
        const bounds = L.latLngBounds(command.fit.map((i) => this._latLng(i)));
        this._map.fitBounds(bounds.pad(0.3), { maxZoom: 9, animate: false });
        return;
      }
      const chosen = command.selected;
      if (chosen < 0 || (before && before.selected === chosen)) return;
      const spot = this._latLng(chosen);
      if (!this._map.getBounds().pad(-0.06).contains(spot)) this._map.panTo(spot, { animate: false });
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
      this._map.fitBounds(L.latLngBounds(spots).pad(0.2), { maxZoom: 10, animate: false });
      return true;
    },

    _filter: function () {
      const { named, actor, other, type, status, publisher } = this._columns;
      const wish = this._command;
      const count = this.header.count;
      const pass = new Uint8Array(count).fill(1);
      const drop = (wanted, ...columns) => {
        if (!wanted) return;
        const keep = new Set(wanted);
        for (let i = 0; i < count; i++) {
          if (!columns.some((column) => keep.has(column[i]))) pass[i] = 0;
        }
      };
      drop(wish.places, named);
      drop(wish.types, type);
      drop(wish.statuses, status);
      drop(wish.publishers, publisher);
      drop(wish.actors, actor, other);
      this._pass = pass;
    },

    // Events up to and with `day`: their count, as they are sorted by day.
    _until: function (day) {
      const days = this._columns.day;
      let low = 0;
      let high = days.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (days[middle] <= day) low = middle + 1;
        else high = middle;
      }
      return low;
    },

    _world: function (i) {
      const place = this._columns.place[i];
      return [this._columns.x[place] / WORLD, this._columns.y[place] / WORLD];
    },

    _latLng: function (i) {
      const [x, y] = this._world(i);
      return L.latLng(
        (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI,
        x * 360 - 180
      );
    },

    // Container pixels of an event, in the copy of the world that is in view.
    _pixel: function (i) {
      const side = 256 * Math.pow(2, this._map.getZoom());
      const corner = this._map.getPixelBounds().min;
      const middle = corner.x + this._map.getSize().x / 2;
      const [wx, wy] = this._world(i);
      const x = wx * side;
      return [x - Math.round((x - middle) / side) * side - corner.x, wy * side - corner.y];
    },

    _place: function () {
      const size = this._map.getSize();
      const ratio = window.devicePixelRatio || 1;
      const width = size.x + 2 * PAD;
      const height = size.y + 2 * PAD;
      this._canvas.width = width * ratio;
      this._canvas.height = height * ratio;
      this._canvas.style.width = width + "px";
      this._canvas.style.height = height + "px";
      L.DomUtil.setTransform(this._canvas, this._map.containerPointToLayerPoint([-PAD, -PAD]), 1);
      this._corner = this._map.containerPointToLatLng([-PAD, -PAD]);
      const ctx = this._canvas.getContext("2d");
      ctx.setTransform(ratio, 0, 0, ratio, PAD * ratio, PAD * ratio);
      return ctx;
    },

    _zoomanim: function (event) {
      if (!this._corner) return;
      const spot = this._map._latLngToNewLayerPoint(this._corner, event.zoom, event.center);
      L.DomUtil.setTransform(this._canvas, spot, this._map.getZoomScale(event.zoom));
    },

    // Newest first through the events: how deep each lies at its place.
    _visible: function () {
      const deep = new Uint16Array(this.header.places);
      const size = this._map.getSize();
      const shown = [];
      this._passed = 0;
      for (let i = this._until(this._command.day) - 1; i >= 0; i--) {
        if (!this._pass[i]) continue;
        this._passed++;
        const depth = deep[this._columns.place[i]]++;
        const [x, y] = this._pixel(i);
        if (x < -PAD || y < -PAD || x > size.x + PAD || y > size.y + PAD) continue;
        const step = Math.min(depth, STACK) * 5 * this._scale();
        shown.push({ event: i, depth, x: x + step, y: y - step, rootX: x, rootY: y });
      }
      return shown.reverse();
    },

    _scale: function () {
      const zoom = this._map.getZoom();
      return zoom < 6 ? 0.75 : zoom < 8 ? 0.9 : 1;
    },

    _draw: function () {
      const ctx = this._place();
      if (!this._columns || !this._command) return;
      this._drawn = this._visible();
      this._circles(ctx);
      const side = tideline.SPRITE;
      for (const mark of this._drawn) {
        ctx.globalAlpha = this._strength(mark);
        const sprite = tideline.sprite(this.sign(mark.event), this._scale(), this._basemap.dark);
        ctx.drawImage(sprite, mark.x - side / 2, mark.y - side / 2, side, side);
      }
      ctx.globalAlpha = 1;
      this._halo(ctx);
      tideline.label(ctx, this);
      tideline.drawPlacing(ctx, this);
    },

    // 1 while fresh, paler with age, under newer signs and where the place is hardly known.
    _strength: function (mark) {
      if (mark.event === this._selected) return 1;
      const age = this._command.day - this._columns.day[mark.event];
      const old = Math.min(1, Math.max(0, (age - FRESH_DAYS) / (PALE_DAYS - FRESH_DAYS)));
      const vast = this.isVast(mark.event) ? VAST_STRENGTH : 1;
      return (1 - (1 - PALEST) * old) * (mark.depth ? 0.72 : 1) * vast;
    },

    isVast: function (i) {
      return this._columns.radius[i] > VAST_M;
    },

    sign: function (i) {
      const { actor, type, status } = this._columns;
      const drawn = this.header.actors[actor[i]] || this.header.nobody;
      return {
        shape: drawn.shape, color: drawn.color, letter: drawn.letter,
        type: this.header.types[type[i]], status: this.header.statuses[status[i]],
      };
    },

    // The dashed circle: how far off an inexact place may be.
    _circles: function (ctx) {
      const side = 256 * Math.pow(2, this._map.getZoom());
      const seen = new Set();
      ctx.setLineDash([4, 4]);
      for (let at = this._drawn.length - 1; at >= 0; at--) {
        const mark = this._drawn[at];
        const radius = this._columns.radius[mark.event];
        const spot = this._columns.place[mark.event];
        if (!radius || (seen.has(spot) && mark.event !== this._selected)) continue;
        seen.add(spot);
        const lat = (this._latLng(mark.event).lat * Math.PI) / 180;
        const pixels = (radius * side) / (EARTH_M * Math.cos(lat));
        const chosen = mark.event === this._selected;
        if ((pixels < 14 && !chosen) || pixels > 4000) continue;
        ctx.beginPath();
        ctx.arc(mark.rootX, mark.rootY, pixels, 0, Math.PI * 2);
        ctx.strokeStyle = ctx.fillStyle = this._basemap.dark ? "#c9d2dc" : "#4a545e";
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
      if (this._selected < 0 || this._selected >= this.header.count) return;
      const mark = this._drawn.find((one) => one.event === this._selected);
      const [x, y] = mark ? [mark.x, mark.y] : this._pixel(this._selected);
      ctx.beginPath();
      ctx.arc(x, y, 19 * this._scale(), 0, Math.PI * 2);
      ctx.lineWidth = 6;
      ctx.strokeStyle = this._basemap.dark ? "rgba(0,0,0,.6)" : "rgba(255,255,255,.85)";
      ctx.stroke();
      ctx.lineWidth = 2.5;
      ctx.strokeStyle = this._basemap.dark ? "#7cc4f0" : "#0b6aa2";
      ctx.setLineDash(mark ? [] : [4, 3]);
      ctx.stroke();
      ctx.setLineDash([]);
    },

    // The marks under a point, nearest first; the upper one where they tie.
    pick: function (point) {
      const reach = 12 * this._scale() + (L.Browser.mobile ? 6 : 1);
      const hits = [];
      for (let at = this._drawn.length - 1; at >= 0; at--) {
        const mark = this._drawn[at];
        const away = Math.hypot(mark.x - point.x, mark.y - point.y);
        if (away <= reach) hits.push({ event: mark.event, away });
      }
      return hits.sort((a, b) => a.away - b.away).map((hit) => hit.event);
    },

    _hover: function (event) {
      if (this._command && this._command.placing) return;
      const [first] = this.pick(event.containerPoint);
      this._map.getContainer().style.cursor = first === undefined ? "" : "pointer";
      if (first === undefined) tideline.hideTip();
      else tideline.showTip(this, first, event.containerPoint);
    },

    _click: function (event) {
      tideline.hideChoice();
      if (this._command && this._command.placing) {
        tideline.clickPlacing(this, event.latlng);
        return;
      }
      const hits = this.pick(event.containerPoint);
      if (!hits.length) return;
      this.open(hits[0]);
      const places = new Set(hits.map((i) => this._columns.place[i]));
      if (places.size > 1) tideline.showChoice(this, hits, event.containerPoint);
    },

    // Select at once, and tell Python by the click that streamlit-folium listens for.
    open: function (i) {
      this._selected = i;
      this._draw();
      tideline.hideTip();
      const spot = this._latLng(i);
      const feature = {
        type: "Feature",
        geometry: { type: "Point", coordinates: [spot.lng, spot.lat] },
        properties: { event: i, data: this._command.data, click: ++this._clicks },
      };
      this.fire("click", { latlng: spot, layer: { toGeoJSON: () => feature } });
    },

    // The words of an event, fetched by chunks when first wanted.
    words: async function (i) {
      const size = this.header.chunk;
      const number = Math.floor(i / size);
      if (!this._words.has(number)) {
        const address = this._root + "data/" + this._command.data + "/words/" + number + ".json";
        this._words.set(number, fetch(address).then((answer) => (answer.ok ? answer.json() : [])));
      }
      return (await this._words.get(number))[i % size];
    },

    // What stands on the map now: read by the browser tests, changed by nobody.
    state: function () {
      const command = this._command || {};
      return {
        ready: Boolean(this._data) && this._data === command.data,
        day: command.day,
        passed: this._passed || 0,
        drawn: this._drawn.map((mark) => ({ event: mark.event, x: mark.x, y: mark.y })),
        selected: this._selected,
        placing: command.placing,
        point: command.point,
        candidates: command.candidates,
        zoom: this._map.getZoom(),
        center: [this._map.getCenter().lng, this._map.getCenter().lat],
        dark: this._basemap.dark,
      };
    },
  });

  tideline.command = function (command) {
    tideline.pending = command;
    if (tideline.layer) tideline.layer.command(command);
  };
})();
