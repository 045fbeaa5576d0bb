"""What the browser draws events from: columns of numbers, and the words beside them.

The browser calls an event by its position in the frame of `geo.view.ordered`, and a
set of columns by `Columns.name`. Columns are as narrow as their numbers allow; about
12 bytes an event.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from extract.records import Actor, EventType
from geo.language import ENGLISH
from geo.timeline import EFFECT, NOT_COUNTED
from geo.view import days, percents
from geo.wording import (
    STATUS_NAMES,
    STATUSES,
    TYPES,
    days_words,
    headline,
    source_line,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from extract.records import Conflict
    from geo.language import Language

CHUNK = 256
"""Events whose words are fetched together."""

LAST_LAT = 85.0511287798
"""The latitude at which Web Mercator ends, in degrees."""

NOBODY = Actor(name="", color="#767676", letter="?", shape="hexagon")
"""How an actor is drawn that no pack knows, or that nobody names."""

NONE = 65_535
"""The number of an actor whom nobody names."""

UNDATED = 2**31 - 1
"""The day of events without one."""

NOTHING = {"day": UNDATED, "taker": NONE, "loser": NONE, "publisher": NONE}
"""What stands in a column for what is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the browser gets of a set of events.

    `name` is a hash of everything that is served, so it may be cached for ever;
    `payload` are the columns. `actors`, `publishers` and `places` give the numbers of
    the columns their names.
    """

    name: str
    payload: bytes
    events: gpd.GeoDataFrame = field(repr=False)
    actors: tuple[str, ...]
    publishers: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def n_chunks(self) -> int:
        """Into how many pieces the words are cut."""
        return -(-len(self.events) // CHUNK)

    def words(self, number: int, language: Language = ENGLISH) -> bytes:
        """Return the JSON of a chunk's words: a headline and a line on its source each.

        Raises
        ------
        IndexError
            If there is no chunk of that number.
        """
        if not 0 <= number < self.n_chunks:
            raise IndexError(number)
        rows = self.events.iloc[number * CHUNK : (number + 1) * CHUNK]
        return _words(rows, language)


def mercator(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Project EPSG:4326 degrees to Web Mercator in units of world / 2**32.

    x runs east from the date line, y south from the northern end; both are uint32.
    """
    phi = np.radians(np.clip(lat, -LAST_LAT, LAST_LAT))
    x = (np.asarray(lon, dtype=float) + 180) / 360
    y = (1 - np.arcsinh(np.tan(phi)) / np.pi) / 2
    return _uint32(x), _uint32(y)


def _uint32(share: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(share * 2.0**32), 0, 2**32 - 1).astype("<u4")


def columns(events: gpd.GeoDataFrame, conflict: Conflict) -> Columns:
    """Pack events for the browser.

    Parameters
    ----------
    events
        In the order of `geo.view.ordered`, EPSG:4326; may be empty.
    conflict
        Gives the actors their colour, letter and shape.
    """
    actors = _actors(events, conflict)
    publishers = _table(events["publisher"])
    places = _table(events["place"])
    spots, place = _places(events, places)
    numbers = _numbers(events, [actor.name for actor in actors], publishers)
    laid = {
        name: _pack(column, NOTHING.get(name))
        for name, column in {**spots, "place": place, **numbers}.items()
    }
    header = {
        **_header(actors),
        "title": conflict.title,
        "titles": dict(conflict.names),
        "count": len(events),
        "places": len(spots["x"]),
        "groups": int(spots["group"].max(initial=-1)) + 1,
        "names": places,
        "publishers": publishers,
        "columns": [[name, *one.head] for name, one in laid.items()],
    }
    payload = _join(header, [one.numbers for one in laid.values()])
    return Columns(
        name=_hash(payload, events),
        payload=payload,
        events=events,
        actors=tuple(actor.name for actor in actors),
        publishers=publishers,
        places=places,
    )


def _hash(payload: bytes, events: gpd.GeoDataFrame) -> str:
    """Name the columns by all that is served, the words among it."""
    digest = sha256(payload)
    # To look for equal words first costs more than to hash them all.
    rows = pd.util.hash_pandas_object(
        events.drop(columns="geometry"), index=False, categorize=False
    )
    digest.update(rows.to_numpy().tobytes())
    return digest.hexdigest()[:24]


def _places(
    events: gpd.GeoDataFrame, names: Sequence[str]
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return the columns of the distinct places, and the place of each event.

    A place is a place id at a point under a name. Its group is the place id's number:
    control is reported of groups.
    """
    x, y = mercator(events.geometry.x.to_numpy(), events.geometry.y.to_numpy())
    inexact = events["where_prec"].fillna(1).to_numpy() > 1
    radius = np.where(inexact, events["radius_m"].fillna(0).to_numpy(), 0)
    whole = pd.DataFrame(
        {
            "x": x,
            "y": y,
            "group": pd.factorize(events["place_id"].astype(str), sort=True)[0],
            "named": _codes(events["place"], names),
            "radius": radius.astype("f4"),
        }
    )
    place = whole.groupby(list(whole.columns), sort=True).ngroup().to_numpy()
    distinct = whole.iloc[np.unique(place, return_index=True)[1]]
    return {name: distinct[name].to_numpy() for name in whole.columns}, place


def _numbers(
    events: gpd.GeoDataFrame, actors: Sequence[str], publishers: Sequence[str]
) -> dict[str, np.ndarray]:
    last, first = days(events["date_end"]), days(events["date_start"])
    undated = np.isnat(last)
    day = np.where(undated, UNDATED, last.astype("i8"))
    span = np.where(undated | np.isnat(first), 0, (last - first).astype("i8"))
    return {
        "day": day,
        "span": span,
        "taker": _codes(events["gained_by"], actors, NONE),
        "loser": _codes(events["lost_by"], actors, NONE),
        "publisher": _codes(events["publisher"], publishers, NONE),
        "type": _codes(events["event_type"], list(TYPES)),
        "status": _codes(events["status"], list(STATUSES)),
        "confidence": percents(events),
        "reviewed": events["reviewed"].to_numpy().astype("u1"),
        "inside": events["inside"].to_numpy().astype("u1"),
    }


def _codes(column: pd.Series, table: Sequence[str], none: int = 0) -> np.ndarray:
    """Return the numbers of values in a table; `none` for what is not there."""
    codes = pd.Categorical(column, categories=list(table)).codes.astype("i8")
    return np.where(codes < 0, none, codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Packed:
    """Numbers less `base`; the greatest of their type stands for `nothing`."""

    numbers: np.ndarray
    base: int = 0
    nothing: int | None = None

    @property
    def head(self) -> tuple[str, int, int, int | None]:
        """What the browser must know to unpack them."""
        return self.numbers.dtype.name, len(self.numbers), self.base, self.nothing


def _pack(column: np.ndarray, nothing: int | None = None) -> _Packed:
    """Return numbers in as few bytes as they fit."""
    if column.dtype.kind == "f":
        return _Packed(numbers=column.astype("<f4"))
    is_known = np.ones(len(column), bool) if nothing is None else column != nothing
    known = column[is_known].astype("i8")
    base = int(known.min()) if known.size else 0
    reach = int(known.max()) - base if known.size else 0
    dtype = next(
        name
        for name in ("<u1", "<u2", "<u4")
        if reach + (nothing is not None) <= np.iinfo(name).max
    )
    less = np.where(is_known, column.astype("i8") - base, np.iinfo(dtype).max)
    return _Packed(numbers=less.astype(dtype), base=base, nothing=nothing)


def _table(column: pd.Series) -> tuple[str, ...]:
    return tuple(sorted({str(value) for value in column.dropna().unique()}))


def _actors(events: gpd.GeoDataFrame, conflict: Conflict) -> list[Actor]:
    """List the actors of the events: the pack's in its order, then the unknown ones."""
    there = set(_table(events["gained_by"])) | set(_table(events["lost_by"]))
    known = [actor for actor in conflict.actors if actor.name in there]
    strangers = sorted(there - {actor.name for actor in known})
    return known + [replace(NOBODY, name=name) for name in strangers]


def _header(actors: Sequence[Actor]) -> dict[str, object]:
    look = ("name", "color", "letter", "shape")
    return {
        "actors": [
            {**{key: getattr(actor, key) for key in look}, "names": dict(actor.names)}
            for actor in actors
        ],
        "nobody": {key: getattr(NOBODY, key) for key in look},
        "types": list(TYPES),
        "effects": [EFFECT[EventType(kind)] for kind in TYPES],
        "statuses": list(STATUSES),
        "uncounted": [status in NOT_COUNTED for status in STATUSES],
        "chunk": CHUNK,
    }


def _join(header: Mapping[str, object], arrays: Sequence[np.ndarray]) -> bytes:
    """Lay header and columns one after the other, each starting at a fourth byte."""
    text = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
    out = bytearray(len(text).to_bytes(4, "little") + text)
    for array in arrays:
        out += b"\0" * (-len(out) % 4)
        out += array.tobytes()
    return bytes(out)


def _words(rows: gpd.GeoDataFrame, language: Language) -> bytes:
    firsts, lasts = days(rows["date_start"]), days(rows["date_end"])
    known = rows.astype("object").where(rows.notna(), None)
    lines = [
        [
            headline(
                row.event_type,
                row.place,
                row.gained_by,
                row.lost_by,
                language=language,
            ),
            " · ".join(
                (
                    days_words(first.item(), last.item(), language=language),
                    language.say(STATUS_NAMES[row.status]),
                    source_line(row.publisher, row.n_publishers, language=language),
                )
            ),
        ]
        for row, first, last in zip(known.itertuples(), firsts, lasts, strict=True)
    ]
    return json.dumps(lines, ensure_ascii=False).encode()
