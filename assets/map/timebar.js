// The row of buttons and choices above the strip.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const SVG = "http://www.w3.org/2000/svg";
  const SPEEDS = [1, 7, 30, 90, 365];
  const WINDOWS = [30, 90, 365];
  const ICONS = {
    previous: "M7 6v12M18 6l-8 6 8 6z",
    next: "M17 6v12M6 6l8 6-8 6z",
    play: "M8 5l11 7-11 7z",
    pause: "M8 6h3v12H8zM14 6h3v12h-3z",
    less: "M6 12h12",
    more: "M6 12h12M12 6v12",
  };

  function icon(look) {
    const drawn = document.createElementNS(SVG, "svg");
    drawn.setAttribute("viewBox", "0 0 24 24");
    drawn.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", ICONS[look]);
    drawn.append(path);
    return drawn;
  }

  function name(control, label, key) {
    control.setAttribute("aria-label", label);
    control.title = key ? label + " (" + key + ")" : label;
  }

  function button(look, label, key, act) {
    const made = tideline.element("button", "tl-press tl-" + look);
    made.type = "button";
    name(made, label, key);
    made.setAttribute("aria-keyshortcuts", key);
    made.append(icon(look));
    made.addEventListener("click", act);
    return made;
  }

  // What goes back and forth in time lies as time does, in every language.
  function along(...buttons) {
    const group = tideline.element("div", "tl-along");
    group.dir = "ltr";
    group.append(...buttons);
    return group;
  }

  function choice(className, label, act) {
    const made = tideline.element("select", className);
    name(made, label);
    made.addEventListener("change", () => act(Number(made.value)));
    return made;
  }

  // Offer some numbers, and the one that is set where it is none of them.
  function offer(select, numbers, set, say) {
    const all = numbers.includes(set) ? numbers : [...numbers, set];
    const key = all.join();
    if (select.dataset.offered !== key) {
      select.dataset.offered = key;
      select.replaceChildren(...all.map((number) => new Option(say(number), String(number))));
    }
    select.value = String(set);
  }

  tideline.Timebar = class {
    // `acts`: step(way), toggle(), jump(day), window(days; 0 is all), speed(days), zoom(factor).
    constructor(acts) {
      this._acts = acts;
      const t = tideline.t;
      this.root = tideline.element("div", "tl-bar");
      this._play = button("play", t("Play"), "Space", () => acts.toggle());
      this._day = tideline.element("strong", "tl-today");
      this._count = tideline.element("span", "tl-count");
      this._date = this._makeDate();
      this._window = choice("tl-window-choice", t("Window"), (days) => acts.window(days));
      this._speed = choice("tl-speed", t("Speed of playback"), (speed) => acts.speed(speed));
      const said = tideline.element("span", "tl-said");
      said.append(this._day, this._count);
      this.root.append(
        along(
          button("previous", t("Previous event"), "[", () => acts.step(-1)),
          this._play,
          button("next", t("Next event"), "]", () => acts.step(1))
        ),
        said,
        this._date,
        this._window,
        this._speed,
        along(
          button("less", t("Show more time"), "-", () => acts.zoom(2)),
          button("more", t("Show less time"), "+", () => acts.zoom(0.5))
        )
      );
      this._live = tideline.element("div", "tl-live");
      this._live.setAttribute("role", "status");
      this.root.append(this._live);
    }

    // While a date is typed, the field changes with every digit: it counts when the
    // reader is done. A date picked from the calendar counts at once.
    _makeDate() {
      const field = tideline.element("input", "tl-date");
      field.type = "date";
      name(field, tideline.t("Jump to a date"));
      const done = () => {
        this._isTyped = false;
        const day = tideline.calendar.parse(field.value);
        if (day !== null && day !== this._shown) this._acts.jump(day);
        field.value = tideline.calendar.iso(this._shown);
      };
      field.addEventListener("keydown", (event) => {
        if (event.key === "Enter") done();
        else if (event.key !== "Tab") this._isTyped = true;
      });
      field.addEventListener("change", () => {
        if (!this._isTyped) done();
      });
      field.addEventListener("blur", () => {
        if (this._isTyped) done();
      });
      return field;
    }

    // Show what the clock says. `count` is the number of events in its window.
    show(clock, count) {
      const t = tideline.t;
      const { iso } = tideline.calendar;
      this._shown = clock.day;
      this._day.textContent = tideline.dayWords(clock.day);
      this._count.textContent =
        clock.since === null ? t("{n} events so far", { n: count }) : t("{n} events within", { n: count });
      if (!this._isTyped) this._date.value = iso(clock.day);
      this._date.min = iso(clock.first);
      this._date.max = iso(clock.last);
      this._showPlay(clock.playing);
      const length = clock.since === null ? 0 : clock.day - clock.since + 1;
      offer(this._window, [0, ...WINDOWS], length, (days) => (days ? t("{n} days", { n: days }) : t("All days")));
      offer(this._speed, SPEEDS, clock.speed, (speed) => t("{n} days/s", { n: speed }));
    }

    _showPlay(playing) {
      if (this._play.classList.contains("tl-playing") === playing) return;
      this._play.classList.toggle("tl-playing", playing);
      name(this._play, playing ? tideline.t("Pause") : tideline.t("Play"), "Space");
      this._play.replaceChildren(icon(playing ? "pause" : "play"));
    }

    // Tell those who listen where the clock has come to rest.
    say() {
      this._live.textContent = this._day.textContent + ": " + this._count.textContent;
    }

    enable(enabled) {
      for (const control of this.root.querySelectorAll("button, input, select")) control.disabled = !enabled;
    }
  };
})();
