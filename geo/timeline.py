"""Who is reported to hold a place on a day, and from when to when, is decided here.

Events count from their last possible day on. Nothing reported means unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from extract.records import EventType
from geo.events import CRS
from geo.weighing import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
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
    "attacked": "bool",
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
    "first_event_id": "object",
    "event_id": "object",
}
"""The columns of `spells`, in order; text is `str`, or None for not known."""

CHANGE_DTYPES = {
    "place_id": "object",
    "place": "object",
    "held_before": "object",
    "reported_before": "bool",
    "held_after": "object",
    "since": "datetime64[ms]",
    "status": "object",
    "event_id": "object",
}
"""The columns of `changes`, in order; text is `str`, or None for not known."""

STATE_DTYPES = {
    "place_id": "object",
    "place": "object",
    "geometry": "geometry",
    "radius_m": "float64",
    "where_prec": "Int64",
    "first_day": "datetime64[ms]",
    "last_day": "datetime64[ms]",
    "controlled_by": "object",
    "since": "datetime64[ms]",
    "last_reported": "datetime64[ms]",
    "status": "object",
    "attacked": "bool",
    "contested": "bool",
    "event_id": "object",
}
"""The columns of `states`, in order; text is `str`, or None for not known."""

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


@dataclass(slots=True, kw_only=True)
class _Spell:
    """Who is reported to hold one place; None is nobody known.

    `first` and `last` are the rows of the events that began it and that began or
    affirmed it last.
    """

    controlled_by: str | None
    first: int
    last: int
    attacked: bool = False
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
        the days from then to `day`. `attacked` says that another or an unnamed actor
        has attacked, advanced or besieged since, `contested` that another one is
        reported inside beside the holder. Of one day, affirmations come first,
        then attacks, then withdrawals, then takings; then the later first day decides,
        then the greater event id, so that the order of rows never does.
    """
    held = [spells[-1] for spells in _fold(events, until=day)]
    last = events.iloc[[spell.last for spell in held]]
    table = {
        **last[["place_id", "place", "geometry", "radius_m", "where_prec"]],
        "controlled_by": [spell.controlled_by for spell in held],
        "since": events["date_end"].to_numpy()[[spell.first for spell in held]],
        "last_reported": last["date_end"],
        "age_days": (pd.Timestamp(day) - last["date_end"]).dt.days,
        "status": last["status"],
        "disputed": last["status"] == Status.DISPUTED,
        "attacked": [spell.attacked for spell in held],
        "contested": [spell.contested for spell in held],
        "event_id": last["event_id"],
    }
    return gpd.GeoDataFrame(_typed(table, CONTROL_DTYPES), geometry="geometry", crs=CRS)


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
        spell, or NaT while there is none. `first_event_id` is the event that began
        the spell, `event_id` the one that began or affirmed it last; `status` is that
        one's. A spell that is over within its first day is left out, so that each day
        is in one spell at most: the one of `control_on`.
    """
    ends = events["date_end"].to_numpy()
    kept, over = [], []
    for held in _fold(events):
        for spell, following in pairwise((*held, None)):
            end = ends[following.first] if following else np.datetime64("NaT")
            if spell and end != ends[spell.first]:
                kept.append(spell)
                over.append(end)
    first = events.iloc[[spell.first for spell in kept]]
    last = events.iloc[[spell.last for spell in kept]]
    table = {
        **last[["place_id", "place"]],
        "controlled_by": [spell.controlled_by for spell in kept],
        "first_day": first["date_end"],
        "last_day": np.array(over, dtype="datetime64[ms]") - np.timedelta64(1, "D"),
        "last_reported": last["date_end"],
        "status": last["status"],
        "disputed": last["status"] == Status.DISPUTED,
        "first_event_id": first["event_id"],
        "event_id": last["event_id"],
    }
    return _typed(table, SPELL_DTYPES)


def states(events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return how control of each place stands from when to when, for all days.

    Parameters
    ----------
    events
        A frame from `geo.events.frame`, in any order.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a place and period, in order of `place_id` and time, with the columns of
        `STATE_DTYPES`, in EPSG:4326. On each day from `first_day` to `last_day`, both
        inclusive, `control_on` says what the row does; `last_day` is NaT while nothing
        else is reported. A spell has a row for each day that changes how it stands.
    """
    ends = events["date_end"].to_numpy()
    begun, over, kept = [], [], []
    for told, left, right in _reports(events):
        found = list(told.states(left, right))
        begun += [row for row, _ in found]
        kept += [spell for _, spell in found]
        over += [ends[row] for row, _ in found[1:]]
        over += [np.datetime64("NaT")] * bool(found)
    last = events.iloc[[spell.last for spell in kept]]
    table = {
        **last[["place_id", "place", "geometry", "radius_m", "where_prec"]],
        "first_day": ends[begun],
        "last_day": np.array(over, dtype="datetime64[ms]") - np.timedelta64(1, "D"),
        "controlled_by": [spell.controlled_by for spell in kept],
        "since": ends[[spell.first for spell in kept]],
        "last_reported": last["date_end"],
        "status": last["status"],
        "attacked": [spell.attacked for spell in kept],
        "contested": [spell.contested for spell in kept],
        "event_id": last["event_id"],
    }
    return gpd.GeoDataFrame(_typed(table, STATE_DTYPES), geometry="geometry", crs=CRS)


def changes(events: gpd.GeoDataFrame, first: date, last: date) -> pd.DataFrame:
    """Return which places are held by another at the end of `last` than of `first`.

    Parameters
    ----------
    events
        A frame from `geo.events.frame`, in any order.
    first, last
        The two days compared; what changes on `first` itself has changed already,
        what changes on `last` is among the changes.

    Returns
    -------
    pandas.DataFrame
        One row a place, in order of `place_id`, with the columns of `CHANGE_DTYPES`.
        `held_before` and `held_after` are None where nobody is known to hold it;
        `reported_before` is False where nothing was reported of it by `first`, which
        differs from all that can be reported. `event_id` is the event that began the
        spell in force on `last`, `since` its last possible day, `status` its status.
        A place that was lost and retaken in between is not listed.

    Raises
    ------
    ValueError
        If `last` is before `first`.
    """
    if last < first:
        raise ValueError(f"{last} is before {first}")
    ends = events["date_end"].to_numpy()
    pairs = []
    for held in _fold(events, until=last):
        by_then = [spell for spell in held if ends[spell.first] <= np.datetime64(first)]
        before = by_then[-1] if by_then else None
        if before is None or before.controlled_by != held[-1].controlled_by:
            pairs.append((before, held[-1]))
    began = events.iloc[[after.first for _, after in pairs]]
    table = {
        **began[["place_id", "place"]],
        "held_before": [before and before.controlled_by for before, _ in pairs],
        "reported_before": [before is not None for before, _ in pairs],
        "held_after": [after.controlled_by for _, after in pairs],
        "since": began["date_end"],
        **began[["status", "event_id"]],
    }
    return _typed(table, CHANGE_DTYPES)


def _fold(
    events: gpd.GeoDataFrame, until: date | None = None
) -> Iterator[list[_Spell]]:
    """Return the spells of each place of which control is reported, by `place_id`."""
    for told, left, right in _reports(events, until):
        if held := told.spells(left, right):
            yield held


def _reports(
    events: gpd.GeoDataFrame, until: date | None = None
) -> Iterator[tuple[_Told, int, int]]:
    """Yield what is told, and from where to where of one place, by `place_id`.

    At 100,000 events a row as a record costs more than all the rest; so reports are
    ordered by numbers, and only their positions are passed on.
    """
    counted = events["date_end"].notna() & ~events["status"].isin(NOT_COUNTED)
    if until is not None:
        counted &= events["date_end"] <= pd.Timestamp(until)
    rows = np.flatnonzero(counted.to_numpy())
    there = events[["place_id", "event_id", "event_type", "date_start", "date_end"]]
    there = there.iloc[rows]
    place = pd.factorize(there["place_id"], sort=True)[0]
    effect = there["event_type"].map(EFFECT).to_numpy(dtype="i8")
    name = pd.factorize(there["event_id"], sort=True)[0]
    start, end = there["date_start"].to_numpy(), there["date_end"].to_numpy()
    order = np.lexsort((name, start, effect, end, place))
    cuts = np.flatnonzero(np.diff(place[order], prepend=-1, append=-1))
    told = _Told(events, rows[order], effect[order])
    for left, right in pairwise(cuts.tolist()):
        yield told, left, right


class _Told:
    """Reports in the order in which they count."""

    def __init__(
        self, events: gpd.GeoDataFrame, rows: np.ndarray, effects: np.ndarray
    ) -> None:
        self.rows: list[int] = rows.tolist()
        self.ends: list[int] = events["date_end"].to_numpy()[rows].astype("i8").tolist()
        self.effects: list[int] = effects.tolist()
        self.inside: list[bool] = events["inside"].to_numpy()[rows].tolist()
        self.takers = _names(events["gained_by"], rows)
        self.losers = _names(events["lost_by"], rows)

    def spells(self, left: int, right: int) -> list[_Spell]:
        """Return the spells of the place that the reports [left, right) tell of."""
        held: list[_Spell] = []
        for at in range(left, right):
            now = held[-1] if held else None
            begun = self._begun(now, at)
            if begun:
                held.append(begun)
        return held

    def states(self, left: int, right: int) -> Iterator[tuple[int, _Spell]]:
        """Yield how a place stands after days that changed that, with a row of each."""
        now, before = None, None
        for at in range(left, right):
            now = self._begun(now, at) or now
            is_over = at + 1 == right or self.ends[at + 1] != self.ends[at]
            if now and is_over and now != before:
                before = replace(now)
                yield self.rows[at], before

    def _begun(self, now: _Spell | None, at: int) -> _Spell | None:
        """Return the spell that a report begins, or mark it in the one of now."""
        effect, actor = self.effects[at], self.takers[at]
        holder = now.controlled_by if now else None
        if effect == _CONTEST:
            if now and (actor is None or actor != holder):
                now.attacked = True
                now.contested |= self.inside[at] and None not in (actor, holder)
            return None
        if actor is None and (effect == _AFFIRM or self._is_of_another(at, holder)):
            return None
        row = self.rows[at]
        if now and actor == holder:
            now.last, now.attacked, now.contested = row, False, False
            return None
        return _Spell(controlled_by=actor, first=row, last=row)

    def _is_of_another(self, at: int, holder: str | None) -> bool:
        """Tell whether a loss is that of one who does not hold the place anyway."""
        loser = self.losers[at]
        return holder is not None and loser is not None and loser != holder


def _names(column: pd.Series, rows: np.ndarray) -> list[str | None]:
    known = column.astype(object).where(column.notna(), None)
    names: list[str | None] = known.to_numpy()[rows].tolist()
    return names


def _typed(
    table: Mapping[str, Sequence[Any] | pd.Series], dtypes: Mapping[str, str]
) -> pd.DataFrame:
    """Return columns as a frame of these types, also when there is no row."""
    typed = {}
    for name, dtype in dtypes.items():
        values = list(table[name])
        if dtype == "geometry":
            typed[name] = gpd.GeoSeries(values, crs=CRS)
        else:
            typed[name] = pd.Series(values, dtype=dtype)
    return pd.DataFrame(typed)
