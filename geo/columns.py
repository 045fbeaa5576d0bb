"""What the browser draws events from: columns of numbers, and the words beside them.

The browser calls an event by its position in the frame of `geo.view.ordered`, and a
set of columns by `Columns.name`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from extract.records import Actor
from geo.view import days
from geo.wording import STATUSES, TYPES, days_words, headline, source_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from extract.records import Conflict

CHUNK = 256
"""Events whose words are fetched together."""

LAST_LAT = 85.0511287798
"""The latitude at which Web Mercator ends, in degrees."""

NOBODY = Actor(name="", color="#767676", letter="?", shape="hexagon")
"""How an actor is drawn that no pack knows, or that nobody names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the browser gets of a set of events.

    `name` is a hash of everything that is served, so it may be cached for ever;
    `payload` the columns, `words` the JSON of each chunk of `CHUNK` events. `actors`,
    `publishers` and `places` give the numbers of the columns their names.
    """

    name: str
    payload: bytes
    words: tuple[bytes, ...]
    actors: tuple[str, ...]
    publishers: tuple[str, ...]
    places: tuple[str, ...]


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
    arrays = _arrays(events, actors, publishers, places)
    header = {
        **_header(events, actors),
        "count": len(events),
        "places": len(arrays["x"]),
        "names": places,
        "columns": [[name, a.dtype.name, len(a)] for name, a in arrays.items()],
    }
    payload = _join(header, arrays)
    words = tuple(_words(events, at) for at in range(0, len(events), CHUNK))
    return Columns(
        name=sha256(b"\0".join((payload, *words))).hexdigest()[:24],
        payload=payload,
        words=words,
        actors=tuple(actor.name for actor in actors),
        publishers=publishers,
        places=places,
    )


def _arrays(
    events: gpd.GeoDataFrame,
    actors: Sequence[Actor],
    publishers: Sequence[str],
    places: Sequence[str],
) -> dict[str, np.ndarray]:
    x, y = mercator(events.geometry.x.to_numpy(), events.geometry.y.to_numpy())
    spots, place = np.unique(
        np.stack([x, y], axis=1).reshape(-1, 2), axis=0, return_inverse=True
    )
    names = {actor.name: at for at, actor in enumerate(actors)}
    drawn = events["gained_by"].fillna(events["lost_by"])
    last = days(events["date_end"])
    numbers = np.where(np.isnat(last), np.iinfo("i4").max, last.astype("i8"))
    inexact = events["where_prec"].fillna(1).to_numpy() > 1
    radius = np.where(inexact, events["radius_m"].fillna(0).to_numpy(), 0)
    return {
        "x": np.ascontiguousarray(spots[:, 0]),
        "y": np.ascontiguousarray(spots[:, 1]),
        "place": place.reshape(-1).astype("<u4"),
        "day": numbers.astype("<i4"),
        "radius": radius.astype("<f4"),
        "named": _numbers(events["place"], places, "<u4"),
        "actor": _numbers(drawn, names, "<u2"),
        "other": _numbers(events["lost_by"], names, "<u2"),
        "publisher": _numbers(events["publisher"], publishers, "<u2"),
        "type": _numbers(events["event_type"], list(TYPES), "u1"),
        "status": _numbers(events["status"], list(STATUSES), "u1"),
    }


def _numbers(
    column: pd.Series, table: Sequence[str] | Mapping[str, int], dtype: str
) -> np.ndarray:
    at = table if isinstance(table, dict) else {v: i for i, v in enumerate(table)}
    none = np.iinfo(dtype).max if dtype != "<u4" else 2**32 - 1
    found = [
        at.get(value, none) if isinstance(value, str) else none for value in column
    ]
    return np.array(found, dtype=dtype)


def _table(column: pd.Series) -> tuple[str, ...]:
    return tuple(sorted({str(value) for value in column.dropna()}))


def _actors(events: gpd.GeoDataFrame, conflict: Conflict) -> list[Actor]:
    """List the actors of the events: the pack's in its order, then the unknown ones."""
    there = set(_table(events["gained_by"])) | set(_table(events["lost_by"]))
    known = [actor for actor in conflict.actors if actor.name in there]
    strangers = sorted(there - {actor.name for actor in known})
    return known + [replace(NOBODY, name=name) for name in strangers]


def _header(events: gpd.GeoDataFrame, actors: Sequence[Actor]) -> dict[str, object]:
    drawn = set(_table(events["gained_by"].fillna(events["lost_by"])))
    look = ("color", "letter", "shape")
    return {
        "actors": [{key: getattr(actor, key) for key in look} for actor in actors],
        "nobody": {key: getattr(NOBODY, key) for key in look},
        "types": list(TYPES),
        "statuses": list(STATUSES),
        "chunk": CHUNK,
        "labels": {
            "here": "Several events here:",
            "place": "Click the map where the place lies",
        },
        "legend": {
            "actors": [_legend_actor(a) for a in actors if a.name in drawn],
            "signs": _legend_signs(),
        },
    }


def _legend_actor(actor: Actor) -> dict[str, object]:
    return {
        "label": actor.name,
        "color": actor.color,
        "letter": actor.letter,
        "shape": actor.shape,
        "status": "assessed",
        "type": "captured",
    }


def _legend_signs() -> list[dict[str, object]]:
    plain = {"color": "#5f6b78", "letter": "", "shape": "circle"}
    signs = (
        ("claimed", "captured", "claimed"),
        ("assessed", "captured", "assessed"),
        ("disputed", "captured", "disputed"),
        ("denied", "captured", "denied"),
        ("assessed", "withdrew", "withdrew, handed over"),
        ("assessed", "holds", "holds"),
        ("assessed", "advanced", "advanced"),
        ("assessed", "attacked", "attacked"),
        ("assessed", "repelled", "repelled"),
        ("assessed", "besieged", "besieged"),
        ("", "inexact", "≈ place not exact"),
    )
    made: list[dict[str, object]] = [
        {**plain, "status": status, "type": kind, "label": label}
        for status, kind, label in signs
    ]
    older = {**plain, "status": "assessed", "type": "captured", "pale": True}
    return [*made, {**older, "label": "older"}]


def _join(header: Mapping[str, object], arrays: Mapping[str, np.ndarray]) -> bytes:
    """Lay header and columns one after the other, each starting at a fourth byte."""
    text = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
    out = bytearray(len(text).to_bytes(4, "little") + text)
    for array in arrays.values():
        out += b"\0" * (-len(out) % 4)
        out += array.tobytes()
    return bytes(out)


def _words(events: gpd.GeoDataFrame, start: int) -> bytes:
    rows = events.iloc[start : start + CHUNK]
    firsts, lasts = days(rows["date_start"]), days(rows["date_end"])
    lines = [
        [
            headline(
                row.event_type, row.place, _known(row.gained_by), _known(row.lost_by)
            ),
            " · ".join(
                (
                    days_words(first.item(), last.item()),
                    str(row.status),
                    source_line(_known(row.publisher), int(row.n_publishers)),
                )
            ),
        ]
        for row, first, last in zip(rows.itertuples(), firsts, lasts, strict=True)
    ]
    return json.dumps(lines, ensure_ascii=False).encode()


def _known(value: object) -> str | None:
    return value if isinstance(value, str) else None
