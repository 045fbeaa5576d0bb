"""Who is reported to have held one place, as bars over the time of all events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.timeline import spells
from geo.weighing import Status

if TYPE_CHECKING:
    from datetime import date

    import geopandas as gpd

SURE_DAYS = 90
"""Days after the last report from which on a bar fades."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One spell on a scale of percent.

    `last_day` is inclusive, None while nothing later is reported. The bar runs from
    `start` to `end`; behind `sure` it fades, as nothing was reported for long.
    """

    controlled_by: str | None
    first_day: date
    last_day: date | None
    last_reported: date
    status: Status
    first_event_id: str
    event_id: str
    start: float
    sure: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A place by the name that most events use, and its bars, oldest first.

    `first` and `last` are the ends of the scale, inclusive, None where no event of
    the store has a day.
    """

    place: str
    n_events: int
    first: date | None = None
    last: date | None = None
    bars: tuple[Bar, ...] = ()


def history(events: gpd.GeoDataFrame, place_id: str) -> History | None:
    """Return the history of a place, or None if no event tells of it.

    Parameters
    ----------
    events
        A frame from `geo.events.frame`; its dated events give the scale.
    place_id
        The place's id in that frame.
    """
    there = events[events["place_id"] == place_id]
    if there.empty:
        return None
    place = str(there["place"].mode().iat[0])
    dated = events["date_end"].dropna()
    if dated.empty:
        return History(place=place, n_events=len(there))
    scale = _Scale(first=dated.min().date(), last=dated.max().date())
    return History(
        place=place,
        n_events=len(there),
        first=scale.first,
        last=scale.last,
        bars=tuple(scale.bar(row) for row in spells(there).itertuples()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    first: date
    last: date

    def bar(self, spell: Any) -> Bar:  # noqa: ANN401 - a row of the spells frame
        last_day = None if pd.isna(spell.last_day) else spell.last_day.date()
        over = (last_day or self.last).toordinal() + 1
        reported = spell.last_reported.date()
        return Bar(
            controlled_by=spell.controlled_by,
            first_day=spell.first_day.date(),
            last_day=last_day,
            last_reported=reported,
            status=Status(spell.status),
            first_event_id=spell.first_event_id,
            event_id=spell.event_id,
            start=self._percent(spell.first_day.date().toordinal()),
            sure=self._percent(min(over, reported.toordinal() + SURE_DAYS + 1)),
            end=self._percent(over),
        )

    def _percent(self, ordinal: int) -> float:
        start, over = self.first.toordinal(), self.last.toordinal() + 1
        return 100 * (ordinal - start) / (over - start)
