"""How many events each filter would leave, given all others, is counted here.

Events are put into numbers once for each version of the data; then each view is
counted in a few passes over columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.search import Lines
from geo.view import choices, in_window, inside, percents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    import geopandas as gpd

    from geo.view import Choices, View

CONFIDENCES = (0, 25, 50, 60, 70, 80, 90)
"""The least confidences that a reader can choose from, in percent."""

KEPT = 8
"""Texts that were looked for lately and whose findings stay at hand."""

_TEXTS = ("place", "sentence", "publisher")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Events of the window that would pass if one filter had this value.

    All other filters are as the view has them; a value that no event has is left out.
    `confidence` is by the least that passes, in percent, `reviewed` has None for all.
    `shown` is how many pass all filters as they are, `window` how many there are
    without any.
    """

    window: int = 0
    shown: int = 0
    actors: Mapping[str, int] = field(default_factory=dict)
    types: Mapping[str, int] = field(default_factory=dict)
    statuses: Mapping[str, int] = field(default_factory=dict)
    publishers: Mapping[str, int] = field(default_factory=dict)
    confidence: Mapping[int, int] = field(default_factory=dict)
    reviewed: Mapping[bool | None, int] = field(default_factory=dict)


class Rows:
    """Some rows of a frame of events, in its order.

    They are taken from it only as far as they are wanted: to copy all of a hundred
    thousand for each view takes longer than to find them.
    """

    def __init__(self, events: gpd.GeoDataFrame, which: np.ndarray) -> None:
        self._events = events
        self._at = np.flatnonzero(which)

    def __len__(self) -> int:
        return len(self._at)

    def first(self, count: int) -> gpd.GeoDataFrame:
        """Return the first so many."""
        return self._events.iloc[self._at[:count]]

    def newest(self, count: int) -> gpd.GeoDataFrame:
        """Return the last so many, the last first."""
        return self._events.iloc[self._at[::-1][:count]]

    def column(self, name: str) -> pd.Series:
        """Return what all of them have in a column."""
        return self._events[name].iloc[self._at]


class Coded:
    """The values of one or two columns as numbers; -1 is not known."""

    def __init__(self, *columns: pd.Series) -> None:
        codes, values = pd.factorize(pd.concat(columns))
        self.values: list[str] = [str(value) for value in values]
        self.codes: list[np.ndarray] = np.split(codes, len(columns))

    def having(self, wanted: Iterable[str]) -> np.ndarray:
        """Return which rows have one of the values in one of the columns."""
        asked = set(wanted)
        # The last place is that of -1.
        passes = np.array([*(value in asked for value in self.values), False])
        held: np.ndarray = np.logical_or.reduce([passes[one] for one in self.codes])
        return held

    def counts(self, rows: np.ndarray) -> dict[str, int]:
        """Return how many of the rows (booleans) have each value, once each."""
        first = self.codes[0]
        total = np.bincount(first[rows] + 1, minlength=len(self.values) + 1)
        for codes in self.codes[1:]:
            others = codes[rows & (codes != first)]
            total = total + np.bincount(others + 1, minlength=len(self.values) + 1)
        return {
            value: int(n) for value, n in zip(self.values, total[1:], strict=True) if n
        }


class Facets:
    """A frame of events in numbers, for filters that are asked again and again."""

    def __init__(self, events: gpd.GeoDataFrame) -> None:
        self._events = events
        self._listed = {
            "actors": Coded(events["gained_by"], events["lost_by"]),
            "types": Coded(events["event_type"]),
            "statuses": Coded(events["status"]),
            "publishers": Coded(events["publisher"]),
        }
        self._percents = percents(events)
        self._reviewed = events["reviewed"].to_numpy(dtype=bool)
        points = events.geometry
        self._lon, self._lat = points.x.to_numpy(), points.y.to_numpy()
        self._held: dict[str, np.ndarray] = {}
        self._offered: dict[date, Choices] = {}

    def choices(self, today: date) -> Choices:
        """List what the events offer, as `geo.view.choices` does."""
        if today not in self._offered:
            self._offered = {today: choices(self._events, today)}
        return self._offered[today]

    def passing(self, view: View) -> np.ndarray:
        """Return which events pass the filters, as `geo.view.passing` does."""
        return self._all(self._masks(view).values())

    def shown(self, view: View) -> Rows:
        """Return the events of the window that pass, as `geo.view.shown` does."""
        kept = self.passing(view) & in_window(self._events, view)
        return Rows(self._events, kept)

    def holding(self, text: str) -> np.ndarray:
        """Return which events hold a text, as `geo.view.holding` does."""
        if (known := self._held.get(text)) is not None:
            return known
        held: np.ndarray = np.zeros(len(self._events), dtype=bool)
        for lines, codes in self._texts:
            held = held | np.append(lines.holding(text), False)[codes]
        self._held = dict([*self._held.items(), (text, held)][-KEPT:])
        return held

    def counts(self, view: View) -> Counts:
        """Count the events of the view's window by what each filter would leave."""
        masks = self._masks(view)
        window = in_window(self._events, view)

        def others(name: str) -> np.ndarray:
            rest = self._all(mask for key, mask in masks.items() if key != name)
            left: np.ndarray = window & rest
            return left

        sure = self._percents[others("confidence")]
        reviewed = self._reviewed[others("reviewed")]
        n_reviewed = int(reviewed.sum())
        return Counts(
            window=int(window.sum()),
            shown=int((window & self._all(masks.values())).sum()),
            **{name: one.counts(others(name)) for name, one in self._listed.items()},
            confidence={least: int((sure >= least).sum()) for least in CONFIDENCES},
            reviewed={
                None: len(reviewed),
                True: n_reviewed,
                False: len(reviewed) - n_reviewed,
            },
        )

    def _masks(self, view: View) -> dict[str, np.ndarray]:
        """Return which events each filter that is set lets pass."""
        masks = {}
        for name, coded in self._listed.items():
            wanted: Sequence[str] = getattr(view, name)
            if wanted:
                masks[name] = coded.having(wanted)
        if view.confidence:
            masks["confidence"] = self._percents >= view.confidence
        if view.reviewed is not None:
            masks["reviewed"] = self._reviewed == view.reviewed
        if view.text:
            masks["text"] = self.holding(view.text)
        if view.box:
            masks["box"] = inside(self._lon, self._lat, view.box)
        return masks

    @cached_property
    def _texts(self) -> list[tuple[Lines, np.ndarray]]:
        """Each distinct value of the columns of words, and which event has it."""
        coded = [Coded(self._events[name]) for name in _TEXTS]
        return [(Lines(one.values), one.codes[0]) for one in coded]

    def _all(self, masks: Iterable[np.ndarray]) -> np.ndarray:
        kept = np.ones(len(self._events), dtype=bool)
        for mask in masks:
            kept &= mask
        return kept
