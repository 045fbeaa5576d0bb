"""What `make bench-scale` asks of a store, with what, and what is the right answer.

Questions are drawn from a seed, so that every store and every approach is asked the same.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import timeline
from geo.events import CRS
from geo.weighing import Status

SEED = 11
BOX_DEGREES = 0.25
"""Width and height of a box: about 28 km, what is in view when one looks at a town."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A day, the month it lies in, a box around a place, and that place's key."""

    day: date
    first: date
    last: date
    box: tuple[float, float, float, float]
    place_id: str


def questions(table, count):
    """Draw questions about events: of days in all years, of places as they are told of.

    Who asks for a place asks for one that news is about, so busy places come often.
    """
    rng = np.random.default_rng(SEED)
    rows = table.iloc[rng.integers(0, len(table), count)]
    days = table["date_end"].min() + pd.to_timedelta(
        rng.integers(
            365, (table["date_end"].max() - table["date_end"].min()).days, count
        ),
        "D",
    )
    half = BOX_DEGREES / 2
    return [
        Asked(
            day=day.date(),
            first=day.date().replace(day=1),
            last=_month_end(day.date()),
            box=(row.lon - half, row.lat - half, row.lon + half, row.lat + half),
            place_id=row.place_id,
        )
        for day, row in zip(days, rows.itertuples(), strict=True)
    ]


def _month_end(day):
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class Truth:
    """The right answers, by the program's own rules, from the table of what was made up."""

    def __init__(self, table):
        self._table = table
        points = gpd.points_from_xy(table["lon"], table["lat"])
        rest = {"radius_m": 0.0, "where_prec": 1, "inside": False}
        whole = table.assign(**rest, status=str(Status.CLAIMED))
        self._events = gpd.GeoDataFrame(whole, geometry=points, crs=CRS)

    def control(self, asked):
        """Return who holds each place, by place."""
        held = timeline.control_on(self._events, asked.day)
        return pairs(held["place_id"], held["controlled_by"])

    def window(self, asked):
        """Return the ids of the month's events."""
        days = self._table["date_end"]
        within = (days >= pd.Timestamp(asked.first)) & (
            days <= pd.Timestamp(asked.last)
        )
        return set(self._table["event_id"][within])

    def bbox(self, asked):
        """Return the ids of the box's events."""
        west, south, east, north = asked.box
        lon, lat = self._table["lon"], self._table["lat"]
        return set(
            self._table["event_id"][lon.between(west, east) & lat.between(south, north)]
        )

    def history(self, asked):
        """Return from when who held the place."""
        there = self._events[self._events["place_id"] == asked.place_id]
        held = timeline.spells(there)
        return pairs(held["first_day"], held["controlled_by"])


def pairs(keys, names):
    """Return pairs of values, None for what is not known."""
    known = names.astype(object).where(names.notna(), None)
    return set(zip(keys, known, strict=True))
