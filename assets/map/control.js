// Who is reported to hold each place: the same rule as geo/timeline.py, which says why.
// A test compares the two on random events.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const [AFFIRM, CONTEST] = [0, 1];
  const [ATTACKED, INSIDE] = [1, 2];
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
      this.contested = new Uint8Array(size); // since then, by another: ATTACKED or INSIDE
      for (let group = 0; group < data.groups; group++) this._group(group);
    }

    // The state of a place after each of its events.
    _group(group) {
      const { start } = this.index;
      for (let at = start[group]; at < start[group + 1]; at++) {
        if (at === start[group]) this._keep(at, UNREPORTED, -1, -1, 0);
        else this._keep(at, this.holder[at - 1], this.since[at - 1], this.last[at - 1], this.contested[at - 1]);
        this._count(at);
      }
    }

    _keep(at, holder, since, last, contested) {
      this.holder[at] = holder;
      this.since[at] = since;
      this.last[at] = last;
      this.contested[at] = contested;
    }

    // Let an event change the state that it meets.
    _count(at) {
      const { header, type, status, taker, loser, day } = this.data;
      const i = this.index.order[at];
      if (header.uncounted[status[i]] || day[i] === tideline.UNDATED) return;
      const effect = header.effects[type[i]];
      const actor = taker[i] === tideline.NOBODY ? UNKNOWN : taker[i];
      const before = this.holder[at];
      const isHeld = before !== UNREPORTED;
      if (effect === CONTEST) {
        const isHolder = actor !== UNKNOWN && actor === before;
        const isInside = this.data.inside[i] && actor !== UNKNOWN && before >= 0;
        if (isHeld && !isHolder) this.contested[at] = Math.max(this.contested[at], isInside ? INSIDE : ATTACKED);
        return;
      }
      const isOfAnother = before >= 0 && loser[i] !== tideline.NOBODY && loser[i] !== before;
      if (actor === UNKNOWN && (effect === AFFIRM || isOfAnother)) return;
      this._keep(at, actor, isHeld && actor === before ? this.since[at] : i, i, 0);
    }

    // Where in `index.order` the state of a place on a day stands, -1 for none.
    at(group, day) {
      return this.until(group, this.data.until(day));
    }

    // The same after the first `count` events.
    until(group, count) {
      const found = this.index.until(group, count);
      if (found < this.index.start[group] || this.holder[found] === UNREPORTED) return -1;
      return found;
    }
  };

  tideline.UNKNOWN = UNKNOWN;
  tideline.UNREPORTED = UNREPORTED;
  tideline.INSIDE = INSIDE;
})();
