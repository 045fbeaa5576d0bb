// The map on its own, in a file that carries its data: it unpacks the blocks that
// geo/onefile.py put beside this script, and asks nobody for anything.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const unpacked = new Map();

  async function unpack(name) {
    const packed = atob(document.getElementById("tl-block-" + name).textContent);
    const bytes = Uint8Array.from(packed, (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  }

  // A block's JSON, read once.
  tideline.block = function (name) {
    if (!unpacked.has(name)) {
      unpacked.set(name, unpack(name).then((bytes) => JSON.parse(new TextDecoder().decode(bytes))));
    }
    return unpacked.get(name);
  };

  tideline.source = {
    events: () => unpack("events"),
    words: async (name, language, chunk) => (await tideline.block("words"))[chunk],
    outline: (name) => tideline.block("outline-" + name),
    language: () => tideline.block("language"),
  };

  // Turn light or dark, and have the basemap know as it does when the page turns.
  function follow(query) {
    document.documentElement.classList.toggle("tl-dark", query.matches);
    window.postMessage({ theme: query.matches ? "dark" : "light" }, "*");
  }

  // Bring all events into view, once the strips under the map have their heights.
  function fit(map, [west, south, east, north]) {
    map.invalidateSize({ animate: false });
    map.fitBounds([[south, west], [north, east]], { maxZoom: 9, padding: [40, 40], animate: false });
  }

  // Build the map that streamlit-folium builds on the page.
  async function start() {
    const look = matchMedia("(prefers-color-scheme: dark)");
    follow(look);
    const { command, home, at, bounds } = await tideline.block("start");
    tideline.speak(await tideline.source.language());
    const map = L.map("map_div", { minZoom: 3, maxZoom: 16, worldCopyJump: true });
    L.control.scale({ imperial: false }).addTo(map);
    const [lon, lat, zoom] = at || home;
    map.setView([lat, lon], zoom);
    const layer = new tideline.Events({ root: "" }).addTo(map);
    look.addEventListener("change", () => follow(look));
    if (bounds && !at) layer.once("data", () => requestAnimationFrame(() => fit(map, bounds)));
    layer.reader = new tideline.Reader(layer);
    tideline.command(command);
  }

  start().catch(() => {
    tideline.say("This file could not be read: it is damaged, or the browser is older than 2023.");
  });
})();
