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

  const PLAIN = { color: "#5f6b78", letter: "", shape: "circle" };

  // The actors that some event is drawn for, in the order of the table.
  function actors(data) {
    const there = new Set();
    for (let i = 0; i < data.count; i++) there.add(data.drawn(i));
    const look = { status: "assessed", type: "captured" };
    const named = data.header.actors.flatMap((actor, at) =>
      there.has(at) ? [{ ...actor, ...look, label: tideline.actorName(actor) }] : []
    );
    if (!there.has(tideline.NOBODY)) return named;
    return [...named, { ...data.header.nobody, ...look, label: tideline.t("taker not named") }];
  }

  function signs() {
    const t = tideline.t;
    return [
      ["claimed", "captured", t("claimed")],
      ["assessed", "captured", t("assessed")],
      ["disputed", "captured", t("disputed")],
      ["denied", "captured", t("denied")],
      ["assessed", "withdrew", t("withdrew, handed over")],
      ["assessed", "holds", t("holds")],
      ["assessed", "advanced", t("advanced")],
      ["assessed", "attacked", t("attacked")],
      ["assessed", "repelled", t("repelled")],
      ["assessed", "besieged", t("besieged")],
      ["", "inexact", t("≈ place not exact")],
      ["assessed", "captured", t("older"), true],
    ].map(([status, type, label, pale]) => ({ ...PLAIN, status, type, label, pale }));
  }

  // Draw the legend under the map from the table that came with the events.
  tideline.legend = function (layer) {
    if (!layer.data) return;
    let box = document.getElementById("tl-legend");
    if (!box) {
      box = element("div");
      box.id = "tl-legend";
      document.body.append(box);
      new ResizeObserver(() => {
        document.documentElement.style.setProperty("--tl-legend", box.offsetHeight + "px");
      }).observe(box);
    }
    const dark = layer.dark;
    box.replaceChildren(
      row(tideline.t("Actors"), actors(layer.data), dark),
      row(tideline.t("Signs"), signs(), dark)
    );
  };

  function floating(id, layer, point) {
    let box = document.getElementById(id);
    if (!box) {
      box = element("div", "tl-float");
      box.id = id;
      layer.map.getContainer().append(box);
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
    }
    const size = layer.map.getSize();
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
      element("em", "", tideline.t("Several events here:")),
      ...words.map((line, at) => {
        const button = element("button", "", line ? line[0] : String(events[at]));
        button.addEventListener("click", () => {
          tideline.hideChoice();
          layer.open(events[at]);
        });
        return button;
      })
    );
    layer.map.once("movestart", tideline.hideChoice);
  };
})();
