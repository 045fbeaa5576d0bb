// The canvas that all marks are drawn on: where it lies, and which part of the world it
// shows. It is sized when the map is, placed when the map moves, and cleared to draw.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const PAD = 60; // pixels drawn beyond the view, for dragging

  tideline.Canvas = class {
    constructor(map) {
      this._map = map;
      this.element = L.DomUtil.create("canvas", "tl-events leaflet-zoom-animated");
      this.element.setAttribute("aria-hidden", "true");
      map.getPane("overlayPane").appendChild(this.element);
      this.place();
    }

    // Lie over the view as it is now. `frame` tells of it: the width of a world in
    // pixels, the world's pixel in the view's corner, the view's size and its zoom.
    place() {
      const map = this._map;
      const zoom = map.getZoom();
      const { x, y } = map.getPixelBounds().min;
      this.frame = { side: 256 * Math.pow(2, zoom), corner: { x, y }, size: map.getSize(), zoom, pad: PAD };
      this._size();
      L.DomUtil.setTransform(this.element, map.containerPointToLayerPoint([-PAD, -PAD]), 1);
      this._corner = map.containerPointToLatLng([-PAD, -PAD]);
    }

    _size() {
      const { x, y } = this.frame.size;
      const ratio = window.devicePixelRatio || 1;
      const width = Math.round((x + 2 * PAD) * ratio);
      const height = Math.round((y + 2 * PAD) * ratio);
      this._ratio = ratio;
      if (this.element.width === width && this.element.height === height) return;
      Object.assign(this.element, { width, height });
      this.element.style.width = x + 2 * PAD + "px";
      this.element.style.height = y + 2 * PAD + "px";
    }

    // Return the empty canvas's context, in pixels of the view.
    clear() {
      const ctx = this.element.getContext("2d");
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.clearRect(0, 0, this.element.width, this.element.height);
      ctx.setTransform(this._ratio, 0, 0, this._ratio, PAD * this._ratio, PAD * this._ratio);
      return ctx;
    }

    // Follow the map while it zooms from one view to the next.
    zoom(event) {
      const spot = this._map._latLngToNewLayerPoint(this._corner, event.zoom, event.center);
      L.DomUtil.setTransform(this.element, spot, this._map.getZoomScale(event.zoom));
    }

    // Pixels of the view from shares of the world, in the copy of it that is in view.
    x(share) {
      const { side, corner, size } = this.frame;
      const x = share * side;
      return x - Math.round((x - corner.x - size.x / 2) / side) * side - corner.x;
    }

    y(share) {
      return share * this.frame.side - this.frame.corner.y;
    }

    isNear(x, y) {
      const { x: width, y: height } = this.frame.size;
      return x >= -PAD && y >= -PAD && x <= width + PAD && y <= height + PAD;
    }
  };
})();
