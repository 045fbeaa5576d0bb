// What passes between the event layer and the page: the page's commands, numbers only,
// and what the layer tells of its reader.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});

  // What of a command decides which events pass.
  const FILTERS = ["actors", "types", "statuses", "publishers", "confidence", "reviewed", "matching", "box"];

  tideline.Talking = {
    // Take the page's wishes. Unknown data are fetched first.
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
      if (!before || FILTERS.some((name) => String(before[name]) !== String(command[name]))) this.filter();
      if (!before || before.moved !== command.moved) {
        const { day, since, mode, areas } = command;
        this.clock.set({ day, since, mode: tideline.MODES[mode], areas: Boolean(areas) });
      }
      const isNew = command.selected !== this.selected;
      this.select(command.selected);
      tideline.askPlacing(this, command.placing);
      this.steer(() => this._view(before, isNew));
      this.redraw();
      if (before && before.picture !== command.picture) tideline.takePicture(this);
    },

    // Let the events pass that the command asks for.
    filter: function () {
      this.index = new tideline.Index(this.data, tideline.passing(this.data, this.wish));
      this._fold = null;
      this.clock.follow(this.index);
      this.fire("filter");
    },

    // Go where the page asks; else bring an event that it selected into the view.
    _view: function (before, isNewlySelected) {
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
      } else if (isNewlySelected && command.selected >= 0 && command.selected < this.data.count) {
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

    // Let only events within a rectangle (west, south, east, north) pass; none lets all.
    within: function (box) {
      this.wish = { ...this.wish, box };
      this.filter();
      this.redraw();
      this.tell();
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
  };

  tideline.command = function (command) {
    tideline.pending = command;
    if (tideline.layer) tideline.layer.command(command);
  };
})();
