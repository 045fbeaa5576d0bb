// The strip under the map: events over time, the window that is looked at, and the day.
// It changes the clock and nothing else; the map follows the clock by itself, and Python
// hears of it when the reader lets go.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const AXIS = 17; // pixels under the bars
  const REST_MS = 350; // after the last key, so that held arrows end in one rerun

  function add(parent, tag, className) {
    const made = document.createElement(tag);
    made.className = className;
    parent.append(made);
    return made;
  }

  // What colours are like at present; the style sheet decides them.
  function lookOf(root) {
    const style = getComputedStyle(root);
    const color = (name) => style.getPropertyValue("--tl-" + name).trim();
    const paper = color("bg");
    return {
      paper, ink: color("ink"), soft: color("soft"), line: color("line"), accent: color("accent"),
      font: "11px system-ui, 'Segoe UI', sans-serif",
      isLost: (one) => tideline.contrast(one, paper) < 1.5,
    };
  }

  tideline.Timeline = class {
    constructor(layer) {
      this._layer = layer;
      this.clock = layer.clock;
      this.scale = new tideline.Scale();
      this.bars = new tideline.Histogram();
      this._lane = new tideline.Lane();
      this._playing = new tideline.Playing(layer.clock);
      this._keys = new tideline.Keys(this);
      this._sizes = new ResizeObserver(() => this._size());
      this._speak();
      layer.on("data", this._renew, this).on("filter", this._recount, this);
      layer.on("select", this.redraw, this).on("language", this._speak, this);
      layer.map.on("tideline:theme", this.redraw, this);
      this.clock.on("change", this._follow, this).on("rest", this._rested, this);
    }

    // Build all anew in the reader's language.
    _speak() {
      this._build();
      this._dragging = new tideline.Dragging(this);
      this._sizes.disconnect();
      this._sizes.observe(this.time);
      this._sizes.observe(this.root);
      this._renew();
    }

    _build() {
      const t = tideline.t;
      this.root = document.getElementById("tl-strip") || add(document.body, "div", "");
      this.root.id = "tl-strip";
      this.root.setAttribute("role", "group");
      this.root.setAttribute("aria-label", t("Timeline"));
      this._bar = new tideline.Timebar({
        step: (way) => this.step(way),
        toggle: () => this.toggle(),
        jump: (day) => this.go({ day }, true),
        window: (days) => this.go({ since: days ? this.clock.day - days + 1 : null }, true),
        speed: (speed) => this.clock.set({ speed }),
        zoom: (factor) => this.zoom(factor, this.clock.day),
      });
      this.root.replaceChildren(this._bar.root);
      this.time = add(this.root, "div", "tl-time");
      this.time.dir = "ltr"; // time runs from left to right in every language
      this._canvas = add(this.time, "canvas", "");
      this._canvas.setAttribute("aria-hidden", "true");
      this._earlier = add(this.time, "div", "tl-veil");
      this._later = add(this.time, "div", "tl-veil");
      this._span = add(this.time, "div", "tl-span");
      this._measure = add(this.time, "span", "tl-measure");
      this._measure.dir = "auto";
      this._ghost = add(this.time, "div", "tl-ghost");
      this._ghost.hidden = true;
      add(this._ghost, "span", "tl-pill").dir = "auto";
      this._since = this._handle("since", t("Start of the window"));
      this._day = this._handle("day", t("Day"));
      this._none = add(this.time, "p", "tl-none");
      this._none.textContent = t("There is no dated event.");
    }

    _handle(which, label) {
      const handle = add(this.time, "div", "tl-handle tl-of-" + which);
      handle.tabIndex = 0;
      handle.setAttribute("role", "slider");
      handle.setAttribute("aria-label", label);
      add(handle, "span", "tl-pill").dir = "auto";
      return handle;
    }

    // The first day of the window.
    get begin() {
      const { since, first } = this.clock;
      return since === null ? first : since;
    }

    focus() {
      this._day.focus({ preventScroll: true });
    }

    // Change the clock by the reader's hand, which ends playback; `rest` when it is over.
    go(changes, rest) {
      const { day, since } = this.clock;
      this.clock.set({ ...changes, playing: false });
      if (day !== this.clock.day || since !== this.clock.since) this._stirred = true;
      if (rest) this.rest();
    }

    // Let the window begin on a day; at the very first, it begins where all begins.
    startAt(since) {
      const { first, day } = this.clock;
      this.go({ since: since <= first ? null : Math.min(since, day) });
    }

    step(way) {
      this.go({}, false);
      const { day } = this.clock;
      this.clock.step(way);
      if (day !== this.clock.day) this._stirred = true;
      this.restSoon();
    }

    toggle() {
      this.clock.set({ playing: !this.clock.playing });
    }

    zoom(factor, around) {
      this.scale.zoom(factor, around);
      this._recount();
    }

    pan(days) {
      this.scale.pan(days);
      this._recount();
    }

    // The reader has let go: once for all that was changed since the last time.
    rest() {
      clearTimeout(this._resting);
      if (!this._stirred) return;
      this._stirred = false;
      this.clock.rest();
    }

    restSoon() {
      clearTimeout(this._resting);
      this._resting = setTimeout(() => this.rest(), REST_MS);
    }

    // The event of the lane under a point of the strip, or -1.
    pick(x, y) {
      return this._lane.isWanted(this._layer) ? this._lane.pick(x, y) : -1;
    }

    open(event) {
      this._layer.open(event);
    }

    // Tell what is under the pointer: nothing, an event of the lane, or a day and its bar.
    hover(x, y) {
      const picked = x === null ? -1 : this.pick(x, y);
      this.time.style.cursor = picked >= 0 ? "pointer" : "";
      this._ghost.hidden = x === null || picked >= 0;
      if (this._ghost.hidden || this.isEmpty) return;
      const day = Math.floor(Math.max(this.clock.first, Math.min(this.scale.at(x), this.clock.last)));
      this._ghost.style.transform = "translateX(" + x + "px)";
      this._ghost.firstChild.textContent = tideline.dayWords(day) + " · " + this.bars.tell(day);
      this._keep(this._ghost.firstChild, x, 0);
    }

    // Keep a pill within the strip: `x` is where its middle belongs, `left` where its
    // parent is. Tells where it came to stand.
    _keep(pill, x, left) {
      const half = pill.offsetWidth / 2;
      const middle = Math.max(half, Math.min(x, this.scale.width - half));
      pill.style.left = middle - left + "px";
      return { left: middle - half, right: middle + half };
    }

    _renew() {
      const { first, last } = this.clock;
      const { data } = this._layer;
      this.isEmpty = !data.count || data.until(tideline.UNDATED - 1) === 0;
      this.root.classList.toggle("tl-empty", this.isEmpty);
      this._bar.enable(!this.isEmpty);
      for (const handle of [this._day, this._since]) handle.tabIndex = this.isEmpty ? -1 : 0;
      this.scale.bound(first, last);
      this._recount();
      this._bar.say();
    }

    _recount() {
      this._isCounted = false;
      this.redraw();
      this._moved();
    }

    _size() {
      document.documentElement.style.setProperty("--tl-strip", this.root.offsetHeight + "px");
      this.scale.width = this.time.clientWidth;
      this._recount();
    }

    // Draw anew before the next frame, however often it is asked for.
    redraw() {
      if (this._frame) return;
      this._frame = requestAnimationFrame(() => {
        this._frame = 0;
        this._draw();
      });
    }

    _draw() {
      const { clientWidth: width, clientHeight: height } = this.time;
      if (!width || this.isEmpty) return;
      const ratio = window.devicePixelRatio || 1;
      this._canvas.width = Math.round(width * ratio);
      this._canvas.height = Math.round(height * ratio);
      const ctx = this._canvas.getContext("2d");
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      if (!this._isCounted) this.bars.count(this._layer, this.scale);
      this._isCounted = true;
      const look = lookOf(this.root);
      const { actors, nobody } = this._layer.data.header;
      const top = this._lane.isWanted(this._layer) ? this._lane.height : 1;
      this.time.style.setProperty("--tl-lane", top + "px");
      const line = this.bars.draw(ctx, this.scale, { top, bottom: height - AXIS }, [...actors, nobody], look);
      this._lane.draw(ctx, this._layer, this.scale, look);
      this._measure.textContent = line ? line.words : "";
      this._measure.style.top = (line ? line.y : 0) + "px";
    }

    // Turn over to the day when it leaves the view; elsewhere the view is the reader's.
    _follow({ before }) {
      const { day } = this.clock;
      if (before.day !== day && !this._dragging.isDown && this.scale.follow(day)) this._recount();
      else this._moved();
    }

    // Per frame only this: the window, the handles and the count follow the clock.
    _moved() {
      const clock = this.clock;
      const scale = this.scale;
      if (this.isEmpty || !scale.width) return;
      const { begin } = this;
      const left = Math.max(scale.x(begin), 0);
      const right = Math.min(scale.x(clock.day + 1), scale.width);
      this._earlier.style.transform = "scaleX(" + Math.max(left, 0) + ")";
      this._later.style.transform = "translateX(" + right + "px) scaleX(" + Math.max(scale.width - right, 0) + ")";
      this._span.style.transform = "translateX(" + left + "px) scaleX(" + Math.max(right - left, 1) + ")";
      this._day.lastChild.textContent = tideline.dayWords(clock.day);
      this._since.lastChild.textContent = tideline.dayWords(begin);
      this._place(begin);
      this._bar.show(clock, this._layer.index.within(clock.since, clock.day));
      if (!clock.playing) this._tell();
    }

    // Put the handles where they can be taken apart even in a window of one day.
    _place(begin) {
      const { clock, scale } = this;
      const side = this._day.offsetWidth;
      const day = scale.x(clock.day + 0.5);
      const since = Math.min(scale.x(begin), day);
      const within = (x) => Math.max(0, Math.min(x, scale.width - side));
      const right = within(day - side / 2);
      const wide = day - since < side;
      const left = within(wide ? Math.min(since - side / 2, right - side * 0.7) : since - side / 2);
      const first = this._put(this._since, left, since);
      const last = this._put(this._day, right, day);
      this._since.classList.toggle("tl-away", since < 0);
      // Where both dates have no room, the day's stands alone.
      const isSet = this.clock.since !== null && first.right + 3 < last.left;
      this._since.lastChild.style.visibility = isSet ? "" : "hidden";
    }

    _put(handle, left, line) {
      handle.style.transform = "translateX(" + left + "px)";
      handle.style.setProperty("--tl-line-at", line - left + "px");
      return this._keep(handle.lastChild, line, left);
    }

    _tell() {
      const { first, last, day, since } = this.clock;
      this._value(this._day, first, last, day, tideline.dayWords(day));
      const words = since === null ? tideline.t("from the beginning") : tideline.dayWords(since);
      this._value(this._since, first, day, since === null ? first : since, words);
    }

    _value(handle, least, most, now, words) {
      handle.setAttribute("aria-valuemin", least);
      handle.setAttribute("aria-valuemax", most);
      handle.setAttribute("aria-valuenow", now);
      handle.setAttribute("aria-valuetext", words);
    }

    _rested() {
      this._bar.say();
    }
  };
})();
