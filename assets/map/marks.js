// What stands on the map at a moment: which signs where, which clusters. Everything is
// numbers in arrays that are used again for each frame. Where the places lie in pixels
// is found out when the map moves; a frame looks once at each place in view.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const FRESH_DAYS = 90; // full colour until then; the fading starts here
  const PALE_DAYS = 1800;
  const PALEST = 0.58;
  const UNDER = 0.72; // of a sign that lies under a newer one
  const VAST_STRENGTH = 0.5;
  const STACK = 2; // older signs at a place that still peep out
  const STEP = 5; // pixels from one to the next
  const NONE = -1;
  const UNREPORTED = -2; // also of signs that tell of no change
  const ROOM = 1 << 21; // more marks than a frame ever has; events times this stay exact

  const COLUMNS = {
    event: Uint32Array, place: Uint32Array, actor: Int32Array, former: Int32Array, contested: Uint8Array,
    x: Float32Array, y: Float32Array, rootX: Float32Array, rootY: Float32Array,
    depth: Uint8Array, strength: Float32Array,
  };

  // Columns that are made larger when they are full.
  class Table {
    constructor(columns, size) {
      this._columns = columns;
      this.count = 0;
      this._grow(size);
    }

    _grow(size) {
      this._size = size;
      for (const [name, Kind] of Object.entries(this._columns)) {
        const wider = new Kind(size);
        if (this[name]) wider.set(this[name]);
        this[name] = wider;
      }
    }

    // The number of a new row.
    add() {
      if (this.count === this._size) this._grow(2 * this._size);
      return this.count++;
    }
  }

  tideline.Marks = class {
    constructor(layer) {
      const { data } = layer;
      this._layer = layer;
      this.data = data;
      this.x = new Float32Array(data.places); // pixels of each place, NaN out of view
      this.y = new Float32Array(data.places);
      this._seen = new Uint8Array(data.groups);
      this._groups = new Uint32Array(data.groups); // those with a place in view
      this._many = 0;
      this.signs = new Table(COLUMNS, 256);
      this.faint = new Table({ place: Uint32Array, actor: Int32Array }, 256);
      this.clusters = new Table({ cluster: Uint32Array, marks: Uint32Array, events: Uint32Array, x: Float32Array, y: Float32Array }, 64);
      // The uppermost mark of each place in view, before it is decided how it is shown.
      this._leads = new Table({ group: Uint32Array, at: Uint32Array, event: Uint32Array, actor: Int32Array, former: Int32Array }, 256);
      this.order = new Float64Array(0);
    }

    // Find out where the places lie; to be done when the map moved.
    look() {
      const { data, canvas } = this._layer;
      const { x, y, group, places } = data;
      this._seen.fill(0);
      this._many = 0;
      for (let place = 0; place < places; place++) {
        const px = canvas.x(x[place] / tideline.WORLD);
        const py = canvas.y(y[place] / tideline.WORLD);
        const isIn = canvas.isNear(px, py);
        this.x[place] = isIn ? px : NaN;
        this.y[place] = py;
        if (!isIn || this._seen[group[place]]) continue;
        this._seen[group[place]] = 1;
        this._groups[this._many++] = group[place];
      }
    }

    // Take up what stands there now.
    gather() {
      const { mode } = this._layer.clock;
      this.signs.count = this.faint.count = this.clusters.count = this._leads.count = 0;
      if (mode === "events") this._leadEvents();
      else if (mode === "control") this._leadControl();
      else this._leadChanges();
      this._divide();
      this._sort();
    }

    _lead(group, at, event, actor, former) {
      if (Number.isNaN(this.x[this._layer.data.place[event]])) return;
      const leads = this._leads;
      const row = leads.add();
      leads.group[row] = group;
      leads.at[row] = at;
      leads.event[row] = event;
      leads.actor[row] = actor;
      leads.former[row] = former;
    }

    // What was reported in the window: the newest event of each place.
    _leadEvents() {
      const { clock, data, index } = this._layer;
      const until = data.until(clock.day);
      const from = clock.since === null ? 0 : data.until(clock.since - 1);
      for (let i = 0; i < this._many; i++) {
        const group = this._groups[i];
        const at = index.until(group, until);
        if (at < index.start[group] || index.order[at] < from) continue;
        this._lead(group, at, index.order[at], data.drawn(index.order[at]), UNREPORTED);
      }
    }

    // Who was last reported to hold each place on that day.
    _leadControl() {
      const { clock, data, fold } = this._layer;
      const until = data.until(clock.day);
      for (let i = 0; i < this._many; i++) {
        const group = this._groups[i];
        const at = fold.until(group, until);
        if (at >= 0) this._lead(group, at, fold.last[at], fold.holder[at], UNREPORTED);
      }
    }

    // Where another holds on the window's last day than at the end of its first; the
    // rest is only hinted at.
    _leadChanges() {
      const { clock, data, fold } = this._layer;
      const until = data.until(clock.day);
      const then = data.until(clock.since === null ? clock.first : clock.since);
      for (let i = 0; i < this._many; i++) {
        const group = this._groups[i];
        const at = fold.until(group, until);
        if (at < 0) continue;
        const former = fold.until(group, then);
        const holder = former < 0 ? UNREPORTED : fold.holder[former];
        if (holder !== fold.holder[at]) {
          this._lead(group, at, fold.since[at], fold.holder[at], holder);
          continue;
        }
        const row = this.faint.add();
        this.faint.place[row] = data.place[fold.last[at]];
        this.faint.actor[row] = holder;
      }
    }

    // Let what crowds stand as clusters, and the rest for itself.
    _divide() {
      const layer = this._layer;
      const { data, selected } = layer;
      const leads = this._leads;
      const grid = (this.grid = layer.clusters.at(layer.canvas.frame.zoom));
      const chosen = selected >= 0 && selected < data.count ? data.group[data.place[selected]] : NONE;
      if (!this._inside || this._inside.length !== grid.count) {
        this._inside = new Uint32Array(grid.count);
        this._slot = new Int32Array(grid.count);
      }
      this._inside.fill(0);
      this._slot.fill(NONE);
      for (let row = 0; row < leads.count; row++) {
        const cluster = grid.of[data.place[leads.event[row]]];
        if (cluster >= 0 && leads.group[row] !== chosen) this._inside[cluster]++;
      }
      for (let row = 0; row < leads.count; row++) {
        const cluster = grid.of[data.place[leads.event[row]]];
        const isClosed = cluster >= 0 && this._inside[cluster] > layer.clusters.few;
        if (isClosed && leads.group[row] !== chosen) this._enclose(cluster, row);
        else this._stand(row);
      }
    }

    _enclose(cluster, row) {
      const table = this.clusters;
      const actors = this._layer.data.header.actors.length + 1;
      let slot = this._slot[cluster];
      if (slot === NONE) {
        slot = this._slot[cluster] = table.add();
        const [x, y] = this.grid.middle(cluster);
        table.cluster[slot] = cluster;
        table.marks[slot] = table.events[slot] = 0;
        table.x[slot] = this._layer.canvas.x(x);
        table.y[slot] = this._layer.canvas.y(y);
        if (!this.shares || this.shares.length < table.count * actors) this._widen(2 * table.count * actors);
        this.shares.fill(0, slot * actors, (slot + 1) * actors);
      }
      table.marks[slot]++;
      table.events[slot] += this._told(row);
      // The last share is that of nobody.
      const actor = this._leads.actor[row];
      this.shares[slot * actors + (actor >= 0 && actor < actors - 1 ? actor : actors - 1)]++;
    }

    _widen(size) {
      const wider = new Uint32Array(size);
      if (this.shares) wider.set(this.shares);
      this.shares = wider;
    }

    // How many events of the window a place has.
    _told(row) {
      const { clock, data, index } = this._layer;
      const group = this._leads.group[row];
      if (clock.mode !== "events") return 1;
      const from = clock.since === null ? 0 : data.until(clock.since - 1);
      return this._leads.at[row] - index.until(group, from);
    }

    // Put a place's sign on the map, in events with the older ones behind it.
    _stand(row) {
      const { clock, data, index, fold } = this._layer;
      const leads = this._leads;
      const [group, at, event] = [leads.group[row], leads.at[row], leads.event[row]];
      const sign = this._put(event, 0, leads.actor[row], leads.former[row]);
      if (clock.mode !== "events") {
        this.signs.contested[sign] = clock.mode === "control" ? fold.contested[at] : 0;
        return;
      }
      const oldest = Math.max(index.start[group], at - STACK);
      for (let older = at - 1; older >= oldest; older--) {
        const other = index.order[older];
        if (clock.since !== null && data.day[other] < clock.since) break;
        this._put(other, at - older, data.drawn(other), UNREPORTED);
      }
    }

    _put(event, depth, actor, former) {
      const layer = this._layer;
      const signs = this.signs;
      const place = layer.data.place[event];
      const row = signs.add();
      const step = STEP * layer.scale() * depth;
      signs.event[row] = event;
      signs.place[row] = place;
      signs.actor[row] = actor;
      signs.former[row] = former;
      signs.contested[row] = 0;
      signs.depth[row] = depth;
      signs.rootX[row] = this.x[place];
      signs.rootY[row] = this.y[place];
      signs.x[row] = this.x[place] + step;
      signs.y[row] = this.y[place] - step;
      signs.strength[row] = this._strength(event, place, depth);
      return row;
    }

    _strength(event, place, depth) {
      const { clock, data, selected } = this._layer;
      if (event === selected) return 1;
      const vast = this._layer.isVast(place) ? VAST_STRENGTH : 1;
      if (clock.mode === "changes") return vast;
      const age = clock.day - data.day[event];
      const old = Math.min(1, Math.max(0, (age - FRESH_DAYS) / (PALE_DAYS - FRESH_DAYS)));
      return (1 - (1 - PALEST) * old) * (depth ? UNDER : 1) * vast;
    }

    // `order` are the rows of the signs, those drawn first before those upon them.
    _sort() {
      const { count, event } = this.signs;
      if (this.order.length < count) this.order = new Float64Array(2 * count);
      for (let row = 0; row < count; row++) this.order[row] = event[row] * ROOM + row;
      this.order.subarray(0, count).sort();
      for (let row = 0; row < count; row++) this.order[row] %= ROOM;
    }

    // The signs in the order in which they are drawn, as records: for tests and words.
    list() {
      const { signs, order } = this;
      return Array.from(order.subarray(0, signs.count), (row) => ({
        event: signs.event[row], x: signs.x[row], y: signs.y[row], actor: signs.actor[row],
        former: signs.former[row], contested: signs.contested[row],
      }));
    }

    // The clusters as records, for tests.
    listClusters() {
      const { x, y, marks, events, count } = this.clusters;
      return Array.from({ length: count }, (_, slot) => ({ x: x[slot], y: y[slot], marks: marks[slot], events: events[slot] }));
    }

    // The actors of a cluster and their places, the greatest share first.
    sharesOf(slot) {
      const many = this._layer.data.header.actors.length + 1;
      const shares = Array.from(this.shares.subarray(slot * many, (slot + 1) * many), (n, actor) => [actor, n]);
      return shares.filter(([, n]) => n).sort((a, b) => b[1] - a[1]);
    }

    // What stands in a cluster: its events and where they lie, the newest first.
    within(slot) {
      const { data } = this._layer;
      const cluster = this.clusters.cluster[slot];
      const leads = this._leads;
      const events = [];
      for (let row = 0; row < leads.count; row++) {
        const event = leads.event[row];
        if (this.grid.of[data.place[event]] === cluster) events.push(event);
      }
      return events.sort((a, b) => b - a);
    }
  };
})();
