// Says that others have stored something since, and has it shown when the reader asks:
// nothing changes under the eyes of whoever is reading.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const EVERY_MS = 5000;
  const NOTHING = { act: 0, reports: 0, changes: 0 };

  tideline.News = class {
    constructor(layer) {
      this._layer = layer;
      this._news = NOTHING;
      this._closed = NOTHING; // what the reader has put aside
      this.root = tideline.element("div", "tl-news-box");
      this.root.setAttribute("role", "status");
      layer.on("language", this._show, this).on("shown", () => this._take(NOTHING));
      document.addEventListener("visibilitychange", () => this._ask());
      setInterval(() => this._ask(), EVERY_MS);
      this._show();
    }

    // Ask what is new; a page that nobody sees asks nothing.
    async _ask() {
      const { wish } = this._layer;
      if (document.hidden || !wish) return;
      const news = await tideline.source.news(wish.act).catch(() => null);
      // Something else may be shown by now.
      if (news && this._layer.wish.act === wish.act) this._take(news);
    }

    _take(news) {
      const isKnown = JSON.stringify(news) === JSON.stringify(this._news);
      this._news = news;
      if (!isKnown) this._show();
    }

    _show() {
      const t = tideline.t;
      this._layer.toolbar.root.append(this.root);
      const { act, reports, changes } = this._news;
      if (act === this._closed.act || !(reports || changes)) {
        this.root.replaceChildren();
        return;
      }
      const said = reports ? t("{n} new reports", { n: reports }) : t("The data have changed");
      const box = tideline.element("div", "tl-news");
      const show = this._button("tl-news-show", t("Show"), () => this._layer.tell("asked"));
      const close = this._button("tl-tool", t("Close"), () => this._close());
      close.title = t("Close");
      close.setAttribute("aria-label", t("Close"));
      close.replaceChildren(tideline.icon("M5.5 5.5l9 9M14.5 5.5l-9 9"));
      box.append(tideline.element("span", "", said), show, close);
      this.root.replaceChildren(box);
    }

    _button(className, name, act) {
      const button = tideline.element("button", className, name);
      button.type = "button";
      button.addEventListener("click", act);
      return button;
    }

    // Keep silent until something more is done.
    _close() {
      this._closed = this._news;
      this._show();
      this._layer.map.getContainer().focus({ preventScroll: true });
    }
  };
})();
