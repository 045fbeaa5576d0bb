// The strip under the pointer: handles and window are dragged, an empty stretch is brushed,
// a click goes to its day or opens what is drawn there. A wheel or two fingers zoom.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const STRAY = 4; // pixels that a pointer may stray within a click
  const TWICE_MS = 500;
  const LINE = 20; // pixels of a wheel that turns by lines

  tideline.Dragging = class {
    constructor(strip) {
      this._strip = strip;
      this._down = new Map(); // where each pointer is, by its id
      this._drag = null;
      this._clicked = { at: -Infinity, x: 0 };
      this._before = null; // the day before a stretch of time was clicked, for a second click
      const { time } = strip;
      time.addEventListener("pointerdown", (event) => this._press(event));
      time.addEventListener("pointermove", (event) => this._move(event));
      time.addEventListener("pointerup", (event) => this._release(event));
      time.addEventListener("pointercancel", (event) => this._leave(event));
      time.addEventListener("pointerleave", () => strip.hover(null));
      time.addEventListener("dblclick", () => this._twice());
      time.addEventListener("wheel", (event) => this._wheel(event), { passive: false });
    }

    get isDown() {
      return this._down.size > 0;
    }

    _at(event) {
      const box = this._strip.time.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    }

    _day(x) {
      return Math.floor(this._strip.scale.at(x));
    }

    _press(event) {
      if (event.button !== 0 || this._strip.isEmpty) return;
      const { clock, scale, time } = this._strip;
      const [x] = this._at(event);
      this._down.set(event.pointerId, x);
      time.setPointerCapture(event.pointerId);
      this._strip.hover(null);
      if (this._down.size > 1) {
        this._undo();
        return;
      }
      const { day, since } = clock;
      this._drag = { kind: this._kind(event, x), x, day, since, moved: false };
      // Where the handle was taken, so that it does not jump under the pointer.
      const held = this._drag.kind === "since" ? this._strip.begin : day;
      this._drag.grip = scale.x(held + 0.5) - x;
      if (this._drag.kind !== "since") this._strip.focus();
    }

    _kind(event, x) {
      const { clock, scale } = this._strip;
      const handle = event.target.closest(".tl-handle");
      if (handle) return handle.classList.contains("tl-of-since") ? "since" : "day";
      const inside = x > scale.x(this._strip.begin) && x < scale.x(clock.day + 1);
      return clock.since !== null && inside ? "window" : "brush";
    }

    _move(event) {
      const [x, y] = this._at(event);
      if (!this._down.has(event.pointerId)) {
        if (event.pointerType === "mouse") this._strip.hover(x, y);
        return;
      }
      if (this._down.size === 2) this._pinch(event.pointerId, x);
      this._down.set(event.pointerId, x);
      const drag = this._drag;
      if (!drag || (!drag.moved && Math.abs(x - drag.x) < STRAY)) return;
      drag.moved = true;
      this._to(drag, x);
    }

    _to(drag, x) {
      const { clock } = this._strip;
      if (drag.kind === "day") this._strip.go({ day: this._day(x + drag.grip) });
      else if (drag.kind === "since") this._strip.startAt(this._day(x + drag.grip));
      else if (drag.kind === "brush") {
        const [since, day] = [this._day(drag.x), this._day(x)].sort((a, b) => a - b);
        this._strip.go({ since: Math.max(since, clock.first), day });
      } else {
        this._strip.go({ day: drag.day + this._day(x) - this._day(drag.x) });
      }
    }

    // A second finger: what the first one has changed so far was not meant.
    _undo() {
      const drag = this._drag;
      this._drag = null;
      if (drag && drag.moved) this._strip.go({ day: drag.day, since: drag.since });
    }

    _pinch(id, x) {
      const [other] = [...this._down].filter(([one]) => one !== id).map(([, at]) => at);
      const { scale } = this._strip;
      const before = this._down.get(id);
      const apart = Math.max(Math.abs(x - other), 1);
      this._strip.zoom(Math.max(Math.abs(before - other), 1) / apart, scale.at((before + other) / 2));
      this._strip.pan(scale.at((before + other) / 2) - scale.at((x + other) / 2));
    }

    _release(event) {
      const drag = this._drag;
      if (drag && !drag.moved) this._click(drag, event);
      this._leave(event);
    }

    _leave(event) {
      this._down.delete(event.pointerId);
      if (this._down.size) return;
      this._drag = null;
      this._strip.rest();
    }

    // A double click on a stretch of time lets the window go, and the day stay.
    _twice() {
      if (this._before !== null) this._strip.go({ day: this._before, since: null }, true);
    }

    _click(drag, event) {
      const { at, x } = this._clicked;
      if (event.timeStamp - at > TWICE_MS || Math.abs(drag.x - x) > STRAY) this._before = null;
      if (drag.kind === "day" || drag.kind === "since") return;
      const picked = this._strip.pick(...this._at(event));
      if (picked >= 0) {
        this._strip.open(picked);
        return;
      }
      if (this._before === null) this._before = drag.day;
      this._clicked = { at: event.timeStamp, x: drag.x };
      this._strip.go({ day: this._day(drag.x) });
    }

    _wheel(event) {
      const { scale } = this._strip;
      const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      // Where there is nothing more to see, the wheel stays the page's.
      if (this._strip.isEmpty || (scale.isWhole && (sideways || event.deltaY > 0))) return;
      event.preventDefault();
      const turn = (event.deltaX || event.deltaY) * (event.deltaMode ? LINE : 1);
      if (sideways) this._strip.pan((turn / scale.width) * scale.span);
      else this._strip.zoom(Math.exp(turn * 0.002), scale.at(this._at(event)[0]));
    }
  };
})();
