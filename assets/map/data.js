// The events as columns of numbers, as they come from the server: see geo/columns.py.
// They stand in the order in which control counts them, undated ones last.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const WORLD = 4294967296; // the unit of x and y: a world is 2^32 wide
  const WIRE = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, float32: Float32Array };
  // What each column becomes here, whatever it came as.
  const COLUMNS = {
    x: Uint32Array, y: Uint32Array, group: Uint32Array, named: Uint32Array, radius: Float32Array,
    place: Uint32Array, day: Int32Array, span: Int32Array, taker: Uint16Array, loser: Uint16Array,
    publisher: Uint16Array, type: Uint8Array, status: Uint8Array, confidence: Uint8Array,
    reviewed: Uint8Array, inside: Uint8Array,
  };

  // Add the base again, and put `nothing` where the wire has its greatest number.
  function widen(raw, Kind, base, nothing) {
    if (raw.constructor === Kind && !base && nothing === null) return raw;
    const greatest = Math.pow(2, 8 * raw.BYTES_PER_ELEMENT) - 1;
    const wide = new Kind(raw.length);
    for (let i = 0; i < raw.length; i++) {
      wide[i] = nothing !== null && raw[i] === greatest ? nothing : raw[i] + base;
    }
    return wide;
  }

  class Dataset {
    constructor(header, columns) {
      this.header = header;
      this.count = header.count;
      this.places = header.places;
      this.groups = header.groups;
      Object.assign(this, columns);
      // The first possible day of each event; `day` is the last.
      this.first = this.day.map((day, i) => (day === tideline.UNDATED ? day : day - this.span[i]));
    }

    // Events up to and with `day`: their count, as they are sorted by day.
    until(day) {
      let low = 0;
      let high = this.count;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.day[middle] <= day) low = middle + 1;
        else high = middle;
      }
      return low;
    }

    // The actor whose colour an event has: who gains, else who loses; NOBODY for none.
    drawn(i) {
      return this.taker[i] === tideline.NOBODY ? this.loser[i] : this.taker[i];
    }

    // How an actor of that number is drawn.
    actor(number) {
      return this.header.actors[number] || this.header.nobody;
    }

    // Longitude and latitude of a place in degrees.
    lonLat(place) {
      const y = this.y[place] / WORLD;
      return [
        (this.x[place] / WORLD) * 360 - 180,
        (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI,
      ];
    }
  }

  // Read a payload: the length of a JSON header, the header, then its columns in order.
  tideline.unpack = function (buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    const columns = {};
    let at = 4 + length;
    for (const [name, type, count, base, nothing] of header.columns) {
      at = Math.ceil(at / 4) * 4;
      const raw = new WIRE[type](buffer, at, count);
      at += raw.byteLength;
      columns[name] = widen(raw, COLUMNS[name], base, nothing);
    }
    return new Dataset(header, columns);
  };

  tideline.WORLD = WORLD;
  tideline.UNDATED = 2147483647; // the day of events without one
  tideline.NOBODY = 65535; // the number of an actor whom nobody names
})();
