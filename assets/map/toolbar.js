// The tools upon the map: the way to look, areas, a rectangle, the link to what is
// looked at, a picture.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const SAID_MS = 2600;

  const ICONS = {
    events: ["M6 4.5a2 2 0 1 0 .01 0z", "M14 7a2 2 0 1 0 .01 0z", "M8.5 12a2 2 0 1 0 .01 0z"],
    control: ["M5 17.5V3h10l-2.6 3.5L15 10H5"],
    changes: ["M3.5 7h12l-3-3.2", "M16.5 13h-12l3 3.2"],
    areas: ["M3 6.5 9 3l8 4-1.6 8.6L8 17z", "M9 3l1.6 6.4 4.8 6.2M10.6 9.4 3 6.5"],
    rectangle: ["M4 7V4h3M9 4h2M13 4h3v3M16 9v2M16 13v3h-3M11 16H9M7 16H4v-3M4 11V9"],
    clear: ["M5.5 5.5l9 9M14.5 5.5l-9 9"],
    link: ["M8.4 11.6l3.2-3.2", "M9 6.2l1.9-1.9a3.4 3.4 0 0 1 4.8 4.8L13.8 11", "M11 13.8l-1.9 1.9a3.4 3.4 0 0 1-4.8-4.8L6.2 9"],
    picture: ["M3 5h14v10.5H3z", "M3 13l4-4 4 4 2.4-2.4L17 14", "M13 7.6a.9.9 0 1 0 .01 0z"],
  };

  tideline.Toolbar = class {
    constructor(layer) {
      this._layer = layer;
      this.root = tideline.element("div");
      this.root.id = "tl-tools";
      layer.map.getContainer().append(this.root);
      L.DomEvent.disableClickPropagation(this.root);
      L.DomEvent.disableScrollPropagation(this.root);
      layer.clock.on("change", this._show, this);
      layer.on("rectangle filter", this._show, this).on("language", this._build, this);
      this._build();
    }

    _build() {
      const t = tideline.t;
      this._modes = this._radios(t("Way to look"), [["events", t("Events")], ["control", t("Control")], ["changes", t("Changes")]]);
      const { rectangle, address } = this._layer;
      this._areas = this._button("areas", t("Areas"), () => this._tell({ areas: !this._layer.clock.areas }));
      this._areas.title = t("Areas: estimate from reported places");
      this._box = this._button("rectangle", t("Select a rectangle"), (event) => this._draw(event));
      this._clear = this._button("clear", t("Clear the rectangle"), () => {
        rectangle.clear();
        this._box.focus();
      });
      const link = this._button("link", t("Copy link"), () => this._copy());
      link.hidden = !address.isThere;
      const picture = this._button("picture", t("Save picture"), () => tideline.takePicture(this._layer));
      const tools = tideline.element("div", "tl-tools-row");
      tools.setAttribute("role", "group");
      tools.setAttribute("aria-label", t("Tools of the map"));
      tools.append(this._areas, this._box, this._clear, link, picture);
      this._said = tideline.element("div", "tl-said-box");
      this._said.setAttribute("role", "status");
      this.root.replaceChildren(this._modes, tools, this._said);
      this._show();
    }

    // What is asked for before the events are here is done as soon as they are.
    _button(icon, name, act) {
      const layer = this._layer;
      const button = tideline.element("button", "tl-tool tl-tool-" + icon);
      button.type = "button";
      button.title = name;
      button.setAttribute("aria-label", name);
      button.append(tideline.icon(...ICONS[icon]), tideline.element("span", "", name));
      button.addEventListener("click", (event) => (layer.data ? act(event) : layer.once("data", () => act(event))));
      return button;
    }

    // A choice of one among several: arrow keys move within it, Tab leaves it.
    _radios(name, choices) {
      const group = tideline.element("div", "tl-tools-row tl-modes");
      group.setAttribute("role", "radiogroup");
      group.setAttribute("aria-label", name);
      for (const [mode, label] of choices) {
        const radio = this._button(mode, label, () => this._tell({ mode }));
        radio.setAttribute("role", "radio");
        radio.dataset.mode = mode;
        group.append(radio);
      }
      group.addEventListener("keydown", (event) => this._arrow(event));
      return group;
    }

    _arrow(event) {
      const right = getComputedStyle(this.root).direction === "rtl" ? -1 : 1;
      const way = { ArrowDown: 1, ArrowUp: -1, ArrowRight: right, ArrowLeft: -right }[event.key];
      if (!way || !this._layer.data) return;
      event.preventDefault();
      event.stopPropagation();
      const { length } = tideline.MODES;
      const next = (tideline.MODES.indexOf(this._layer.clock.mode) + way + length) % length;
      this._tell({ mode: tideline.MODES[next] });
      this._modes.children[next].focus();
    }

    // Change how the map is looked at, and let Python know.
    _tell(wish) {
      this._layer.clock.set(wish);
      this._layer.clock.rest();
    }

    // Whoever presses a key has no pointer to drag: the rectangle is then what is in view.
    _draw(event) {
      const { rectangle } = this._layer;
      if (!event.detail) rectangle.takeView();
      else if (rectangle.isDrawing) rectangle.stop();
      else rectangle.start();
    }

    async _copy() {
      const link = this._layer.address.link();
      try {
        await navigator.clipboard.writeText(link);
        this._say(tideline.t("Link copied"));
      } catch (error) {
        this._offer(link); // the browser lets nobody write there, or not from here
      }
    }

    _say(words) {
      clearTimeout(this._due);
      this._said.replaceChildren(tideline.element("span", "", words));
      this._due = setTimeout(() => this._said.replaceChildren(), SAID_MS);
    }

    _offer(link) {
      clearTimeout(this._due);
      const field = tideline.element("input");
      field.readOnly = true;
      field.value = link;
      field.dir = "ltr";
      field.setAttribute("aria-label", tideline.t("Link to this view"));
      const close = this._button("clear", tideline.t("Close"), () => this._said.replaceChildren());
      this._said.replaceChildren(field, close);
      field.select();
    }

    // Show what is chosen.
    _show() {
      const { clock, rectangle, wish } = this._layer;
      for (const radio of this._modes.children) {
        const isChosen = radio.dataset.mode === clock.mode;
        radio.setAttribute("aria-checked", String(isChosen));
        radio.tabIndex = isChosen ? 0 : -1;
      }
      this._areas.setAttribute("aria-pressed", String(clock.areas));
      this._box.setAttribute("aria-pressed", String(rectangle.isDrawing));
      this._clear.hidden = !wish || !wish.box.length;
      this._layer.map.getContainer().classList.toggle("tl-drawing", rectangle.isDrawing);
    }
  };
})();
