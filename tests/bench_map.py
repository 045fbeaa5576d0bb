"""Measure the map: `make bench-map`. One JSON object a line, a line an approach and size.

Never run by pytest: figures depend on the machine, and on what else it does. A move is
timed from the stamp of the browser's input event to the end of the frame that shows
the new day; each is checked by the number of events drawn. Everything is on this
machine: a real server, a real browser, no other host.

`--sizes 1000,10000` takes some sizes, `--only` one approach: naive, tideline or areas.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import bench_map_areas
import bench_map_tideline
import numpy as np
from bench_map_frame import LAST, synthetic
from bench_map_naive import MOVES, STEP
from bench_map_probe import Visit, browser
from bench_map_tideline import spread
from server import served

SIZES = (1_000, 10_000, 100_000, 1_000_000)
NAIVE_SIZES = (1_000, 10_000)
HERE = Path(__file__).parent
NAIVE = HERE / "bench_map_naive.py"
REACH = (
    ("tideline", 100_000, "move_ms_p95", "<=", 50),
    ("tideline", 1_000_000, "move_ms_p50", "<=", 60),
    ("tideline", 100_000, "playback_fps", ">=", 50),
    ("tideline", 10_000, "first_paint_ms", "<=", 2500),
    ("tideline", 100_000, "bytes_per_move", "<=", 0),
    ("tideline", 100_000, "pick_ms_p95", "<=", 5),
    ("areas", 5_000, "areas_ms", "<=", 300),
    ("areas", 5_000, "areas_fps", ">=", 30),
)
"""What the project asks of which figures."""


def say(**figures):
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


def naive(chromium, folder, count):
    """Measure the slider of Streamlit with a folium marker an event."""
    days = synthetic(count)["date_end"].dropna().to_numpy()
    with served(folder / "naive", script=NAIVE, BENCH_MAP_EVENTS=str(count)) as address:
        cold = Visit(chromium)
        first = cold.open(address)
        cold.close()
        visit = Visit(chromium)
        warm = visit.open(address)
        loaded = visit.bytes
        moves = naive_moves(visit, days)
        return {
            **spread("move_ms", moves),
            "playback_fps": None,
            "first_paint_ms": round(warm),
            "bytes_load": loaded,
            "bytes_per_move": round((visit.bytes - loaded) / len(moves)),
            "heap_mb": round(visit.heap(), 1),
            "moves": len(moves),
            "first_session_paint_ms": round(first),
        }


def naive_moves(visit, days):
    """Press the right arrow until the slider is at its end; return milliseconds."""
    thumb = visit.page.get_by_role("slider")
    times = []
    for left in reversed(range(MOVES)):
        day = LAST - np.timedelta64(left * STEP)
        wanted = int((days <= day).sum())
        visit.page.evaluate(
            "wanted => bench.arm(() => bench.naiveMarks === wanted)", wanted
        )
        thumb.press("ArrowRight")
        visit.page.wait_for_function("bench.done !== null")
        times.append(visit.page.evaluate("bench.done"))
        visit.settle()
    return times


def reached(lines):
    """Yield what is asked of the figures that were measured, and whether they give it."""
    for approach, size, name, sign, wanted in REACH:
        if (approach, size) in lines:
            figure = lines[approach, size][name]
            met = figure <= wanted if sign == "<=" else figure >= wanted
            yield f"{approach} {size} {name}", f"{sign} {wanted}", figure, met
    if {("naive", 10_000), ("tideline", 10_000)} <= set(lines):
        slow, fast = (
            lines[way, 10_000]["move_ms_p50"] for way in ("naive", "tideline")
        )
        times = round(slow / fast)
        yield "times faster than naive at 10000, medians", ">= 100", times, times >= 100


def main():
    """Print a line for each size and approach."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--only", choices=["tideline", "naive", "areas"])
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    lines = {}
    with tempfile.TemporaryDirectory() as name, browser() as chromium:
        for size in sizes:
            for approach, measure in (
                ("tideline", bench_map_tideline.measure),
                ("naive", naive),
            ):
                is_wanted = options.only in (None, approach)
                if is_wanted and (approach == "tideline" or size in NAIVE_SIZES):
                    line = measure(chromium, Path(name), size)
                    say(events=size, approach=approach, **line)
                    lines[approach, size] = line
        if options.only in (None, "areas"):
            areas = bench_map_areas.python_figures()
            areas |= bench_map_areas.browser_figures(chromium)
            say(approach="areas", **areas)
            lines["areas", areas["places"]] = areas
    for what, wanted, figure, met in reached(lines):
        say(reach=what, wanted=wanted, figure=figure, met=met)


if __name__ == "__main__":
    main()
