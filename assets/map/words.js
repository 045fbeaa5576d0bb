// The words of the map: legend, tip at the pointer, choice between marks. Every word
// is set as text, never as markup: much of it was written by others.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) {
      made.textContent = text;
      made.dir = "auto";
    }
    return made;
  }

  function swatch(sign, dark) {
    const ratio = window.devicePixelRatio || 1;
    const canvas = element("canvas", "tl-swatch");
    canvas.width = 30 * ratio;
    canvas.height = 24 * ratio;
    const ctx = canvas.getContext("2d");
    ctx.scale(ratio, ratio);
    ctx.translate(sign.type === "attacked" || sign.type === "advanced" ? 11 : 15, 12);
    if (sign.type === "inexact") {
      ctx.setLineDash([3, 3]);
      ctx.strokeStyle = dark ? "#c9d2dc" : "#4a545e";
      ctx.beginPath();
      ctx.arc(0, 0, 9, 0, Math.PI * 2);
      ctx.stroke();
    } else {
      ctx.globalAlpha = sign.pale ? 0.42 : 1;
      tideline.drawSign(ctx, sign, 0.68, dark);
    }
    canvas.setAttribute("aria-hidden", "true");
    return canvas;
  }

  function row(name, entries, dark) {
    const list = element("ul", "tl-row");
    list.setAttribute("aria-label", name);
    for (const entry of entries) {
      const item = element("li");
      item.append(swatch(entry, dark), element("span", "", entry.label));
      list.append(item);
    }
    return list;
  }

  // The sign of events whose actors nobody names, where there are such events.
  function nobody(layer) {
    const { actors, nobody } = layer.header;
    if (layer._columns.actor.every((at) => at < actors.length)) return [];
    return [{ ...nobody, status: "assessed", type: "captured", label: "taker not named" }];
  }

  // Draw the legend under the map from the table that came with the events.
  tideline.legend = function (layer) {
    if (!layer.header) return;
    let box = document.getElementById("tl-legend");
    if (!box) {
      box = element("div");
      box.id = "tl-legend";
      document.body.append(box);
      new ResizeObserver(() => {
        document.documentElement.style.setProperty("--tl-legend", box.offsetHeight + "px");
      }).observe(box);
    }
    const { legend } = layer.header;
    const dark = layer._basemap.dark;
    const actors = [...legend.actors, ...nobody(layer)];
    box.replaceChildren(row("Actors", actors, dark), row("Signs", legend.signs, dark));
  };

  const LONGEST = 26; // characters of a label

  function free(taken, box) {
    return !taken.some(
      (one) => box.x < one.x + one.w && one.x < box.x + box.w && box.y < one.y + one.h && one.y < box.y + box.h
    );
  }

  // Write the names of the places beside their newest marks, where there is room; "≈"
  // before those that are not placed exactly, and none where the place is hardly known.
  tideline.label = function (ctx, layer) {
    if (layer._map.getZoom() < 6) return;
    const dark = layer._basemap.dark;
    const taken = layer._drawn.map((mark) => ({ x: mark.x - 9, y: mark.y - 9, w: 18, h: 18 }));
    ctx.font = "500 11.5px system-ui, 'Segoe UI', sans-serif";
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    ctx.lineJoin = "round";
    ctx.strokeStyle = dark ? "rgba(23,26,31,.9)" : "rgba(255,255,255,.92)";
    ctx.fillStyle = dark ? "#d5dbe2" : "#2f343a";
    for (const mark of [...layer._drawn].reverse()) {
      if (mark.depth || layer.isVast(mark.event)) continue;
      const name = layer.header.names[layer._columns.named[mark.event]] || "";
      const short = name.length > LONGEST ? name.slice(0, LONGEST) + "…" : name;
      const text = layer._columns.radius[mark.event] ? "≈ " + short : short;
      const width = ctx.measureText(text).width;
      const spots = [
        { x: mark.x - width / 2, y: mark.y + 15 },
        { x: mark.x + 15, y: mark.y - 7 },
        { x: mark.x - 15 - width, y: mark.y - 7 },
        { x: mark.x - width / 2, y: mark.y - 29 },
      ];
      const spot = spots.find((one) => free(taken, { ...one, w: width, h: 14 }));
      if (!spot) continue;
      taken.push({ ...spot, w: width, h: 14 });
      ctx.lineWidth = 3.5;
      ctx.strokeText(text, spot.x, spot.y + 7);
      ctx.fillText(text, spot.x, spot.y + 7);
    }
  };

  function floating(id, layer, point) {
    let box = document.getElementById(id);
    if (!box) {
      box = element("div", "tl-float");
      box.id = id;
      layer._map.getContainer().append(box);
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
    }
    const size = layer._map.getSize();
    const left = point.x > size.x / 2;
    const above = point.y > size.y / 2;
    box.style.left = left ? "" : point.x + 14 + "px";
    box.style.right = left ? size.x - point.x + 14 + "px" : "";
    box.style.top = above ? "" : point.y + 14 + "px";
    box.style.bottom = above ? size.y - point.y + 14 + "px" : "";
    return box;
  }

  let pointed = -1;

  tideline.hideTip = function () {
    pointed = -1;
    const box = document.getElementById("tl-tip");
    if (box) box.remove();
  };

  tideline.showTip = async function (layer, i, point) {
    const isNew = pointed !== i;
    pointed = i;
    if (!isNew && document.getElementById("tl-tip")) {
      floating("tl-tip", layer, point);
      return;
    }
    const words = await layer.words(i);
    if (pointed !== i || !words || document.getElementById("tl-choice")) return;
    floating("tl-tip", layer, point).replaceChildren(
      element("strong", "", words[0]),
      element("span", "", words[1])
    );
  };

  tideline.hideChoice = function () {
    const box = document.getElementById("tl-choice");
    if (box) box.remove();
  };

  // Several marks lie under the pointer: name them all, each opens its event.
  tideline.showChoice = async function (layer, events, point) {
    const words = await Promise.all(events.slice(0, 8).map((i) => layer.words(i)));
    tideline.hideTip();
    const box = floating("tl-choice", layer, point);
    box.replaceChildren(
      element("em", "", layer.header.labels.here),
      ...words.map((line, at) => {
        const button = element("button", "", line ? line[0] : String(events[at]));
        button.addEventListener("click", () => {
          tideline.hideChoice();
          layer.open(events[at]);
        });
        return button;
      })
    );
    layer._map.once("movestart", tideline.hideChoice);
  };
})();
