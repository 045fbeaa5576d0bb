// The names of places beside their marks, where there is room.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const LONGEST = 26; // characters of a label
  const HEIGHT = 14;

  function free(taken, box) {
    return !taken.some(
      (one) => box.x < one.x + one.w && one.x < box.x + box.w && box.y < one.y + one.h && one.y < box.y + box.h
    );
  }

  function pen(ctx, dark) {
    ctx.font = "500 11.5px system-ui, 'Segoe UI', sans-serif";
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    ctx.lineJoin = "round";
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = dark ? "rgba(23,26,31,.9)" : "rgba(255,255,255,.92)";
    ctx.fillStyle = dark ? "#d5dbe2" : "#2f343a";
  }

  // "≈" stands before names of places that are not placed exactly.
  function words(data, place) {
    const name = data.header.names[data.named[place]] || "";
    const short = name.length > LONGEST ? name.slice(0, LONGEST) + "…" : name;
    return data.radius[place] ? "≈ " + short : short;
  }

  // Write the names of the uppermost marks; none where the place is hardly known.
  // Returns the boxes that marks and names take, in pixels of the view.
  tideline.label = function (ctx, layer) {
    const { data, drawn } = layer;
    const taken = drawn.map((mark) => ({ x: mark.x - 9, y: mark.y - 9, w: 18, h: 18 }));
    if (layer.map.getZoom() < 6) return taken;
    pen(ctx, layer.dark);
    for (const mark of [...drawn].reverse()) {
      const place = data.place[mark.event];
      if (mark.depth || layer.isVast(place)) continue;
      const text = words(data, place);
      const w = ctx.measureText(text).width;
      const spots = [
        { x: mark.x - w / 2, y: mark.y + 15 },
        { x: mark.x + 15, y: mark.y - 7 },
        { x: mark.x - 15 - w, y: mark.y - 7 },
        { x: mark.x - w / 2, y: mark.y - 29 },
      ];
      const spot = spots.find((one) => free(taken, { ...one, w, h: HEIGHT }));
      if (!spot) continue;
      taken.push({ ...spot, w, h: HEIGHT });
      ctx.strokeText(text, spot.x, spot.y + HEIGHT / 2);
      ctx.fillText(text, spot.x, spot.y + HEIGHT / 2);
    }
    return taken;
  };
})();
