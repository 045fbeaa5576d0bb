"""A user's own list of places is read here, row by row: CSV or GeoJSON, in degrees.

What the columns mean is decided in `geo/own_rows.py`. A row that is no place is told
with its line and the others go on.
"""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

from geo.listings import BadRow, ListError, Listing, Origin
from geo.own_rows import columns_of, folded, listing_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_DELIMITERS = ",;\t|"
# The longest line of a table, and the largest feature with all its corners.
_MAX_FIELD = 1 << 20
_MAX_FEATURE = 1 << 25
_MAX_DIGITS = 18
_CHUNK = 1 << 20
_FEATURES = re.compile(r'"features"\s*:\s*\[')
# What may stand before a feature.
_GAP = re.compile(r"[\s,]*")
_CRS = re.compile(r'"crs"\s*:\s*\{[^{}]*\{[^{}]*"name"\s*:\s*"([^"]*)"')
_DEGREES = re.compile(r".*(?:CRS84|EPSG:+(?:[\d.]*:)?4326)", re.IGNORECASE)
# UTF-16 begins with one of these; spreadsheets write it as "Unicode text".
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_table(path: Path, origin: Origin, country: str) -> Iterator[Listing | BadRow]:
    """Yield the places of a CSV file; its delimiter is that of its first line.

    Empty rows are skipped. `country` is that of rows that name none.

    Raises
    ------
    ListError
        If it is no text, or a column that is needed is not there.
    """
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        try:
            first = file.readline(_MAX_FIELD)
            file.seek(0)
            csv.field_size_limit(_MAX_FIELD)
            reader = csv.reader(file, delimiter=_delimiter(first))
            header = tuple(folded(column) for column in next(reader, []))
            columns_of(header)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield _listed(header, cells, reader.line_num, (origin, country))
        except UnicodeError as error:
            raise ListError("it is not UTF-8; save it as CSV in UTF-8") from error
        except csv.Error as error:
            raise ListError(f"it is no CSV: {error}") from error


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        return "utf-16" if file.read(2) in _UTF16 else "utf-8-sig"


def _delimiter(first: str) -> str:
    """Return the sign that parts the columns, whatever stands in quotation marks."""
    bare = re.sub(r'"[^"]*"', "", first)
    return max(_DELIMITERS, key=bare.count)


def _listed(
    header: tuple[str, ...], cells: list[str], line: int, given: tuple[Origin, str]
) -> Listing | BadRow:
    if len(cells) > len(header) and any(cells[len(header) :]):
        reason = f"{len(cells)} columns, but the first line has {len(header)}"
        return BadRow(line=line, reason=reason)
    padded = [*cells, *[""] * (len(header) - len(cells))]
    row: dict[str, str] = {}
    for column, cell in zip(header, padded, strict=False):
        row.setdefault(column, cell)  # of two columns of one name the first counts
    return _read(row, line, given)


def _read(
    row: Mapping[str, str], line: int, given: tuple[Origin, str]
) -> Listing | BadRow:
    try:
        return listing_of(row, *given)
    except (ListError, ValueError) as error:
        return BadRow(line=line, reason=str(error))


def read_geojson(
    path: Path, origin: Origin, country: str
) -> Iterator[Listing | BadRow]:
    """Yield the places of a GeoJSON file, feature after feature.

    A point is where it is. A line or an area is its middle, with a radius that covers
    it. Bad ones are told by their number in the file.

    Raises
    ------
    ListError
        If it is no collection of features, not in degrees, or breaks off.
    """
    try:
        for number, feature in enumerate(_features(path), 1):
            try:
                row = _row_of(feature)
            except ValueError as error:
                yield BadRow(line=number, reason=str(error))
                continue
            yield _read(row, number, (origin, country))
    except UnicodeError as error:
        raise ListError("it is not UTF-8; save it in UTF-8") from error


def _features(path: Path) -> Iterator[object]:
    """Read feature after feature; the whole file at once could take gigabytes."""
    decoder = json.JSONDecoder(parse_int=_whole)
    with path.open(encoding=_encoding(path)) as file:
        rest = file.read(_CHUNK)
        if not (opening := _FEATURES.search(rest)):
            raise ListError('it is no GeoJSON with a list of "features"')
        _check_degrees(rest[: opening.start()])
        at = opening.end()
        while not rest.startswith("]", at := _beyond_gap(rest, at)):
            try:
                feature, at = decoder.raw_decode(rest, at)
            except (json.JSONDecodeError, RecursionError) as error:
                more = file.read(max(_CHUNK, len(rest) - at))
                if not more or len(rest) - at > _MAX_FEATURE:
                    raise ListError("it breaks off or is no GeoJSON") from error
                rest, at = rest[at:] + more, 0
                continue
            yield feature
        _check_degrees(rest[at:] + file.read(_CHUNK))


def _whole(digits: str) -> float:
    """Read a whole number; one that no float can hold is endless, and no error."""
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


def _beyond_gap(text: str, at: int) -> int:
    gap = _GAP.match(text, at)
    return gap.end() if gap else at


def _check_degrees(text: str) -> None:
    named = _CRS.search(text)
    if named and not _DEGREES.fullmatch(named[1]):
        raise ListError(
            f"it is in {named[1][:60]}; Tideline reads degrees in EPSG:4326 only"
        )


def _row_of(feature: object) -> dict[str, str]:
    """Return a feature as a row of a table.

    Raises
    ------
    ValueError
        If it has no geometry, or one that is none.
    """
    if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
        raise ValueError("no geometry")
    told = feature.get("properties")
    properties = told if isinstance(told, dict) else {}
    # The geometry says where it is, whatever the properties say.
    lon, lat, radius_m = _middle(feature["geometry"])
    row = {"lon": str(lon), "lat": str(lat)}
    for key, value in properties.items():
        row.setdefault(folded(str(key)), _text(value))
    if radius_m:
        row["radius_m"] = str(round(radius_m))
        if not row.get("feature_class"):
            row |= {"feature_class": "A", "feature_code": "ADMD"}
    return row


def _text(value: object) -> str:
    if isinstance(value, list):
        return "|".join(_text(one) for one in value if not isinstance(one, list))
    return str(value) if isinstance(value, (str, int, float)) else ""


def _middle(geometry: dict[str, Any]) -> tuple[float, float, float]:
    """Return lon and lat of a geometry's middle, and metres to its farthest corner."""
    corners = list(_corners(geometry.get("coordinates")))
    if not corners:
        raise ValueError("no coordinates")
    if geometry.get("type") == "Point":
        return (*corners[0], 0.0)
    for lon, lat in corners:
        if abs(lon) > 180 or abs(lat) > 90:
            # Reading it as a place says what is wrong with it.
            return lon, lat, 0.0
    lons, lats = zip(*corners, strict=True)
    from geo.areas import distance_m

    lon, lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    return lon, lat, max(distance_m(lon, lat, *corner) for corner in corners)


def _corners(coordinates: object) -> Iterator[tuple[float, float]]:
    """Yield all pairs of lon and lat, however deeply they are nested."""
    left = [coordinates]
    while left:
        one = left.pop()
        if not isinstance(one, list):
            raise ValueError("coordinates that are no numbers")
        if len(one) >= 2 and all(type(value) in (int, float) for value in one):
            yield float(one[0]), float(one[1])
        else:
            left.extend(reversed(one))
