// Playback: while the clock plays, days pass by frames. Nothing is told to Python
// meanwhile, only when it comes to rest.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const LONGEST_MS = 250; // a longer pause between frames was a stall, not time that passed
  const CALM_MS = 1000; // where less motion is wanted, days pass in steps of this length

  tideline.Playing = class {
    constructor(clock) {
      this._clock = clock;
      this._frame = 0;
      this._calm = window.matchMedia("(prefers-reduced-motion: reduce)");
      clock.on("change", this._follow, this);
      document.addEventListener("visibilitychange", () => {
        if (document.hidden) clock.set({ playing: false });
      });
    }

    _follow() {
      const { playing, day, first, last } = this._clock;
      if (playing === Boolean(this._frame)) return;
      if (!playing) {
        cancelAnimationFrame(this._frame);
        this._frame = 0;
        this._clock.rest();
        return;
      }
      this._owed = 0; // milliseconds of which the days have not passed yet
      this._before = null;
      this._frame = requestAnimationFrame((now) => this._pass(now));
      if (day >= last) this._clock.set({ day: first });
    }

    _pass(now) {
      this._go(now);
      // Asked for last, so that what this frame changed is drawn before the next change:
      // otherwise only every other frame would be.
      if (this._frame) this._frame = requestAnimationFrame((then) => this._pass(then));
    }

    _go(now) {
      const clock = this._clock;
      if (this._before !== null) this._owed += Math.min(now - this._before, LONGEST_MS);
      this._before = now;
      if (this._calm.matches && this._owed < CALM_MS) return;
      const days = Math.floor((this._owed * clock.speed) / 1000);
      if (!days) return;
      this._owed -= (days * 1000) / clock.speed;
      const day = Math.min(clock.day + days, clock.last);
      clock.set({ day, playing: day < clock.last });
    }
  };
})();
