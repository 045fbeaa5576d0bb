"""What the reader looks at is decided here: window, way to look, filters, open event.

Map, table, downloads and the address in the browser all go by one `View`, so they
cannot disagree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo.names import fold
from geo.timeline import EFFECT
from geo.wording import STATUSES, TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import geopandas as gpd

    from extract.records import Conflict

    Box = tuple[float, float, float, float]

TEXT_LIMIT = 80
"""Characters of free text that a filter takes; more is cut off."""

LAST_ZOOM = 16
"""The closest zoom of the map."""


class Mode(StrEnum):
    """How the map is looked at."""

    EVENTS = "events"
    CONTROL = "control"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is looked at, and how.

    The window runs from `since` to `day`, both inclusive; None is from the beginning.
    Control is that of `day`, and changes are those between `since` and `day`. With
    `alike`, publishers are weighed without regard to whom they lean to. Empty
    filters pass all: `confidence` is the least that passes, in percent, `reviewed`
    None for both, `text` what place, sentence or publisher holds. `box` is (west,
    south, east, north) and `at` the map's (lon, lat, zoom), in degrees, None for
    where it stands.
    """

    day: date
    since: date | None = None
    mode: Mode = Mode.EVENTS
    areas: bool = False
    alike: bool = False
    actors: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    confidence: int = 0
    reviewed: bool | None = None
    text: str = ""
    box: Box | None = None
    event: str | None = None
    at: tuple[float, float, float] | None = None

    @property
    def n_filters(self) -> int:
        """How many filters are set."""
        lists = (self.actors, self.types, self.statuses, self.publishers)
        return (
            sum(map(bool, lists))
            + bool(self.text)
            + bool(self.confidence)
            + (self.reviewed is not None)
            + (self.box is not None)
        )


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
    found: np.ndarray = column.to_numpy().astype("datetime64[D]")
    return found


def ordered(events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sort events as control counts them: by last possible day, undated ones last.

    Of one day by what they do to control, then by their first possible day, then by
    their id (`geo.timeline`). The index becomes the position, which is what the
    browser calls an event by.
    """
    order = np.lexsort(
        (
            events["event_id"].astype(str),
            _late(events["date_start"]),
            events["event_type"].map(EFFECT),
            _late(events["date_end"]),
        )
    )
    return events.iloc[order].reset_index(drop=True)


def _late(column: pd.Series) -> np.ndarray:
    """Return days as numbers; what is not known comes after all others."""
    found = days(column)
    return np.where(np.isnat(found), np.iinfo("i8").max, found.astype("i8"))


def choices(events: gpd.GeoDataFrame, today: date) -> Choices:
    """List what the events offer.

    The span runs from the first to the last day on which an event comes to the map;
    without a dated event it is `today` alone.
    """
    last = days(events["date_end"])
    dated = last[~np.isnat(last)]
    types, statuses = (set(_values(events[c])) for c in ("event_type", "status"))
    return Choices(
        first=dated.min().item() if dated.size else today,
        last=dated.max().item() if dated.size else today,
        actors=_values(pd.concat([events["gained_by"], events["lost_by"]])),
        types=tuple(t for t in TYPES if t in types),
        statuses=tuple(s for s in STATUSES if s in statuses),
        publishers=_values(events["publisher"]),
        events=frozenset(events["event_id"]),
    )


def _values(column: pd.Series) -> tuple[str, ...]:
    return tuple(sorted({str(value) for value in column.dropna().unique() if value}))


def read_query(query: Mapping[str, Sequence[str]], offered: Choices) -> View:
    """Read a view from an address; what is not offered falls away without a word."""
    last = {key: values[-1] for key, values in query.items() if values}
    event = last.get("event")
    day = offered.clamp(_parse_day(last.get("day")) or offered.last)
    since = _parse_day(last.get("since"))
    mode = last.get("mode", "")
    return View(
        day=day,
        since=min(offered.clamp(since), day) if since else None,
        mode=Mode(mode) if mode in set(Mode) else Mode.EVENTS,
        areas=last.get("areas") == "1",
        alike=last.get("alike") == "1",
        actors=_known(query.get("actor", ()), offered.actors),
        types=_known(query.get("type", ()), offered.types),
        statuses=_known(query.get("status", ()), offered.statuses),
        publishers=_known(query.get("publisher", ()), offered.publishers),
        confidence=_percent(last.get("confidence", "")),
        reviewed={"1": True, "0": False}.get(last.get("reviewed", "")),
        text=last.get("text", "")[:TEXT_LIMIT],
        box=parse_box(last.get("box", "")),
        event=event if event in offered.events else None,
        at=_parse_at(last.get("at", "")),
    )


def _parse_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _known(wanted: Iterable[str], offered: Sequence[str]) -> tuple[str, ...]:
    chosen = set(wanted)
    return tuple(value for value in offered if value in chosen)


def _percent(text: str) -> int:
    # Of thousands of digits Python makes no number.
    return min(int(text[:3]), 100) if text.isascii() and text.isdigit() else 0


def _numbers(text: str, count: int) -> tuple[float, ...] | None:
    """Read that many numbers parted by commas; None if they are anything else."""
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError:
        return None
    return found if len(found) == count and all(map(math.isfinite, found)) else None


def _is_on_earth(lon: float, lat: float) -> bool:
    return -180 <= lon <= 180 and -90 <= lat <= 90


def box_of(numbers: Sequence[float] | None) -> Box | None:
    """Return a rectangle of degrees on Earth, or None if it is none.

    Its west may lie east of its east: it then crosses the date line.
    """
    if numbers is None or len(numbers) != 4:
        return None
    west, south, east, north = (round(float(one), 5) for one in numbers)
    if not (_is_on_earth(west, south) and _is_on_earth(east, north) and south < north):
        return None
    return west, south, east, north


def parse_box(text: str) -> Box | None:
    """Return the rectangle of four numbers, as `box_of` does, or None."""
    return box_of(_numbers(text, 4))


def _parse_at(text: str) -> tuple[float, float, float] | None:
    found = _numbers(text, 3)
    if found is None or not _is_on_earth(found[0], found[1]):
        return None
    return (found[0], found[1], found[2]) if 0 <= found[2] <= LAST_ZOOM else None


def write_query(view: View, offered: Choices) -> dict[str, list[str]]:
    """Write a view for an address; what is at its default is left out."""
    reviewed = {True: ["1"], False: ["0"], None: []}
    query = {
        "day": [view.day.isoformat()] if view.day != offered.last else [],
        "since": [view.since.isoformat()] if view.since else [],
        "mode": [str(view.mode)] if view.mode is not Mode.EVENTS else [],
        "areas": ["1"] if view.areas else [],
        "alike": ["1"] if view.alike else [],
        "actor": list(view.actors),
        "type": list(view.types),
        "status": list(view.statuses),
        "publisher": list(view.publishers),
        "confidence": [str(view.confidence)] if view.confidence else [],
        "reviewed": reviewed[view.reviewed],
        "text": [view.text] if view.text else [],
        "box": [_joined(view.box)] if view.box else [],
        "event": [view.event] if view.event else [],
        "at": [_joined(view.at)] if view.at else [],
    }
    return {key: values for key, values in query.items() if values}


def _joined(numbers: Iterable[float]) -> str:
    return ",".join(f"{number:.5f}".rstrip("0").rstrip(".") for number in numbers)


def passing(events: gpd.GeoDataFrame, view: View) -> np.ndarray:
    """Return which events pass the filters, whatever the day, as booleans in order."""
    keep = np.ones(len(events), dtype=bool)
    if view.actors:
        wanted = list(view.actors)
        keep &= (
            events["gained_by"].isin(wanted) | events["lost_by"].isin(wanted)
        ).to_numpy()
    for column, values in (
        ("event_type", view.types),
        ("status", view.statuses),
        ("publisher", view.publishers),
    ):
        if values:
            keep &= events[column].isin(list(values)).to_numpy()
    if view.confidence:
        keep &= percents(events) >= view.confidence
    if view.reviewed is not None:
        keep &= events["reviewed"].to_numpy() == view.reviewed
    if view.text:
        keep &= holding(events, view.text)
    if view.box:
        keep &= within(events, view.box)
    return keep


def percents(events: gpd.GeoDataFrame) -> np.ndarray:
    """Return how sure the claims are, in whole percent, rounded down."""
    share: np.ndarray = events["confidence"].to_numpy(dtype=float)
    return np.floor(share * 100 + 1e-9).astype("u1")


def within(events: gpd.GeoDataFrame, box: Box) -> np.ndarray:
    """Return which events lie in a rectangle (west, south, east, north) of degrees.

    Its edges belong to it; where west is greater than east it crosses the date line.
    """
    lon, lat = events.geometry.x.to_numpy(), events.geometry.y.to_numpy()
    return inside(lon, lat, box)


def inside(lon: np.ndarray, lat: np.ndarray, box: Box) -> np.ndarray:
    """Return which points lie in a rectangle, as `within` does of events."""
    west, south, east, north = box
    both = np.logical_and if west <= east else np.logical_or
    found: np.ndarray = both(lon >= west, lon <= east) & (lat >= south) & (lat <= north)
    return found


def holding(events: gpd.GeoDataFrame, text: str) -> np.ndarray:
    """Return which events' place, sentence or publisher holds a text.

    Whatever case or accents; each distinct value is looked at once.
    """
    wanted = fold(text)
    found = np.zeros(len(events), dtype=bool)
    for name in ("place", "publisher", "sentence"):
        codes, values = pd.factorize(events[name])
        held = np.fromiter((wanted in fold(str(v)) for v in values), bool, len(values))
        found |= np.append(held, False)[codes]
    return found


def matches(name: str, text: str) -> bool:
    """Tell whether a place's name holds the text, whatever case or accents."""
    return fold(text) in fold(name)


def in_window(events: gpd.GeoDataFrame, view: View) -> np.ndarray:
    """Return which events the view's window holds, by their last possible days."""
    last = days(events["date_end"])
    held = last <= np.datetime64(view.day)
    if view.since is not None:
        held = held & (last >= np.datetime64(view.since))
    return np.asarray(held, dtype=bool)


def shown(events: gpd.GeoDataFrame, view: View) -> gpd.GeoDataFrame:
    """Return the events of the view's window that pass the filters.

    An event counts from its last possible day on, as in control on a day.
    """
    return events[passing(events, view) & in_window(events, view)]


def rows_of(
    events: gpd.GeoDataFrame,
    packs: Iterable[Conflict],
    *,
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
    place, actor
        A part of the place's name, and an actor's name, a part or an alias of it, on
        either side.
    """
    is_meant = _meant(actor, packs)
    return [
        row
        for row in ordered(events).drop(columns="geometry").to_dict("records")
        if matches(row["place"], place)
        and (is_meant(row["gained_by"]) or is_meant(row["lost_by"]))
    ]


def held_by(
    held: gpd.GeoDataFrame,
    packs: Iterable[Conflict],
    *,
    place: str = "",
    actor: str = "",
) -> list[dict[str, Any]]:
    """Return places and who holds them, by their names, without geometry.

    Parameters
    ----------
    held
        A frame from `geo.timeline.control_on`.
    packs, place, actor
        As in `rows_of`; the actor is the holder.
    """
    is_meant = _meant(actor, packs)
    rows = [
        row
        for row in held.drop(columns="geometry").to_dict("records")
        if matches(row["place"], place) and is_meant(row["controlled_by"])
    ]
    return sorted(rows, key=lambda row: (row["place"], row["place_id"]))


def _meant(actor: str, packs: Iterable[Conflict]) -> Callable[[str | None], bool]:
    """Return what tells whether a name is that of an actor, or has a part of it."""
    called = _called(actor, packs)
    if called:
        return called.__contains__
    return lambda name: matches(name or "", actor)


def _called(name: str, packs: Iterable[Conflict]) -> set[str]:
    """Return the actors that have exactly this name or alias."""
    asked = name.casefold()
    return {
        actor.name
        for pack in packs
        for actor in pack.actors
        if asked in {n.casefold() for n in (actor.name, *actor.aliases)}
    }
