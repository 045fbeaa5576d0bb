// Whose work the map rests on, and what its borders and names do not mean.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});

  // The line's parts. With tiles too names come from GeoNames: those of the events.
  function parts(tiles) {
    const ground = tiles === null ? "Natural Earth" : tiles;
    return [tideline.t("Borders and names imply no opinion"), ground, "GeoNames (CC BY 4.0)", "Leaflet"].filter(Boolean);
  }

  // The line as one text, for pictures of the map; `tiles` names their makers, or is null.
  tideline.creditText = (tiles) => parts(tiles).join(" · ");

  tideline.Credit = L.Control.extend({
    options: { position: "bottomright" },

    onAdd: function () {
      this._box = L.DomUtil.create("div", "leaflet-control-attribution tl-credit");
      L.DomEvent.disableClickPropagation(this._box);
      this.show(null);
      return this._box;
    },

    // Name the tiles' makers, or that of the outlines for null.
    show: function (tiles) {
      const [opinion, ...makers] = parts(tiles);
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = opinion;
      button.setAttribute("aria-expanded", "false");
      button.addEventListener("click", () => this._open(button));
      const named = document.createElement("bdi");
      named.textContent = makers.join(" · ");
      this._box.replaceChildren(button, " · ", named);
    },

    _open: function (button) {
      const old = this._box.querySelector(".tl-note");
      button.setAttribute("aria-expanded", String(!old));
      if (old) {
        old.remove();
        return;
      }
      const note = document.createElement("p");
      note.className = "tl-note";
      note.dir = "auto";
      note.textContent = tideline.t(
        "The borders drawn and the names used on this map do not express any opinion on the legal status of a " +
        "country, territory, city or area, on its authorities, or on where its borders run. Broken lines are borders that are " +
        "disputed or not agreed. Who is reported to hold a place is what the reports say."
      );
      this._box.prepend(note);
    },
  });
})();
