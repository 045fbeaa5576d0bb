"""The naive way to ask, for `make bench-scale`: pandas over a CSV file.

What a newcomer's script does: read the file and filter it, for each question anew. `keep`
spares it the reading, as a notebook would that is left open.
"""

from pathlib import Path

import pandas as pd
from bench_scale_questions import pairs

DAYS = ["date_start", "date_end"]
CHANGES = ("captured", "handed_over", "withdrew")
AFFIRM = ("holds", "repelled")


class Naive:
    """A CSV of events, read for each question or kept."""

    approach = "naive"

    def __init__(self, path, *, keep):
        self.store = "CSV kept in memory" if keep else "CSV"
        self._path = Path(path)
        self._kept = self.open() if keep else None

    def open(self):
        return pd.read_csv(self._path, parse_dates=DAYS)

    @property
    def _events(self):
        return self.open() if self._kept is None else self._kept

    def control(self, asked):
        """Return the last row of each place that says who has it."""
        events = self._events
        kind = events["event_type"]
        says = kind.isin(CHANGES) | (kind.isin(AFFIRM) & events["gained_by"].notna())
        told = events[says & (events["date_end"] <= pd.Timestamp(asked.day))]
        last = told.sort_values("date_end", kind="stable")
        return last.drop_duplicates("place_id", keep="last")

    def window(self, asked):
        events = self._events
        days = events["date_end"]
        since, until = pd.Timestamp(asked.first), pd.Timestamp(asked.last)
        return events[(days >= since) & (days <= until)]

    def bbox(self, asked):
        events = self._events
        west, south, east, north = asked.box
        there = events["lon"].between(west, east) & events["lat"].between(south, north)
        return events[there]

    def history(self, asked):
        """Return the rows of a place at which another one holds it than before."""
        events = self._events
        there = events[events["place_id"] == asked.place_id].sort_values("date_end")
        there = there[there["event_type"].isin((*CHANGES, *AFFIRM))]
        holder = there["gained_by"].fillna("")
        return there[holder != holder.shift()]

    def is_right(self, name, answer, right):
        """Tell whether an answer is right, as far as a script as plain as this can be.

        Of control it knows which places are reported of, not always by whom they are
        held; its histories are others.
        """
        if name == "control":
            return set(answer["place_id"]) == {place for place, _ in right}
        return name == "history" or set(answer["event_id"]) == right

    def agrees(self, name, answer, right):
        """Return in what share of its places a control map names the right holder."""
        if name != "control":
            return {}
        said = pairs(answer["place_id"], answer["gained_by"])
        return {"right_holders": round(len(said & right) / max(1, len(right)), 3)}
