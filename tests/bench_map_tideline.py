"""How `make bench-map` measures Tideline: the whole page, with events in its map."""

from pathlib import Path

import numpy as np
from bench_map_frame import synthetic
from bench_map_probe import Visit
from server import served

PAGE = Path(__file__).with_name("bench_map_page.py")
MOVES = 60
PLAY_S = 5
PICKS = 2_000
SEED = 6


def spread(name, times, digits=1):
    """Return the median and the 95th percentile of milliseconds."""
    p50, p95 = np.percentile(times, [50, 95])
    return {f"{name}_p50": round(p50, digits), f"{name}_p95": round(p95, digits)}


def measure(chromium, folder, count):
    """Return a line's figures for so many events."""
    days = synthetic(count)["date_end"].dropna().to_numpy().astype("datetime64[D]")
    where = folder / f"tideline-{count}.sqlite"
    with served(where, script=PAGE, BENCH_MAP_EVENTS=str(count)) as address:
        cold = Visit(chromium)
        first = cold.open(address)
        cold.close()
        visit = Visit(chromium)
        warm = visit.open(address)
        loaded = visit.bytes
        moves = slide(visit, np.sort(days.astype(int)))
        sent = visit.bytes - loaded
        return {
            **spread("move_ms", moves),
            **play(visit),
            "first_paint_ms": round(warm),
            "bytes_load": loaded,
            "bytes_per_move": round(sent / len(moves)),
            "heap_mb": round(visit.heap(), 1),
            "moves": len(moves),
            "first_session_paint_ms": round(first),
            **pick(visit),
        }


def slide(visit, days):
    """Move the day by key presses to random days; return milliseconds."""
    frame = visit.map
    frame.evaluate(
        """() => document.addEventListener("keydown", (event) => {
            if (event.key === "F9") tideline.layer.clock.set({ day: window.benchDay });
        })"""
    )
    rng = np.random.default_rng(SEED)
    target = frame.locator(".leaflet-container")
    times = []
    late = np.unique(days[len(days) * 9 // 10 :])
    for day in rng.choice(late, min(MOVES, len(late)), replace=False).tolist():
        frame.evaluate("day => (window.benchDay = day)", day)
        visit.page.evaluate(
            "day => bench.arm(() => bench.layer.clock.day === day)", day
        )
        target.press("F9")
        visit.page.wait_for_function("bench.done !== null")
        times.append(visit.page.evaluate("bench.done"))
        shown = visit.page.evaluate("bench.layer.state().passed")
        wanted = int(np.searchsorted(days, day, side="right"))
        assert shown == wanted, f"{shown} events are shown on day {day}, not {wanted}"
    return times


def play(visit):
    """Play from the first day to the last; count the frames that show a new day."""
    times = visit.page.evaluate("seconds => bench.play(seconds)", PLAY_S)
    return {"playback_fps": round(len(times) / times[-1] * 1000, 1)}


def pick(visit):
    """Look for marks under random points of the map; return milliseconds."""
    times = visit.page.evaluate(
        """(count) => {
            const { layer } = bench;
            layer.clock.set({ day: layer.clock.last });
            const { x, y } = layer.map.getSize();
            const times = [];
            for (let i = 0; i < count; i++) {
                const point = L_point(Math.random() * x, Math.random() * y);
                const start = performance.now();
                layer.pick(point);
                times.push(performance.now() - start);
            }
            return times;
        }""".replace("L_point(", "window[0].L.point("),
        PICKS,
    )
    return spread("pick_ms", times, 3)
