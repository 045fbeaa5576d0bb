"""Features ready to be sent, and which of them pass what is asked.

A table is made once for a state of the store and never changes, so that a page of it
is a slice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from sys import intern
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from pydantic_core import to_json

from geo.names import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from typing import TypeAlias

    from geo.api.asking import Asked

    Filter: TypeAlias = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature: its id, its GeoJSON geometry if it has one, and its properties."""

    id: str
    geometry: Mapping[str, Any] | None
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Features in order, as JSON, with what they can be asked by.

    `boxes` are west, south, east and north of each, NaN where there is no geometry;
    `shapes` the geometries, None if all are points. `start` and `end` are the inclusive
    days, NaT where not known; `filters` say of each filter's values which features have
    one of them.
    """

    positions: Mapping[str, int]
    features: tuple[bytes, ...]
    boxes: np.ndarray
    shapes: np.ndarray | None
    start: np.ndarray
    end: np.ndarray
    filters: Mapping[str, Filter]

    def __len__(self) -> int:
        return len(self.features)

    def feature(self, feature_id: str) -> dict[str, Any] | None:
        """Return a feature as it was made, or None."""
        position = self.positions.get(feature_id)
        return None if position is None else self.at(position)

    def at(self, position: int) -> dict[str, Any]:
        """Return the feature of a position."""
        found: dict[str, Any] = json.loads(self.features[position])
        return found

    def passing(self, asked: Asked) -> np.ndarray:
        """Return the positions, in order, of the features that pass."""
        keep = np.ones(len(self), dtype=bool)
        if asked.box:
            keep &= self._inside(asked.box)
        if asked.is_dated:
            keep &= self._within(asked.first, asked.last)
        for name, values in asked.filters.items():
            keep &= self.filters[name](values)
        return np.flatnonzero(keep)

    def _inside(self, box: tuple[float, float, float, float]) -> np.ndarray:
        """Return which features touch a rectangle, whose edges belong to it.

        Every feature is looked at: of 100,000 points that takes 0.2 ms, a tenth of
        what a tree takes to return a part of them.
        """
        west, south, east, north = box
        left, low, right, high = self.boxes
        spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
        found = np.zeros(len(self), dtype=bool)
        for first, last in spans:
            there = (right >= first) & (left <= last) & (high >= south) & (low <= north)
            if self.shapes is not None:
                # The hull of a box without width or height is a line or a point.
                hull = shapely.convex_hull(shapely.box(first, south, last, north))
                there[there] = shapely.intersects(self.shapes[there], hull)
            found |= there
        return found

    def _within(self, first: date | None, last: date | None) -> np.ndarray:
        found = ~np.isnat(self.end)
        if first:
            found &= self.end >= np.datetime64(first)
        if last:
            found &= self.start <= np.datetime64(last)
        return np.asarray(found)

    def days(self) -> tuple[date, date] | None:
        """Return the first and the last day, None where no feature has one."""
        known = ~np.isnat(self.end)
        if not known.any():
            return None
        return self.start[known].min().item(), self.end[known].max().item()

    def bounds(self) -> list[float] | None:
        """Return west, south, east and north of all features, None where none is."""
        known = self.boxes[:, ~np.isnan(self.boxes[0])]
        if not known.size:
            return None
        west, south, east, north = known
        found = west.min(), south.min(), east.max(), north.max()
        return [float(one) for one in found]


def table(
    features: Sequence[Feature],
    days: tuple[Sequence[date | None], Sequence[date | None]],
    filters: Mapping[str, Filter],
    before: Table | None = None,
) -> Table:
    """Make a table.

    Parameters
    ----------
    features
        In the order in which they are paged through.
    days
        The first and the last day of each.
    filters
        The filters, by name.
    before
        The table of an earlier state: what did not change since is not kept twice.
    """
    written = [_written(one, before) for one in features]
    start, end = (np.array(column, dtype="datetime64[D]") for column in days)
    boxes, shapes = _geometries([one.geometry for one in features])
    return Table(
        # Interned, as all that states have in common: they hold the same ids.
        positions={intern(one.id): at for at, one in enumerate(features)},
        features=tuple(written),
        boxes=boxes,
        shapes=shapes,
        start=start,
        end=end,
        filters=filters,
    )


def _geometries(
    geometries: Sequence[Mapping[str, Any] | None],
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the bounds of geometries in four rows; and them, if not all are points."""
    if all(one is None or one["type"] == "Point" for one in geometries):
        nowhere = [float("nan")] * 2
        spots = [one["coordinates"] if one else nowhere for one in geometries]
        lon_lat = np.array(spots, dtype=float).reshape(-1, 2).T
        return np.concatenate([lon_lat, lon_lat]), None
    shapes = shapely.from_geojson([json.dumps(one) for one in geometries])
    return shapely.bounds(shapes).T, shapes


def _written(feature: Feature, before: Table | None) -> bytes:
    """Return a feature as JSON: the same object as before if it did not change."""
    text: bytes = to_json(
        {
            "type": "Feature",
            "id": feature.id,
            "geometry": feature.geometry,
            "properties": feature.properties,
        },
        inf_nan_mode="null",
    )
    position = before.positions.get(feature.id) if before else None
    if before and position is not None and before.features[position] == text:
        return before.features[position]
    return text


def one_of(*columns: Sequence[str | None]) -> Filter:
    """Return a filter by the values of columns, one of which must be one asked for."""
    coded = [_coded(column) for column in columns]

    def keep(values: Sequence[str]) -> np.ndarray:
        wanted = set(values)
        found = np.zeros(len(columns[0]), dtype=bool)
        for codes, known in coded:
            held = np.fromiter((value in wanted for value in known), bool, len(known))
            # What is not known has the code -1, the last.
            found |= np.append(held, False)[codes]
        return found

    return keep


def _coded(column: Sequence[str | None]) -> tuple[np.ndarray, list[str]]:
    codes, known = pd.factorize(np.array(column, dtype=object))
    return codes.astype("i4"), [intern(value) for value in known]


def truth(column: Sequence[bool]) -> Filter:
    """Return a filter by whether something is so: true, false."""
    return one_of([str(value).lower() for value in column])


def by_place(ids: Sequence[str | None], names: Sequence[str]) -> Filter:
    """Return a filter by a place's id, or a part of its name whatever its case."""
    by_id = one_of(ids)
    codes, known = _coded(names)
    folded = [fold(name) for name in known]

    def keep(values: Sequence[str]) -> np.ndarray:
        parts = [part for part in map(fold, values) if part]
        held = [any(part in name for part in parts) for name in folded]
        found: np.ndarray = np.append(np.array(held, dtype=bool), False)[codes]
        return found | by_id(values)

    return keep
