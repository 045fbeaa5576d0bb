"""What the reader looks at is decided here: day, filters, chosen event.

Map, table, downloads and the address in the browser all go by one `View`, so they
cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo.names import fold
from geo.wording import STATUSES, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd

    from extract.records import Conflict

TEXT_LIMIT = 80
"""Characters of free text that a filter takes; more is cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A day (inclusive), the filters (empty: all), and the event that is open."""

    day: date
    actors: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    place: str = ""
    event: str | None = None

    @property
    def n_filters(self) -> int:
        """How many filters are set."""
        lists = (self.actors, self.types, self.statuses, self.publishers)
        return sum(map(bool, lists)) + bool(self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What there is to choose from: the span of days (inclusive) and the values."""

    first: date
    last: date
    actors: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    events: frozenset[str] = frozenset()

    def clamp(self, day: date) -> date:
        """Return the nearest day within the span."""
        return min(max(day, self.first), self.last)


def days(column: pd.Series) -> np.ndarray:
    """Return a column of dates as numpy days; what is not known is NaT."""
    values = column.astype(object).where(column.notna(), None)
    return np.array([_day(value) for value in values], dtype="datetime64[D]")


def _day(value: object) -> str | None:
    return None if value is None else str(value)[:10]


def ordered(events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sort events by their last possible day, undated ones last, ties by event id.

    The index becomes the position, which is what the browser calls an event by.
    """
    last = days(events["date_end"])
    late = np.where(np.isnat(last), np.datetime64("9999-12-31"), last)
    order = np.lexsort((events["event_id"].astype(str), np.isnat(last), late))
    return events.iloc[order].reset_index(drop=True)


def choices(events: gpd.GeoDataFrame, today: date) -> Choices:
    """List what the events offer.

    The span runs from the first to the last day on which an event comes to the map;
    without a dated event it is `today` alone.
    """
    dated = [day.item() for day in days(events["date_end"]) if not np.isnat(day)]
    return Choices(
        first=min(dated, default=today),
        last=max(dated, default=today),
        actors=_values(pd.concat([events["gained_by"], events["lost_by"]])),
        types=tuple(t for t in TYPES if t in set(events["event_type"])),
        statuses=tuple(s for s in STATUSES if s in set(events["status"])),
        publishers=_values(events["publisher"]),
        events=frozenset(events["event_id"]),
    )


def _values(column: pd.Series) -> tuple[str, ...]:
    return tuple(sorted({str(value) for value in column.dropna() if value}))


def read_query(query: Mapping[str, Sequence[str]], offered: Choices) -> View:
    """Read a view from an address; what is not offered falls away without a word."""
    last = {key: values[-1] for key, values in query.items() if values}
    event = last.get("event")
    return View(
        day=offered.clamp(_parse_day(last.get("day")) or offered.last),
        actors=_known(query.get("actor", ()), offered.actors),
        types=_known(query.get("type", ()), offered.types),
        statuses=_known(query.get("status", ()), offered.statuses),
        publishers=_known(query.get("publisher", ()), offered.publishers),
        place=last.get("place", "")[:TEXT_LIMIT],
        event=event if event in offered.events else None,
    )


def _parse_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _known(wanted: Iterable[str], offered: Sequence[str]) -> tuple[str, ...]:
    chosen = set(wanted)
    return tuple(value for value in offered if value in chosen)


def write_query(view: View, offered: Choices) -> dict[str, list[str]]:
    """Write a view for an address; what is at its default is left out."""
    query = {
        "day": [view.day.isoformat()] if view.day != offered.last else [],
        "actor": list(view.actors),
        "type": list(view.types),
        "status": list(view.statuses),
        "publisher": list(view.publishers),
        "place": [view.place] if view.place else [],
        "event": [view.event] if view.event else [],
    }
    return {key: values for key, values in query.items() if values}


def passing(events: gpd.GeoDataFrame, view: View) -> np.ndarray:
    """Return which events pass the filters, whatever the day, as booleans in order."""
    keep = np.ones(len(events), dtype=bool)
    if view.actors:
        wanted = list(view.actors)
        keep &= events[["gained_by", "lost_by"]].isin(wanted).to_numpy().any(axis=1)
    for column, values in (
        ("event_type", view.types),
        ("status", view.statuses),
        ("publisher", view.publishers),
    ):
        if values:
            keep &= events[column].isin(list(values)).to_numpy()
    if view.place:
        found = (matches(name, view.place) for name in events["place"])
        keep &= np.fromiter(found, dtype=bool, count=len(events))
    return keep


def matches(name: str, text: str) -> bool:
    """Tell whether a place's name holds the text, whatever case or accents."""
    return fold(text) in fold(name)


def shown(events: gpd.GeoDataFrame, view: View) -> gpd.GeoDataFrame:
    """Return the events that pass the filters and had happened by the view's day.

    An event counts from its last possible day on, as in control on a day.
    """
    by_then = days(events["date_end"]) <= np.datetime64(view.day)
    return events[passing(events, view) & by_then]


def step(events: gpd.GeoDataFrame, view: View, way: int) -> date | None:
    """Return the nearest earlier (-1) or later (1) day with an event, or None."""
    those = days(events["date_end"])[passing(events, view)]
    now = np.datetime64(view.day)
    days_there = those[those < now] if way < 0 else those[those > now]
    if not days_there.size:
        return None
    found: date = (days_there.max() if way < 0 else days_there.min()).item()
    return found


def rows_of(
    events: gpd.GeoDataFrame,
    packs: Iterable[Conflict],
    *,
    on: date | None = None,
    place: str = "",
    actor: str = "",
) -> list[dict[str, Any]]:
    """Return the events asked for in order, without geometry.

    Parameters
    ----------
    events
        A frame from `geo.events.frame`.
    packs
        Know the actors by their aliases: ISIS, Daesh.
    on
        A day on which they may have happened; an event without a day is on none.
    place, actor
        A part of the place's name, and an actor's name, a part or an alias of it, on
        either side.
    """
    asked = ordered(events)
    if on:
        iso = on.isoformat()
        asked = asked[(asked["date_start"] <= iso) & (asked["date_end"] >= iso)]
    called = _called(actor, packs)
    return [
        row
        for row in asked.drop(columns="geometry").to_dict("records")
        if matches(row["place"], place)
        and any(
            row[side] in called if called else matches(row[side] or "", actor)
            for side in ("gained_by", "lost_by")
        )
    ]


def _called(name: str, packs: Iterable[Conflict]) -> set[str]:
    """Return the actors that have exactly this name or alias."""
    asked = name.casefold()
    return {
        actor.name
        for pack in packs
        for actor in pack.actors
        if asked in {n.casefold() for n in (actor.name, *actor.aliases)}
    }
