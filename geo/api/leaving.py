"""Events and claims are held back together, so that neither tells what the other hides.

A claim becomes a row of the events' columns for that: where its place goes depends on
all that is known of the place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from sys import intern
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.events import CRS, DTYPES, frame, place_key
from geo.export import plain_rows
from geo.view import ordered
from geo.withholding import Outgoing, last_day, withheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from geo.api.setting import Setting
    from geo.events import Event, PlacedClaim

    Rows = dict[str, dict[str, Any]]

# What no event's id begins with.
_CLAIM = "claim:"
_EMPTY = {"int64": 0, "bool": False, "float64": float("nan")}
_NEEDED = (
    *("event_id", "place", "place_id", "geometry", "radius_m", "where_prec"),
    *("place_source", "event_type", "gained_by", "lost_by", "date_start", "date_end"),
    *("inside", "status"),
)
"""The columns that control and areas are made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What may leave of a state of the store, with whose it is.

    `events` and `claims` are rows by their ids, in order, of Python's own types;
    `outgoing` are the events alone, with the columns that control is made of. `until`
    is the last day that leaves, None where none is held back.
    """

    events: Rows
    claims: Rows
    outgoing: Outgoing
    until: date | None


def leaving(
    events: Sequence[Event],
    claims: Sequence[PlacedClaim],
    setting: Setting,
    today: date,
) -> Leaving:
    """Hold back of events and claims what is not to leave."""
    known = [placed for placed in claims if placed.location.lon is not None]
    unknown = [placed for placed in claims if placed.location.lon is None]
    told = ordered(frame(events))
    both = gpd.GeoDataFrame(
        pd.concat([told, _claim_rows(known)], ignore_index=True), geometry="geometry"
    )
    out = withheld(
        both,
        today=today,
        coarsen_km=setting.coarsen_km,
        delay_days=setting.delay_days,
    )
    until = last_day(today, setting.delay_days)
    nowhere = replace(out, events=_in_time(_claim_rows(unknown), until))
    rows = {row["event_id"]: row for row in plain_rows(out)}
    lost = {row["event_id"]: {**row, "geometry": None} for row in _of_nowhere(nowhere)}
    are_claims = out.events["event_id"].str.startswith(_CLAIM).to_numpy(dtype=bool)
    rows |= lost
    return Leaving(
        events={
            name: row for name, row in rows.items() if name[: len(_CLAIM)] != _CLAIM
        },
        claims={
            placed.claim.claim_id: rows[_CLAIM + placed.claim.claim_id]
            for placed in claims
            if _CLAIM + placed.claim.claim_id in rows
        },
        outgoing=replace(out, events=_interned(out.events[~are_claims][list(_NEEDED)])),
        until=until,
    )


def _interned(events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return events whose texts are kept once, however many states have them."""
    texts = {
        name: [intern(value) if isinstance(value, str) else None for value in column]
        for name, column in events.items()
        if column.dtype == object
    }
    return events.assign(**texts).astype(dict.fromkeys(texts, "object"))


def _claim_rows(claims: Sequence[PlacedClaim]) -> gpd.GeoDataFrame:
    """Return claims with the columns of events; those without coordinates at 0, 0."""
    values: Mapping[str, list[Any]] = {
        "event_id": [_CLAIM + one.claim.claim_id for one in claims],
        "place": [one.claim.place for one in claims],
        "place_id": [
            None if one.location.lon is None else place_key(one) for one in claims
        ],
        "radius_m": [one.location.radius_m for one in claims],
        "where_prec": [one.location.where_prec for one in claims],
        "place_source": [one.location.source or None for one in claims],
        "date_start": _days([one.claim.date_start for one in claims]),
        "date_end": _days([one.claim.date_end for one in claims]),
        # That is an event's; what is held back reads it of all rows alike.
        "status_reason": [""] * len(claims),
        "publisher": [one.publisher for one in claims],
        "url": [one.url for one in claims],
    }
    columns = {
        name: pd.Series(
            values.get(name, [_EMPTY.get(dtype)] * len(claims)), dtype=dtype
        )
        for name, dtype in DTYPES.items()
        if name != "geometry"
    }
    points = gpd.points_from_xy(
        np.array([one.location.lon or 0.0 for one in claims], dtype=float),
        np.array([one.location.lat or 0.0 for one in claims], dtype=float),
    )
    return gpd.GeoDataFrame(columns, geometry=points, crs=CRS)[list(DTYPES)]


def _days(days: Sequence[date | None]) -> list[Any]:
    return list(np.array(days, dtype="datetime64[D]").astype("datetime64[ms]"))


def _in_time(claims: gpd.GeoDataFrame, until: date | None) -> gpd.GeoDataFrame:
    if until is None:
        return claims
    # A comparison with what is not known is false.
    return claims[claims["date_end"] <= pd.Timestamp(until)]


def _of_nowhere(outgoing: Outgoing) -> list[dict[str, Any]]:
    return plain_rows(replace(outgoing, coarsen_km=0))
