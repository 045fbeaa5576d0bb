// Placing a name by hand: the places that it could mean as numbered pins, and the point
// that the reader chooses. Only numbers come and go; the names stand in the page.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const EARTH_M = 40075016.686;

  function ink(dark) {
    return dark ? { line: "#7cc4f0", back: "#171a1f" } : { line: "#0b6aa2", back: "#ffffff" };
  }

  function pin(ctx, spot, number, dark) {
    const { line, back } = ink(dark);
    ctx.beginPath();
    ctx.moveTo(spot.x, spot.y);
    ctx.lineTo(spot.x - 6, spot.y - 11);
    ctx.arc(spot.x, spot.y - 18, 9.5, Math.PI * 0.78, Math.PI * 2.22);
    ctx.closePath();
    ctx.fillStyle = back;
    ctx.fill();
    ctx.strokeStyle = line;
    ctx.lineWidth = 2;
    ctx.stroke();
    ctx.fillStyle = line;
    ctx.font = "600 11.5px system-ui, 'Segoe UI', sans-serif";
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(String(number), spot.x, spot.y - 17.5);
  }

  function circle(ctx, layer, spot, lat, radius, dark) {
    const side = 256 * Math.pow(2, layer.map.getZoom());
    const pixels = (radius * side) / (EARTH_M * Math.cos((lat * Math.PI) / 180));
    ctx.beginPath();
    ctx.arc(spot.x, spot.y, Math.max(4, Math.min(pixels, 4000)), 0, Math.PI * 2);
    ctx.strokeStyle = ctx.fillStyle = ink(dark).line;
    ctx.globalAlpha = 0.12;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }

  function cross(ctx, spot, dark) {
    const { line, back } = ink(dark);
    for (const [color, width] of [[back, 6], [line, 2.5]]) {
      ctx.beginPath();
      for (const [x, y] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        ctx.moveTo(spot.x + 3 * x, spot.y + 3 * y);
        ctx.lineTo(spot.x + 12 * x, spot.y + 12 * y);
      }
      ctx.strokeStyle = color;
      ctx.lineWidth = width;
      ctx.stroke();
    }
  }

  // Draw the pins of the open claim, and the point that is chosen so far.
  tideline.drawPlacing = function (ctx, layer) {
    const { candidates, point, placing } = layer.wish;
    const dark = layer.dark;
    const pixel = ([lon, lat]) =>
      L.point(layer.canvas.x((lon + 180) / 360), layer.map.latLngToContainerPoint([lat, 0]).y);
    candidates.forEach((one, at) => pin(ctx, pixel(one), at + 1, dark));
    if (!placing || !point.length) return;
    const [lon, lat, radius] = point;
    circle(ctx, layer, pixel([lon, lat]), lat, radius, dark);
    cross(ctx, pixel([lon, lat]), dark);
  };

  // While a place is asked for, a click on the map gives its point to Python.
  tideline.clickPlacing = function (layer, latlng) {
    const spot = latlng.wrap();
    layer.pointAt([spot.lng, spot.lat]);
  };

  // Say what a click does, and show it by the pointer.
  tideline.askPlacing = function (layer, placing) {
    layer.map.getContainer().classList.toggle("tl-placing", Boolean(placing));
    let box = document.getElementById("tl-ask");
    if (!placing) {
      if (box) box.remove();
      return;
    }
    if (!box) {
      box = document.createElement("div");
      box.id = "tl-ask";
      box.setAttribute("role", "status");
      layer.map.getContainer().append(box);
    }
    box.textContent = tideline.t("Click the map where the place lies");
  };
})();
