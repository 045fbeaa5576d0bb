// Which place lies nearest to each cell of a view, as far as a place reaches: the rule of
// geo/territory.py in a raster. A test compares the two on random places.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const WORLD = 4294967296; // the unit of the data's x and y
  const EARTH_M = 6371008.8; // mean radius
  const EQUATOR_M = 40075016.686;
  const NONE = 0; // no place in reach; spots count from 1

  // A spot is a point where places lie: `of` gives the spot of each place. Places of
  // several ids can share one.
  function spots({ places, x, y }) {
    const order = Uint32Array.from({ length: places }, (_, place) => place);
    order.sort((a, b) => x[a] - x[b] || y[a] - y[b]);
    const of = new Uint32Array(places);
    const at = [0]; // a place at each spot
    let before = -1;
    for (const place of order) {
      if (before < 0 || x[place] !== x[before] || y[place] !== y[before]) at.push(place);
      of[place] = at.length - 1;
      before = place;
    }
    return { of, at };
  }

  // A view is { x, y, side, width, height }: its upper left corner in pixels of a world
  // that is `side` pixels wide. A cell is a square of `size` pixels.
  tideline.Nearest = class {
    constructor(data, reachM) {
      this.data = data;
      this._reachM = reachM;
      const { of, at } = spots(data);
      this.of = of;
      this._at = at;
      this.count = at.length;
      this._standing = new Uint8Array(this.count);
    }

    // Begin a view, in which no place stands yet.
    look(view, size) {
      this._view = view;
      this._size = size;
      this.columns = Math.ceil(view.width / size);
      this.rows = Math.ceil(view.height / size);
      const cells = this.columns * this.rows;
      if (!this.spot || this.spot.length !== cells) {
        this.spot = new Uint32Array(cells);
        this._away = new Float32Array(cells);
      }
      this._clear();
    }

    _clear() {
      this.spot.fill(NONE);
      this._away.fill(Infinity);
      this._standing.fill(0);
    }

    // Let those spots stand whose number has a 1, and tell whether that changed a cell.
    // New ones are added to what is there, so playing on costs little.
    stand(wanted) {
      const standing = this._standing;
      for (let spot = 1; spot < this.count; spot++) {
        if (standing[spot] && !wanted[spot]) {
          this._clear();
          break;
        }
      }
      let changed = false;
      for (let spot = 1; spot < this.count; spot++) {
        if (!wanted[spot] || standing[spot]) continue;
        standing[spot] = 1;
        if (this._stamp(spot)) changed = true;
      }
      return changed;
    }

    // The circle that a spot reaches, in cells. On this map it lies around a point that
    // is a little farther from the equator than the spot.
    _circle(spot) {
      const { x, y, side, width } = this._view;
      const place = this._at[spot];
      const lat = (this.data.lonLat(place)[1] * Math.PI) / 180;
      const radius = (this._reachM * side) / (EQUATOR_M * Math.cos(lat));
      let left = (this.data.x[place] / WORLD) * side - x;
      left -= Math.round((left - width / 2) / side) * side; // the copy that is in view
      const top = (this.data.y[place] / WORLD) * side - y;
      const off = (radius * this._reachM * Math.tan(lat)) / (2 * EARTH_M);
      const size = this._size;
      return { x: left / size, y: top / size, middle: (top - off) / size, radius: radius / size };
    }

    // Give a spot the cells in its circle that lie nearer to it than to any other.
    _stamp(spot) {
      const { x, y, middle, radius } = this._circle(spot);
      const { columns, _away: away } = this;
      const first = Math.max(0, Math.ceil(middle - radius - 0.5));
      const last = Math.min(this.rows - 1, Math.floor(middle + radius - 0.5));
      let changed = false;
      for (let row = first; row <= last; row++) {
        const down = row + 0.5 - middle;
        const half = Math.sqrt(radius * radius - down * down);
        const left = Math.max(0, Math.ceil(x - half - 0.5));
        const right = Math.min(columns - 1, Math.floor(x + half - 0.5));
        const dy = row + 0.5 - y;
        for (let column = left; column <= right; column++) {
          const dx = column + 0.5 - x;
          const square = dx * dx + dy * dy;
          const cell = row * columns + column;
          if (square >= away[cell]) continue;
          away[cell] = square;
          this.spot[cell] = spot;
          changed = true;
        }
      }
      return changed;
    }
  };
})();
