// The legend under the map: the actors that are drawn, and the signs of the way in
// which the map is looked at.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const PLAIN = { color: "#5f6b78", letter: "", shape: "circle", status: "assessed", type: "captured" };
  const BEFORE = { color: "#b3541e", shape: "diamond" };
  const OLD = 0.5;

  function row(name, entries, dark) {
    const list = tideline.element("ul", "tl-row");
    list.setAttribute("aria-label", name);
    for (const entry of entries) {
      const item = tideline.element("li");
      item.append(tideline.swatch(entry, dark), tideline.element("span", "", entry.label));
      list.append(item);
    }
    return list;
  }

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

  const statuses = (t) => [
    { status: "claimed", label: t("claimed") },
    { label: t("assessed") },
    { status: "disputed", label: t("disputed") },
  ];

  const SIGNS = {
    events: (t) => [
      ...statuses(t),
      { status: "denied", label: t("denied") },
      { type: "withdrew", label: t("withdrew, handed over") },
      { type: "holds", label: t("holds") },
      { type: "advanced", label: t("advanced") },
      { type: "attacked", label: t("attacked") },
      { type: "repelled", label: t("repelled") },
      { type: "besieged", label: t("besieged") },
      { type: "inexact", label: t("≈ place not exact") },
      { strength: OLD, label: t("older") },
    ],
    control: (t, nobody) => [
      ...statuses(t),
      { type: "contested", label: t("attacked since") },
      { ...nobody, status: "claimed", label: t("nobody known") },
      { type: "inexact", label: t("≈ place not exact") },
      { strength: OLD, label: t("reported longer ago") },
    ],
    changes: (t, nobody) => [
      { former: BEFORE, label: t("holder now, and before") },
      ...statuses(t),
      { ...nobody, status: "claimed", label: t("nobody known") },
      { type: "inexact", label: t("≈ place not exact") },
    ],
  };

  function signs(layer) {
    const { clock, data } = layer;
    const found = SIGNS[clock.mode](tideline.t, data.header.nobody).map((one) => ({ ...PLAIN, ...one }));
    if (clock.areas) found.push({ ...PLAIN, type: "area", label: tideline.t("Areas: estimate from reported places") });
    return found;
  }

  // Many actors scroll within their row, which the keyboard must then reach.
  function reach(box) {
    for (const list of box.children) {
      if (list.scrollHeight > list.clientHeight) list.tabIndex = 0;
      else list.removeAttribute("tabindex");
    }
  }

  // Draw the legend from the table that came with the events.
  tideline.legend = function (layer) {
    if (!layer.data) return;
    let box = document.getElementById("tl-legend");
    if (!box) {
      box = tideline.element("div");
      box.id = "tl-legend";
      document.body.append(box);
      new ResizeObserver(() => {
        document.documentElement.style.setProperty("--tl-legend", box.offsetHeight + "px");
        reach(box);
      }).observe(box);
    }
    box.replaceChildren(
      row(tideline.t("Actors"), actors(layer.data), layer.dark),
      row(tideline.t("Signs"), signs(layer), layer.dark)
    );
    reach(box);
  };
})();
