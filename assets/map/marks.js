// Which marks stand on the map at the clock's time, and how strong each is. Each place
// is looked at once, however many events there are.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const FRESH_DAYS = 90; // full colour until then; the fading starts here
  const PALE_DAYS = 1800;
  const PALEST = 0.58;
  const UNDER = 0.72; // of a sign that lies under a newer one
  const VAST_STRENGTH = 0.5;
  const STACK = 4; // older signs at a place that still peep out
  const STEP = 5; // pixels from one to the next

  function strength(layer, event, age, depth) {
    if (event === layer.selected) return 1;
    const old = Math.min(1, Math.max(0, (age - FRESH_DAYS) / (PALE_DAYS - FRESH_DAYS)));
    const vast = layer.isVast(layer.data.place[event]) ? VAST_STRENGTH : 1;
    return (1 - (1 - PALEST) * old) * (depth ? UNDER : 1) * vast;
  }

  // What was reported in the window: the newest event of each place, older ones behind.
  function ofEvents(layer, add) {
    const { clock, data, index } = layer;
    const { order, start } = index;
    for (let group = 0; group < data.groups; group++) {
      const newest = index.at(group, clock.day);
      const oldest = Math.max(start[group], newest - STACK);
      for (let at = newest; at >= oldest; at--) {
        const event = order[at];
        if (clock.since !== null && data.day[event] < clock.since) break;
        add(event, newest - at, data.drawn(event), clock.day - data.day[event]);
      }
    }
  }

  // Who was last reported to hold each place on that day.
  function ofControl(layer, add) {
    const { clock, data, fold } = layer;
    for (let group = 0; group < data.groups; group++) {
      const at = fold.at(group, clock.day);
      if (at < 0) continue;
      const event = fold.last[at];
      add(event, 0, fold.holder[at], clock.day - data.day[event]);
    }
  }

  // Return the marks in view, those drawn first before those that lie upon them.
  tideline.marks = function (layer) {
    const found = [];
    const step = STEP * layer.scale();
    const add = (event, depth, actor, age) => {
      const spot = layer.pixel(layer.data.place[event]);
      if (!spot) return;
      const [x, y] = spot;
      found.push({
        event, depth, actor, x: x + depth * step, y: y - depth * step, rootX: x, rootY: y,
        strength: strength(layer, event, age, depth),
      });
    };
    if (layer.clock.mode === "events") ofEvents(layer, add);
    else ofControl(layer, add);
    return found.sort((a, b) => a.event - b.event);
  };
})();
