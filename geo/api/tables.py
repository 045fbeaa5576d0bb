"""Features ready to be sent, and which of them pass what is asked.

A table is made once for a state of the store and never changes, so that a page of it
is a slice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

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

    `shapes` are their geometries, None where there is none; `start` and `end` their
    inclusive days, NaT where not known; `filters` says of each filter's values which
    features have one of them.
    """

    positions: Mapping[str, int]
    features: tuple[bytes, ...]
    shapes: np.ndarray
    tree: shapely.STRtree
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
        west, south, east, north = box
        spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
        # The hull of a box without width or height is a line or a point.
        boxes = [
            shapely.convex_hull(shapely.box(left, south, right, north))
            for left, right in spans
        ]
        found = np.zeros(len(self), dtype=bool)
        found[self.tree.query(boxes, predicate="intersects")[1]] = True
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
        if not len(self.tree):
            return None
        return [float(one) for one in shapely.total_bounds(self.shapes)]


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
    written = [_written(one) for one in features]
    if before:
        kept = before.features, before.positions
        written = [
            _same(one, text, *kept) for one, text in zip(features, written, strict=True)
        ]
    shapes = np.array(
        [one.geometry and _shape(one.geometry) for one in features], dtype=object
    )
    start, end = (np.array(column, dtype="datetime64[D]") for column in days)
    return Table(
        positions={one.id: at for at, one in enumerate(features)},
        features=tuple(written),
        shapes=shapes,
        tree=shapely.STRtree(shapes),
        start=start,
        end=end,
        filters=filters,
    )


def _written(feature: Feature) -> bytes:
    whole = {
        "type": "Feature",
        "id": feature.id,
        "geometry": feature.geometry,
        "properties": feature.properties,
    }
    return json.dumps(whole, ensure_ascii=False, allow_nan=False).encode(
        "utf-8", "replace"
    )


def _same(
    feature: Feature, text: bytes, earlier: Sequence[bytes], at: Mapping[str, int]
) -> bytes:
    position = at.get(feature.id)
    if position is not None and earlier[position] == text:
        return earlier[position]
    return text


def _shape(geometry: Mapping[str, Any]) -> shapely.Geometry:
    if geometry["type"] == "Point":
        return shapely.Point(geometry["coordinates"])
    return shapely.from_geojson(json.dumps(geometry))


def one_of(*columns: Sequence[str | None]) -> Filter:
    """Return a filter by the values of columns, one of which must be one asked for."""
    coded = [pd.factorize(np.array(column, dtype=object)) for column in columns]

    def keep(values: Sequence[str]) -> np.ndarray:
        wanted = set(values)
        found = np.zeros(len(columns[0]), dtype=bool)
        for codes, known in coded:
            held = np.fromiter((value in wanted for value in known), bool, len(known))
            # What is not known has the code -1, the last.
            found |= np.append(held, False)[codes]
        return found

    return keep


def truth(column: Sequence[bool]) -> Filter:
    """Return a filter by whether something is so: true, false."""
    return one_of([str(value).lower() for value in column])


def by_place(ids: Sequence[str | None], names: Sequence[str]) -> Filter:
    """Return a filter by a place's id, or a part of its name whatever its case."""
    by_id = one_of(ids)
    codes, known = pd.factorize(np.array(names, dtype=object))
    folded = [fold(name) for name in known]

    def keep(values: Sequence[str]) -> np.ndarray:
        parts = [part for part in map(fold, values) if part]
        held = [any(part in name for part in parts) for name in folded]
        found: np.ndarray = np.append(np.array(held, dtype=bool), False)[codes]
        return found | by_id(values)

    return keep
