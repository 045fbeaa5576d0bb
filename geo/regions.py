"""Which ground a place covers is decided here: a town, a province, the part of either.

A gazetteer of towns has no borders. A first-order area is therefore the circle around
the towns that the gazetteer counts to it, and its part the circle around those of them
that lie in the direction named.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from geo.areas import (
    BEARINGS,
    NEAR_M,
    Area,
    beside,
    covering,
    distance_m,
    lies_towards,
    near_prec,
    shifted,
)  # fmt: skip
from geo.names import Feature, Reading

if TYPE_CHECKING:
    from geo.gazetteer import Gazetteer
    from geo.listings import Place

# GeoNames' feature codes for what news call a place.
_CODES = {
    Feature.ADMIN1: {"ADM1"},
    Feature.ADMIN2: {"ADM2", "ADM3"},
    Feature.RURAL: {"ADM1", "RGN", "PLN", "DSRT", "AREA", "FRST", "OAS", "PPLC"},
    Feature.QUARTER: {"PPLX", "RGN", "ADM2", "ADM3", "CMPRF"},
    Feature.AIRFIELD: {"AIRB", "AIRP", "AIRF"},
    Feature.BASE: {"INSM", "AIRB", "NVB", "CMPRF"},
    Feature.DAM: {"DAM"},
    Feature.CROSSING: {"PSTB"},
    Feature.FIELD: {"OILF", "GASF", "PMPO"},
    Feature.HEIGHT: {"HLL", "HLLS", "MT", "MTS", "RDGE", "PASS", "PK", "PLAT"},
    Feature.SITE: {
        "ANS",
        "BDG",
        "CSTL",
        "FCL",
        "HSP",
        "MFG",
        "MN",
        "MUS",
        "OILR",
        "PAL",
        "PRN",
        "PRT",
        "PS",
        "PSH",
        "PSN",
        "RUIN",
        "TRMO",
        "UNIV",
    },
    Feature.ROAD: {"RD", "RDJCT", "TNLRD"},
    Feature.WATER: {
        "CNL",
        "DLTA",
        "GULF",
        "ISL",
        "ISLS",
        "LK",
        "LKS",
        "MRSH",
        "PEN",
        "RSV",
        "SEA",
        "SPIT",
        "STM",
        "STMI",
        "STRT",
        "VAL",
        "WAD",
    },
}
# How far from its town a thing named after it may lie, in metres. Oil fields and dams
# carry the names of towns a good way off; a castle or a prison stands by its town.
_NEAR_FEATURE_M = {
    Feature.RURAL: 10_000.0,
    Feature.ADMIN2: 25_000.0,
    Feature.QUARTER: 5_000.0,
    Feature.AIRFIELD: 20_000.0,
    Feature.BASE: 10_000.0,
    Feature.DAM: 15_000.0,
    Feature.CROSSING: 12_000.0,
    Feature.FIELD: 25_000.0,
    Feature.HEIGHT: 12_000.0,
    Feature.SITE: 6_000.0,
    Feature.ROAD: 15_000.0,
    Feature.WATER: 20_000.0,
}
# By how many times a town's own reach: the airport of a metropolis is far out of it.
_BEYOND = dict.fromkeys(_NEAR_FEATURE_M, 1.0) | {Feature.AIRFIELD: 3.0}
# How far a town reaches by its people: 10 km for a metropolis, 1.5 km for a village.
_EXTENTS = ((1_000_000, 10_000.0), (300_000, 7_000.0), (100_000, 5_000.0),
            (20_000, 3_000.0), (5_000, 2_000.0), (0, 1_500.0))  # fmt: skip
_COUNTRYSIDE_M = 30_000.0
_PROVINCE_PART_M = 250_000.0  # "eastern Homs" goes on to the border
EXACT_M = 5_000.0
"""A point that is known to this is the place itself, not its surroundings."""
_WIDE_M = 10_000.0
_MARGIN_M = 5_000.0


def extent_m(place: Place) -> float:
    """Return how far a place reaches from its point, in metres."""
    if place.radius_m is not None:
        return place.radius_m
    return next(metres for people, metres in _EXTENTS if place.population >= people)


def fits(feature: Feature | None, place: Place) -> bool:
    """Say whether a place is of the kind that the words name."""
    if feature in (None, Feature.SETTLEMENT):
        return place.feature_class == "P" or place.feature_class == "L"
    return place.feature_code in _CODES[feature]


def is_area(place: Place) -> bool:
    """Say whether a place is ground that has no one point: a province, a river."""
    return place.feature_class not in {"P", "S"} and extent_m(place) > _WIDE_M


def _is_town(place: Place) -> bool:
    return place.feature_class == "P"


def _means_surroundings(reading: Reading) -> bool:
    if reading.feature == Feature.RURAL:
        return True
    return reading.bearing is not None and reading.feature is None


class Regions:
    """The areas that a gazetteer's places stand for."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._places_in = lru_cache(maxsize=64)(gazetteer.places_in)
        self._country = gazetteer.country
        # The same few countries and provinces in every article, each with thousands of
        # towns to be covered.
        self._whole = lru_cache(maxsize=64)(self._covered)

    def of(self, place: Place, reading: Reading) -> Area:
        """Return the ground that a reading of a name means, given its place."""
        if self._is_seat(place) and _means_surroundings(reading):
            return self.around(place, reading)
        area = self._ground(place, reading.feature)
        return self._part(place, area, reading) if reading.bearing else area

    def country(self, code: str) -> Area | None:
        """Return a whole country by its ISO code, or None if it is not known."""
        place = self._country(code)
        return self._whole(place, 6) if place else None

    def around(self, place: Place, reading: Reading) -> Area:
        """Return the ground that "in X" or "the countryside of X" means.

        A seat stands for its first-order area, another town for what lies around it.
        """
        area = self._ground(place, reading.feature)
        if place.feature_class == "P" and reading.feature in (None, Feature.RURAL):
            area = self._province(place)
        return self._part(place, area, reading) if reading.bearing else area

    def _ground(self, place: Place, feature: Feature | None) -> Area:
        if place.feature_code == "PCLI":
            return self._whole(place, 6)
        if feature == Feature.ADMIN1 or place.feature_code == "ADM1":
            return self._province(place)
        reach = extent_m(place)
        if is_area(place):
            is_second = place.feature_code in _CODES[Feature.ADMIN2]
            return _circle(place, reach, 3 if is_second else 5)
        if feature is None or feature == Feature.SETTLEMENT or fits(feature, place):
            is_exact = reach <= EXACT_M or place.radius_m is None
            return _circle(place, reach, 1 if is_exact else near_prec(reach))
        return _beside_its_town(place, feature)

    def _is_seat(self, place: Place) -> bool:
        if not (place.admin1 and _is_town(place)):
            return False
        towns = self._places_in(place.country, place.admin1)
        return all(town.population <= place.population for town in towns)

    def _province(self, place: Place) -> Area:
        if place.feature_code != "ADM1" and not self._is_seat(place):
            return _circle(place, NEAR_M, 3)
        return self._whole(place, 4)

    def _covered(self, place: Place, where_prec: int) -> Area:
        admin1 = place.admin1 if where_prec == 4 else None
        towns = self._places_in(place.country, admin1)
        points = [(town.lon, town.lat) for town in towns] or [(place.lon, place.lat)]
        lon, lat, radius_m = covering(points, margin_m=_MARGIN_M)
        if place.feature_code == "ADM1" and extent_m(place) > radius_m:
            # Few towns are known there: they would draw too small a circle.
            lon, lat, radius_m = place.lon, place.lat, extent_m(place)
        code = f"admin1:{place.country}.{place.admin1}"
        return Area(
            lon=lon,
            lat=lat,
            radius_m=radius_m,
            where_prec=where_prec,
            name=place.name,
            place_id=code if admin1 is not None else place.place_id,
            country=place.country,
            admin1=admin1,
        )

    def _part(self, place: Place, area: Area, reading: Reading) -> Area:
        """Return the part of an area that lies in the direction named."""
        bearing = reading.bearing
        assert bearing is not None  # noqa: S101 - told to mypy; callers look first
        name_id = f"{area.place_id}/{bearing}"
        if reading.feature == Feature.QUARTER or (
            is_area(place) and area.where_prec == 5
        ):
            lon, lat = shifted(area.lon, area.lat, BEARINGS[bearing], area.radius_m / 2)
            return replace(
                area, lon=lon, lat=lat, radius_m=area.radius_m * 0.75, place_id=name_id,
                where_prec=max(2, area.where_prec),
            )  # fmt: skip
        return self._towns_towards(place, area, bearing, name_id)

    def _towns_towards(
        self, place: Place, area: Area, bearing: str, place_id: str | None
    ) -> Area:
        whole = area.admin1 is not None
        middle = area if place.feature_code in {"ADM1", "PCLI"} else place
        reach = _PROVINCE_PART_M if whole else _COUNTRYSIDE_M
        if area.where_prec == 6:
            reach = math.inf
        towns = [
            (town.lon, town.lat)
            for town in self._places_in(place.country, area.admin1)
            if distance_m(middle.lon, middle.lat, town.lon, town.lat) <= reach
            and lies_towards(middle.lon, middle.lat, town.lon, town.lat, bearing)
            and town.place_id != place.place_id
        ]
        if not towns:
            side = beside(place, bearing, None, extent_m=extent_m(place))
            return replace(side, place_id=place_id)
        lon, lat, radius_m = covering(towns, margin_m=_MARGIN_M)
        radius_m = max(radius_m, _COUNTRYSIDE_M / 2)
        return replace(
            area, lon=lon, lat=lat, radius_m=radius_m, where_prec=5, place_id=place_id
        )


def _circle(place: Place, radius_m: float, where_prec: int) -> Area:
    return Area(
        lon=place.lon,
        lat=place.lat,
        radius_m=radius_m,
        where_prec=where_prec,
        name=place.name,
        place_id=place.place_id,
        country=place.country,
    )


def _beside_its_town(place: Place, feature: Feature) -> Area:
    radius_m = max(_NEAR_FEATURE_M[feature], extent_m(place) * _BEYOND[feature])
    where_prec = 3 if feature == Feature.ADMIN2 else near_prec(radius_m)
    area = _circle(place, radius_m, where_prec)
    return replace(area, place_id=f"{place.place_id}/{feature}")
