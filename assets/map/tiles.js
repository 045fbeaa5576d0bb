// Tiles under the events in place of the outlines: only those that the reader chose,
// and only from an address of the one form that is allowed.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const OSM = {
    url: "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
    most: 19,
    credit: "© OpenStreetMap contributors",
  };
  const HOST = "(?:https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|http://(?:localhost|127\\.0\\.0\\.1|\\[::1\\]))(?::\\d{1,5})?";
  const FORM = new RegExp("^" + HOST + "/[\\w./~%{}?&=+:@,-]*$");

  // The server checked the address too; it is checked where it is used as well.
  function isAllowed(url) {
    const places = url.match(/\{[^}]*\}/g) || [];
    return FORM.test(url) && places.sort().join() === "{x},{y},{z}" && !/[{}]/.test(url.replace(/\{[xyz]\}/g, ""));
  }

  async function own() {
    const { address } = await tideline.source.tiles();
    return address && isAllowed(address.url) ? { url: address.url, most: 19, credit: address.credit } : null;
  }

  async function archive() {
    const { archive } = await tideline.source.tiles();
    if (!archive) return null;
    const [west, south, east, north] = archive.box;
    return {
      url: tideline.source.root + "tiles/{z}/{x}/{y}?" + Number(archive.version),
      least: archive.least, most: archive.most, credit: archive.credit,
      bounds: L.latLngBounds([south, west], [north, east]),
    };
  }

  // By the number that the page sends; 0 is none.
  const KINDS = [null, async () => OSM, own, archive];

  tideline.Tiles = class {
    constructor(map) {
      this._map = map;
      this._kind = 0;
      this.credit = null;
    }

    // Show tiles of a kind, or none for 0; returns whether tiles are shown.
    async choose(kind) {
      this._kind = kind;
      this._remove();
      if (!kind) return false;
      const found = await this._find(kind);
      if (this._kind !== kind || !found) return false;
      this._add(found);
      return true;
    }

    async _find(kind) {
      try {
        const found = await KINDS[kind]();
        if (!found) tideline.say(tideline.t("These tiles are no longer offered. Choose Outlines under Map."));
        return found;
      } catch (error) {
        tideline.say(tideline.t("This server does not tell of its tiles. Choose Outlines under Map."));
        return null;
      }
    }

    // crossOrigin, so that a picture of the map may be made of them.
    _add({ url, least, most, credit, bounds }) {
      this.credit = credit;
      this._layer = L.tileLayer(url, {
        crossOrigin: "anonymous", minNativeZoom: least || 0, maxNativeZoom: most, maxZoom: 19, bounds,
      });
      this._layer.on("tileerror", () => {
        tideline.say(tideline.t("The tiles do not answer. Choose Outlines under Map."));
      });
      this._layer.addTo(this._map);
    }

    _remove() {
      if (!this._layer) return;
      this._layer.remove();
      this._layer = null;
      this.credit = null;
      tideline.say("");
    }
  };
})();
