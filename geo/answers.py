"""What a Nominatim server answered is read here, and trusted with nothing.

Whatever is not a place on Earth, of a known kind, with a name, is left out: an answer
may hold anything.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo.areas import distance_m
from geo.names import Feature, keys, readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo.names import Keys, Reading

_LONGEST = 120
_MOST_NAMES = 200
_TYPES = ("node", "way", "relation")
# Consonants that two spellings must share at least, where their vowels differ.
_MIN_BONES = 3
# A place without a box reaches as far as a village.
_LEAST_M = 1_500.0

# OpenStreetMap's kinds, as "key=value" or "key" for all values, by what the text may
# call a place. Shops, roads and houses that carry a place's name are none of these.
_SETTLEMENTS = frozenset(
    f"place={value}"
    for value in (
        "city town village hamlet isolated_dwelling municipality borough suburb"
        " quarter neighbourhood locality farm allotments"
    ).split()
) | {"boundary=administrative", "landuse=residential"}
_BASES = frozenset({"aeroway=aerodrome", "military", "landuse=military"})
_HEIGHTS = frozenset(
    {"natural=peak", "natural=hill", "natural=ridge", "natural=mountain_range"}
    | {"natural=volcano", "place=locality"}
)
_WORKS = frozenset(
    {"man_made", "industrial", "landuse=industrial", "landuse=quarry", "power=plant"}
)
_KINDS: Mapping[Feature | None, frozenset[str]] = {
    None: _SETTLEMENTS | _BASES | _HEIGHTS,
    Feature.SETTLEMENT: _SETTLEMENTS,
    Feature.ADMIN1: frozenset({"boundary=administrative", "place=state"}),
    Feature.ADMIN2: frozenset({"boundary=administrative", "place=county"}),
    Feature.QUARTER: _SETTLEMENTS | {"landuse=industrial", "amenity=refugee_site"},
    Feature.AIRFIELD: _BASES,
    Feature.BASE: _BASES,
    Feature.DAM: frozenset({"waterway=dam", "man_made=dam"}),
    Feature.CROSSING: frozenset(
        {"barrier=border_control", "military=checkpoint", "amenity=border_control"}
    ),
    Feature.FIELD: _WORKS,
    Feature.HEIGHT: _HEIGHTS,
    Feature.SITE: _WORKS
    | {"historic", "amenity=prison", "amenity=hospital", "amenity=university"},
}
LOOKED_UP = frozenset(_KINDS)
"""What a name may be said to be for it to be looked up; the rest is vague ground."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A place in an answer.

    `lon` and `lat` are degrees in EPSG:4326; `radius_m` reaches all corners of its box.
    `kind` is OpenStreetMap's key and value, `weight` how well-known it is, 0 to 1.
    """

    place_id: str
    name: str
    names: tuple[str, ...]
    address: str
    lon: float
    lat: float
    radius_m: float
    country: str
    kind: str
    weight: float

    def is_a(self, feature: Feature | None) -> bool:
        """Say whether a text may mean this by what it calls the place."""
        kinds = _KINDS.get(feature, frozenset())
        return self.kind in kinds or self.kind.partition("=")[0] in kinds

    def is_named(self, reading: Reading) -> bool:
        """Say whether one of its names is the one read, however it is spelt.

        The airbase of Tabqa may be called "Tabqa Military Airport"; a town may not.
        """
        asked = keys(reading.core)
        whole = reading.feature in (None, Feature.SETTLEMENT)
        named = self.names if whole else [readings(n)[-1].core for n in self.names]
        return any(_is_alike(asked, keys(name)) for name in (*self.names, *named))


def _is_alike(one: Keys, other: Keys) -> bool:
    return (
        one.bare == other.bare
        or (bool(one.sound) and one.sound == other.sound)
        or (len(one.coarse) >= _MIN_BONES and one.coarse == other.coarse)
    )


def places_in(raw: str) -> tuple[Found, ...]:
    """Return the places in an answer, in its order; what is none is left out."""
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        return ()
    items = answer if isinstance(answer, list) else []
    found = (_place(item) for item in items if isinstance(item, dict))
    return tuple(one for one in found if one is not None)


def _place(item: Mapping[str, Any]) -> Found | None:
    lon, lat = _degrees(item.get("lon"), 180), _degrees(item.get("lat"), 90)
    place_id = _place_id(item.get("osm_type"), item.get("osm_id"))
    names = tuple(_names(item))
    if lon is None or lat is None or not (place_id and names):
        return None
    return Found(
        place_id=place_id,
        name=names[0],
        names=names,
        address=_words(item.get("display_name")),
        lon=lon,
        lat=lat,
        radius_m=_reach_m(lon, lat, item.get("boundingbox")),
        country=_country(item.get("address")),
        kind=f"{_words(item.get('class'))}={_words(item.get('type'))}",
        weight=min(1.0, max(0.0, _number(item.get("importance")) or 0.0)),
    )


def _names(item: Mapping[str, Any]) -> Iterable[str]:
    """Return the names of a place once each, the one to show first."""
    details = item.get("namedetails")
    said = [item.get("name"), _words(item.get("display_name")).split(",")[0]]
    if isinstance(details, dict):
        said += list(details.values())[:_MOST_NAMES]
    # Several old or local names may stand in one value.
    words = (_words(part) for value in said for part in _parts(value))
    return dict.fromkeys(word for word in words if word)


def _parts(value: object) -> list[str]:
    return value.split(";") if isinstance(value, str) else []


def _country(address: object) -> str:
    code = address.get("country_code") if isinstance(address, dict) else None
    return code.upper() if isinstance(code, str) and len(code) == 2 else ""


def _place_id(kind: object, number: object) -> str:
    # JSON's true is an int of Python's.
    if kind not in _TYPES or isinstance(number, bool) or not isinstance(number, int):
        return ""
    return f"osm:{kind}/{number}" if 0 < number < 1 << 63 else ""


def _reach_m(lon: float, lat: float, box: object) -> float:
    """Return how far a place reaches from its point, in metres."""
    if not isinstance(box, list) or len(box) != 4:
        return _LEAST_M
    # Nominatim writes south, north, west, east.
    south, north = _degrees(box[0], 90), _degrees(box[1], 90)
    west, east = _degrees(box[2], 180), _degrees(box[3], 180)
    if south is None or north is None or west is None or east is None:
        return _LEAST_M
    corners = [(x, y) for x in (west, east) for y in (south, north)]
    return max(_LEAST_M, *(distance_m(lon, lat, x, y) for x, y in corners))


def _degrees(value: object, most: float) -> float | None:
    number = _number(value)
    return number if number is not None and abs(number) <= most else None


def _number(value: object) -> float | None:
    """Return a finite number, written as one or as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _words(value: object) -> str:
    """Return text without control and format characters, and not too much of it."""
    if not isinstance(value, str):
        return ""
    # One line of characters that can be stored and printed; marks that turn the
    # direction of writing about are not printable.
    printable = "".join(c if c.isprintable() else " " for c in value[: 4 * _LONGEST])
    return " ".join(printable.split())[:_LONGEST]
