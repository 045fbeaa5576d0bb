// The events that pass the filters, place by place: what stands where on a day is then
// found by looking at each place once, however many events there are.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});

  tideline.Index = class {
    // `pass` has a 1 for each event that passes.
    constructor(data, pass) {
      this.data = data;
      this.pass = pass;
      const start = new Uint32Array(data.groups + 1);
      const before = new Uint32Array(data.count + 1);
      for (let i = 0; i < data.count; i++) {
        before[i + 1] = before[i] + pass[i];
        if (pass[i]) start[data.group[data.place[i]] + 1]++;
      }
      for (let g = 0; g < data.groups; g++) start[g + 1] += start[g];
      const next = start.slice();
      const order = new Uint32Array(start[data.groups]);
      for (let i = 0; i < data.count; i++) {
        if (pass[i]) order[next[data.group[data.place[i]]]++] = i;
      }
      this.before = before; // how many pass among the events before each
      this.start = start; // group g has order[start[g]] to order[start[g + 1] - 1]
      this.order = order; // positions of events, oldest first
    }

    // Where in `order` a group's last event up to a day stands; start[group] - 1 if none.
    at(group, day) {
      return this.until(group, this.data.until(day));
    }

    // The same among the first `count` events: a day is so looked up once for all groups.
    until(group, count) {
      const order = this.order;
      let low = this.start[group];
      let high = this.start[group + 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (order[middle] < count) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    }

    // How many events pass within a window; `since` null is from the beginning.
    within(since, day) {
      const first = since === null ? 0 : this.data.until(since - 1);
      return this.before[Math.max(first, this.data.until(day))] - this.before[first];
    }
  };

  // Which events pass the filters of a command: a 1 for each.
  tideline.passing = function (data, wish) {
    const pass = new Uint8Array(data.count).fill(1);
    const drop = (keeps) => {
      for (let i = 0; i < data.count; i++) if (!keeps(i)) pass[i] = 0;
    };
    const any = (wanted, ...columns) => {
      if (!wanted) return;
      const keep = new Set(wanted);
      drop((i) => columns.some((column) => keep.has(column[i])));
    };
    any(wish.types, data.type);
    any(wish.statuses, data.status);
    any(wish.publishers, data.publisher);
    any(wish.actors, data.taker, data.loser);
    if (wish.confidence) drop((i) => data.confidence[i] >= wish.confidence);
    if (wish.reviewed !== null) drop((i) => data.reviewed[i] === wish.reviewed);
    if (wish.matching !== null) {
      const bits = atob(wish.matching);
      drop((i) => (bits.charCodeAt(i >> 3) >> (i & 7)) & 1);
    }
    if (wish.box.length) {
      const inside = within(data, wish.box);
      drop((i) => inside[data.place[i]]);
    }
    return pass;
  };

  // Which places lie in a rectangle (west, south, east, north), across the date line
  // where its west lies east of its east. Its edges belong to it; places are known here to
  // a ten millionth of a degree.
  function within(data, [west, south, east, north]) {
    const inside = new Uint8Array(data.places);
    for (let place = 0; place < data.places; place++) {
      const [lon, lat] = data.lonLat(place).map((degrees) => Math.round(degrees * 1e6) / 1e6);
      const beside = west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
      inside[place] = beside && lat >= south && lat <= north ? 1 : 0;
    }
    return inside;
  }
})();
