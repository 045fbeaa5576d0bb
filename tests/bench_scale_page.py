"""The page's first paint with a large store, for `make bench-scale`, in a real browser.

The server is started anew: `ready_s` is how long it takes from then until the first
visitor sees marks, `first_paint_ms` what those after him wait. Beside it a circle marker
with a popup an event, by folium: of more than `MOST_MARKERS` a browser makes no page.
"""

from pathlib import Path
from time import perf_counter

import psutil
from bench_map_probe import MB, Visit
from server import served

START_S = 1_800
MOST_MARKERS = 10_000
NAIVE = Path(__file__).with_name("bench_map_naive.py")


def line(chromium, kind, where, size, folder):
    """Return a line's figures for the program's own page."""
    begun = perf_counter()
    with served(folder / f"page-{kind}", TIDELINE_STORE=str(where)) as address:
        first, _ = paint(chromium, address)
        ready_s = perf_counter() - begun
        later, shown = paint(chromium, address)
        server_mb = resident_mb()
    if shown != size:
        raise AssertionError(f"the map has {shown} events, not {size}")
    return {
        "what": "the page's first paint",
        "store": kind,
        "approach": "tideline",
        "events": size,
        "first_paint_ms": round(later),
        "first_session_paint_ms": round(first),
        "ready_s": round(ready_s, 1),
        "server_mb": server_mb,
    }


def naive_line(chromium, folder, size):
    """Return a line's figures for folium's markers, as many as come to an end."""
    count = min(size, MOST_MARKERS)
    begun = perf_counter()
    environment = {"BENCH_MAP_EVENTS": str(count)}
    with served(folder / "page-naive", script=NAIVE, **environment) as address:
        first, _ = paint(chromium, address)
        ready_s = perf_counter() - begun
        later, _ = paint(chromium, address)
        server_mb = resident_mb()
    return {
        "what": "the page's first paint",
        "store": "none",
        "approach": "naive",
        "events": count,
        "first_paint_ms": round(later),
        "first_session_paint_ms": round(first),
        "ready_s": round(ready_s, 1),
        "server_mb": server_mb,
    }


def paint(chromium, address):
    """Return milliseconds until a new visitor sees marks, and the events of his map."""
    visit = Visit(chromium)
    visit.page.set_default_timeout(START_S * 1000)
    milliseconds = visit.open(address)
    shown = visit.page.evaluate("bench.layer?.data?.count")
    visit.close()
    return milliseconds, shown


def resident_mb():
    """Return what the server holds that is a child of this process."""
    children = psutil.Process().children()
    alive = [one for one in children if one.status() != psutil.STATUS_ZOMBIE]
    pages = [one for one in alive if "streamlit" in one.cmdline()]
    return round(sum(one.memory_info().rss for one in pages) / MB)
