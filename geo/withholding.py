"""What leaves is made less exact here: places coarsened, the last days held back.

Everything that writes events for others takes an `Outgoing`, and `withheld` alone
makes one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.areas import EARTH_M, near_prec
from geo.events import DTYPES
from geo.language import ENGLISH
from geo.reasons import without_opposed
from geo.view import days
from geo.wording import day_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.language import Language

COARSEN_KM = (1, 5, 20)
"""The sides that a grid for places may have; 0 leaves places as they are."""

LONGEST_DELAY = 3_650
"""Days that events may be held back at most."""

HALF_ROUND_M = np.pi * EARTH_M
# Places are known on a sphere to half a percent.
_SLACK = 1.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Events as they may leave on the day `as_of`, and what was held back from them.

    The frame has the columns of `geo.events.DTYPES`. `coarsen_km` is 0 where places
    are as the store has them; `until` is the last day on which an event may have
    happened, None where none is held back.
    """

    events: gpd.GeoDataFrame
    as_of: date
    coarsen_km: int = 0
    until: date | None = None

    def only(self, event_ids: Iterable[str]) -> Outgoing:
        """Return what is left with these events alone.

        Hold back from a whole store and choose then: where a place goes depends on
        all that is known of it, so parts of a store agree.
        """
        chosen = self.events["event_id"].isin(list(event_ids))
        return replace(self, events=self.events[chosen])


def facts(outgoing: Outgoing) -> dict[str, str | int | None]:
    """Return what a file says of itself, for JSON: as of when, and what it lacks."""
    return {
        "as_of": outgoing.as_of.isoformat(),
        "coarsen_km": outgoing.coarsen_km,
        "until": outgoing.until.isoformat() if outgoing.until else None,
    }


def withheld(
    events: gpd.GeoDataFrame,
    *,
    today: date,
    coarsen_km: int = 0,
    delay_days: int = 0,
) -> Outgoing:
    """Hold back what is not to leave.

    Parameters
    ----------
    events
        A frame from `geo.events.frame`, or rows of one; it stays as it is.
    today
        The day from which the delay counts back.
    coarsen_km
        0, or one of `COARSEN_KM`: each place moves to the middle of its cell in a grid
        of that side, all events of a place to the same point; `radius_m` grows until
        it surely covers the place, and `place_id` becomes a number that says no more
        than which events of this file are about the same place.
    delay_days
        0, or how many days events are held back: what may have happened on a later
        day than that many before `today` is left out, and so is what has no date.

    Raises
    ------
    ValueError
        If a number is none of these.
    """
    if coarsen_km not in (0, *COARSEN_KM):
        raise ValueError(f"places are coarsened to {COARSEN_KM} km, not {coarsen_km}")
    if not 0 <= delay_days <= LONGEST_DELAY:
        raise ValueError(f"a delay is 0 to {LONGEST_DELAY} days, not {delay_days}")
    if coarsen_km:
        events = _coarsened(events, coarsen_km * 1000.0)
    until = last_day(today, delay_days)
    if until:
        # A comparison with what is not known is false.
        leaving = events[days(events["date_end"]) <= np.datetime64(until)]
        events = _without(leaving, set(events["event_id"]) - set(leaving["event_id"]))
    return Outgoing(events=events, as_of=today, coarsen_km=coarsen_km, until=until)


def last_day(today: date, delay_days: int) -> date | None:
    """Return the last day that a delay lets go; None where there is no delay."""
    if not delay_days:
        return None
    return date.fromordinal(max(1, today.toordinal() - delay_days))


def snapped(
    lon: np.ndarray, lat: np.ndarray, side_m: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the middle of each point's grid cell, and the cell's reach in metres.

    The cells are rows of equal height between the poles, each cut into cells of equal
    width from the date line on, so that no cell crosses it; none is higher than
    `side_m`, nor wider in its middle. The reach is how far from the middle a point of
    the cell can lie: it depends on the cell alone, and tells nothing of the point.

    Parameters
    ----------
    lon, lat
        Degrees in EPSG:4326; 180 and -180 are the same meridian.
    side_m
        The side of a cell in metres.
    """
    n_rows = int(np.ceil(HALF_ROUND_M / side_m))
    height = 180.0 / n_rows
    row = np.clip(np.floor((lat + 90.0) / height), 0, n_rows - 1)
    middle_lat = -90.0 + (row + 0.5) * height
    around_m = 2 * HALF_ROUND_M * np.cos(np.radians(middle_lat))
    n_cells = np.ceil(around_m / side_m)
    width = 360.0 / n_cells
    cell = np.floor((lon + 180.0) / 360.0 * n_cells) % n_cells
    middle_lon = -180.0 + (cell + 0.5) * width
    corners = [
        _distance_m(middle_lat, middle_lat + way * height / 2, width / 2)
        for way in (-1, 1)
    ]
    return middle_lon, middle_lat, np.maximum(*corners)


def _distance_m(lat: np.ndarray, other: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Return metres between points of two latitudes, `across` degrees apart."""
    one, two = np.radians(lat), np.radians(other)
    half = np.sin((two - one) / 2) ** 2
    half += np.cos(one) * np.cos(two) * np.sin(np.radians(across) / 2) ** 2
    return np.asarray(2 * EARTH_M * np.arcsin(np.minimum(1.0, np.sqrt(half))))


def _without(events: gpd.GeoDataFrame, held: set[str]) -> gpd.GeoDataFrame:
    """Return events without what they say of others that are held back."""
    told = [[] if one is None else json.loads(one) for one in events["says_otherwise"]]
    kept = [[one for one in those if one["event_id"] not in held] for those in told]
    lost = [len(one) < len(those) for one, those in zip(kept, told, strict=True)]
    why = events["status_reason"]
    ids = [[one["event_id"] for one in those if one["event_id"]] for those in kept]
    said = [json.dumps(one, ensure_ascii=False) if one else None for one in kept]
    return events.assign(
        status_reason=why.where(~np.array(lost, dtype=bool), why.map(without_opposed)),
        says_otherwise=pd.Series(said, index=events.index, dtype="object"),
        contradicts=pd.Series(
            [" ".join(one) or None for one in ids], index=events.index, dtype="object"
        ),
    )


def _coarsened(events: gpd.GeoDataFrame, side_m: float) -> gpd.GeoDataFrame:
    """Move events to the grid, and take away what would tell where they were."""
    lon, lat = events.geometry.x.to_numpy(), events.geometry.y.to_numpy()
    radius = events["radius_m"].fillna(0.0).to_numpy()
    # Were one place told by two points, the two cells would narrow it down.
    drawn = np.where(events["where_prec"].fillna(1) > 1, radius, 0.0)
    first = _surest(events["place_id"], drawn, lon, lat)
    moved_m = _distance_m(lat, lat[first], lon - lon[first])
    middle_lon, middle_lat, reach = snapped(lon[first], lat[first], side_m)
    # Rounded up, as a radius could be one place's only.
    whole = side_m / 2
    wide = np.ceil((radius + _SLACK * (moved_m + reach)) / whole) * whole
    changed = {
        "place_id": _numbered(events["place_id"]),
        "radius_m": wide,
        "where_prec": _precision(events["where_prec"], wide),
        "geometry": gpd.points_from_xy(middle_lon, middle_lat, crs=events.crs),
    }
    return events.assign(**changed).astype(
        {name: DTYPES[name] for name in ("place_id", "radius_m", "where_prec")}
    )


def _precision(where_prec: pd.Series, radius: np.ndarray) -> list[int]:
    """Return UCDP's precision: an exact place is near its point at best."""
    known = where_prec.fillna(1).astype(int)
    return [
        near_prec(radius_m) if prec <= 2 else prec
        for prec, radius_m in zip(known, radius, strict=True)
    ]


def _surest(
    places: pd.Series, radius: np.ndarray, lon: np.ndarray, lat: np.ndarray
) -> np.ndarray:
    """Return for each event the position of the surest one at the same place.

    assets/map/held.js chooses alike; it knows an exact place's radius as 0.
    """
    order = np.lexsort((lat, lon, radius))
    surest: dict[object, int] = {}
    names = _named(places)
    for at in order:
        surest.setdefault(names[at], int(at))
    return np.array([surest[name] for name in names], dtype=int)


def _named(places: pd.Series) -> list[object]:
    """Return ids of places; an event without one is at a place of its own."""
    return [
        name if isinstance(name, str) else at for at, name in enumerate(places.tolist())
    ]


def _numbered(places: pd.Series) -> list[str]:
    numbers: dict[object, int] = {}
    found = (numbers.setdefault(name, len(numbers) + 1) for name in _named(places))
    return [f"withheld:{number}" for number in found]


def withheld_words(outgoing: Outgoing, *, language: Language = ENGLISH) -> list[str]:
    """Say in plain sentences what was held back; none where nothing was."""
    said = []
    if outgoing.coarsen_km:
        said.append(
            language.say(
                "Places are moved to a grid of {distance} km; their names and the "
                "sentences still say which they are.",
                distance=outgoing.coarsen_km,
            )
        )
    if outgoing.until:
        said.append(
            language.say(
                "Events that may have happened after {day}, and those without a date, "
                "are left out.",
                day=day_words(outgoing.until, language=language),
            )
        )
    return said
