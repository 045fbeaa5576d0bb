// The time that is looked at lives here, in the browser: the day, the window that ends
// with it, the way to look, and playback. Nothing of it asks the server.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const MODES = ["events", "control", "changes"]; // in the order of geo.view.Mode

  // Days count from 1970-01-01. The window runs from `since` (null: from the beginning)
  // to `day`, both inclusive. Fires "change" at each change, and "rest" once the reader
  // has let go.
  tideline.Clock = L.Evented.extend({
    initialize: function () {
      Object.assign(this, { first: 0, last: 0, day: 0, since: null, mode: "events" });
      Object.assign(this, { areas: false, playing: false, speed: 30 });
      this._days = [];
    },

    // The days on which an event comes to the map, ascending; they bound the clock.
    span: function (first, last) {
      this.first = first;
      this.last = last;
      this.set({});
    },

    set: function (wish) {
      const next = { ...this._state(), ...wish };
      next.day = this._clamp(next.day);
      // A window that is moved keeps its length, also where the first days cut it short.
      if ("since" in wish) this._length = Math.max(0, next.day - next.since);
      else if (next.since !== null) next.since = next.day - this._length;
      if (next.since !== null) next.since = Math.min(this._clamp(next.since), next.day);
      if (!MODES.includes(next.mode)) next.mode = this.mode;
      const before = this._state();
      if (Object.keys(next).every((key) => next[key] === before[key])) return;
      Object.assign(this, next);
      this.fire("change", { before });
    },

    // The reader has let go of the time: whoever follows it from afar may look now.
    rest: function () {
      this.fire("rest");
    },

    // Go to the next (1) or the last (-1) day with an event that passes the filters.
    step: function (way) {
      const days = this._days;
      let low = 0;
      let high = days.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (days[middle] < this.day + (way > 0 ? 1 : 0)) low = middle + 1;
        else high = middle;
      }
      const found = days[way > 0 ? low : low - 1];
      if (found !== undefined) this.set({ day: found });
      return found !== undefined;
    },

    // Take the days of the events that pass, so that steps can be made among them.
    follow: function (index) {
      const days = [];
      const { data, pass } = index;
      for (let i = 0; i < data.count && data.day[i] !== tideline.UNDATED; i++) {
        if (pass[i] && days[days.length - 1] !== data.day[i]) days.push(data.day[i]);
      }
      this._days = days;
    },

    _state: function () {
      const { day, since, mode, areas, playing, speed } = this;
      return { day, since, mode, areas, playing, speed };
    },

    _clamp: function (day) {
      return Math.min(Math.max(day, this.first), this.last);
    },
  });

  tideline.MODES = MODES;
})();
