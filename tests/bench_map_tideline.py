"""How `make bench-map` measures Tideline: the whole page, with events in its map."""

import re
from pathlib import Path

import numpy as np
from bench_map_frame import synthetic
from bench_map_probe import Visit
from server import served

PAGE = Path(__file__).with_name("bench_map_page.py")
MOVES = 60
PLAY_S = 5
PICKS = 2_000
START_S = 600
REST_MS = 1_500
"""After which the page has heard that the reader let go."""
DAY = re.compile("^Day$")
SEED = 6


def spread(name, times, digits=1):
    """Return the median and the 95th percentile of milliseconds."""
    p50, p95 = np.percentile(times, [50, 95])
    return {
        f"{name}_p50": round(float(p50), digits),
        f"{name}_p95": round(float(p95), digits),
    }


def measure(chromium, folder, count):
    """Return a line's figures for so many events.

    `home` stands before what was measured in the view that the page opens with, where
    a third of the events lie; the rest is measured with all of them in view.
    """
    wanted = Wanted(synthetic(count))
    where = folder / f"tideline-{count}.sqlite"
    size = {"BENCH_MAP_EVENTS": str(count)}
    with served(where, script=PAGE, start_s=START_S, **size) as address:
        cold = Visit(chromium)
        first = cold.open(address)
        cold.close()
        visit = Visit(chromium)
        warm = visit.open(address)
        loaded = visit.bytes
        home = at_home(visit, wanted)
        look_at_all(visit)
        drags, dragged, released = drag(visit, wanted)
        return {
            **spread("move_ms", drags),
            **play(visit),
            "first_paint_ms": round(warm),
            "bytes_load": loaded,
            "bytes_per_move": round(dragged / len(drags)),
            "heap_mb": round(visit.heap(), 1),
            "moves": len(drags),
            "first_session_paint_ms": round(first),
            "bytes_of_events": visit.bytes_of_events,
            "bytes_at_rest": released,
            **spread("key_ms", press(visit, wanted)),
            **home,
        }


def at_home(visit, wanted):
    """Return what is measured in the view that the page opens with."""
    drags, *_ = drag(visit, wanted, is_whole=False)
    figures = {**spread("move_ms", drags), **play(visit)}
    home = {f"home_{name}": figure for name, figure in figures.items()}
    return {**home, **pick(visit)}


class Wanted:
    """How many events there are up to a day, and at how many places."""

    def __init__(self, events):
        dated = events[events["date_end"].notna()]
        first = dated.groupby("place_id")["date_end"].min()
        self._events, self._places = (
            np.sort(days.to_numpy().astype("datetime64[D]").astype(int))
            for days in (dated["date_end"], first)
        )

    def on(self, day):
        return tuple(
            int(np.searchsorted(days, day, side="right"))
            for days in (self._events, self._places)
        )


def look_at_all(visit):
    """Zoom out until all events are in view, as far as they are drawn."""
    visit.page.evaluate(
        """() => {
            const { layer } = bench;
            const { L } = window[0];
            const places = Array.from({ length: layer.data.places }, (_, place) => layer.latLng(place));
            layer.map.fitBounds(L.latLngBounds(places), { animate: false });
        }"""
    )


def drag(visit, wanted, *, is_whole=True):
    """Drag the day's handle over the last third of the strip.

    Returns milliseconds, the bytes sent meanwhile, and those sent once it is let go.
    """
    mouse = visit.page.mouse
    box = visit.map.get_by_role("slider", name=DAY).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    width = visit.map.locator("#tl-strip").bounding_box()["width"] / 3
    before = visit.bytes
    mouse.move(x, y)
    mouse.down()
    rng = np.random.default_rng(SEED)
    times = [
        move(visit, wanted, lambda at=at: mouse.move(at, y), is_whole=is_whole)
        for at in x - rng.permutation(np.linspace(10, width, MOVES))
    ]
    dragged, before = visit.bytes - before, visit.bytes
    mouse.up()
    visit.page.wait_for_timeout(REST_MS)
    visit.settle()
    return times, dragged, visit.bytes - before


def press(visit, wanted):
    """Press the day's keys to and fro by a day and by a month; return milliseconds."""
    handle = visit.map.get_by_role("slider", name=DAY)
    times = [
        move(visit, wanted, lambda key=key: handle.press(key))
        for _ in range(MOVES // 4)
        for key in ("PageDown", "ArrowLeft", "PageDown", "ArrowRight", "PageUp")
    ]
    visit.page.wait_for_timeout(REST_MS)
    visit.settle()
    return times


def move(visit, wanted, act, *, is_whole=True):
    """Return how long it took to show another day, once that is known to be right.

    The events of the window are counted, and the places with a mark of their own or
    in a cluster; where the view `is_whole`, that is all places.
    """
    page = visit.page
    page.evaluate(
        """() => {
            const { day } = bench.layer.clock;
            bench.arm(() => bench.layer.clock.day !== day);
        }"""
    )
    act()
    page.wait_for_function("bench.done !== null")
    events, places = page.evaluate("bench.shown")
    all_events, all_places = wanted.on(page.evaluate("bench.layer.clock.day"))
    is_right = places == all_places if is_whole else 0 < places < all_places
    if events != all_events or not is_right:
        raise AssertionError(
            f"{events} events at {places} places, not {all_events} at {all_places}"
        )
    return page.evaluate("bench.done")


def play(visit):
    """Play at the strip's greatest speed to the last day, by its key.

    Counts the frames that show a new day.
    """
    visit.page.evaluate(
        """seconds => {
            const { clock } = bench.layer;
            clock.set({ speed: 365, day: clock.last - 365 * (seconds + 1) });
        }""",
        PLAY_S,
    )
    visit.map.get_by_role("slider", name=DAY).press(" ")
    times = visit.page.evaluate("seconds => bench.watchDays(seconds)", PLAY_S)
    visit.map.get_by_role("slider", name=DAY).press("End")
    visit.page.wait_for_timeout(REST_MS)
    visit.settle()
    return {
        "playback_fps": round((len(times) - 1) / times[-1] * 1000, 1),
        "playback_frame_ms_p95": round(float(np.percentile(np.diff(times), 95)), 1),
    }


def pick(visit):
    """Look for marks under random points of the map, each time after a new frame."""
    times = visit.page.evaluate(
        """(count) => {
            const { layer } = bench;
            layer.clock.set({ day: layer.clock.last });
            const { x, y } = layer.map.getSize();
            const times = [];
            for (let i = 0; i < count; i++) {
                layer.hits.isStale = true;
                const point = new window[0].L.Point(Math.random() * x, Math.random() * y);
                const start = performance.now();
                if (!layer.pick(point).length) layer.hits.cluster(point, 1);
                times.push(performance.now() - start);
            }
            return times;
        }""",
        PICKS,
    )
    return spread("pick_ms", times, 3)
