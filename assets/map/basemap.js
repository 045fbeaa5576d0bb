// What lies under the events: outlines from this server, or online tiles where the
// user chose them. Follows the page's light or dark look.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png";

  const LOOKS = {
    light: { land: "#f4f2ec", shore: "#b9c3c9", border: "#8f8a80", water: "#d5e3ea", line: "#d3cdc0", text: "#55524b" },
    dark: { land: "#262a30", shore: "#47525c", border: "#7d858e", water: "#15191e", line: "#363c44", text: "#aab2bb" },
  };

  function styles(look) {
    return {
      land: () => ({ stroke: true, weight: 1, color: look.shore, fill: true, fillColor: look.land, fillOpacity: 1 }),
      borders: (feature) => ({
        weight: 1.3, color: look.border, fill: false,
        dashArray: feature.properties && feature.properties.disputed ? "5 5" : null,
      }),
      admin1: () => ({ weight: 0.8, color: look.line, fill: false, dashArray: "2 3" }),
      rivers: () => ({ weight: 1.2, color: look.water, fill: false }),
      lakes: () => ({ stroke: false, fill: true, fillColor: look.water, fillOpacity: 1 }),
    };
  }

  function isDark() {
    const parts = (getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g) || []).map(Number);
    if (parts.length < 3 || parts[3] === 0) return false;
    return parts[0] * 0.299 + parts[1] * 0.587 + parts[2] * 0.114 < 128;
  }

  tideline.Basemap = L.Class.extend({
    initialize: function (map, names) {
      this._map = map;
      this._layers = {};
      this._pane = map.createPane("basemap");
      this._pane.style.zIndex = 250;
      this._pane.style.pointerEvents = "none";
      this._renderer = L.canvas({ pane: "basemap", padding: 0.4 });
      this.dark = isDark();
      this._followTheme();
      for (const name of names) this._load(name);
      this._paint();
    },

    _load: async function (name) {
      try {
        const outline = await tideline.source.outline(name);
        this._layers[name] = L.geoJSON(outline, {
          pane: "basemap",
          renderer: this._renderer,
          interactive: false,
          style: (feature) => this._style(name)(feature),
          filter: (feature) => !/Point$/.test(feature.geometry.type),
        });
        this._paint();
        this._map.fire("tideline:ground");
      } catch (error) {
        tideline.say("The outline of the land could not be loaded; the events are still right.");
      }
    },

    _style: function (name) {
      const known = styles(LOOKS[this.dark ? "dark" : "light"]);
      return known[name] || known.admin1;
    },

    // Land first, then water, lines on top, whatever order the files came in.
    _paint: function () {
      const look = LOOKS[this.dark ? "dark" : "light"];
      this._map.getContainer().style.background = look.water;
      for (const name of ["land", "lakes", "rivers", "admin1", "borders"]) {
        const layer = this._layers[name];
        if (!layer) continue;
        layer.remove();
        layer.setStyle(this._style(name));
        if (!this._tiles) layer.addTo(this._map);
      }
    },

    // Fill the land alone, as a mask; see `Territory` for what a view is.
    fillLand: function (ctx, view) {
      const world = (spot) => this._map.project(spot).subtract([view.x, view.y]);
      ctx.beginPath();
      for (const shape of this._layers.land ? this._layers.land.getLayers() : []) {
        for (const ring of shape.getLatLngs()) {
          ring.forEach((spot, at) => {
            const { x, y } = world(spot);
            if (at) ctx.lineTo(x, y);
            else ctx.moveTo(x, y);
          });
        }
      }
      ctx.fill("evenodd");
    },

    // Online tiles replace the outlines; nothing is asked for while they are off.
    showTiles: function (wanted) {
      if (Boolean(this._tiles) === wanted) return;
      if (this._tiles) {
        this._tiles.remove();
        this._tiles = null;
      } else {
        this._tiles = L.tileLayer(TILES, { maxZoom: 19, attribution: "© OpenStreetMap contributors" });
        this._tiles.on("tileerror", () => {
          tideline.say("The online map does not answer. Choose Outlines under Map.");
        });
        this._tiles.addTo(this._map);
      }
      if (!wanted) tideline.say("");
      this._paint();
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
          this._paint();
          this._map.fire("tideline:theme");
        });
      });
    },
  });
})();
