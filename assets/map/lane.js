// What is known of the selected event's place over time: who is reported to hold it from
// when to when, and from the first to the last possible day of each of its events. It is
// drawn only; the place's history in the reading pane says and opens the same by keyboard.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const HELD = { top: 1, height: 10 };
  const TOLD = { top: 13, height: 9 };
  const PALE_DAYS = 90; // after the last report the holder is less and less sure
  const REACH = 12; // pixels from a pointer to an end
  const LEAST = 5; // pixels of an event of one day
  const TAG = 12; // pixels of a letter on its colour

  // The stretches of one holder in one state, in the order of time.
  function stretches(layer) {
    const { data, index, fold, clock } = layer;
    const group = data.group[data.place[layer.selected]];
    const disputed = data.header.statuses.indexOf("disputed");
    const end = index.start[group + 1];
    const found = [];
    for (let at = index.start[group]; at < end; at++) {
      const from = data.day[index.order[at]];
      const next = at + 1 < end ? data.day[index.order[at + 1]] : Infinity;
      const to = Math.min(next, clock.last + 1);
      if (fold.since[at] < 0 || to <= from) continue;
      const last = fold.last[at];
      found.push({
        from, to, holder: fold.holder[at], since: fold.since[at], reported: data.day[last],
        hatched: fold.contested[at] === tideline.INSIDE || data.status[last] === disputed,
      });
    }
    return found;
  }

  function hatch(ctx, left, right, { top, height }, color) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, right - left, height);
    ctx.clip();
    ctx.beginPath();
    const first = Math.floor(left / 6) * 6 - height;
    for (let x = first; x < right; x += 6) {
      ctx.moveTo(x, top + height);
      ctx.lineTo(x + height, top);
    }
    ctx.strokeStyle = color;
    ctx.lineWidth = 2;
    ctx.stroke();
    ctx.restore();
  }

  // The letter on its full colour, whatever is pale or hatched around it.
  function tag(ctx, actor, x, { top, height }) {
    ctx.fillStyle = actor.color;
    ctx.fillRect(x - TAG / 2, top, TAG, height);
    tideline.drawLetter(ctx, actor, x, top + height / 2);
  }

  tideline.Lane = class {
    height = 25;

    constructor() {
      this._ends = [];
      this._bars = [];
    }

    // Whether there is anything to say: a selected event, and whether it is dated.
    isWanted({ data, selected }) {
      return selected >= 0 && selected < data.count && data.day[selected] !== tideline.UNDATED;
    }

    draw(ctx, layer, scale, look) {
      this._ends = [];
      this._bars = [];
      if (!this.isWanted(layer)) return;
      this._held(ctx, layer, scale, look);
      this._told(ctx, layer, scale, look);
    }

    _held(ctx, layer, scale, look) {
      const { actors } = layer.data.header;
      let spell = null;
      const spells = [];
      for (const part of stretches(layer)) {
        if (!spell || spell.since !== part.since) {
          spell = { since: part.since, holder: part.holder, from: part.from };
          spells.push(spell);
          const x = scale.x(part.from);
          if (x >= 0 && x <= scale.width) this._ends.push({ x, event: part.since });
        }
        spell.to = part.to;
        if (part.holder >= 0) this._stretch(ctx, part, scale, actors[part.holder], look);
      }
      for (const { from, to, holder } of spells) {
        const left = Math.max(scale.x(from), 0);
        const right = Math.min(scale.x(to), scale.width);
        ctx.fillStyle = look.paper;
        ctx.fillRect(Math.round(left) - 1, HELD.top, 1, HELD.height);
        if (holder < 0 || right <= left) continue;
        if (look.isLost(actors[holder].color)) tideline.drawEdge(ctx, left, HELD.top, right - left, HELD.height, look);
        if (right - left >= TAG) tag(ctx, actors[holder], (left + right) / 2, HELD);
      }
    }

    _stretch(ctx, part, scale, actor, look) {
      const { top, height } = HELD;
      const pale = part.reported + PALE_DAYS;
      for (const [from, to, alpha] of [
        [part.from, Math.min(part.to, pale), 1],
        [Math.max(part.from, pale), part.to, 0.55],
      ]) {
        const left = Math.max(scale.x(from), 0);
        const right = Math.min(scale.x(to), scale.width);
        if (to <= from || right <= left) continue;
        ctx.globalAlpha = alpha;
        ctx.fillStyle = actor.color;
        ctx.fillRect(left, top, right - left, height);
        if (part.hatched) hatch(ctx, left, right, HELD, look.paper);
        ctx.globalAlpha = 1;
      }
    }

    // The other events of the place pale and thin, the selected one over them.
    _told(ctx, layer, scale, look) {
      const { data, index, selected } = layer;
      const group = data.group[data.place[selected]];
      for (let at = index.start[group]; at < index.start[group + 1]; at++) {
        const i = index.order[at];
        if (i !== selected) this._bar(ctx, layer, i, scale, look);
      }
      this._bar(ctx, layer, selected, scale, look);
    }

    _bar(ctx, layer, i, scale, look) {
      const { data } = layer;
      if (data.day[i] === tideline.UNDATED) return;
      const begin = scale.x(Math.min(data.first[i], data.day[i]));
      const end = scale.x(data.day[i] + 1);
      const chosen = i === layer.selected;
      const width = Math.max(end - begin, chosen ? TAG : LEAST);
      const left = (begin + end - width) / 2;
      if (left + width < 0 || left > scale.width) return;
      const inset = chosen ? 0 : 2;
      const actor = data.actor(data.drawn(i));
      ctx.globalAlpha = chosen ? 1 : 0.6;
      ctx.fillStyle = actor.color;
      const shape = [left, TOLD.top + inset, width, TOLD.height - 2 * inset];
      ctx.fillRect(...shape);
      ctx.globalAlpha = 1;
      if (look.isLost(actor.color)) tideline.drawEdge(ctx, ...shape, look);
      if (chosen) {
        ctx.strokeStyle = look.accent;
        ctx.lineWidth = 1.5;
        ctx.strokeRect(...shape);
        const seen = Math.max(left, 0) + Math.min(left + width, scale.width);
        tideline.drawLetter(ctx, actor, seen / 2, TOLD.top + TOLD.height / 2);
      }
      this._bars.unshift({ left, right: left + width, event: i });
    }

    // The event under a point of the strip, or -1: the nearest end, or a bar.
    pick(x, y) {
      if (y < (HELD.top + HELD.height + TOLD.top) / 2) {
        const [nearest] = this._ends
          .map((end) => ({ event: end.event, away: Math.abs(end.x - x) }))
          .sort((a, b) => a.away - b.away);
        return nearest && nearest.away <= REACH ? nearest.event : -1;
      }
      if (y > this.height) return -1;
      const away = (bar) => Math.max(bar.left - x, x - bar.right, 0);
      const [nearest] = [...this._bars].sort((a, b) => away(a) - away(b));
      return nearest && away(nearest) <= REACH / 2 ? nearest.event : -1;
    }
  };
})();
