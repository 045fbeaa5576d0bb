"""What follows from made-up claims: the rows of events, and of control by day.

By the program's own rules, place by place on all processors: a store that reckons a
million events at once, in one transaction, takes as long as that is on one.
"""

import os
from datetime import date
from multiprocessing import get_context

import numpy as np

from extract.conflict import load_conflicts
from geo import event_keeping
from geo.event_tables import control, event
from geo.events import cluster, frame
from geo.timeline import states
from geo.weighing import Speakers

PIECES = 64
"""Into how many the places are cut: one is in memory at a time, for each process."""

_shared = {}


def derived(teller):
    """Yield rows as tuples by table's name, piece by piece, of a `Teller` that has told
    all articles."""
    place = teller.made.place[teller.made.event]
    _shared["teller"] = teller
    _shared["claims"] = [np.flatnonzero(place % PIECES == n) for n in range(PIECES)]
    with get_context("fork").Pool(len(os.sched_getaffinity(0))) as pool:
        yield from pool.imap_unordered(_piece, range(PIECES))
    _shared.clear()


def _piece(number):
    teller = _shared["teller"]
    claims = [teller.placed(at) for at in _shared["claims"][number].tolist()]
    events = cluster(claims, speakers=Speakers(load_conflicts().values()))
    rows_by_table = {
        event: map(event_keeping.event_row, events),
        control: event_keeping.control_rows(states(frame(events))),
    }
    return {
        table.name: [cells(table, row) for row in rows]
        for table, rows in rows_by_table.items()
    }


def cells(table, row):
    """Return a row in the order of the columns, days as ISO texts: all drivers take it."""
    found = (row[name] for name in table.c.keys())  # noqa: SIM118 - columns
    return tuple(one.isoformat() if type(one) is date else one for one in found)
