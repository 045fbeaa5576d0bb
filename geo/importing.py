"""Files that `geo.export` wrote are read back here, into the very events.

What a file does not say in a column of its own it says of itself: as of which day it
is, and what was held back from it.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyarrow import ArrowException, parquet
from pyogrio.errors import DataSourceError

from extract.records import EventType
from geo.events import CRS, DTYPES
from geo.export import ABOUT
from geo.geopackage import LAYER
from geo.sheet import read_sheet
from geo.weighing import Status
from geo.withholding import COARSEN_KM

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

_KNOWN: Mapping[str, Collection[str]] = {
    "event_type": set(EventType),
    "status": set(Status),
}
_TRUTHS = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Events as a file has them, and what it says was held back from them.

    The fields are those of `geo.withholding.Outgoing`. It is none: what is read may
    leave again only as `geo.withholding.withheld` lets it.
    """

    events: gpd.GeoDataFrame
    as_of: date
    coarsen_km: int
    until: date | None


def read_events(path: Path, *, today: date) -> Imported:
    """Read events that `geo.export` wrote as GeoJSON, GeoPackage, GeoParquet or CSV.

    They are as they were written, to the last digit and letter; columns that are none
    of an event's are left out.

    Parameters
    ----------
    path
        Ends in the suffix of its format.
    today
        The day as of which a file counts that does not say: a CSV without events.

    Raises
    ------
    ValueError
        If it is none of these formats, lacks a column, or a value cannot be; the
        message names the file and, where one is to blame, the row.
    OSError
        If the file cannot be read.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise ValueError(f"{path.name} does not end in one of {', '.join(_READERS)}")
    path.stat()  # So that a file that is not there is an OSError to every reader.
    with _naming(path):
        columns, about = reader(path)
        return _imported(_frame(columns), about, today)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, KeyError, ArrowException, DataSourceError) as error:
        raise ValueError(f"{path.name} cannot be read as events: {error}") from error


Columns = dict[str, Any]
"""Values by column, as lists; `geometry` holds longitude and latitude."""


def _from_geojson(path: Path) -> tuple[Columns, Mapping[str, Any]]:
    collection = json.loads(path.read_bytes())
    features = collection["features"]
    rows = [feature["properties"] for feature in features]
    names = [name for name in DTYPES if name != "geometry"]
    for number, row in enumerate(rows, 1):
        if missing := [name for name in names if name not in row]:
            raise ValueError(f"feature {number} lacks {', '.join(missing)}")
    columns: Columns = {name: [row[name] for row in rows] for name in names}
    spots = [feature["geometry"]["coordinates"] for feature in features]
    return {**columns, "geometry": spots}, collection.get(ABOUT, {})


def _from_csv(path: Path) -> tuple[Columns, Mapping[str, Any]]:
    names, rows = read_sheet(path.read_bytes().decode())
    cells = dict(zip(names, zip(*rows, strict=True) if rows else [()] * len(names)))  # noqa: B905 - no rows
    columns = {
        name: [_typed(cell, DTYPES[name]) for cell in cells[name]]
        for name in DTYPES
        if name in cells
    }
    spots = [(float(lon), float(lat)) for lon, lat in zip(cells["lon"], cells["lat"])]  # noqa: B905 - of one sheet
    about = {name: cells[name][0] for name in ("as_of", "coarsen_km", "until") if rows}
    return {**columns, "geometry": spots}, about


def _typed(cell: str | None, dtype: str) -> object:
    if cell is None or dtype == "object" or dtype.startswith("datetime64"):
        return cell
    if dtype == "bool":
        return _TRUTHS[cell.lower()]
    return float(cell) if dtype == "float64" else int(cell)


def _from_geopackage(path: Path) -> tuple[Columns, Mapping[str, Any]]:
    events = pyogrio.read_dataframe(path, layer=LAYER, use_arrow=False)
    said = pyogrio.read_info(path, layer=LAYER)["layer_metadata"]
    return _of_frame(events), json.loads((said or {}).get(ABOUT, "{}"))


def _from_parquet(path: Path) -> tuple[Columns, Mapping[str, Any]]:
    events = gpd.read_parquet(path)
    said = parquet.read_schema(path).metadata or {}
    return _of_frame(events), json.loads(said.get(ABOUT.encode(), b"{}"))


def _of_frame(events: gpd.GeoDataFrame) -> Columns:
    columns = {
        name: events[name].astype("object").where(events[name].notna(), None).tolist()
        for name in DTYPES
        if name in events.columns and name != "geometry"
    }
    return {**columns, "geometry": events.geometry.get_coordinates().to_numpy()}


def _frame(columns: Columns) -> gpd.GeoDataFrame:
    if missing := [name for name in DTYPES if name not in columns]:
        raise ValueError(f"it lacks {', '.join(missing)}")
    for name, known in _KNOWN.items():
        for number, value in enumerate(columns[name], 1):
            if value not in known:
                raise ValueError(f"row {number} has {name} {value!r}")
    spots = np.array(columns["geometry"], dtype="float64").reshape(-1, 2)
    outside = ~(np.abs(spots) <= (180.0, 90.0)).all(axis=1)
    if outside.any():
        number = int(outside.argmax())
        raise ValueError(f"row {number + 1} lies at {spots[number].tolist()}")
    made = {
        name: _series(columns[name], dtype)
        for name, dtype in DTYPES.items()
        if name != "geometry"
    }
    points = gpd.points_from_xy(spots[:, 0], spots[:, 1])
    return gpd.GeoDataFrame(made, geometry=points, crs=CRS)[list(DTYPES)]


def _series(values: Sequence[Any], dtype: str) -> pd.Series:
    if dtype.startswith("datetime64"):
        days = [value if value is None else str(value)[:10] for value in values]
        return pd.Series(np.array(days, dtype="datetime64[D]").astype(dtype))
    if dtype == "float64":
        values = [np.nan if value is None else value for value in values]
    return pd.Series(list(values), dtype=dtype)


def _imported(
    events: gpd.GeoDataFrame, about: Mapping[str, Any], today: date
) -> Imported:
    as_of, until = about.get("as_of"), about.get("until")
    coarsen_km = int(about.get("coarsen_km") or 0)
    if coarsen_km not in (0, *COARSEN_KM):
        raise ValueError(f"its places are on a grid of {coarsen_km} km")
    return Imported(
        events=events,
        as_of=date.fromisoformat(as_of) if as_of else today,
        coarsen_km=coarsen_km,
        until=date.fromisoformat(until) if until else None,
    )


_READERS: dict[str, Callable[[Path], tuple[Columns, Mapping[str, Any]]]] = {
    ".geojson": _from_geojson,
    ".csv": _from_csv,
    ".gpkg": _from_geopackage,
    ".parquet": _from_parquet,
}
