"""How fast control areas are: in Python beside geopandas' own way, and in the browser.

For `make bench-map`, never run by pytest: figures depend on the machine. What is compared
works on the same places, in turns; the best turn of each counts.
"""

from time import perf_counter

import fronts
import geopandas as gpd
import numpy as np
import shapely
from map_frame import Frame

from geo.territory import REACH_M, areas, read_land
from geo.timeline import control_on
from geo.view import Mode, View

PLACES = 5_000
DAY = fronts.FIRST + 60
PLAY_S = 2
ROUNDS = 4

PLAY = """async (seconds) => {
  const { layer } = tideline;
  const { clock } = layer;
  let painted = 0;
  layer.on("drawn", () => painted++);
  const begun = performance.now();
  for (let now = begun; now - begun < 1000 * seconds; ) {
    const share = (now - begun) / (1000 * seconds);
    clock.set({ day: Math.floor(clock.first + share * (clock.last - clock.first)) });
    layer.redraw();
    now = await new Promise(requestAnimationFrame);
  }
  return (1000 * painted) / (performance.now() - begun);
}"""
# Milliseconds of a frame's work on areas: of a step of one day, and of a leap back, for
# which all places are laid out anew.
WORK = """() => {
  const { clock, territory } = tideline.layer;
  const timed = (day) => {
    clock.day = day;
    const begun = performance.now();
    territory._draw();
    return performance.now() - begun;
  };
  const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
  const days = Array.from({ length: 60 }, (_, at) => clock.first + 20 + at);
  timed(days[0]);
  return { step_ms: median(days.map(timed)), leap_ms: median(days.map((_, at) => timed(clock.first + (at % 2 ? 25 : 90)))) };
}"""


def usual(state, land, reach_m=REACH_M):
    """Return control areas in the way that geopandas offers: clip, clip, dissolve."""
    metres = state.to_crs(fronts.METRES)
    cells = gpd.GeoDataFrame(geometry=metres.voronoi_polygons(), crs=metres.crs)
    cells = cells.sjoin(metres[["controlled_by", "status", "contested", "geometry"]])
    circles = metres.buffer(reach_m).loc[cells["index_right"]]
    cells = cells.set_geometry(cells.intersection(circles, align=False))
    ashore = cells.clip(land.to_crs(metres.crs))
    kinds = ["controlled_by", "status", "contested"]
    return ashore.dissolve(by=kinds, as_index=False).to_crs(state.crs)


def python_figures(rounds=ROUNDS):
    """Return the milliseconds of both ways on the same places, and their ratio."""
    events = fronts.moving(PLACES, 1)
    state, land = control_on(events, DAY.astype(object)), read_land()
    # Whole continents in a plane made for one country would only slow geopandas down.
    near = land.clip(shapely.box(*state.total_bounds).buffer(1))
    best = dict.fromkeys((areas, usual), np.inf)
    for _ in range(rounds):
        for way, on in ((areas, land), (usual, near)):
            begun = perf_counter()
            way(state, on)
            best[way] = min(best[way], 1000 * (perf_counter() - begun))
    return {
        "places": PLACES,
        "areas_ms": round(best[areas]),
        "geopandas_ms": round(best[usual]),
        "times_faster": round(best[usual] / best[areas], 1),
    }


def browser_figures(chromium):
    """Return frames a second while areas are played, and a frame's work on them."""
    events = fronts.moving(PLACES, 1)
    view = View(day=DAY.astype(object), mode=Mode.CONTROL, areas=True)
    with chromium.new_context(viewport={"width": 900, "height": 640}) as context:
        page = Frame(context.new_page(), events, view, at=(37.5, 35.0, 8)).page
        work = page.evaluate(WORK)
        best = {True: 0.0, False: 0.0}
        for shown in (True, False) * ROUNDS:
            page.evaluate("areas => { tideline.layer.clock.set({ areas }); }", shown)
            best[shown] = max(best[shown], page.evaluate(PLAY, PLAY_S))
    return {
        "areas_fps": round(best[True], 1),
        "without_areas_fps": round(best[False], 1),
        **{f"areas_{name}": round(value, 1) for name, value in work.items()},
    }
