// Draws what `tideline.Marks` holds: faint dots, circles of doubt, clusters, signs, and
// the ring around what is selected.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const EARTH_M = 40075016.686;
  const TAU = Math.PI * 2;
  const FORMER_X = -13; // from a sign to that of who held the place before
  const FORMER_Y = 7;
  const RING = 5; // width of a cluster's ring of shares

  // The radius of a cluster in pixels.
  function reach(marks) {
    return 13 + Math.min(7, 1.6 * Math.log2(marks / 4));
  }

  // The dashed circle: how far off an inexact place may be.
  function circles(ctx, layer) {
    const { signs } = layer.marks;
    const seen = new Set();
    let chosen = -1;
    ctx.setLineDash([4, 4]);
    ctx.strokeStyle = ctx.fillStyle = layer.dark ? "#c9d2dc" : "#4a545e";
    ctx.beginPath();
    for (let row = 0; row < signs.count; row++) {
      const place = signs.place[row];
      if (!layer.data.radius[place]) continue;
      if (signs.event[row] === layer.selected) chosen = row;
      else if (!seen.has(place)) trace(ctx, layer, row, 14);
      seen.add(place);
    }
    paint(ctx, 0.03, 0.4, 1);
    if (chosen >= 0) {
      ctx.beginPath();
      trace(ctx, layer, chosen, 0);
      paint(ctx, 0.1, 0.95, 1.6);
    }
    ctx.setLineDash([]);
  }

  function trace(ctx, layer, row, least) {
    const { signs } = layer.marks;
    const place = signs.place[row];
    const lat = (layer.data.lonLat(place)[1] * Math.PI) / 180;
    const pixels = (layer.data.radius[place] * layer.canvas.frame.side) / (EARTH_M * Math.cos(lat));
    if (pixels < least || pixels > 4000) return;
    ctx.moveTo(signs.rootX[row] + pixels, signs.rootY[row]);
    ctx.arc(signs.rootX[row], signs.rootY[row], pixels, 0, TAU);
  }

  function paint(ctx, fill, line, width) {
    ctx.globalAlpha = fill;
    ctx.fill();
    ctx.globalAlpha = line;
    ctx.lineWidth = width;
    ctx.stroke();
    ctx.globalAlpha = 1;
  }

  // Places whose holder is the same on both days.
  function dots(ctx, layer) {
    const { faint, x, y } = layer.marks;
    ctx.globalAlpha = 0.5;
    for (let row = 0; row < faint.count; row++) {
      ctx.fillStyle = layer.data.actor(faint.actor[row]).color;
      const place = faint.place[row];
      ctx.fillRect(x[place] - 2, y[place] - 2, 4, 4);
    }
    ctx.globalAlpha = 1;
  }

  // A ring of the shares of actors, the number of places, and the sign of the actor
  // whose share is the greatest.
  function cluster(ctx, layer, slot) {
    const { clusters, shares } = layer.marks;
    const { data, dark } = layer;
    const many = data.header.actors.length + 1;
    const [x, y, marks] = [clusters.x[slot], clusters.y[slot], clusters.marks[slot]];
    const r = reach(marks);
    ctx.beginPath();
    ctx.arc(x, y, r + 1.5, 0, TAU);
    ctx.fillStyle = dark ? "#20252b" : "#ffffff";
    ctx.fill();
    let angle = -TAU / 4;
    let greatest = 0;
    ctx.lineWidth = RING;
    for (let actor = 0; actor < many; actor++) {
      const share = shares[slot * many + actor];
      if (!share) continue;
      if (share > shares[slot * many + greatest]) greatest = actor;
      const width = (share / marks) * TAU;
      const gap = share === marks ? 0 : Math.min(0.05, width / 4);
      ctx.beginPath();
      ctx.arc(x, y, r - RING / 2, angle + gap, angle + width - gap);
      ctx.strokeStyle = data.actor(actor).color;
      ctx.stroke();
      angle += width;
    }
    ctx.font = (marks > 999 ? "600 9px " : "600 11px ") + "system-ui, 'Segoe UI', sans-serif";
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillStyle = dark ? "#f1f4f7" : "#23262b";
    ctx.fillText(String(marks), x, y - 0.5);
    const sprite = layer.looks.get(greatest, layer.looks.former, layer.looks.assessed);
    const side = tideline.SPRITE;
    ctx.drawImage(sprite, x - side / 2, y + r - 2 - side / 2, side, side);
  }

  function signsOf(ctx, layer) {
    const { signs, order } = layer.marks;
    const { data, looks, clock } = layer;
    const side = tideline.SPRITE;
    const half = side / 2;
    const isEvents = clock.mode === "events";
    const scale = layer.scale();
    for (let at = 0; at < signs.count; at++) {
      const row = order[at];
      const event = signs.event[row];
      const held = signs.contested[row] ? looks.contested : looks.held;
      const kind = isEvents ? data.type[event] : held;
      const [x, y, former] = [signs.x[row], signs.y[row], signs.former[row]];
      ctx.globalAlpha = signs.strength[row];
      if (former !== tideline.UNREPORTED) {
        const sprite = looks.get(former, looks.former, looks.assessed);
        ctx.drawImage(sprite, x + FORMER_X * scale - half, y + FORMER_Y * scale - half, side, side);
      }
      ctx.drawImage(looks.get(signs.actor[row], kind, data.status[event]), x - half, y - half, side, side);
    }
    ctx.globalAlpha = 1;
  }

  // The ring around the selected event; dashed where its sign is not on the map.
  function halo(ctx, layer) {
    const { selected, data, canvas } = layer;
    if (selected < 0 || selected >= data.count) return;
    const { signs } = layer.marks;
    const row = signs.event.subarray(0, signs.count).indexOf(selected);
    const place = data.place[selected];
    const x = row < 0 ? canvas.x(data.x[place] / tideline.WORLD) : signs.x[row];
    const y = row < 0 ? canvas.y(data.y[place] / tideline.WORLD) : signs.y[row];
    ctx.beginPath();
    ctx.arc(x, y, 19 * layer.scale(), 0, TAU);
    ctx.lineWidth = 6;
    ctx.strokeStyle = layer.dark ? "rgba(0,0,0,.6)" : "rgba(255,255,255,.85)";
    ctx.stroke();
    ctx.lineWidth = 2.5;
    ctx.strokeStyle = layer.dark ? "#7cc4f0" : "#0b6aa2";
    ctx.setLineDash(row < 0 ? [4, 3] : []);
    ctx.stroke();
    ctx.setLineDash([]);
  }

  // Draw all marks.
  tideline.paint = function (ctx, layer) {
    const { clusters } = layer.marks;
    dots(ctx, layer);
    circles(ctx, layer);
    for (let slot = 0; slot < clusters.count; slot++) cluster(ctx, layer, slot);
    signsOf(ctx, layer);
    halo(ctx, layer);
  };

  tideline.reach = reach;
})();
