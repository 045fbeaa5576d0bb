"""Layers in the store: other people's data, beside our claims and never among them.

A layer is one act, with the file as it came; to undo the act is to take it away.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import func, select

from geo import ledger_tables as tables
from geo import schema
from geo.acts import Act, turns, undone, write
from geo.areas import EARTH_M
from geo.database import StoreError
from geo.events import CRS
from geo.listings import one_line
from geo.view import days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from geo.acts import Written
    from geo.layer_files import LayerEvent
    from geo.store import Store

LAYER_DTYPES = {
    "origin_id": "object",
    "place": "object",
    "geometry": "geometry",
    "radius_m": "float64",
    "where_prec": "Int64",
    "event_type": "object",
    "gained_by": "object",
    "lost_by": "object",
    "date_start": "datetime64[ms]",
    "date_end": "datetime64[ms]",
    "date_prec": "Int64",
    "sentence": "object",
    "publisher": "object",
    "url": "object",
}
"""The columns of a layer's frame; as in `geo.events.DTYPES`."""

_SAME = (
    *("origin_id", "place", "lon", "lat", "radius_m", "where_prec", "gained_by"),
    *("lost_by", "date_start", "date_end", "date_prec", "sentence", "publisher", "url"),
)
"""The fields of an event that are columns as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Other people's data: what they are called, and on what terms they may be used."""

    name: str
    kind: str
    licence: str = ""
    attribution: str = ""
    number: int | None = None
    n_events: int = 0


def add_layer(
    store: Store,
    layer: Layer,
    content: bytes,
    events: Sequence[LayerEvent],
    *,
    now: datetime,
) -> int:
    """Store a layer with the file that it came from; return the number of the act.

    Raises
    ------
    StoreError
        If a layer of that name is there, or the store cannot be written to.
    """
    name = one_line(layer.name).strip()
    if not name:
        raise StoreError("a layer needs a name; give one with --name")
    digest = hashlib.sha256(content).hexdigest()
    head = {
        "name": name,
        "kind": layer.kind,
        "sha256": digest,
        "licence": one_line(layer.licence),
        "attribution": one_line(layer.attribution),
    }
    rows = [_row(event, n) for n, event in enumerate(events)]
    with store.writing() as connection:
        if name in {one.name for one in _layers(connection)}:
            raise StoreError(f"there is a layer {name!r}; give another --name")
        there = select(tables.original.c.sha256).where(
            tables.original.c.sha256 == digest
        )
        before: Written = []
        if connection.execute(there).first() is None:
            media = "application/json" if layer.kind == "geojson" else "text/csv"
            kept = {"sha256": digest, "media_type": media, "size": len(content)}
            before = [(tables.original, [{**kept, "content": content}])]

        def after(seq: int) -> Written:
            return [
                (tables.layer, [{"seq": seq, **head}]),
                (tables.layer_event, [{"seq": seq, **row} for row in rows]),
            ]

        return write(
            connection, Act(kind="layer", now=now, who=store.who), after, before
        )


def _row(event: LayerEvent, ordinal: int) -> dict[str, Any]:
    kind = event.event_type
    return {
        **{name: getattr(event, name) for name in _SAME},
        "ordinal": ordinal,
        "event_type": kind and kind.value,
        "row": json.dumps(event.row, ensure_ascii=False, default=str),
    }


def layers(store: Store) -> list[Layer]:
    """Return the layers that are there, in the order in which they were added."""
    with store.reading() as connection:
        return _layers(connection)


def _layers(connection: Any) -> list[Layer]:  # noqa: ANN401 - a connection
    gone = undone(connection)
    event = tables.layer_event.c
    counted = select(event.seq, func.count().label("n")).group_by(event.seq).subquery()
    query = (
        select(tables.layer, counted.c.n)
        .outerjoin(counted, counted.c.seq == tables.layer.c.seq)
        .order_by(tables.layer.c.seq)
    )
    return [
        Layer(
            name=row["name"],
            kind=row["kind"],
            licence=row["licence"],
            attribution=row["attribution"],
            number=row["seq"],
            n_events=row["n"] or 0,
        )
        for row in connection.execute(query).mappings()
        if row["seq"] not in gone
    ]


def remove_layer(store: Store, number: int, *, now: datetime, why: str = "") -> None:
    """Take a layer away; it stays in the store, and can be had again by undoing this.

    Raises
    ------
    StoreError
        If there is no such layer.
    """
    with store.writing() as connection:
        if number not in {one.number for one in _layers(connection)}:
            raise StoreError(f"there is no layer {number}; see tideline layers list")
        # What was removed and had again is removed by undoing that it was had again.
        last = turns(connection, number)[-1]
        act = Act(kind="undoing", now=now, who=store.who, why=why)
        write(
            connection,
            act,
            lambda seq: [(schema.undoing, [{"seq": seq, "undoes": last}])],
        )


def layer_events(store: Store, number: int) -> gpd.GeoDataFrame:
    """Return the events of a layer as a frame of `LAYER_DTYPES`, EPSG:4326.

    Raises
    ------
    StoreError
        If there is no such layer.
    """
    query = (
        select(tables.layer_event)
        .where(tables.layer_event.c.seq == number)
        .order_by(tables.layer_event.c.ordinal)
    )
    with store.reading() as connection:
        if number not in {one.number for one in _layers(connection)}:
            raise StoreError(f"there is no layer {number}; see tideline layers list")
        found = [dict(row) for row in connection.execute(query).mappings()]
    return _frame(found)


def _frame(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    columns = {}
    for name, dtype in LAYER_DTYPES.items():
        if name == "geometry":
            continue
        values = [row[name] for row in rows]
        if dtype.startswith("datetime64"):
            values = list(np.array(values, dtype="datetime64[D]").astype(dtype))
        columns[name] = pd.Series(values, dtype=dtype)
    points = gpd.points_from_xy(
        np.array([row["lon"] for row in rows], dtype="float64"),
        np.array([row["lat"] for row in rows], dtype="float64"),
    )
    frame = gpd.GeoDataFrame(columns, geometry=points, crs=CRS)
    return frame[list(LAYER_DTYPES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How our events and a layer's meet.

    `ours` and `theirs` are positions in the two frames of what has a counterpart in the
    other; `months` counts, by month of the first day: ours, theirs, ours matched.
    """

    ours: np.ndarray
    theirs: np.ndarray
    months: dict[str, tuple[int, int, int]]


def compare(
    events: gpd.GeoDataFrame,
    others: gpd.GeoDataFrame,
    *,
    within_km: float = 10.0,
    within_days: int = 3,
) -> Compared:
    """Find which events of two frames lie near each other in place and time.

    Undated ones meet nothing. Both radii count: a village known to 22 km may lie 22 km
    off. Likeness of wording or of names counts for nothing.
    """
    dated = [np.flatnonzero(one["date_end"].notna()) for one in (events, others)]
    pairs = _near(events.iloc[dated[0]], others.iloc[dated[1]], within_km, within_days)
    ours, theirs = (
        np.unique(dated[side][pairs[side]]) if len(pairs[side]) else dated[side][:0]
        for side in (0, 1)
    )
    matched = events.iloc[ours]
    counts = [_by_month(one) for one in (events, others, matched)]
    months = sorted(set().union(*counts))
    return Compared(
        ours=ours,
        theirs=theirs,
        months={m: (counts[0][m], counts[1][m], counts[2][m]) for m in months},
    )


def _by_month(events: gpd.GeoDataFrame) -> Counter[str]:
    firsts = days(events["date_start"])
    return Counter(str(day)[:7] for day in firsts[~np.isnat(firsts)])


def _near(
    events: gpd.GeoDataFrame,
    others: gpd.GeoDataFrame,
    within_km: float,
    within_days: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of positions, ours and theirs, that are near in place and time."""
    found: tuple[list[int], list[int]] = ([], [])
    first, last = days(others["date_start"]), days(others["date_end"])
    lon, lat = others.geometry.x.to_numpy(), others.geometry.y.to_numpy()
    reach = others["radius_m"].to_numpy(dtype="float64")
    order = np.argsort(first, kind="stable")
    by_day = first[order]
    slack = np.timedelta64(within_days)
    longest = (last - first).max() if len(first) else slack
    starts, ends = days(events["date_start"]), days(events["date_end"])
    for at, point in enumerate(events.geometry):
        most = int(np.searchsorted(by_day, ends[at] + slack, side="right"))
        least = int(np.searchsorted(by_day, starts[at] - slack - longest))
        near = order[least:most]
        near = near[last[near] >= starts[at] - slack]
        if not len(near):
            continue
        apart = _apart_m(point.x, point.y, lon[near], lat[near])
        allowed = within_km * 1000.0 + reach[near] + _radius(events, at)
        hits = near[apart <= allowed]
        found[0].extend([at] * len(hits))
        found[1].extend(hits.tolist())
    return np.array(found[0], dtype=int), np.array(found[1], dtype=int)


def _radius(events: gpd.GeoDataFrame, at: int) -> float:
    radius = events["radius_m"].iat[at]
    return 0.0 if pd.isna(radius) else float(radius)


def _apart_m(lon: float, lat: float, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    """Return metres from one point to others, on a sphere."""
    one, two = np.radians(lat), np.radians(lats)
    half = np.sin((two - one) / 2) ** 2
    half += np.cos(one) * np.cos(two) * np.sin(np.radians(lons - lon) / 2) ** 2
    return np.asarray(2 * EARTH_M * np.arcsin(np.minimum(1.0, np.sqrt(half))))
