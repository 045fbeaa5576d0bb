"""How far words about position reach is decided here: a point with a radius on Earth.

Pure geometry on records. Longitude before latitude; degrees in EPSG:4326, distances in
metres, bearings in degrees clockwise from north.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from geographiclib.geodesic import Geodesic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.listings import Place

_POINTS = (
    "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE",
    "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW",
)  # fmt: skip
BEARINGS = {name: index * 22.5 for index, name in enumerate(_POINTS)}
"""Compass points, in degrees clockwise from north."""

NEAR_M = 25_000.0
"""UCDP's "near": within 25 km of a known point."""

EARTH_M = 6_371_008.8
"""The radius of the Earth as a sphere."""

# "West of" covers whatever is more west than north or south; "north-west" half of that
# more widely than the eighth of a circle it strictly is.
HALF_SECTOR = {1: 45.0, 2: 35.0, 3: 22.5}
"""Degrees on either side that a point of one, two or three letters covers."""
# Reporters round distances and measure by road: a point "45 km west" is 45 km away by a
# fifth, and west by an eighth of a circle at worst (sine of 22.5 degrees).
_DISTANCE_SLACK = 0.2
_BEARING_SLACK = math.sin(math.radians(22.5))
_LEAST_M = 2_000.0
# Half the equator's length: nothing on Earth lies farther from anything.
_MOST_M = 20_037_508.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A circle that holds what is meant, and how coarse that is on UCDP's scale."""

    lon: float
    lat: float
    radius_m: float
    where_prec: int
    name: str
    place_id: str | None = None
    country: str = ""
    admin1: str | None = None

    def holds(self, place: Place) -> bool:
        """Say whether a place lies in the circle."""
        return self.off_m(place) <= 0

    def off_m(self, place: Place) -> float:
        """Return how far a place lies outside of the circle, 0 inside."""
        away = distance_m(self.lon, self.lat, place.lon, place.lat)
        return max(0.0, away - self.radius_m)


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the distance of two points in metres on a sphere, to half a percent."""
    one, other = math.radians(lat), math.radians(other_lat)
    across = math.radians(other_lon - lon)
    half = math.sin((other - one) / 2) ** 2
    half += math.cos(one) * math.cos(other) * math.sin(across / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(half)))


def distances_m(points: Sequence[tuple[float, float]]) -> np.ndarray:
    """Return the distances in metres between all points given as (lon, lat)."""
    degrees = np.array(points, dtype=float).reshape(-1, 2)
    lon, lat = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    half = np.sin((lat[:, None] - lat[None, :]) / 2) ** 2
    across = np.sin((lon[:, None] - lon[None, :]) / 2) ** 2
    half += np.cos(lat)[:, None] * np.cos(lat)[None, :] * across
    return np.asarray(2 * EARTH_M * np.arcsin(np.minimum(1.0, np.sqrt(half))))


def bearing_deg(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the direction from the first point to the second, 0 to 360."""
    one, other = math.radians(lat), math.radians(other_lat)
    across = math.radians(other_lon - lon)
    east = math.sin(across) * math.cos(other)
    north = math.cos(one) * math.sin(other)
    north -= math.sin(one) * math.cos(other) * math.cos(across)
    return math.degrees(math.atan2(east, north)) % 360


def lies_towards(
    lon: float, lat: float, other_lon: float, other_lat: float, bearing: str
) -> bool:
    """Say whether the second point lies in that direction from the first."""
    there = bearing_deg(lon, lat, other_lon, other_lat)
    apart = abs((there - BEARINGS[bearing] + 180) % 360 - 180)
    return apart <= HALF_SECTOR[len(bearing)]


def shifted(
    lon: float, lat: float, bearing: float, metres: float
) -> tuple[float, float]:
    """Return lon and lat of the point so far off in that direction (WGS 84)."""
    there = Geodesic.WGS84.Direct(lat, lon, bearing, metres)
    return float(there["lon2"]), float(there["lat2"])


def beside(
    place: Place, bearing: str | None, distance_km: float | None, *, extent_m: float
) -> Area:
    """Return where "45 km west of", "north of" or "near" a place is.

    `extent_m` is how far the place itself reaches: distances may be counted from its
    edge or from its middle. Without a distance the place lies within 25 km.
    """
    if distance_km is None:
        metres = 0.0 if bearing is None else NEAR_M / 2
        reach = NEAR_M - metres + extent_m
    elif bearing is None:
        reach, metres = distance_km * 1000 * (1 + _DISTANCE_SLACK) + extent_m, 0.0
    else:
        metres = distance_km * 1000
        reach = math.hypot(_DISTANCE_SLACK, _BEARING_SLACK) * metres + extent_m
    lon, lat = place.lon, place.lat
    if bearing is not None:
        lon, lat = shifted(lon, lat, BEARINGS[bearing], metres)
    reach = min(max(_LEAST_M, reach), _MOST_M)
    return Area(
        lon=lon,
        lat=lat,
        radius_m=reach,
        where_prec=near_prec(reach),
        name=place.name,
        country=place.country,
    )


def near_prec(radius_m: float) -> int:
    """Return UCDP's precision of a circle that is no exact place: 2 near, 5 vague.

    "Near" is within 25 km of a known point, which may itself reach some 5 km.
    """
    return 2 if radius_m <= NEAR_M * 1.2 else 5


def covering(
    points: Sequence[tuple[float, float]], *, margin_m: float
) -> tuple[float, float, float]:
    """Return lon, lat and radius of a circle around points given as (lon, lat).

    The middle is that of the box around them, so that a crowd on one side does not
    draw it there; the radius reaches the farthest and `margin_m` beyond. The points
    must not be empty; they may lie on both sides of the 180th meridian.
    """
    first = points[0][0]
    lons = [(lon - first + 180) % 360 - 180 for lon, _ in points]
    lats = [lat for _, lat in points]
    lon = (first + (min(lons) + max(lons)) / 2 + 180) % 360 - 180
    lat = (min(lats) + max(lats)) / 2
    reach = max(distance_m(lon, lat, *point) for point in points)
    return lon, lat, reach + margin_m
