// A rectangle that the reader draws: only events within it pass from then on. Drawn by
// dragging, with a finger too; Escape gives it up. By keyboard it is what is in view.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const LEAST = 6; // pixels; less was a click and no rectangle
  const INSET = 12; // pixels from the edge of the view to a rectangle of all that is in it
  const LAST_LAT = 85.05;

  function rounded(degrees) {
    return Math.round(degrees * 1e5) / 1e5;
  }

  tideline.Rectangle = class {
    constructor(layer) {
      this._layer = layer;
      this._map = layer.map;
      this.isDrawing = false;
      this._from = null; // corners in pixels of the view
      this._to = null;
      this._veil = tideline.element("div", "tl-veil-box");
      this._veil.hidden = true;
      this._map.getContainer().append(this._veil);
      L.DomEvent.disableClickPropagation(this._veil);
      this._veil.addEventListener("pointerdown", (event) => this._down(event));
      this._veil.addEventListener("pointermove", (event) => this._drag(event));
      this._veil.addEventListener("pointerup", (event) => this._up(event));
      this._veil.addEventListener("pointercancel", () => this.stop());
      document.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && this.isDrawing) this.stop();
      });
    }

    // Let the reader draw.
    start() {
      tideline.hideTip();
      this.isDrawing = true;
      this._veil.hidden = false;
      this._layer.fire("rectangle");
    }

    // Draw no more; what was begun is forgotten.
    stop() {
      this.isDrawing = false;
      this._from = this._to = null;
      this._veil.hidden = true;
      this._layer.fire("rectangle").redraw();
    }

    takeView() {
      const { x, y } = this._map.getSize();
      this.stop();
      this._take(L.point(INSET, INSET), L.point(x - INSET, y - INSET));
    }

    _take(from, to) {
      this._layer.within(this._box(from, to));
      this._layer.fire("rectangle");
    }

    clear() {
      this._layer.within([]);
      this._layer.fire("rectangle");
    }

    _spot(event) {
      const box = this._map.getContainer().getBoundingClientRect();
      return L.point(event.clientX - box.left, event.clientY - box.top);
    }

    _down(event) {
      if (!event.isPrimary || event.button) return;
      event.preventDefault();
      this._veil.setPointerCapture(event.pointerId);
      this._from = this._to = this._spot(event);
    }

    _drag(event) {
      if (!this._from || !event.isPrimary) return;
      this._to = this._spot(event);
      this._layer.redraw();
    }

    _up(event) {
      if (!this._from || !event.isPrimary) return;
      const [from, to] = [this._from, this._spot(event)];
      this.stop();
      if (Math.abs(from.x - to.x) < LEAST || Math.abs(from.y - to.y) < LEAST) return;
      this._take(from, to);
    }

    // West, south, east, north in degrees; east lies west of west across the date line.
    _box(from, to) {
      const one = this._map.containerPointToLatLng(from);
      const other = this._map.containerPointToLatLng(to);
      const [left, right] = [Math.min(one.lng, other.lng), Math.max(one.lng, other.lng)];
      const isAll = right - left >= 360;
      const lon = (degrees) => rounded(L.Util.wrapNum(degrees, [-180, 180], true));
      const lat = (degrees) => rounded(Math.min(Math.max(degrees, -LAST_LAT), LAST_LAT));
      return [
        isAll ? -180 : lon(left), lat(Math.min(one.lat, other.lat)),
        isAll ? 180 : lon(right), lat(Math.max(one.lat, other.lat)),
      ];
    }

    // Trace the rectangle that is being drawn, else the one that is set.
    draw(ctx) {
      const corners = this._from ? [this._from, this._to] : this._set();
      if (!corners) return;
      const [a, b] = corners;
      ctx.beginPath();
      ctx.rect(Math.min(a.x, b.x), Math.min(a.y, b.y), Math.abs(a.x - b.x), Math.abs(a.y - b.y));
      ctx.setLineDash([7, 4]);
      ctx.lineWidth = 1.6;
      ctx.strokeStyle = ctx.fillStyle = this._layer.dark ? "#7cc4f0" : "#0b6aa2";
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.globalAlpha = 0.06;
      ctx.fill();
      ctx.globalAlpha = 1;
    }

    _set() {
      const box = this._layer.wish.box;
      if (!box.length) return null;
      const { canvas } = this._layer;
      const [west, south, east, north] = box;
      const width = ((west <= east ? east - west : east - west + 360) / 360) * canvas.frame.side;
      const left = canvas.x((west + 180) / 360 + width / canvas.frame.side / 2) - width / 2;
      const y = (lat) => this._map.latLngToContainerPoint([lat, 0]).y;
      return [L.point(left, y(north)), L.point(left + width, y(south))];
    }
  };
})();
