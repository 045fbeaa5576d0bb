// What the map says at the pointer: the tip of a mark or cluster, and the choice where
// several lie there.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const LISTED = 8; // events in a choice
  const SHARES = 6; // actors in the tip of a cluster
  let pointed = null; // what the tip speaks of
  let asked = 0; // counts the choices, so that a late one does not open

  function floating(id, layer, point) {
    let box = document.getElementById(id);
    if (!box) {
      box = tideline.element("div", "tl-float");
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

  function named(layer, actor) {
    const known = layer.data.header.actors[actor];
    if (known) return tideline.actorName(known);
    return actor === tideline.UNREPORTED ? tideline.t("nothing reported") : tideline.t("nobody known");
  }

  function ageWords(days) {
    return days ? tideline.t("last reported {n} days ago", { n: days }) : tideline.t("reported on this day");
  }

  // The lines of a tip: who holds the place, or who did and who does.
  function standing(layer, row) {
    const { data, clock, marks } = layer;
    const { event, place, actor, former, contested } = marks.signs;
    const name = data.header.names[data.named[place[row]]];
    if (clock.mode === "changes") {
      const before = tideline.t("before: {actor}", { actor: named(layer, former[row]) });
      return [name, before, tideline.t("now: {actor}", { actor: named(layer, actor[row]) })];
    }
    const held =
      actor[row] >= 0
        ? tideline.t("reported to be held by {actor}", { actor: named(layer, actor[row]) })
        : tideline.t("nobody is reported to hold it");
    const age = ageWords(clock.day - data.day[event[row]]);
    const fought = contested[row] === tideline.INSIDE ? tideline.t("another force is inside") : tideline.t("attacked since");
    return contested[row] ? [name, held, age, fought] : [name, held, age];
  }

  function fill(box, [first, ...rest], words) {
    box.replaceChildren(
      tideline.element("strong", "", first),
      ...rest.map((line) => tideline.element("span", "tl-fact", line)),
      ...words.map((line) => tideline.element("span", "", line))
    );
  }

  tideline.hideTip = function () {
    pointed = null;
    const box = document.getElementById("tl-tip");
    if (box) box.remove();
  };

  const isOpen = () => Boolean(document.getElementById("tl-choice"));

  // Show what is known of a sign at the pointer; the words come when they are there.
  tideline.showTip = async function (layer, row, point) {
    const event = layer.marks.signs.event[row];
    const { day, mode } = layer.clock;
    const key = [mode, event, day].join();
    if (key === pointed && document.getElementById("tl-tip")) {
      floating("tl-tip", layer, point);
      return;
    }
    pointed = key;
    const lines = mode === "events" ? null : standing(layer, row);
    const words = await layer.words(event);
    if (pointed !== key || !words || isOpen()) return;
    if (lines) fill(floating("tl-tip", layer, point), lines, [words.join(" · ")]);
    else fill(floating("tl-tip", layer, point), [words[0]], [words[1]]);
  };

  // Show what other people's data say at the pointer.
  tideline.showOther = async function (layer, other, point) {
    const key = ["other", other.number, other.event].join();
    if (isOpen() || key === pointed) return;
    pointed = key;
    const lines = await layer.others.words(other).catch(() => null);
    if (pointed !== key || !lines || isOpen()) return;
    fill(floating("tl-tip", layer, point), [lines[0]], lines.slice(1));
  };

  // Show what a cluster holds: how many places, and whose.
  tideline.showShares = function (layer, slot, point) {
    const { clusters, grid } = layer.marks;
    const { day, mode } = layer.clock;
    const key = ["cluster", mode, clusters.cluster[slot], layer.canvas.frame.zoom, day].join();
    if (isOpen()) return;
    const box = floating("tl-tip", layer, point);
    if (key === pointed) return;
    pointed = key;
    const place = grid.main[clusters.cluster[slot]];
    const name = layer.data.header.names[layer.data.named[place]];
    const n = clusters.marks[slot] - 1;
    const events = tideline.t("{n} events", { n: clusters.events[slot] });
    fill(box, [tideline.t("{place} and {n} more places", { place: name, n })], mode === "events" ? [events] : []);
    const list = tideline.element("ul", "tl-shares");
    for (const [actor, share] of layer.marks.sharesOf(slot).slice(0, SHARES)) {
      const item = tideline.element("li");
      const look = { ...layer.data.actor(actor), status: "assessed", type: "captured" };
      const who = layer.data.header.actors[actor] ? named(layer, actor) : tideline.t("nobody named");
      item.append(tideline.swatch(look, layer.dark), tideline.element("span", "", who), tideline.element("b", "", String(share)));
      list.append(item);
    }
    box.append(list);
  };

  tideline.hideChoice = function () {
    asked++;
    const box = document.getElementById("tl-choice");
    if (box) box.remove();
  };

  // Several events lie under the pointer: name them, each opens.
  tideline.showChoice = async function (layer, events, point) {
    const number = ++asked;
    const listed = events.slice(0, LISTED);
    const words = await Promise.all(listed.map((i) => layer.words(i)));
    if (number !== asked) return;
    tideline.hideTip();
    const box = floating("tl-choice", layer, point);
    const head = tideline.t("Several events here:");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", head);
    box.replaceChildren(
      tideline.element("em", "", head),
      ...words.map((line, at) => {
        const button = tideline.element("button", "", line ? line[0] : String(listed[at]));
        button.type = "button";
        button.addEventListener("click", () => {
          tideline.hideChoice();
          layer.open(listed[at]);
        });
        return button;
      })
    );
    const more = events.length - listed.length;
    if (more) box.append(tideline.element("em", "", tideline.t("{n} more are in the table.", { n: more })));
  };
})();
