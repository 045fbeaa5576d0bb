// What passes between the event layer and the page: the page's commands, numbers only,
// and what the layer tells of its reader.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});

  // What of a command decides which events pass.
  const FILTERS = ["actors", "types", "statuses", "publishers", "confidence", "reviewed", "matching", "box"];

  // A spot in that copy of the world which lies nearest to another.
  function beside(spot, other) {
    return L.latLng(spot.lat, spot.lng + 360 * Math.round((other.lng - spot.lng) / 360));
  }

  function around(spots) {
    return L.latLngBounds(spots.map((spot) => beside(spot, spots[0])));
  }

  tideline.Talking = {
    // Take the page's wishes. Those that speak of data which are not here yet wait for them:
    // their numbers mean other events until then.
    command: function (command) {
      const known = this.wish || { picture: command.picture };
      this.wish = command;
      this.basemap.showTiles(command.tiles);
      this.others.show(command.layers);
      if (command.language !== known.language) this._speak(command.language);
      if (command.picture !== known.picture) this._isPictureDue = true;
      if (command.act !== known.act) this.fire("shown");
      if (command.data === this._loaded) this._obey(false);
      else if (command.data !== this._awaited) this._load(command.data);
    },

    // Speak the reader's language; English stands until its words are there.
    _speak: async function (code) {
      const catalogue = await tideline.source.language(code).catch(() => null);
      if (this.wish.language !== code) return; // another was chosen meanwhile
      tideline.speak(catalogue);
      this.basemap.speak();
      this.fire("language");
      tideline.legend(this);
      this.redraw();
    },

    _load: async function (name) {
      if (!/^[0-9a-f]+$/.test(name)) return;
      this._awaited = name;
      const isOld = () => this.wish.data !== name || this._loaded === name;
      try {
        const data = tideline.unpack(await tideline.source.events(name));
        if (!isOld()) this._take(data, name);
      } catch (error) {
        if (isOld()) return;
        tideline.say(tideline.t("The events could not be loaded from this server."), () => this._load(name));
      } finally {
        if (this._awaited === name) this._awaited = null;
      }
    },

    _take: function (data, name) {
      this.data = data;
      this._loaded = name;
      this._words = new Map();
      this._told.event = -1; // it counted among the events before
      const dated = data.until(tideline.UNDATED - 1);
      const day = this.wish.day;
      this.clock.span(dated ? data.day[0] : day, dated ? data.day[dated - 1] : day);
      tideline.say("");
      this._obey(true);
      this.fire("data");
      if (!this.timeline) this.timeline = new tideline.Timeline(this);
      tideline.legend(this);
    },

    // Do what the page wishes that it did not wish before; with other data, filter anew.
    _obey: function (isOther) {
      const before = this._obeyed;
      const command = (this._obeyed = this.wish);
      const differs = (name) => JSON.stringify(before[name]) !== JSON.stringify(command[name]);
      if (isOther || FILTERS.some(differs)) this.filter();
      if (!before || before.moved !== command.moved) {
        const { day, since, mode, areas } = command;
        this.clock.set({ day, since, mode: tideline.MODES[mode], areas: Boolean(areas), playing: false });
      }
      const isNew = command.selected !== this.selected;
      this.select(command.selected);
      tideline.askPlacing(this, command.placing);
      this.steer(() => this._view(before, isNew));
      this.redraw();
      if (this._isPictureDue) tideline.takePicture(this);
      this._isPictureDue = false;
    },

    // Let the events pass that the command asks for.
    filter: function () {
      this.index = new tideline.Index(this.data, tideline.passing(this.data, this.wish));
      this._fold = null;
      this.clock.follow(this.index);
      this.fire("filter");
    },

    // Go where a link stood or the page asks; else bring an event that it selected into
    // the view.
    _view: function (before, isNewlySelected) {
      const command = this.wish;
      const isNew = command.nonce !== this._nonce;
      this._nonce = command.nonce;
      if (isNew && command.at.length) {
        const [lon, lat, zoom] = command.at;
        this.map.setView([lat, lon], zoom, { animate: false });
        return;
      }
      if (this._seek(command, before)) return;
      if (isNew && command.fit.length) {
        const spots = command.fit.map((i) => this.latLng(this.data.place[i]));
        this.map.fitBounds(around(spots).pad(0.3), { maxZoom: 9, animate: false });
      } else if (isNewlySelected && command.selected >= 0 && command.selected < this.data.count) {
        this._show(this.latLng(this.data.place[command.selected]));
      }
    },

    _show: function (place) {
      const spot = beside(place, this.map.getCenter());
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
      this.map.fitBounds(around(spots).pad(0.2), { maxZoom: 10, animate: false });
      return true;
    },

    // Tell Python how things stand, by the click that streamlit-folium listens for. It
    // hears only the last of several in a row, so each tells all; `act` ("opened",
    // "pointed" or "asked") gets a new stamp.
    tell: function (act, what) {
      Object.assign(this._told, what);
      if (act) this._told[act] = Date.now();
      if (!this._loaded) return; // nothing is looked at yet
      const { day, since, mode, areas } = this.clock;
      const properties = {
        ...this._told, day, since, areas, mode: tideline.MODES.indexOf(mode), box: this.wish.box,
        moved: this.wish.moved, data: this._loaded, click: Date.now(),
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
      this._obeyed = { ...this._obeyed, box };
      this.filter();
      this.redraw();
      this.tell();
    },

    // The words of an event, fetched by chunks when first wanted; undefined where they
    // cannot be had, which may be better the next time.
    words: async function (event) {
      const size = this.data.header.chunk;
      const chunk = Math.floor(event / size);
      const { language } = this.wish;
      const words = this._words;
      const key = language + chunk;
      if (!words.has(key)) {
        const asked = tideline.source.words(this._loaded, language, chunk);
        words.set(key, asked.catch(() => (words.delete(key), [])));
      }
      return (await words.get(key))[event % size];
    },
  };

  tideline.command = function (command) {
    tideline.pending = command;
    if (tideline.layer) tideline.layer.command(command);
  };
})();
