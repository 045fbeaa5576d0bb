// The reading pane of a file on its own: the sentence that an event rests on, who says
// so, and how sure it is. Every word is set as text: much of it was written by others.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function button(text, act, sign) {
    const made = element("button", "", sign || text);
    made.type = "button";
    if (sign) made.setAttribute("aria-label", text);
    made.addEventListener("click", act);
    return made;
  }

  // A link to the article, where its address is one of the web; else the address as text.
  function source(address, words) {
    const line = element("p", "tl-source");
    line.dir = "auto";
    line.append(words);
    if (!address) return line;
    line.append(" · ");
    if (!/^https?:\/\//i.test(address)) {
      line.append(address);
      return line;
    }
    const link = element("a", "", tideline.t("original"));
    Object.assign(link, { href: address, rel: "noopener noreferrer nofollow", target: "_blank" });
    line.append(link);
    return line;
  }

  function facts(pairs) {
    const list = element("dl");
    for (const [name, value] of pairs) {
      const said = element("dd", "", value);
      said.dir = "auto";
      list.append(element("dt", "", name), said);
    }
    return list;
  }

  // The next event that passes and is shown in the window, by time; -1 if there is none.
  function beside({ data, index, clock }, event, way) {
    const first = clock.since === null ? 0 : data.until(clock.since - 1);
    const end = data.until(clock.day);
    const from = event < first || event >= end ? (way > 0 ? first - 1 : end) : event;
    for (let at = from + way; at >= first && at < end; at += way) if (index.pass[at]) return at;
    return -1;
  }

  async function draw(pane, layer) {
    const event = layer.selected;
    const step = (way) => {
      const next = beside(layer, event, way);
      if (next >= 0) layer.open(next);
    };
    const bar = element("div", "tl-bar");
    const earlier = button(tideline.t("Earlier event"), () => step(-1));
    const later = button(tideline.t("Later event"), () => step(1));
    earlier.disabled = beside(layer, event, -1) < 0;
    later.disabled = beside(layer, event, 1) < 0;
    bar.append(earlier, later);
    if (event < 0) {
      pane.replaceChildren(element("p", "tl-hint", tideline.t("Choose a mark: the sentence that it rests on is shown here.")), bar);
      return;
    }
    const [words, all] = await Promise.all([layer.words(event), tideline.block("reading")]);
    if (layer.selected !== event) return;
    const [sentence, when, date, status, meaning, place, reports, address, credit] = all[event];
    const head = element("h2", "", words[0]);
    head.dir = "auto";
    const quote = element("blockquote", "", sentence);
    quote.dir = "auto";
    bar.append(button(tideline.t("Close"), () => layer.open(-1), "✕"));
    pane.replaceChildren(
      bar, head, element("p", "tl-when", when), quote, source(address, reports),
      facts([
        [tideline.t("Status"), status + ": " + meaning],
        [tideline.t("Date is known"), date],
        [tideline.t("Place is known"), place],
        [tideline.t("Sources"), credit],
      ])
    );
    pane.scrollTop = 0;
  }

  // Put the pane beside the map and have it follow what is chosen there.
  tideline.reader = function (layer) {
    const pane = element("aside");
    pane.id = "tl-reader";
    pane.setAttribute("aria-label", tideline.t("Reading pane"));
    pane.setAttribute("aria-live", "polite");
    document.body.append(pane);
    const show = () => {
      pane.classList.toggle("tl-open", layer.selected >= 0);
      if (layer.data) draw(pane, layer);
    };
    layer.on("select data filter", show);
    layer.clock.on("rest", show);
  };
})();
