// Where places crowd: those that lie together in pixels, on a grid that is anchored to
// the world and not to the view. So a cluster stays what it is while the map is dragged
// and while time passes; whether it is closed depends on how much stands in it.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const CELL = 46; // pixels
  const MERGE = 38; // clusters whose middles lie closer become one
  const [FEW, SOME] = [3, 7]; // marks of a cluster that may stand side by side
  const CALM = 80; // places on the whole map up to which SOME counts

  // How many events that pass each place has.
  function weigh(data, index) {
    const weight = new Uint32Array(data.places);
    for (let at = 0; at < index.order.length; at++) weight[data.place[index.order[at]]]++;
    return weight;
  }

  // The clusters of all places with an event that passes, for one zoom.
  class Grid {
    constructor(layer, zoom, weight) {
      this._data = layer.data;
      this._scale = (256 * Math.pow(2, zoom)) / tideline.WORLD;
      this._columns = Math.ceil((256 * Math.pow(2, zoom)) / CELL);
      this.of = new Int32Array(layer.data.places).fill(-1); // the cluster of each place
      this._sumX = [];
      this._sumY = [];
      this.n = []; // places of each cluster
      this.main = []; // the place of which most is told
      this._keys = [];
      this._fill(layer, weight);
      this._merge();
      this.count = this.n.length;
    }

    _fill(layer, weight) {
      const cells = (this._cells = new Map());
      const { x, y, places } = this._data;
      for (let place = 0; place < places; place++) {
        if (!weight[place] || layer.isVast(place)) continue;
        const px = x[place] * this._scale;
        const py = y[place] * this._scale;
        const key = Math.floor(py / CELL) * this._columns + Math.floor(px / CELL);
        let cell = cells.get(key);
        if (cell === undefined) {
          cell = this.n.length;
          cells.set(key, cell);
          this._keys.push(key);
          this._sumX.push(0);
          this._sumY.push(0);
          this.n.push(0);
          this.main.push(place);
        }
        this.of[place] = cell;
        this._sumX[cell] += px;
        this._sumY[cell] += py;
        this.n[cell]++;
        if (weight[place] > weight[this.main[cell]]) this.main[cell] = place;
      }
      this.weight = weight;
    }

    // The greatest take in what lies close to their middle; ties go by the cell.
    _merge() {
      const into = this.n.map((_, cell) => cell);
      const order = this.n.map((_, cell) => cell);
      order.sort((a, b) => this.n[b] - this.n[a] || this._keys[a] - this._keys[b]);
      for (const cell of order) {
        if (into[cell] !== cell) continue;
        const [x, y] = [this._sumX[cell] / this.n[cell], this._sumY[cell] / this.n[cell]];
        for (const other of this._around(cell)) {
          if (into[other] !== other || this._isGreater(other, cell)) continue;
          const away = Math.hypot(this._sumX[other] / this.n[other] - x, this._sumY[other] / this.n[other] - y);
          if (away < MERGE) into[other] = cell;
        }
      }
      this._join(into);
    }

    _isGreater(a, b) {
      return this.n[a] > this.n[b] || (this.n[a] === this.n[b] && this._keys[a] < this._keys[b]);
    }

    _around(cell) {
      const found = [];
      for (const row of [-1, 0, 1]) {
        for (const column of [-1, 0, 1]) {
          const other = this._cells.get(this._keys[cell] + row * this._columns + column);
          if (other !== undefined && other !== cell) found.push(other);
        }
      }
      return found;
    }

    _join(into) {
      for (let cell = 0; cell < into.length; cell++) {
        const goal = into[cell];
        if (goal === cell) continue;
        this._sumX[goal] += this._sumX[cell];
        this._sumY[goal] += this._sumY[cell];
        this.n[goal] += this.n[cell];
        if (this.weight[this.main[cell]] > this.weight[this.main[goal]]) this.main[goal] = this.main[cell];
      }
      for (let place = 0; place < this.of.length; place++) {
        if (this.of[place] >= 0) this.of[place] = into[this.of[place]];
      }
    }

    // The middle of a cluster, in shares of the world.
    middle(cluster) {
      const unit = this.n[cluster] * this._scale * tideline.WORLD;
      return [this._sumX[cluster] / unit, this._sumY[cluster] / unit];
    }
  }

  // The grids of the events that pass, made when a zoom is first looked at.
  tideline.Clusters = class {
    constructor(layer) {
      this._layer = layer;
      this.index = layer.index;
      this._grids = new Map();
      this.weight = weigh(layer.data, layer.index);
      const places = this.weight.reduce((sum, one) => sum + (one > 0), 0);
      this.few = places > CALM ? FEW : SOME;
    }

    at(zoom) {
      const level = Math.round(zoom);
      if (!this._grids.has(level)) this._grids.set(level, new Grid(this._layer, level, this.weight));
      return this._grids.get(level);
    }
  };
})();
