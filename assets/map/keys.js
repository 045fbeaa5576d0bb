// The strip's keys. They work wherever the focus is in the map's frame, but for what
// takes the same keys itself: fields, lists of choices, and the map, which its own
// arrows move while it has the focus.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const OWN =
    "input, select, textarea, dialog, [contenteditable], [role=dialog], [role=listbox], " +
    "[role=menu], [role=radiogroup], [role=tablist]";
  const PRESSED = "button, a[href], summary, [role=button]";
  const MAP_KEYS = new Set(["ArrowLeft", "ArrowRight", "+", "-"]);
  // On a keyboard of another script the key of "[" has another letter.
  const OTHER_SCRIPT = /[\u0590-\u08ff]/;
  const CODES = { BracketLeft: "[", BracketRight: "]" };

  tideline.Keys = class {
    constructor(strip) {
      this._strip = strip;
      document.addEventListener("keydown", (event) => this._press(event));
    }

    _press(event) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (this._strip.isEmpty || event.target.closest(OWN)) return;
      const key = (OTHER_SCRIPT.test(event.key) && CODES[event.code]) || event.key;
      if (event.target.classList.contains("leaflet-container") && MAP_KEYS.has(key)) return;
      if (!this._act(key, event)) return;
      event.preventDefault();
    }

    // Do what a key asks for; tell whether it asks for anything.
    _act(key, event) {
      const strip = this._strip;
      if (key === " ") {
        if (event.target.closest(PRESSED)) return false;
        if (!event.repeat) strip.toggle();
      } else if (key === "[" || key === "]") {
        strip.step(key === "[" ? -1 : 1);
      } else if (key === "+" || key === "-") {
        if (!strip.root.contains(event.target)) return false;
        strip.zoom(key === "+" ? 0.5 : 2, strip.clock.day);
      } else {
        return this._slide(key, event);
      }
      return true;
    }

    _slide(key, event) {
      const strip = this._strip;
      const handle = event.target.closest(".tl-handle");
      const isSince = Boolean(handle) && handle.classList.contains("tl-of-since");
      const { first, last, day } = strip.clock;
      const at = isSince ? strip.begin : day;
      const far = event.shiftKey ? 7 : 1;
      const goals = {
        ArrowLeft: at - far,
        ArrowRight: at + far,
        PageDown: tideline.calendar.monthsLater(at, -1),
        PageUp: tideline.calendar.monthsLater(at, 1),
        Home: first,
        End: isSince ? day : last,
      };
      // Up and down scroll the page, but for a slider, where they mean more and less.
      if (handle) Object.assign(goals, { ArrowUp: at + far, ArrowDown: at - far });
      if (!(key in goals)) return false;
      if (isSince) strip.startAt(goals[key]);
      else strip.go({ day: goals[key] });
      strip.restSoon();
      return true;
    }
  };
})();
