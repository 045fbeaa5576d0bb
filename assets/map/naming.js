// Names for those who hear the map: what Leaflet and Streamlit call in English only is
// named in the reader's language.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});

  function name(element, text) {
    if (!element) return;
    element.title = text;
    element.setAttribute("aria-label", text);
  }

  function nameAll(layer) {
    const { zoomControl } = layer.map;
    if (zoomControl) {
      name(zoomControl._zoomInButton, tideline.t("Zoom in"));
      name(zoomControl._zoomOutButton, tideline.t("Zoom out"));
    }
    layer.map.fire("move"); // the bar writes its words when the map moves
    if (!layer.address.isThere) return;
    window.frameElement.title = tideline.t("Map and timeline of the reported events");
    // Streamlit calls every page English.
    window.parent.document.documentElement.lang = tideline.spoken().code;
  }

  // Leaflet's bar of metres and kilometres, with their names in the reader's language.
  L.Control.Scale.include({
    _updateMetric: function (widest) {
      const metres = this._getRoundNum(widest);
      const words =
        metres < 1000 ? tideline.t("{distance} m", { distance: metres }) : tideline.t("{distance} km", { distance: metres / 1000 });
      this._updateScale(this._mScale, words, metres / widest);
    },
  });

  tideline.Events.addInitHook(function () {
    this.on("language", () => nameAll(this));
  });
})();
