// The reading pane of a file on its own: the sentence that an event rests on, who says
// so, and how sure it is. Every word is set as text: much of it was written by others.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});

  // A link to the article, where its address is one of the web; else the address as text.
  function source(words, address) {
    const line = tideline.element("p", "tl-source", words);
    if (!address) return line;
    line.append(" · ");
    if (!/^https?:\/\//i.test(address)) {
      line.append(address);
      return line;
    }
    const link = tideline.element("a", "", tideline.t("original"));
    Object.assign(link, { href: address, rel: "noopener noreferrer nofollow", target: "_blank" });
    line.append(link);
    return line;
  }

  function facts(pairs) {
    const list = tideline.element("dl");
    for (const [name, value] of pairs) {
      list.append(tideline.element("dt", "", name), tideline.element("dd", "", value));
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

  tideline.Reader = class {
    constructor(layer) {
      this._layer = layer;
      this.root = tideline.element("aside");
      this.root.id = "tl-reader";
      this._bar = tideline.element("div", "tl-steps");
      this._text = tideline.element("div");
      this._text.setAttribute("aria-live", "polite");
      this.root.append(this._bar, this._text);
      document.body.append(this.root);
      this._build();
      layer.on("language", this._build, this).on("select data filter", this._show, this);
      layer.clock.on("rest", this._show, this);
    }

    _build() {
      const t = tideline.t;
      this.root.setAttribute("aria-label", t("Reading pane"));
      this._layer.map.getContainer().setAttribute("aria-label", t("Map of the events"));
      this._earlier = this._button(t("Earlier event"), () => this._step(-1));
      this._later = this._button(t("Later event"), () => this._step(1));
      this._close = this._button(t("Close"), () => this._layer.open(-1));
      this._bar.replaceChildren(this._earlier, this._later, this._close);
      this._show();
    }

    _button(name, act) {
      const button = tideline.element("button", "", name);
      button.type = "button";
      button.addEventListener("click", act);
      return button;
    }

    _step(way) {
      const next = beside(this._layer, this._layer.selected, way);
      if (next >= 0) this._layer.open(next);
    }

    _show() {
      const { data, selected } = this._layer;
      if (!data) return;
      this.root.classList.toggle("tl-open", selected >= 0);
      this._earlier.disabled = beside(this._layer, selected, -1) < 0;
      this._later.disabled = beside(this._layer, selected, 1) < 0;
      this._close.hidden = selected < 0;
      if (selected >= 0) this._read(selected);
      else this._text.replaceChildren(tideline.element("p", "tl-hint", tideline.t("Choose a mark: the sentence that it rests on is shown here.")));
    }

    async _read(event) {
      const [words, all] = await Promise.all([this._layer.words(event), tideline.block("reading")]);
      if (this._layer.selected !== event) return;
      const [sentence, when, date, status, meaning, place, reports, address, credit] = all[event];
      this._text.replaceChildren(
        tideline.element("h2", "", words[0]),
        tideline.element("p", "tl-when", when),
        tideline.element("blockquote", "", sentence),
        source(reports, address),
        facts([
          [tideline.t("Status"), status + ": " + meaning],
          [tideline.t("Date is known"), date],
          [tideline.t("Place is known"), place],
          [tideline.t("Sources"), credit],
        ])
      );
      this.root.scrollTop = 0;
    }
  };
})();
