"""How `make bench-scale` asks a store, in SQLite or PostGIS, and times the answers."""

from time import perf_counter

import numpy as np
from bench_scale_making import COLUMNS
from bench_scale_questions import pairs

from extract.conflict import load_conflicts
from geo import event_queries
from geo.event_filter import EventFilter
from geo.pages.warming import keep_out_of_collections
from geo.store import open_store
from geo.timeline import spells

QUESTIONS = {
    "open": "open",
    "control": "control on a day",
    "window": "one month's window",
    "bbox": "bbox",
    "history": "place history",
}
"""What is asked, and what the lines call it."""

CHECKED = 3
"""Answers of each kind that are held against the right ones."""


class Tideline:
    """An open store, asked for as many columns of events as the naive table has."""

    approach = "tideline"

    def __init__(self, name, where):
        self.store = name
        self._where = where
        self._open = open_store(where, create=False)
        self._packs = load_conflicts().values()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._open.close()

    def open(self):
        """Open the store once more and ask for its version."""
        with open_store(self._where, create=False) as store:
            return store.version()

    def control(self, asked):
        return self._open.control_on(asked.day, self._packs)

    def window(self, asked):
        return self._events(EventFilter(since=asked.first, until=asked.last))

    def bbox(self, asked):
        return self._events(EventFilter(box=asked.box))

    def history(self, asked):
        with self._open.reading() as connection:
            return spells(event_queries.of_places(connection, [asked.place_id]))

    def _events(self, wanted):
        with self._open.reading() as connection:
            return event_queries.events_in(connection, wanted, columns=COLUMNS)

    def is_right(self, name, answer, right):
        if name == "control":
            return pairs(answer["place_id"], answer["controlled_by"]) == right
        if name == "history":
            return pairs(answer["first_day"], answer["controlled_by"]) == right
        return set(answer["event_id"]) == right

    def agrees(self, _name, _answer, _right):
        return {}


def answers(side, questions, truth):
    """Yield a line's figures for each kind of question, one more than are counted.

    The first is `cold_ms`: nothing of the kind was asked before in this process.

    Raises
    ------
    AssertionError
        If an answer is wrong.
    """
    # As the server does once it is warm.
    keep_out_of_collections()
    for name, what in QUESTIONS.items():
        times, rows, agrees = [], [], {}
        for number, asked in enumerate(questions):
            begun = perf_counter()
            answer = side.open() if name == "open" else getattr(side, name)(asked)
            times.append(1000 * (perf_counter() - begun))
            if name == "open":
                continue
            rows.append(len(answer))
            if number < CHECKED:
                right = getattr(truth, name)(asked)
                if not side.is_right(name, answer, right):
                    raise AssertionError(f"{side.store}: {what} is wrong for {asked}")
                agrees = side.agrees(name, answer, right)
        yield {
            "what": what,
            "store": side.store,
            "approach": side.approach,
            **spread(times),
            **({"rows_p50": int(np.median(rows))} if rows else {}),
            **agrees,
        }


def spread(times):
    """Return percentiles of milliseconds, warm, with the first one apart."""
    warm = times[1:] or times
    p50, p95 = np.percentile(warm, [50, 95])
    return {
        "ms_p50": round(float(p50), 1),
        "ms_p95": round(float(p95), 1),
        "cold_ms": round(times[0], 1),
        "n": len(warm),
    }
