// The address of what is looked at. Python writes day, filters and the open event into
// the page's address; where the map stands is written here, since Python never hears of
// it. A link that is copied holds both, as they are at that moment.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const WAIT_MS = 400; // after the last move
  const AGAIN_MS = 1000; // Python writes all of the address, with the place that it read
  const DIGITS = 1e5;

  tideline.Address = class {
    constructor(layer) {
      this._layer = layer;
      this._at = null; // what stands in the address by this hand
      this._isReaders = false; // whether the reader has moved the map
      if (!this.isThere) return;
      // A map that only gets another size begins no move, though it ends one.
      layer.map.on("movestart", () => {
        this._isReaders = this._isReaders || !layer.isSteered;
      });
      layer.map.on("moveend", this._moved, this);
    }

    // Whether the page is around the map. A file that stands for itself has no address,
    // and what it may be shown in is not its own.
    get isThere() {
      return Boolean(window.frameElement) && tideline.source instanceof tideline.Server;
    }

    _moved() {
      if (!this._layer.data || !(this._isReaders || this._page().searchParams.has("at"))) return;
      this._at = this._place();
      clearTimeout(this._due);
      this._due = setTimeout(() => this._keep(), WAIT_MS);
    }

    // Write the place, and write it again where Python's own writing, which comes at the
    // end of its run and says nothing, has put an older one back.
    _keep() {
      this._write();
      this._due = setTimeout(() => this._keep(), AGAIN_MS);
    }

    _place() {
      const { map } = this._layer;
      const { lng, lat } = map.getCenter().wrap();
      return [lng, lat, map.getZoom()].map((one) => Math.round(one * DIGITS) / DIGITS).join(",");
    }

    _page() {
      return new URL(window.parent.location.href);
    }

    _write() {
      const page = this._page();
      const { data } = this._layer.wish;
      const before = page.href;
      page.searchParams.set("at", this._at);
      if (this._isReaders) page.searchParams.set("data", data);
      if (page.href === before) return;
      try {
        window.parent.history.replaceState(window.parent.history.state, "", page.href);
      } catch (error) {
        // The address stays as it was; a copied link is still whole.
      }
    }

    // The address that restores exactly what is looked at now.
    link() {
      const { clock, wish } = this._layer;
      const { iso } = tideline.calendar;
      const page = this._page();
      const parts = {
        day: iso(clock.day),
        since: clock.since === null ? "" : iso(clock.since),
        mode: clock.mode === "events" ? "" : clock.mode,
        areas: clock.areas ? "1" : "",
        box: wish.box.join(","),
        at: this._place(),
        data: wish.data,
      };
      for (const [name, value] of Object.entries(parts)) {
        if (value) page.searchParams.set(name, value);
        else page.searchParams.delete(name);
      }
      return page.href;
    }
  };
})();
