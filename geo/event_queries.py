"""The database is asked for events here, and for control on a day.

The answers are those of the whole frame (`geo.events`, `geo.timeline`, `geo.view`), but
only what is asked for is read. They hold while nothing is stale
(`geo.event_keeping`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import func, select, union_all

from geo.column_reading import plain, read_columns
from geo.event_filter import ALL, EventFilter
from geo.event_tables import control, event
from geo.events import CRS, DTYPES
from geo.timeline import CONTROL_DTYPES
from geo.weighing import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy import (
        ColumnElement,
        CompoundSelect,
        Connection,
        Select,
        Table,
    )

_KEYS = ["date_end", "date_start", "event_id"]
_POINT = ("lon", "lat")
_HISTORY = (
    *("event_id", "place", "place_id", "geometry", "radius_m", "where_prec"),
    *("event_type", "inside", "gained_by", "lost_by"),
    *("date_start", "date_end", "status"),
)
"""What control is reckoned from."""
_RECKONED = {"age_days", "disputed"}
"""What control on a day has beside what is kept."""


def count(connection: Connection, wanted: EventFilter = ALL) -> int:
    """Return how many events pass."""
    query = select(func.count()).select_from(event).where(*wanted.conditions())
    return connection.execute(query).scalar_one()


def events_in(
    connection: Connection,
    wanted: EventFilter = ALL,
    *,
    columns: Collection[str] = tuple(DTYPES),
    limit: int | None = None,
) -> gpd.GeoDataFrame:
    """Return events as `geo.events.frame` does, in the order of `geo.events.cluster`.

    Parameters
    ----------
    connection
        To the store.
    wanted
        What must be so of them.
    columns
        Those of `DTYPES` that are wanted, `geometry` always among them.
    limit
        The first that many alone.
    """
    return _events(connection, wanted.conditions(), columns, limit)


def _events(
    connection: Connection,
    where: Iterable[ColumnElement[bool]],
    columns: Collection[str],
    limit: int | None = None,
) -> gpd.GeoDataFrame:
    names = {*columns, "geometry"}
    dtypes = {n: d for n, d in DTYPES.items() if n in names or n in _KEYS}
    query = _select(connection, event, dtypes).where(*where)
    if limit is not None:
        query = query.order_by(*_ORDER).limit(limit)
    found = _read(connection, query, dtypes, _KEYS)
    return _frame(found, {n: d for n, d in dtypes.items() if n in names})


def control_on(connection: Connection, day: date) -> gpd.GeoDataFrame:
    """Return who is reported to hold each place at the end of a day.

    As `geo.timeline.control_on` does; each place's row is found by its days.
    """
    wanted = {n: d for n, d in CONTROL_DTYPES.items() if n not in _RECKONED}
    table = control.c
    before, after = _path(day)
    query = _select(connection, control, wanted)
    found = _read(
        connection,
        union_all(
            query.where(table.node.in_(before), table.until >= day),
            query.where(table.node.in_(after), table.day <= day),
        ),
        wanted,
        ["place_id"],
    )
    age = np.datetime64(day) - found["last_reported"]
    found["age_days"] = age.astype("timedelta64[D]").astype("int64")
    found["disputed"] = found["status"] == Status.DISPUTED
    return _frame(found, CONTROL_DTYPES)


def of_places(connection: Connection, place_ids: Sequence[str]) -> gpd.GeoDataFrame:
    """Return what control of places is reckoned from: their events, some columns."""
    return _events(connection, [event.c.place_id.in_(place_ids)], _HISTORY)


# A tree of all days, in which each period hangs at one node: so an index finds all that
# hold a day, wherever they begin and end (Kriegel's relational interval tree).

_DEPTH = 22
"""2 to this power is more than there are days in the calendar."""


def node(first: date, last: date) -> int:
    """Return where a period of days, both inclusive, hangs: its roundest number."""
    low, high = first.toordinal(), last.toordinal()
    shift = ((low - 1) ^ high).bit_length() - 1
    return high >> shift << shift


def _path(day: date) -> tuple[list[int], list[int]]:
    """Return the nodes of periods that may hold a day: those before it, the rest."""
    at = day.toordinal()
    level = (at & -at).bit_length()
    above = [(at >> (n + 1) << (n + 1)) | 1 << n for n in range(level, _DEPTH)]
    return [one for one in above if one < at], [at, *(n for n in above if n > at)]


def _select(
    connection: Connection, table: Table, wanted: Mapping[str, str]
) -> Select[Any]:
    names = [name for name in wanted if name != "geometry"]
    return select(*(plain(connection, table.c[n]) for n in (*names, *_POINT)))


_ORDER = (
    event.c.date_end.nulls_last(),
    event.c.date_start.nulls_last(),
    event.c.event_id,
)


def _read(
    connection: Connection,
    query: Select[Any] | CompoundSelect[Any],
    wanted: Mapping[str, str],
    order: Sequence[str],
) -> dict[str, Any]:
    """Return the columns of rows in an order; what is not known comes last."""
    # numpy would compare texts as Python's objects.
    import pyarrow as pa
    from pyarrow.compute import sort_indices

    plain_ones = {n: dtype for n, dtype in wanted.items() if n != "geometry"}
    dtypes = {**plain_ones, **dict.fromkeys(_POINT, "float64")}
    columns = read_columns(connection, query, dtypes)
    keys = pa.table({name: columns[name] for name in order})
    turned = sort_indices(keys, sort_keys=[(name, "ascending") for name in order])
    return {name: column[turned.to_numpy()] for name, column in columns.items()}


def _frame(columns: Mapping[str, Any], dtypes: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Return columns as a frame of these types, also when there is no row."""
    points = gpd.points_from_xy(*(columns[name] for name in _POINT))
    # With an index of its own for each, pandas would look at all of them.
    rows = pd.RangeIndex(len(points))
    made = {
        name: points
        if name == "geometry"
        else pd.Series(columns[name], index=rows, dtype=dtype, copy=False)
        for name, dtype in dtypes.items()
    }
    return gpd.GeoDataFrame(made, index=rows, crs=CRS, copy=False)


__all__ = [
    "control_on",
    "count",
    "events_in",
    "node",
    "of_places",
]
