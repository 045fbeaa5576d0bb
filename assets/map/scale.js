// Where a day stands in the strip, which stretch of time is in view, and its axis.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const calendar = tideline.calendar;
  const PAD = 14; // pixels at both ends, so that a handle there can still be taken
  const LEAST_DAYS = 14; // the closest look
  const ALONE_DAYS = 28; // the stretch around a single day
  const GAP = 9; // pixels between two labels
  const STEPS = [
    ["day", calendar.days(1)], ["day", calendar.days(7)],
    ["month", calendar.months(1)], ["month", calendar.months(3)], ["month", calendar.months(6)],
    ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].map((years) => ["year", calendar.months(12 * years)]),
  ];

  tideline.Scale = class {
    constructor() {
      this.width = 0;
      this.bound(0, 0);
    }

    // Take the first and the last day that there are, and look at all of them.
    bound(first, last) {
      const lacking = Math.max(0, ALONE_DAYS - (last + 1 - first)) / 2;
      this._first = first - lacking;
      this._last = last + 1 + lacking;
      this.from = this._first;
      this.to = this._last;
    }

    get span() {
      return this.to - this.from;
    }

    get isWhole() {
      return this.from <= this._first && this.to >= this._last;
    }

    // Pixels from the left end to where a day begins.
    x(day) {
      return PAD + ((day - this.from) / this.span) * (this.width - 2 * PAD);
    }

    // The day at a pixel, with the part of it that has passed there.
    at(x) {
      return this.from + ((x - PAD) / (this.width - 2 * PAD)) * this.span;
    }

    zoom(factor, around) {
      const whole = this._last - this._first;
      const span = Math.min(whole, Math.max(Math.min(LEAST_DAYS, whole), this.span * factor));
      const share = (around - this.from) / this.span;
      this._look(around - share * span, span);
    }

    pan(days) {
      this._look(this.from + days, this.span);
    }

    // Turn over to where a day is, when it has left the view; tell whether it had.
    follow(day) {
      const late = day + 1 > this.to;
      if (!late && day >= this.from) return false;
      this._look(day - this.span * (late ? 0.1 : 0.9), this.span);
      return true;
    }

    _look(from, span) {
      this.from = Math.max(this._first, Math.min(from, this._last - span));
      this.to = this.from + span;
    }

    // The finest labels that all have room: [x, text, whether a year begins there].
    ticks(ctx) {
      for (const [kind, unit] of STEPS) {
        if ((unit.length / this.span) * this.width < 22) continue;
        const labels = this._labels(ctx, kind, unit);
        if (labels) return labels;
      }
      return [];
    }

    _labels(ctx, kind, unit) {
      const labels = [];
      let free = 0;
      const starts = calendar.starts(unit, this.from, this.to);
      for (const [at, start] of starts.entries()) {
        const day = Math.max(start, calendar.FIRST);
        const next = starts[at + 1];
        const x = Math.max(this.x(day), PAD);
        const [text, isYear] = this._label(kind, day, !labels.length);
        const end = x + 4 + ctx.measureText(text).width;
        // A stretch that only begins or ends in the view goes without where it is too short.
        if (at === 0 && next !== undefined && end + GAP > this.x(next)) continue;
        if (at === starts.length - 1 && end > this.width) continue;
        if (x < free) return null;
        labels.push([x, text, isYear]);
        free = end + GAP;
      }
      return labels;
    }

    _label(kind, day, isFirst) {
      const year = String(calendar.year(day));
      const month = tideline.shortMonth(calendar.month(day));
      if (kind === "year") return [year, true];
      if (kind === "month") {
        if (calendar.month(day) === 0) return [year, true];
        return [isFirst ? month + " " + year : month, isFirst];
      }
      const date = calendar.date(day) + " " + month;
      return [isFirst ? date + " " + year : date, isFirst];
    }
  };
})();
