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
    if (window.frameElement) window.frameElement.title = tideline.t("Map and timeline of the reported events");
  }

  tideline.Events.addInitHook(function () {
    this.on("language", () => nameAll(this));
  });
})();
