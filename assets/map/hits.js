// Which marks lie under a point: a grid over the view, made anew when it is first asked
// after a frame.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const CELL = 40; // pixels; more than the reach of a click
  const NONE = -1;

  tideline.Hits = class {
    constructor(layer) {
      this._layer = layer;
      this._next = new Int32Array(0);
      this.isStale = true;
    }

    _build() {
      const { canvas, marks } = this._layer;
      const { size, pad } = canvas.frame;
      const { signs, order } = marks;
      this._pad = pad;
      this._columns = Math.ceil((size.x + 2 * pad) / CELL);
      this._rows = Math.ceil((size.y + 2 * pad) / CELL);
      this._head = new Int32Array(this._columns * this._rows).fill(NONE);
      if (this._next.length < signs.count) this._next = new Int32Array(2 * signs.count);
      // The first in each list is the uppermost.
      for (let at = 0; at < signs.count; at++) {
        const row = order[at];
        const cell = this._cell(signs.x[row], signs.y[row]);
        this._next[row] = this._head[cell];
        this._head[cell] = row;
      }
      this.isStale = false;
    }

    _cell(x, y) {
      const column = Math.floor((x + this._pad) / CELL);
      const row = Math.floor((y + this._pad) / CELL);
      const within = (value, many) => Math.min(Math.max(value, 0), many - 1);
      return within(row, this._rows) * this._columns + within(column, this._columns);
    }

    // The events of the signs under a point, nearest first; the upper one where they tie.
    signs(point, reach) {
      if (this.isStale) this._build();
      const { signs } = this._layer.marks;
      const hits = [];
      const cells = new Set();
      for (const dx of [-reach, 0, reach]) {
        for (const dy of [-reach, 0, reach]) cells.add(this._cell(point.x + dx, point.y + dy));
      }
      for (const cell of cells) {
        for (let row = this._head[cell]; row !== NONE; row = this._next[row]) {
          const away = Math.hypot(signs.x[row] - point.x, signs.y[row] - point.y);
          if (away <= reach) hits.push({ row, event: signs.event[row], away });
        }
      }
      return hits.sort((a, b) => a.away - b.away || b.event - a.event);
    }

    // The number of the cluster under a point, -1 for none.
    cluster(point, more) {
      const { clusters } = this._layer.marks;
      for (let slot = clusters.count - 1; slot >= 0; slot--) {
        const away = Math.hypot(clusters.x[slot] - point.x, clusters.y[slot] - point.y);
        if (away <= tideline.reach(clusters.marks[slot]) + more) return slot;
      }
      return NONE;
    }
  };
})();
