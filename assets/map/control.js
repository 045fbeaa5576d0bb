// Who is reported to hold each place: the same rule as geo/timeline.py, which says why.
// A test compares the two on random events.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const [AFFIRM, CONTEST] = [0, 1];
  const UNREPORTED = -2; // nothing was reported of the place yet
  const UNKNOWN = -1; // somebody left, nobody is reported to have come

  tideline.Fold = class {
    constructor(data, index) {
      this.data = data;
      this.index = index;
      const size = index.order.length;
      this.holder = new Int32Array(size); // an actor, UNKNOWN or UNREPORTED
      this.since = new Int32Array(size); // the event that began the spell
      this.last = new Int32Array(size); // the one that began or affirmed it last
      this.contested = new Uint8Array(size); // attacked since by another
      for (let group = 0; group < data.groups; group++) this._group(group);
    }

    // The state of a place after each of its events.
    _group(group) {
      const { order, start } = this.index;
      let state = { holder: UNREPORTED, since: -1, last: -1, contested: 0 };
      for (let at = start[group]; at < start[group + 1]; at++) {
        state = this._after(state, order[at]);
        this.holder[at] = state.holder;
        this.since[at] = state.since;
        this.last[at] = state.last;
        this.contested[at] = state.contested;
      }
    }

    _after(before, i) {
      const { header, type, status, taker, loser, day } = this.data;
      if (header.uncounted[status[i]] || day[i] === tideline.UNDATED) return before;
      const effect = header.effects[type[i]];
      const actor = taker[i] === tideline.NOBODY ? UNKNOWN : taker[i];
      const isHeld = before.holder !== UNREPORTED;
      if (effect === CONTEST) {
        const isHolder = actor !== UNKNOWN && actor === before.holder;
        return isHeld && !isHolder ? { ...before, contested: 1 } : before;
      }
      const isOfAnother =
        before.holder >= 0 && loser[i] !== tideline.NOBODY && loser[i] !== before.holder;
      if (actor === UNKNOWN && (effect === AFFIRM || isOfAnother)) return before;
      if (isHeld && actor === before.holder) return { ...before, last: i, contested: 0 };
      return { holder: actor, since: i, last: i, contested: 0 };
    }

    // Where in `index.order` the state of a place on a day stands, -1 for none.
    at(group, day) {
      const found = this.index.at(group, day);
      if (found < this.index.start[group] || this.holder[found] === UNREPORTED) return -1;
      return found;
    }
  };

  tideline.UNKNOWN = UNKNOWN;
  tideline.UNREPORTED = UNREPORTED;
})();
