// Makes the parts of the map's frame. Every word is set as text, never as markup: much
// of it was written by others.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const SVG = "http://www.w3.org/2000/svg";

  tideline.element = function (tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) {
      made.textContent = text;
      made.dir = "auto";
    }
    return made;
  };

  // A drawing of 20 by 20 units from the paths of its lines.
  tideline.icon = function (...paths) {
    const made = document.createElementNS(SVG, "svg");
    made.setAttribute("viewBox", "0 0 20 20");
    made.setAttribute("aria-hidden", "true");
    for (const d of paths) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", d);
      made.append(path);
    }
    return made;
  };

  // The circle of doubt, and a patch of what is only estimated.
  const OTHER = {
    inexact: (ctx) => {
      ctx.setLineDash([3, 3]);
      ctx.arc(0, 0, 9, 0, Math.PI * 2);
    },
    area: (ctx) => {
      ctx.roundRect(-11, -7, 22, 14, 4);
      ctx.globalAlpha = 0.25;
      ctx.fill();
      ctx.globalAlpha = 1;
    },
  };

  // A small canvas with a sign of the map.
  tideline.swatch = function (sign, dark) {
    const ratio = window.devicePixelRatio || 1;
    const canvas = tideline.element("canvas", "tl-swatch");
    canvas.width = 30 * ratio;
    canvas.height = 24 * ratio;
    canvas.setAttribute("aria-hidden", "true");
    const ctx = canvas.getContext("2d");
    ctx.scale(ratio, ratio);
    ctx.translate(sign.type === "attacked" || sign.type === "advanced" ? 11 : sign.former ? 18.5 : 15, 12);
    if (OTHER[sign.type]) {
      ctx.strokeStyle = ctx.fillStyle = dark ? "#c9d2dc" : "#4a545e";
      ctx.beginPath();
      OTHER[sign.type](ctx);
      ctx.stroke();
      return canvas;
    }
    ctx.globalAlpha = sign.strength || 1;
    if (sign.former) {
      ctx.save();
      ctx.translate(-9.5, 4.5);
      tideline.drawSign(ctx, { ...sign, ...sign.former }, 0.44, dark);
      ctx.restore();
    }
    tideline.drawSign(ctx, sign, 0.68, dark);
    return canvas;
  };
})();
