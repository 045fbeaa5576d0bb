// How many events there are over time, by taker: stacked bars, and the axis under them.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const calendar = tideline.calendar;
  const LEAST_BAR = 3; // pixels
  const WIDE_DAY = 9; // pixels from which on a day has a bar of its own
  const UNITS = [
    { ...calendar.days(7), say: (n) => tideline.t("{n} a week", { n }) },
    { ...calendar.months(1), say: (n) => tideline.t("{n} a month", { n }) },
    { ...calendar.months(3), say: (n) => tideline.t("{n} a quarter", { n }) },
    { ...calendar.months(12), say: (n) => tideline.t("{n} a year", { n }) },
    { ...calendar.months(120), say: (n) => tideline.t("{n} a decade", { n }) },
    { ...calendar.months(1200), say: (n) => tideline.t("{n} a century", { n }) },
  ];
  const DAILY = { ...calendar.days(1), say: (n) => tideline.t("{n} a day", { n }) };

  function unitFor(scale) {
    const pixels = scale.width / scale.span;
    if (pixels >= WIDE_DAY) return DAILY;
    return UNITS.find((unit) => unit.length * pixels >= LEAST_BAR) || UNITS[UNITS.length - 1];
  }

  // The greatest of 1, 2, 5, 10, 20, ... that is not above a number.
  function round(number) {
    const ten = Math.pow(10, Math.floor(Math.log10(number)));
    return ten * [5, 2, 1].find((one) => one * ten <= number);
  }

  // One pass over the events from the first bar on, of which the last ends before `end`.
  function sums(data, pass, starts, end) {
    const { day, taker } = data;
    const parts = data.header.actors.length + 1;
    const found = new Uint32Array(starts.length * parts);
    const stop = data.until(end - 1);
    let bar = 0;
    for (let at = data.until(starts[0] - 1); at < stop; at++) {
      if (!pass[at]) continue;
      while (day[at] >= starts[bar + 1]) bar++;
      found[bar * parts + Math.min(taker[at], parts - 1)]++;
    }
    return found;
  }

  tideline.Histogram = class {
    // Count the events that pass, by bar and taker; those without a taker come last.
    count({ data, index }, scale) {
      this.unit = unitFor(scale);
      this.starts = calendar.starts(this.unit, scale.from, scale.to);
      this.parts = data.header.actors.length + 1;
      this.sums = sums(data, index.pass, this.starts, this.unit.next(this.starts[this.starts.length - 1]));
      this.most = this.starts.reduce((most, _, bar) => Math.max(most, this.total(bar)), 0);
    }

    total(bar) {
      let sum = 0;
      for (let part = 0; part < this.parts; part++) sum += this.sums[bar * this.parts + part];
      return sum;
    }

    // What the bar over a day tells, in words.
    tell(day) {
      let bar = this.starts.length - 1;
      while (bar > 0 && this.starts[bar] > day) bar--;
      return this.unit.say(this.total(bar));
    }

    // Draw into a box of CSS pixels: { top, bottom } of the bars, the axis is below.
    // Returns the line of a round number, and what it says; null without bars.
    draw(ctx, scale, box, actors, look) {
      this._axis(ctx, scale, box, look);
      if (!this.most) return null;
      const height = box.bottom - box.top;
      this.starts.forEach((start, bar) => {
        const left = Math.max(0, scale.x(start));
        const right = Math.min(scale.width, scale.x(this.unit.next(start)));
        const gap = right - left > 5 ? 1 : 0.5;
        this._bar(ctx, bar, { left, width: right - left - gap, bottom: box.bottom, height }, actors, look);
      });
      return this._measure(ctx, scale, box, look);
    }

    _bar(ctx, bar, { left, width, bottom, height }, actors, look) {
      const total = this.total(bar);
      if (!total) return;
      // One event among thousands still shows.
      const unit = Math.max(height * (total / this.most), 1.5) / total;
      let low = bottom;
      for (let part = 0; part < this.parts; part++) {
        const sum = this.sums[bar * this.parts + part];
        if (!sum) continue;
        const tall = sum * unit;
        const actor = actors[part];
        ctx.fillStyle = actor.color;
        ctx.fillRect(left, low - tall, width, tall);
        if (look.isLost(actor.color)) tideline.drawEdge(ctx, left, low - tall, width, tall, look);
        if (width >= 13 && tall >= 12) tideline.drawLetter(ctx, actor, left + width / 2, low - tall / 2);
        low -= tall;
      }
    }

    // One line across at a round number says how much a bar is, and what a bar is.
    _measure(ctx, scale, box, look) {
      const value = round(this.most);
      const y = Math.round(box.bottom - (box.bottom - box.top) * (value / this.most)) + 0.5;
      ctx.strokeStyle = look.soft;
      ctx.globalAlpha = 0.35;
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.moveTo(0, y);
      ctx.lineTo(scale.width, y);
      ctx.stroke();
      ctx.globalAlpha = 1;
      return { y, words: this.unit.say(value) };
    }

    _axis(ctx, scale, box, look) {
      ctx.font = look.font;
      ctx.textAlign = "left";
      ctx.textBaseline = "alphabetic";
      ctx.fillStyle = look.line;
      ctx.fillRect(0, box.bottom, scale.width, 1);
      for (const [x, text, isYear] of scale.ticks(ctx)) {
        ctx.fillStyle = look.line;
        ctx.fillRect(Math.round(x), box.bottom, 1, isYear ? 12 : 6);
        ctx.fillStyle = isYear ? look.ink : look.soft;
        ctx.fillText(text, x + 4, box.bottom + 12);
      }
    }
  };

  // An edge within a box whose colour is lost on the background.
  tideline.drawEdge = function (ctx, left, top, width, height, look) {
    ctx.strokeStyle = look.soft;
    ctx.lineWidth = 0.7;
    ctx.strokeRect(left + 0.35, top + 0.35, Math.max(width - 0.7, 0.1), Math.max(height - 0.7, 0.1));
  };

  // An actor's letter on its colour.
  tideline.drawLetter = function (ctx, actor, x, y) {
    if (!actor.letter) return;
    ctx.font = "700 10px system-ui, 'Segoe UI', sans-serif";
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillStyle = tideline.isLight(actor.color) ? "#1b1b1f" : "#ffffff";
    ctx.fillText(actor.letter, x, y + 0.5);
  };
})();
