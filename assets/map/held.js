// What is held back from a picture: places moved to a grid, the last days left out. The
// same as geo/withholding.py does to files; a test holds the two to the same points.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const HALF_ROUND_M = Math.PI * 6371008.8;
  const SLACK = 1.01; // places are known on a sphere to half a percent

  const radians = (degrees) => (degrees * Math.PI) / 180;

  function distance(lat, other, across) {
    const [one, two] = [radians(lat), radians(other)];
    const half =
      Math.pow(Math.sin((two - one) / 2), 2) +
      Math.cos(one) * Math.cos(two) * Math.pow(Math.sin(radians(across) / 2), 2);
    return (2 * HALF_ROUND_M * Math.asin(Math.min(1, Math.sqrt(half)))) / Math.PI;
  }

  // The middle of a point's cell in a grid whose sides are `side` metres, and how far
  // from it a point of the cell can lie: [lon, lat, metres].
  tideline.snapped = function ([lon, lat], side) {
    const rows = Math.ceil(HALF_ROUND_M / side);
    const height = 180 / rows;
    const row = Math.min(Math.max(Math.floor((lat + 90) / height), 0), rows - 1);
    const middle = -90 + (row + 0.5) * height;
    const cells = Math.ceil((2 * HALF_ROUND_M * Math.cos(radians(middle))) / side);
    const cell = Math.floor(((lon + 180) / 360) * cells) % cells;
    const reach = [-1, 1].map((way) => distance(middle, middle + (way * height) / 2, 180 / cells));
    return [-180 + ((cell + 0.5) * 360) / cells, middle, Math.max(...reach)];
  };

  function mercator([lon, lat]) {
    const y = (1 - Math.asinh(Math.tan(radians(lat))) / Math.PI) / 2;
    return [(lon + 180) / 360, Math.min(Math.max(y, 0), 1)].map((share) =>
      Math.min(Math.round(share * tideline.WORLD), tideline.WORLD - 1)
    );
  }

  // Of each group the place that is known best: least radius, then west, then south.
  function surest(data) {
    const best = new Map();
    const worth = (place) => [data.radius[place], ...data.lonLat(place)];
    for (let place = 0; place < data.places; place++) {
      const now = best.get(data.group[place]);
      const differs = now === undefined ? -1 : worth(place).map((v, i) => v - worth(now)[i]).find(Boolean);
      if (differs < 0) best.set(data.group[place], place);
    }
    return best;
  }

  // The same events with their places moved to a grid of so many kilometres.
  tideline.coarsened = function (data, km) {
    if (!km) return data;
    const moved = Object.assign(Object.create(Object.getPrototypeOf(data)), data);
    moved.x = data.x.slice();
    moved.y = data.y.slice();
    moved.radius = data.radius.slice();
    const best = surest(data);
    const whole = km * 500;
    for (let place = 0; place < data.places; place++) {
      const [lon, lat] = data.lonLat(place);
      const [bestLon, bestLat] = data.lonLat(best.get(data.group[place]));
      const [x, y, reach] = tideline.snapped([bestLon, bestLat], km * 1000);
      const off = SLACK * (distance(lat, bestLat, lon - bestLon) + reach);
      [moved.x[place], moved.y[place]] = mercator([x, y]);
      moved.radius[place] = Math.ceil((data.radius[place] + off) / whole) * whole;
    }
    return moved;
  };

  // Which events pass and may leave; `until` is the last day, null where none is held back.
  tideline.released = function (data, pass, until) {
    if (until === null) return pass;
    return pass.map((passes, i) => (data.day[i] <= until ? passes : 0));
  };
})();
