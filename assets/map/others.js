// Other people's data, where the reader asked for them: small empty squares under our
// marks, that follow the same window of time. They are never counted, never clustered
// with reports, and named as what they are.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const HALF = 3.5; // of a square's side, in pixels
  const REACH = 8;
  const [LIGHT, DARK] = ["#6b5b95", "#c3b5ec"];

  tideline.Others = class {
    constructor(layer) {
      this._layer = layer;
      this._wanted = [];
      this._known = new Map(); // what was loaded, by number; null while it is on its way
      this._spots = []; // what was drawn last: [x, y, number, event]
    }

    // Show the layers of these numbers, and no others.
    show(numbers) {
      this._wanted = numbers;
      for (const number of numbers) if (!this._known.has(number)) this._load(number);
    }

    async _load(number) {
      this._known.set(number, null);
      try {
        this._known.set(number, await tideline.source.others(number));
        this._layer.redraw();
      } catch (error) {
        this._known.delete(number);
        tideline.say(tideline.t("A layer could not be loaded from this server."), () => this._load(number));
      }
    }

    draw(ctx) {
      this._spots = [];
      ctx.strokeStyle = this._layer.dark ? DARK : LIGHT;
      ctx.lineWidth = 1.4;
      ctx.globalAlpha = 0.85;
      ctx.beginPath();
      for (const number of this._wanted) this._trace(ctx, number, this._known.get(number));
      ctx.stroke();
      ctx.globalAlpha = 1;
    }

    _trace(ctx, number, events) {
      if (!events) return;
      const { canvas, clock } = this._layer;
      const since = clock.since === null ? -Infinity : clock.since;
      for (let i = 0; i < events.x.length; i++) {
        if (events.first[i] > clock.day || events.last[i] < since) continue;
        const [x, y] = [canvas.x(events.x[i]), canvas.y(events.y[i])];
        if (!canvas.isNear(x, y)) continue;
        ctx.rect(x - HALF, y - HALF, 2 * HALF, 2 * HALF);
        this._spots.push([x, y, number, i]);
      }
    }

    // What was drawn under a point, the nearest; null where nothing was.
    pick(point) {
      let best = null;
      let least = REACH;
      for (const spot of this._spots) {
        const away = Math.hypot(spot[0] - point.x, spot[1] - point.y);
        if (away <= least) [best, least] = [spot, away];
      }
      return best && { number: best[2], event: best[3] };
    }

    // The lines that tell of one: whose data it is, and what they say.
    async words({ number, event }) {
      const words = await tideline.source.othersWords(number, event);
      const { name } = this._known.get(number);
      return [tideline.t("Imported data: {name}", { name }), ...words];
    }

    // Which are shown, and how many of them are in view: for tests.
    state() {
      return { wanted: this._wanted, ready: this._wanted.every((n) => this._known.get(n)), drawn: this._spots.length };
    }
  };
})();
