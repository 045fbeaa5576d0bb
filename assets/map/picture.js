// The map as a picture to take along: with title, legend, scale and attribution, at
// twice the size of the screen. What is held back from files is held back here too.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const SHARPNESS = 2;
  const EDGE = 18; // pixels around everything
  const FONT = "system-ui, 'Segoe UI', sans-serif";
  const LOOKS = {
    light: { paper: "#ffffff", ink: "#23262b", soft: "#5c636b", line: "#c9ced4", halo: "rgba(255,255,255,.8)" },
    dark: { paper: "#171a1f", ink: "#e7eaee", soft: "#a9b1ba", line: "#333941", halo: "rgba(23,26,31,.8)" },
  };

  // Have canvases drawn as for a screen of that sharpness; returns how to undo that.
  function sharpen() {
    const before = Object.getOwnPropertyDescriptor(window, "devicePixelRatio");
    Object.defineProperty(window, "devicePixelRatio", { configurable: true, get: () => SHARPNESS });
    return () => Object.defineProperty(window, "devicePixelRatio", before);
  }

  // Have only shown what may leave: no exact place where places are coarsened, no day that
  // is held back, and nothing of a place that is being looked for. Returns how to undo it.
  function holdBack(layer) {
    const { data, index, _fold, wish, selected } = layer;
    const { areas, day, since } = layer.clock;
    const { coarsen_km: km, until } = wish;
    if (km || until !== null) {
      layer.data = tideline.coarsened(data, km);
      layer.index = new tideline.Index(layer.data, tideline.released(data, index.pass, until));
      layer._fold = null;
      layer.selected = -1;
      // Areas are drawn around exact places.
      layer.clock.areas = areas && !km;
      if (until !== null) layer.clock.day = Math.min(day, until);
      if (since !== null) layer.clock.since = Math.min(since, layer.clock.day);
    }
    layer.wish = { ...wish, placing: 0, candidates: [], around: [], point: [] };
    return () => {
      Object.assign(layer, { data, index, _fold, wish, selected });
      Object.assign(layer.clock, { areas, day, since });
    };
  }

  // What is looked at, in words.
  function caption({ clock, data }) {
    const first = tideline.dayWords(clock.since === null ? clock.first : clock.since);
    const day = tideline.dayWords(clock.day);
    if (!data.count) return tideline.t("No events");
    if (clock.mode === "control") return tideline.t("Last reported control on {day}", { day });
    if (clock.mode === "changes") return tideline.t("Reported changes of control, {first} to {day}", { first, day });
    return tideline.t("Reported events, {first} to {day}", { first, day });
  }

  function notes(layer) {
    const { coarsen_km: distance, until } = layer.wish;
    const said = [tideline.t("Reported claims, not findings.")];
    if (distance) {
      said.push(tideline.t("Places are moved to a grid of {distance} km; their names and the sentences still say which they are.", { distance }));
    }
    if (until !== null) {
      const day = tideline.dayWords(until);
      said.push(tideline.t("Events that may have happened after {day}, and those without a date, are left out.", { day }));
    }
    return [said.join(" "), layer.basemap.credit()];
  }

  class Sheet {
    constructor(layer) {
      const size = layer.map.getSize();
      this.layer = layer;
      this.look = LOOKS[layer.dark ? "dark" : "light"];
      this.isRtl = tideline.spoken().direction === "rtl";
      this.map = size;
      this.width = size.x + 2 * EDGE;
      this.inner = size.x;
      this.ctx = document.createElement("canvas").getContext("2d");
    }

    // Where a run of text or signs starts that lies `along` from the reader's side.
    x(along) {
      return this.isRtl ? this.width - EDGE - along : EDGE + along;
    }

    pen(font, color) {
      Object.assign(this.ctx, {
        font: font + " " + FONT, fillStyle: color, textAlign: "start", textBaseline: "middle",
        direction: this.isRtl ? "rtl" : "ltr",
      });
    }

    // Break a text into lines that fit.
    lines(text, font) {
      this.pen(font, this.look.ink);
      const made = [""];
      for (const word of text.split(" ")) {
        const line = made[made.length - 1];
        const longer = line ? line + " " + word : word;
        if (line && this.ctx.measureText(longer).width > this.inner) made.push(word);
        else made[made.length - 1] = longer;
      }
      return made;
    }

    // The legend as it stands under the map: rows of [sign, words, where].
    legend() {
      const rows = [];
      this.pen("12px", this.look.ink);
      for (const list of document.querySelectorAll("#tl-legend .tl-row")) {
        let along = Infinity;
        for (const item of list.querySelectorAll("li")) {
          const sign = item.querySelector("canvas");
          const words = item.textContent;
          if (!sign || !words) continue;
          const wide = 30 + this.ctx.measureText(words).width;
          if (along + wide > this.inner) {
            rows.push([]);
            along = 0;
          }
          rows[rows.length - 1].push({ sign, words, along });
          along += wide + 12;
        }
      }
      return rows;
    }

    draw() {
      const head = [tideline.t("Reported control of places") + " · " + this.title(), caption(this.layer)];
      const legend = this.legend();
      const foot = notes(this.layer).flatMap((text) => this.lines(text, "11px"));
      const top = EDGE + 52;
      const under = top + this.map.y + 12;
      const height = under + legend.length * 22 + 8 + foot.length * 16 + EDGE - 6;
      const canvas = this.ctx.canvas;
      canvas.width = this.width * SHARPNESS;
      canvas.height = height * SHARPNESS;
      this.ctx.scale(SHARPNESS, SHARPNESS);
      this.ctx.fillStyle = this.look.paper;
      this.ctx.fillRect(0, 0, this.width, height);
      this.text(head[0], "600 18px", this.look.ink, EDGE + 10);
      this.text(head[1], "14px", this.look.soft, EDGE + 34);
      this.land(top);
      this.signs(legend, under);
      foot.forEach((line, at) => this.text(line, "11px", this.look.soft, under + legend.length * 22 + 16 + at * 16));
      return canvas;
    }

    title() {
      const { title, titles } = this.layer.data.header;
      return titles[tideline.spoken().code] || title;
    }

    text(words, font, color, y) {
      this.pen(font, color);
      this.ctx.fillText(words, this.x(0), y, this.inner);
    }

    // The canvases of the map, one upon the other as the screen has them.
    land(top) {
      const container = this.layer.map.getContainer();
      const corner = container.getBoundingClientRect();
      const { ctx, map } = this;
      ctx.save();
      ctx.translate(EDGE, top);
      ctx.beginPath();
      ctx.rect(0, 0, map.x, map.y);
      ctx.clip();
      ctx.fillStyle = container.style.background;
      ctx.fillRect(0, 0, map.x, map.y);
      for (const drawn of stacked(this.layer.map)) {
        const at = drawn.getBoundingClientRect();
        ctx.drawImage(drawn, at.left - corner.left, at.top - corner.top, at.width, at.height);
      }
      this.scale();
      ctx.restore();
      ctx.strokeStyle = this.look.line;
      ctx.lineWidth = 1;
      ctx.strokeRect(EDGE - 0.5, top - 0.5, map.x + 1, map.y + 1);
    }

    // A bar of a round length, as long as it is in the middle of the map.
    scale() {
      const { map } = this.layer;
      const y = this.map.y / 2;
      const wide = map.distance(map.containerPointToLatLng([0, y]), map.containerPointToLatLng([100, y]));
      const most = Math.pow(10, Math.floor(Math.log10(wide)));
      const metres = [5, 2, 1].map((times) => times * most).find((length) => length <= wide);
      const length = (metres / wide) * 100;
      const distance = metres < 1000 ? metres : metres / 1000;
      const words = metres < 1000 ? tideline.t("{distance} m", { distance }) : tideline.t("{distance} km", { distance });
      const [left, bottom] = [12, this.map.y - 12];
      this.pen("11px", this.look.ink);
      this.ctx.textAlign = "left";
      Object.assign(this.ctx, { lineJoin: "round", lineWidth: 4, strokeStyle: this.look.halo });
      this.ctx.strokeText(words, left + 2, bottom - 10);
      this.ctx.fillText(words, left + 2, bottom - 10);
      for (const [width, color] of [[4, this.look.halo], [1.5, this.look.ink]]) {
        Object.assign(this.ctx, { lineWidth: width, strokeStyle: color });
        this.ctx.beginPath();
        this.ctx.moveTo(left, bottom - 4);
        this.ctx.lineTo(left, bottom);
        this.ctx.lineTo(left + length, bottom);
        this.ctx.lineTo(left + length, bottom - 4);
        this.ctx.stroke();
      }
    }

    signs(rows, top) {
      rows.forEach((row, at) => {
        const y = top + at * 22 + 11;
        for (const { sign, words, along } of row) {
          const x = this.x(along);
          this.ctx.drawImage(sign, this.isRtl ? x - 27.5 : x, y - 11, 27.5, 22);
          this.pen("12px", this.look.ink);
          this.ctx.fillText(words, this.isRtl ? x - 30 : x + 30, y);
        }
      });
    }
  }

  // The map's canvases and tiles, the lowest pane first.
  function stacked(map) {
    const depth = (drawn) => Number(getComputedStyle(drawn.closest(".leaflet-pane")).zIndex) || 0;
    return [...map.getPane("mapPane").querySelectorAll("canvas, img.leaflet-tile-loaded")]
      .filter((drawn) => drawn.width && drawn.offsetWidth)
      .sort((a, b) => depth(a) - depth(b));
  }

  function drawAnew(layer) {
    layer.map.fire("viewreset");
    tideline.legend(layer);
  }

  // Return a canvas with the whole picture; the map is then as it was.
  tideline.picture = function (layer) {
    const undo = [holdBack(layer), sharpen()];
    try {
      drawAnew(layer);
      return new Sheet(layer).draw();
    } finally {
      undo.forEach((act) => act());
      drawAnew(layer);
    }
  };

  // Make the picture and hand it to the browser as a download.
  tideline.takePicture = async function (layer) {
    if (!layer.data) return;
    let blob = null;
    try {
      const canvas = tideline.picture(layer);
      blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    } catch (error) {
      if (error.name !== "SecurityError") throw error;
      tideline.say(tideline.t("The browser gives no picture of the online map. Choose the outlines under Map and try again."));
      return;
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "tideline-" + tideline.calendar.iso(layer.clock.day) + ".png";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };
})();
