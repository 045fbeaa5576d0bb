"""Who is reported to hold a place on a day, and from when to when, is decided here.

Events count from their last possible day on. Nothing reported means unknown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from extract.records import EventType
from geo.events import CRS
from geo.weighing import Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

CONTROL_DTYPES = {
    "place_id": "object",
    "place": "object",
    "geometry": "geometry",
    "radius_m": "float64",
    "where_prec": "Int64",
    "controlled_by": "object",
    "since": "datetime64[ms]",
    "last_reported": "datetime64[ms]",
    "age_days": "int64",
    "status": "object",
    "disputed": "bool",
    "contested": "bool",
    "event_id": "object",
}
"""The columns of `control_on`, in order; text is `str`, or None for not known."""

SPELL_DTYPES = {
    "place_id": "object",
    "place": "object",
    "controlled_by": "object",
    "first_day": "datetime64[ms]",
    "last_day": "datetime64[ms]",
    "last_reported": "datetime64[ms]",
    "status": "object",
    "disputed": "bool",
    "event_id": "object",
}
"""The columns of `spells`, in order; text is `str`, or None for not known."""

_AFFIRM, _CONTEST, _LEAVE, _TAKE = range(4)
EFFECT = {
    EventType.HOLDS: _AFFIRM,
    EventType.REPELLED: _AFFIRM,
    EventType.ADVANCED: _CONTEST,
    EventType.ATTACKED: _CONTEST,
    EventType.BESIEGED: _CONTEST,
    EventType.WITHDREW: _LEAVE,
    EventType.CAPTURED: _TAKE,
    EventType.HANDED_OVER: _TAKE,
}
"""What an event does to control; on one day, in this order: it affirms who holds the
place, contests that, leaves the place, takes it."""

NOT_COUNTED = {Status.DENIED, Status.RETRACTED}
"""Statuses of events that say nothing of control."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spell:
    """Who is reported to hold one place; None is nobody known.

    `first` and `last` are the rows of the events that began it and that began or
    affirmed it last.
    """

    controlled_by: str | None
    first: Any
    last: Any
    contested: bool = False


def control_on(events: gpd.GeoDataFrame, day: date) -> gpd.GeoDataFrame:
    """Return who is reported to hold each place at the end of a day.

    Parameters
    ----------
    events
        A frame from `geo.events.frame`, in any order.
    day
        The day asked about, inclusive. An event counts if its last possible day has
        come; what comes later makes no difference, nor do denied and undated ones.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a place of which control was reported by then, in order of `place_id`,
        with the columns of `CONTROL_DTYPES`, in EPSG:4326. `controlled_by` is None
        after a withdrawal that nobody followed. `since` is the last possible day of
        the event that began the spell, `last_reported` that of the one that began or
        affirmed it last; `event_id`, `status` and the point are that one's, `age_days`
        the days from then to `day`. `contested` says that another or an unnamed actor
        has attacked, advanced or besieged since. Of one day, affirmations come first,
        then attacks, then withdrawals, then takings; then the later first day decides,
        then the greater event id, so that the order of rows never does.
    """
    folded = (_fold(reports) for reports in _by_place(events, until=day))
    rows = [_control_row(held[-1], day) for held in folded if held]
    table = _typed(rows, CONTROL_DTYPES)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def spells(events: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return from when to when each place is reported to be held by whom.

    Parameters
    ----------
    events
        A frame from `geo.events.frame`, in any order.

    Returns
    -------
    pandas.DataFrame
        One row a spell, in order of `place_id` and time, with the columns of
        `SPELL_DTYPES`. `first_day` is inclusive, `last_day` the day before the next
        spell, or NaT while there is none. A spell that is over within its first day
        is left out, so that each day is in one spell at most: the one of
        `control_on`.
    """
    rows = []
    for reports in _by_place(events):
        held = _fold(reports)
        for spell, following in zip_longest(held, held[1:]):
            end = following.first.date_end if following else pd.NaT
            if end != spell.first.date_end:
                rows.append(_spell_row(spell, end))
    return _typed(rows, SPELL_DTYPES)


def _by_place(events: gpd.GeoDataFrame, until: date | None = None) -> list[list[Any]]:
    """Return the rows that count, a list a place, in the order in which they count."""
    counted = events["date_end"].notna() & ~events["status"].isin(NOT_COUNTED)
    if until is not None:
        counted &= events["date_end"] <= pd.Timestamp(until)
    places: defaultdict[str, list[Any]] = defaultdict(list)
    for row in events[counted].itertuples(index=False):
        places[row.place_id].append(row)
    return [sorted(places[place_id], key=_order) for place_id in sorted(places)]


def _order(row: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a row of the events frame
    return row.date_end, EFFECT[row.event_type], row.date_start, row.event_id


def _fold(reports: Iterable[Any]) -> list[_Spell]:
    """Return the spells of one place, of which reports tell in this order."""
    held: list[_Spell] = []
    for row in reports:
        before = held[-1] if held else None
        after = _after(before, row)
        if after is None:
            continue
        if before and after.first is before.first:
            held[-1] = after
        else:
            held.append(after)
    return held


def _after(before: _Spell | None, row: Any) -> _Spell | None:  # noqa: ANN401 - a row of the events frame
    """Return what is reported of a place after one more event."""
    effect, actor = EFFECT[row.event_type], row.gained_by
    holder = before.controlled_by if before else None
    if effect == _CONTEST:
        is_holder = actor is not None and actor == holder
        return replace(before, contested=True) if before and not is_holder else before
    if actor is None and (effect == _AFFIRM or _is_of_another(row, holder)):
        return before
    if before and actor == holder:
        return replace(before, last=row, contested=False)
    return _Spell(controlled_by=actor, first=row, last=row)


def _is_of_another(row: Any, holder: str | None) -> bool:  # noqa: ANN401 - a row of the events frame
    """Tell whether a loss is that of an actor who does not hold the place anyway."""
    return holder is not None and row.lost_by is not None and row.lost_by != holder


def _control_row(spell: _Spell, day: date) -> list[Any]:
    last = spell.last
    return [
        last.place_id,
        last.place,
        last.geometry,
        last.radius_m,
        last.where_prec,
        spell.controlled_by,
        spell.first.date_end,
        last.date_end,
        (pd.Timestamp(day) - last.date_end).days,
        last.status,
        last.status == Status.DISPUTED,
        spell.contested,
        last.event_id,
    ]


def _spell_row(spell: _Spell, end: pd.Timestamp) -> list[Any]:
    last = spell.last
    return [
        last.place_id,
        last.place,
        spell.controlled_by,
        spell.first.date_end,
        end - pd.Timedelta(days=1),
        last.date_end,
        last.status,
        last.status == Status.DISPUTED,
        last.event_id,
    ]


def _typed(rows: list[list[Any]], dtypes: dict[str, str]) -> pd.DataFrame:
    """Return rows as a frame of these types, also when there are none."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in dtypes)
    typed = {}
    for (name, dtype), values in zip(dtypes.items(), columns, strict=True):
        if dtype == "geometry":
            typed[name] = gpd.GeoSeries(list(values), crs=CRS)
        else:
            typed[name] = pd.Series(list(values), dtype=dtype)
    return pd.DataFrame(typed)
