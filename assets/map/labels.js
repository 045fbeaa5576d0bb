// The names of the places of which most is told, where there is room: none upon another
// or upon a mark.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const LONGEST = 26; // characters of a label
  const HEIGHT = 14;
  const EDGE = 3; // pixels around a name, for its halo
  const KEPT = 1500; // names drawn that are kept
  const MOST = 140; // names at once
  const WHILE_PLAYING = 40;
  const ROOM = 1 << 21; // more marks than a frame ever has
  const FIRST = 1 << 30; // the weight of what is selected: more than events there are

  // How many names a zoom has room for, by its number.
  function most(layer) {
    const zoom = layer.canvas.frame.zoom;
    const room = zoom < 5 ? 0 : zoom < 6 ? 14 : zoom < 7 ? 40 : MOST;
    return layer.clock.playing ? Math.min(room, WHILE_PLAYING) : room;
  }

  // Boxes that may not lie upon each other.
  class Boxes {
    constructor() {
      this.list = [];
    }

    add(x, y, w, h) {
      this.list.push({ x, y, w, h });
    }

    isFree(x, y, w, h) {
      return !this.list.some((one) => x < one.x + one.w && one.x < x + w && y < one.y + one.h && one.y < y + h);
    }
  }

  // Names as small canvases, each written once.
  class Names {
    constructor(dark) {
      this.dark = dark;
      this.ratio = window.devicePixelRatio || 1;
      this._made = new Map();
      this._ruler = document.createElement("canvas").getContext("2d");
      this._ruler.font = this._font();
    }

    _font() {
      return "500 11.5px system-ui, 'Segoe UI', sans-serif";
    }

    get(text) {
      let name = this._made.get(text);
      if (name) return name;
      if (this._made.size > KEPT) this._made.clear();
      name = this._write(text);
      this._made.set(text, name);
      return name;
    }

    _write(text) {
      const w = Math.ceil(this._ruler.measureText(text).width);
      const canvas = document.createElement("canvas");
      canvas.width = (w + 2 * EDGE) * this.ratio;
      canvas.height = (HEIGHT + 2 * EDGE) * this.ratio;
      const ctx = canvas.getContext("2d");
      ctx.scale(this.ratio, this.ratio);
      ctx.font = this._font();
      ctx.textBaseline = "middle";
      ctx.lineJoin = "round";
      ctx.lineWidth = 3.5;
      ctx.strokeStyle = this.dark ? "rgba(23,26,31,.9)" : "rgba(255,255,255,.92)";
      ctx.fillStyle = this.dark ? "#d5dbe2" : "#2f343a";
      ctx.strokeText(text, EDGE, HEIGHT / 2 + EDGE);
      ctx.fillText(text, EDGE, HEIGHT / 2 + EDGE);
      return { canvas, w };
    }
  }

  let names = null;

  // "≈" stands before names of places that are not placed exactly.
  function words(data, place) {
    const name = data.header.names[data.named[place]] || "";
    const short = name.length > LONGEST ? name.slice(0, LONGEST) + "…" : name;
    return data.radius[place] ? "≈ " + short : short;
  }

  // What could be named, most telling first: the rows of signs, and clusters as negative
  // numbers less one.
  function wanted(layer) {
    const { signs, clusters, grid } = layer.marks;
    const { weight } = layer.clusters;
    const keys = [];
    for (let row = 0; row < signs.count; row++) {
      const place = signs.place[row];
      if (signs.depth[row] || layer.isVast(place)) continue;
      const weigh = signs.event[row] === layer.selected ? FIRST : weight[place];
      keys.push(weigh * ROOM + row);
    }
    for (let slot = 0; slot < clusters.count; slot++) {
      const place = grid.main[clusters.cluster[slot]];
      keys.push(weight[place] * ROOM + ROOM - 1 - slot);
    }
    keys.sort((a, b) => b - a);
    return keys.map((key) => (key % ROOM < signs.count ? key % ROOM : (key % ROOM) - ROOM));
  }

  // Where a mark lies, how large it is and which place it stands for.
  function markOf(layer, number) {
    const { signs, clusters, grid } = layer.marks;
    if (number >= 0) return { x: signs.x[number], y: signs.y[number], r: 10, place: signs.place[number] };
    const slot = -1 - number;
    const r = tideline.reach(clusters.marks[slot]) + 4;
    return { x: clusters.x[slot], y: clusters.y[slot], r, place: grid.main[clusters.cluster[slot]] };
  }

  function block(layer, boxes) {
    const { signs, clusters } = layer.marks;
    for (let row = 0; row < signs.count; row++) boxes.add(signs.x[row] - 9, signs.y[row] - 9, 18, 18);
    for (let slot = 0; slot < clusters.count; slot++) {
      const r = tideline.reach(clusters.marks[slot]) + 2;
      boxes.add(clusters.x[slot] - r, clusters.y[slot] - r, 2 * r, 2 * r + 4);
    }
  }

  // Beneath the mark, beside it, above it.
  function spotOf(mark, w, boxes) {
    const { x, y, r } = mark;
    for (const [left, top] of [[x - w / 2, y + r + 2], [x + r + 3, y - 7], [x - r - 3 - w, y - 7], [x - w / 2, y - r - 2 - HEIGHT]]) {
      if (boxes.isFree(left, top, w, HEIGHT)) return [left, top];
    }
    return null;
  }

  // Write the names, and return the boxes that marks and names take.
  tideline.label = function (ctx, layer) {
    const boxes = new Boxes();
    block(layer, boxes);
    const ratio = window.devicePixelRatio || 1;
    if (!names || names.dark !== layer.dark || names.ratio !== ratio) names = new Names(layer.dark);
    let left = most(layer);
    const said = new Set();
    for (const number of left ? wanted(layer) : []) {
      if (!left) break;
      const mark = markOf(layer, number);
      const text = words(layer.data, mark.place);
      if (said.has(text)) continue;
      const { canvas, w } = names.get(text);
      const spot = spotOf(mark, w, boxes);
      if (!spot) continue;
      said.add(text);
      left--;
      boxes.add(spot[0], spot[1], w, HEIGHT);
      ctx.drawImage(canvas, spot[0] - EDGE, spot[1] - EDGE, canvas.width / ratio, canvas.height / ratio);
    }
    return boxes.list;
  };
})();
