// Runs in the page before anything else, for `make bench-map`: tells when the first
// marks stood on the map, and how long a move took. Times run from the stamp of the
// input event to the first moment after the frame was painted. It looks into the
// map's frame from outside: what is put into a frame early is lost when its document
// comes.
(() => {
  "use strict";
  if (window !== window.top) return;

  const now = () => performance.timeOrigin + performance.now();

  // Calls back once the frame that is being made now is painted.
  const painted = (then) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => then(now());
    channel.port2.postMessage(0);
  };

  const bench = (window.bench = {
    paint: null,
    input: null,
    done: 0,

    get layer() {
      return window[0]?.tideline?.layer;
    },

    get naiveMarks() {
      return window[0]?.document.querySelectorAll(".leaflet-overlay-pane path").length || 0;
    },

    // The events of the window, and the places that have a mark or lie in a cluster's.
    get shown() {
      const { clock, index, marks } = bench.layer;
      const { signs, clusters } = marks;
      const sum = (column, count) => column.subarray(0, count).reduce((all, one) => all + one, 0);
      const above = signs.depth.subarray(0, signs.count).filter((depth) => !depth).length;
      return [index.within(clock.since, clock.day), above + sum(clusters.marks, clusters.count)];
    },

    // Wait for the next input; `shows` tells whether the frame in the making is the answer.
    arm(shows) {
      Object.assign(bench, { input: null, done: null, asked: false, shows });
    },

    // Called within a frame, after everything was drawn.
    frame(any) {
      if (any && bench.paint === null) painted((time) => (bench.paint ??= time - performance.timeOrigin));
      if (bench.done !== null || bench.asked || bench.input === null || !bench.shows()) return;
      bench.asked = true;
      painted((time) => (bench.done = time - bench.input));
    },

    // When, in milliseconds, frames were drawn that show another day than those before.
    watchDays(seconds) {
      const { layer } = bench;
      const times = [];
      let day = null;
      return new Promise((resolve) => {
        const drawn = () => {
          if (layer.clock.day !== day) times.push(now());
          day = layer.clock.day;
          if (now() - times[0] < seconds * 1000) return;
          layer.off("drawn", drawn);
          resolve(times.map((time) => time - times[0]));
        };
        layer.on("drawn", drawn);
      });
    },
  });

  const listen = (target) => {
    for (const type of ["keydown", "pointermove"]) {
      target.addEventListener(
        type,
        (event) => (bench.input ??= target.performance.timeOrigin + event.timeStamp),
        true
      );
    }
  };
  listen(window);

  let heard = null;
  const watch = () => {
    const { layer } = bench;
    if (layer && layer !== heard) {
      heard = layer;
      listen(window[0]);
      layer.on("drawn", () => bench.frame(layer.data));
    }
    if (!layer && (bench.paint === null || bench.done === null)) bench.frame(bench.naiveMarks);
    requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
})();
