// How an event is drawn: shape, colour and letter of the actor, fill by status, marks
// by type. The map and its legend both draw with these functions.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const TAU = Math.PI * 2;
  const PAPER = "#ffffff";
  const INK = "#1b1b1f";
  const BOX = 44; // side of a sprite in CSS pixels: room for the sign and its frame
  const FORMER = 0.6; // size of the sign of who held a place before
  const GIVEN = new Set(["handed_over", "withdrew"]);
  const CONTEST = new Set(["advanced", "attacked", "repelled", "besieged"]);

  function polygon(ctx, corners, radius, turn) {
    ctx.beginPath();
    for (let i = 0; i < corners; i++) {
      const angle = turn + (i * TAU) / corners;
      ctx.lineTo(radius * Math.cos(angle), radius * Math.sin(angle));
    }
    ctx.closePath();
  }

  const SHAPES = {
    circle: (ctx, r) => {
      ctx.beginPath();
      ctx.arc(0, 0, r, 0, TAU);
    },
    square: (ctx, r) => polygon(ctx, 4, r * 1.24, TAU / 8),
    diamond: (ctx, r) => polygon(ctx, 4, r * 1.28, 0),
    triangle: (ctx, r) => {
      ctx.beginPath();
      ctx.moveTo(0, -r * 1.3);
      ctx.lineTo(r * 1.22, r * 0.92);
      ctx.lineTo(-r * 1.22, r * 0.92);
      ctx.closePath();
    },
    pentagon: (ctx, r) => polygon(ctx, 5, r * 1.15, -TAU / 4),
    hexagon: (ctx, r) => polygon(ctx, 6, r * 1.12, 0),
  };

  // Red, green and blue of a colour written as #rrggbb, from 0 to 255.
  tideline.rgb = function (color) {
    const value = parseInt(color.slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  };

  // How bright a colour is, from 0 to 1.
  function brightness(color) {
    const linear = tideline.rgb(color).map((part) => Math.pow(part / 255, 2.2));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  }

  const isLight = (tideline.isLight = (color) => brightness(color) > 0.3);

  // The contrast of two colours as WCAG counts it, from 1 to 21.
  tideline.contrast = function (one, other) {
    const [low, high] = [brightness(one), brightness(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  function body(ctx, sign, r, keyline) {
    const path = () => (SHAPES[sign.shape] || SHAPES.circle)(ctx, r);
    const width = sign.status === "assessed" ? 1.5 : 2.6;
    ctx.lineJoin = "round";
    path();
    ctx.strokeStyle = keyline;
    ctx.lineWidth = width + 2;
    ctx.stroke();
    ctx.fillStyle = sign.status === "assessed" ? sign.color : PAPER;
    ctx.fill();
    if (sign.status === "disputed") {
      ctx.save();
      ctx.clip();
      ctx.fillStyle = sign.color;
      ctx.fillRect(-2 * r, -2 * r, 2 * r, 4 * r);
      ctx.restore();
    }
    path();
    if (sign.status === "retracted") ctx.setLineDash([3, 2.4]);
    ctx.strokeStyle = sign.color;
    ctx.lineWidth = width;
    ctx.stroke();
    ctx.setLineDash([]);
  }

  function letter(ctx, sign, r) {
    if (!sign.letter) return;
    const low = sign.shape === "triangle" ? r * 0.22 : r * 0.04;
    ctx.font = "700 " + Math.round(r * 1.12) + "px system-ui, 'Segoe UI', sans-serif";
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    if (sign.status === "disputed") {
      ctx.strokeStyle = PAPER;
      ctx.lineWidth = 3;
      ctx.strokeText(sign.letter, 0, low);
    }
    const onColor = sign.status === "assessed" && !isLight(sign.color);
    ctx.fillStyle = onColor ? PAPER : INK;
    ctx.fillText(sign.letter, 0, low);
  }

  function strike(ctx, r) {
    ctx.beginPath();
    ctx.moveTo(-r * 1.2, r * 1.2);
    ctx.lineTo(r * 1.2, -r * 1.2);
    ctx.strokeStyle = PAPER;
    ctx.lineWidth = 3.4;
    ctx.stroke();
    ctx.strokeStyle = INK;
    ctx.lineWidth = 1.6;
    ctx.stroke();
  }

  function chevron(ctx, x, way, r) {
    ctx.moveTo(x, -r * 0.55);
    ctx.lineTo(x + way * r * 0.45, 0);
    ctx.lineTo(x, r * 0.55);
  }

  const BADGES = {
    holds: (ctx, r) => {
      ctx.moveTo(-r, r * 1.62);
      ctx.lineTo(r, r * 1.62);
    },
    advanced: (ctx, r) => chevron(ctx, r * 1.6, 1, r),
    attacked: (ctx, r) => {
      chevron(ctx, r * 1.55, 1, r);
      chevron(ctx, r * 2.05, 1, r);
    },
    repelled: (ctx, r) => chevron(ctx, r * 2.0, -1, r),
    besieged: (ctx, r) => {
      ctx.arc(0, 0, r * 1.75, -0.7, 0.7);
      ctx.moveTo(r * 1.75 * Math.cos(TAU / 2 - 0.7), r * 1.75 * Math.sin(TAU / 2 - 0.7));
      ctx.arc(0, 0, r * 1.75, TAU / 2 - 0.7, TAU / 2 + 0.7);
    },
  };

  function badge(ctx, sign, r, keyline) {
    const paths = GIVEN.has(sign.type)
      ? (c, radius) => c.rect(-radius * 1.62, -radius * 1.62, radius * 3.24, radius * 3.24)
      : BADGES[sign.type];
    if (!paths) return;
    ctx.beginPath();
    paths(ctx, r);
    ctx.lineCap = "round";
    ctx.strokeStyle = keyline;
    ctx.lineWidth = 4;
    ctx.stroke();
    ctx.strokeStyle = GIVEN.has(sign.type) ? sign.color : INK;
    ctx.lineWidth = 2;
    ctx.stroke();
  }

  // The spark of a place that another has attacked since.
  function spark(ctx, r, keyline) {
    ctx.save();
    ctx.translate(r * 1.12, -r * 1.12);
    ctx.beginPath();
    for (let i = 0; i < 8; i++) {
      const reach = i % 2 ? r * 0.24 : r * 0.74;
      ctx.lineTo(reach * Math.cos((i * TAU) / 8), reach * Math.sin((i * TAU) / 8));
    }
    ctx.closePath();
    ctx.lineJoin = "round";
    ctx.strokeStyle = keyline;
    ctx.lineWidth = 3;
    ctx.stroke();
    ctx.fillStyle = INK;
    ctx.fill();
    ctx.restore();
  }

  // Draw a sign around (0, 0); `scale` 1 is a radius of 9 pixels.
  tideline.drawSign = function (ctx, sign, scale, dark) {
    const keyline = dark ? "rgba(255,255,255,.88)" : "rgba(255,255,255,.95)";
    const small = CONTEST.has(sign.type) || GIVEN.has(sign.type);
    const r = 9 * scale * (small ? 0.8 : 1);
    badge(ctx, sign, r, keyline);
    body(ctx, sign, r, keyline);
    letter(ctx, sign, r);
    if (sign.status === "denied" || sign.status === "retracted") strike(ctx, r);
    if (sign.type === "contested") spark(ctx, r, keyline);
  };

  // The signs of a set of events, each drawn once as a small canvas with the sign in its
  // middle. A sign is asked for by numbers, so that a frame makes no records.
  tideline.Looks = class {
    constructor(data, scale, dark) {
      this._data = data;
      this._scale = scale;
      this._dark = dark;
      this._ratio = window.devicePixelRatio || 1;
      this._made = [];
      const { types, statuses } = data.header;
      // After the kinds of events come those of control.
      this.held = types.length;
      this.contested = types.length + 1;
      this.former = types.length + 2;
      this.assessed = statuses.indexOf("assessed");
      this._claimed = statuses.indexOf("claimed");
    }

    fits(data, scale, dark) {
      const isSame = this._data === data && this._scale === scale && this._dark === dark;
      return isSame && this._ratio === (window.devicePixelRatio || 1);
    }

    get(actor, kind, status) {
      const { actors, statuses } = this._data.header;
      const number = actor >= 0 && actor < actors.length ? actor : actors.length;
      const key = (number * (this.former + 1) + kind) * statuses.length + status;
      return this._made[key] || (this._made[key] = this._draw(number, kind, status));
    }

    _draw(number, kind, status) {
      const { types, statuses } = this._data.header;
      const { shape, color, letter } = this._data.actor(number);
      const isNobody = kind >= this.held && !this._data.header.actors[number];
      const sign = { shape, color, letter };
      sign.type = types[kind] || (kind === this.contested ? "contested" : "held");
      // Nobody known is hollow, whatever tells of it.
      sign.status = statuses[isNobody ? this._claimed : status];
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = BOX * this._ratio;
      const ctx = canvas.getContext("2d");
      ctx.scale(this._ratio, this._ratio);
      ctx.translate(BOX / 2, BOX / 2);
      tideline.drawSign(ctx, sign, this._scale * (kind === this.former ? FORMER : 1), this._dark);
      return canvas;
    }
  };

  tideline.SPRITE = BOX;
})();
