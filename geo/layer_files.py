"""Other people's data are read here: ACLED, UCDP GED, Liveuamap-like lists, GeoJSON.

Each row is mapped to our columns, as far as it tells them, and kept as it came. What a
source does not say stays unknown: a clash in ACLED names two sides, and not who gained.

ACLED's precisions follow its codebook: time 2 is a week and 3 a month, place 2 is near
a town and 3 a region. UCDP's follow the GED codebook, whose scale is ours; its 7,
international waters, is as vague as a country here.
"""

from __future__ import annotations

import csv
import io
import json
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import shapely
from shapely.errors import ShapelyError

from extract.records import EventType
from geo.areas import EARTH_M
from geo.listings import one_line
from geo.own_rows import folded, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

KINDS = ("acled", "ucdp", "liveuamap", "geojson", "tideline")
"""What a file can be; the last is GeoJSON that this program wrote."""

MAX_BYTES = 200_000_000
"""Of one file."""

RADIUS_M = {1: 2_000.0, 2: 25_000.0, 3: 50_000.0, 4: 100_000.0, 5: 150_000.0, 6: 5e5}
"""How far off a point may be, by UCDP's precision of place, in metres."""

_ACLED_TYPES = {
    "government regains territory": EventType.CAPTURED,
    "non-state actor overtakes territory": EventType.CAPTURED,
    "non-violent transfer of territory": EventType.HANDED_OVER,
    "armed clash": EventType.ATTACKED,
    "shelling/artillery/missile attack": EventType.ATTACKED,
    "air/drone strike": EventType.ATTACKED,
}
_MARKS = {
    "acled": {"event_id_cnty", "sub_event_type", "event_date"},
    "ucdp": {"type_of_violence", "where_prec", "date_prec"},
}
# Names of columns as lists of events on a map usually have them, the first counts.
_ID = ("id", "event_id", "uid", "guid")
_PLACE = ("place", "location", "town", "city", "address", "adm1_name")
_WORDS = ("sentence", "title", "name", "headline", "text", "description", "notes")
_FIRST_DAY = ("date_start", "date", "day", "time", "timestamp", "created", "datetime")
_LAST_DAY = ("date_end", "end_date")
_LON = ("lon", "lng", "longitude", "long", "x")
_LAT = ("lat", "latitude", "y")
_PUBLISHER = ("publisher", "source", "source_name", "via")
_URL = ("url", "link", "source_url", "href", "source")
_TAKER = ("gained_by", "actor", "actor1", "side", "faction")
_LOSER = ("lost_by", "actor2")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_EPOCH = re.compile(r"\d{9,10}(\d{3})?")
_FORMS = ("%d %B %Y", "%d %b %Y", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%B %d, %Y")


class LayerError(Exception):
    """A file is none of those that are read; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerEvent:
    """An event as somebody else has it.

    `lon` and `lat` are degrees in EPSG:4326, `radius_m` metres; the days are inclusive
    and come together or not at all. `row` is the row as it came.
    """

    origin_id: str
    place: str
    lon: float
    lat: float
    where_prec: int
    radius_m: float
    sentence: str
    publisher: str = ""
    url: str = ""
    event_type: EventType | None = None
    gained_by: str | None = None
    lost_by: str | None = None
    date_start: date | None = None
    date_end: date | None = None
    date_prec: int | None = None
    row: Mapping[str, Any]

    def __post_init__(self) -> None:
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise ValueError(f"lon {self.lon}, lat {self.lat} is not on Earth")
        if self.date_start and self.date_end and self.date_start > self.date_end:
            raise ValueError(f"{self.date_start} to {self.date_end} runs backwards")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that could not be used, by its number from 1, and why."""

    number: int
    reason: str


def read_layer(
    content: bytes, kind: str | None = None
) -> tuple[str, list[LayerEvent], list[BadRow]]:
    """Read a file of somebody else's events.

    Parameters
    ----------
    content
        A CSV with a header, in UTF-8, or a GeoJSON feature collection.
    kind
        One of `KINDS`; found out by the columns where it is not given.

    Returns
    -------
    tuple of str, list of LayerEvent, list of BadRow
        What kind it is, its events in order, and the rows that are none.

    Raises
    ------
    LayerError
        If it is nothing that can be read, or has no event.
    """
    if len(content) > MAX_BYTES:
        raise LayerError(f"it is larger than {MAX_BYTES // 1_000_000} MB; split it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LayerError("it is not UTF-8; save it as UTF-8 first") from error
    is_json = text.lstrip()[:1] in ("{", "[")
    rows = list(_features(text) if is_json else _rows(text))
    kind = kind or _kind_of(rows, is_json=is_json)
    events: list[LayerEvent] = []
    bad: list[BadRow] = []
    for n, row in enumerate(rows, 1):
        try:
            events.append(_READERS[kind](row))
        except (ValueError, OverflowError) as error:
            bad.append(BadRow(number=n, reason=one_line(str(error))[:200]))
    if not events:
        why = bad[0].reason if bad else "it has no rows"
        raise LayerError(f"nothing in it is an event: {why}")
    return kind, events, bad


def _kind_of(rows: list[dict[str, Any]], *, is_json: bool) -> str:
    columns = {folded(name) for name in (rows[0] if rows else ())}
    for kind, marks in _MARKS.items():
        if marks <= columns:
            return kind
    if {"event_id", "event_type", "where_prec", "status"} <= columns:
        return "tideline"
    return "geojson" if is_json else "liveuamap"


def _rows(text: str) -> Iterator[dict[str, Any]]:
    first = text.split("\n", 1)[0]
    sign = max(",;\t", key=first.count)
    # A field may be as long as the file: its size is bounded above.
    csv.field_size_limit(MAX_BYTES)
    try:
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=sign):
            yield {name: cell or "" for name, cell in row.items() if name is not None}
    except csv.Error as error:
        raise LayerError(f"it is no CSV: {error}") from error


def _features(text: str) -> Iterator[dict[str, Any]]:
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise LayerError("it is no GeoJSON; give a feature collection") from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        raise LayerError("it is no GeoJSON feature collection")
    for feature in features:
        one = feature if isinstance(feature, dict) else {}
        said = one.get("properties")
        row = dict(said) if isinstance(said, dict) else {}
        row.setdefault("id", one.get("id", ""))
        row["geometry"] = one.get("geometry")
        yield row


def _plain(row: Mapping[str, Any]) -> dict[str, str]:
    """Return a row's cells as lines of text, by the folded names of their columns."""
    return {
        folded(name): one_line(_text(cell))
        for name, cell in row.items()
        if name != "geometry"
    }


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)


def _first(cells: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((cells[name] for name in names if cells.get(name)), "")


def _acled(row: Mapping[str, Any]) -> LayerEvent:
    cells = _plain(row)
    kind = _ACLED_TYPES.get(cells["sub_event_type"].casefold())
    start, end, prec = _about(_day(cells["event_date"]), cells.get("time_precision"))
    where = {"1": 1, "2": 2, "3": 4}.get(cells.get("geo_precision", ""), 2)
    changes = kind in (EventType.CAPTURED, EventType.HANDED_OVER)
    return LayerEvent(
        origin_id=cells["event_id_cnty"],
        place=cells.get("location", ""),
        lon=number(cells.get("longitude", ""), "longitude"),
        lat=number(cells.get("latitude", ""), "latitude"),
        where_prec=where,
        radius_m=RADIUS_M[where],
        event_type=kind,
        # In a clash the order of the actors says nothing of who gained.
        gained_by=(cells.get("actor1") or None) if changes else None,
        lost_by=(cells.get("actor2") or None) if changes else None,
        date_start=start,
        date_end=end,
        date_prec=prec,
        sentence=cells.get("notes") or cells["sub_event_type"],
        publisher=cells.get("source", ""),
        row=row,
    )


def _about(day: date, precision: str | None) -> tuple[date, date, int]:
    """Return the first and last day that ACLED's day stands for, and UCDP's scale."""
    if precision == "3":
        last = monthrange(day.year, day.month)[1]
        return day.replace(day=1), day.replace(day=last), 4
    if precision == "2":
        return day - timedelta(days=3), day + timedelta(days=3), 3
    return day, day, 1


def _ucdp(row: Mapping[str, Any]) -> LayerEvent:
    cells = _plain(row)
    start, end = _day(cells["date_start"]), _day(cells["date_end"])
    where = min(max(int(number(cells["where_prec"], "where_prec")), 1), 6)
    sides = " – ".join(filter(None, (cells.get("side_a"), cells.get("side_b"))))
    told = cells.get("source_headline") or cells.get("dyad_name") or ""
    prec = int(number(cells["date_prec"], "date_prec"))
    return LayerEvent(
        origin_id=cells.get("id") or cells.get("relid", ""),
        place=cells.get("where_coordinates", ""),
        lon=number(cells.get("longitude", ""), "longitude"),
        lat=number(cells.get("latitude", ""), "latitude"),
        where_prec=where,
        radius_m=RADIUS_M[where],
        # A fight between two sides; GED does not say who attacked.
        event_type=EventType.ATTACKED if cells["type_of_violence"] != "3" else None,
        date_start=start,
        date_end=end,
        date_prec=min(max(prec, 1), 5),
        sentence=": ".join(filter(None, (sides, told))),
        publisher=cells.get("source_office") or cells.get("source_article", ""),
        row=row,
    )


def _listed(row: Mapping[str, Any]) -> LayerEvent:
    """Read a row of a list of events on a map, by what its columns are called."""
    cells = _plain(row)
    lon, lat, radius_m = _spot(row, cells)
    start = _first(cells, _FIRST_DAY)
    end = _first(cells, _LAST_DAY)
    first = _day(start) if start else None
    last = _day(end) if end and first else first
    kind = cells.get("event_type", "")
    where = int(number(cells["where_prec"], "where_prec")) if _has_prec(cells) else 1
    return LayerEvent(
        origin_id=_first(cells, _ID),
        place=_first(cells, _PLACE),
        lon=lon,
        lat=lat,
        where_prec=where if radius_m <= RADIUS_M[where] else 5,
        radius_m=max(radius_m, RADIUS_M[where]),
        event_type=EventType(kind) if kind in set(EventType) else None,
        gained_by=_first(cells, _TAKER) or None,
        lost_by=_first(cells, _LOSER) or None,
        date_start=first,
        date_end=last,
        date_prec=_precision(first, last),
        sentence=_first(cells, _WORDS),
        publisher=_first(cells, _PUBLISHER),
        url=_first(cells, _URL),
        row=row,
    )


def _has_prec(cells: Mapping[str, str]) -> bool:
    return cells.get("where_prec", "") in tuple("123456")


def _spot(
    row: Mapping[str, Any], cells: Mapping[str, str]
) -> tuple[float, float, float]:
    """Return longitude, latitude and the reach in metres of where a row lies."""
    if row.get("geometry") is None:
        lon, lat = _first(cells, _LON), _first(cells, _LAT)
        return number(lon, "longitude"), number(lat, "latitude"), 0.0
    try:
        shape = shapely.from_geojson(json.dumps(row["geometry"]))
    except (ShapelyError, ValueError, TypeError) as error:
        raise ValueError("its geometry cannot be read") from error
    if shape is None or shape.is_empty:
        raise ValueError("it has no geometry")
    point = shape if shape.geom_type == "Point" else shape.representative_point()
    reach = shapely.hausdorff_distance(point, shape)
    return point.x, point.y, float(reach) * EARTH_M * 3.141592653589793 / 180


def _precision(first: date | None, last: date | None) -> int | None:
    if first is None or last is None:
        return None
    days = (last - first).days + 1
    return 1 + sum(days > most for most in (1, 6, 7, 31))


def _day(text: str) -> date:
    """Return the day that a cell names: ISO, seconds since 1970, or in words.

    Raises
    ------
    ValueError
        If it names none.
    """
    if found := _DAY.match(text):
        return date(*(int(part) for part in found.groups()))
    if _EPOCH.fullmatch(text):
        seconds = int(text) / (1000 if len(text) > 11 else 1)
        return datetime.fromtimestamp(seconds, UTC).date()
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise ValueError(f"{text[:40]!r} is no day; write it as 2017-03-05")


_READERS: dict[str, Callable[[Mapping[str, Any]], LayerEvent]] = {
    "acled": _acled,
    "ucdp": _ucdp,
    "liveuamap": _listed,
    "geojson": _listed,
    "tideline": _listed,
}
