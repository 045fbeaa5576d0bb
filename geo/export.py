"""Events as files for other programs: what each format gets is decided here."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.events import DTYPES

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

LAYER = "events"
"""The name of the table in a GeoPackage."""

# Degrees at 7 places are about a centimetre (RFC 7946 advises against more).
_PLACES = 7
# What spreadsheets may take for a formula or a command when a cell begins with it,
# their full-width twins included.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def export(events: gpd.GeoDataFrame, path: Path) -> None:
    """Write events to a file in the format that its suffix names.

    The file appears whole or not at all; one that is there is replaced.

    Parameters
    ----------
    events
        A frame from `geo.events.frame`, or rows of one.
    path
        Ends in .geojson, .csv, .gpkg (GeoPackage) or .parquet (GeoParquet).

    Raises
    ------
    ValueError
        If the suffix is another one.
    OSError
        If the file cannot be written.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        known = ", ".join(_WRITERS)
        raise ValueError(f"{path.name} does not end in one of {known}")
    # Beside the target, so that it can be moved there in one step; in a folder, as
    # some formats put files of their own next to the one they write.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        unfinished = Path(folder) / f"events{path.suffix.lower()}"
        write(events, unfinished)
        os.replace(unfinished, path)


def to_geojson(events: gpd.GeoDataFrame) -> str:
    """Return events as a GeoJSON feature collection (RFC 7946).

    One feature an event with its id; coordinates are longitude and latitude (WGS 84),
    days ISO text, what is not known null.
    """
    features = [
        {
            "type": "Feature",
            "id": row["event_id"],
            "geometry": {"type": "Point", "coordinates": _point(row["geometry"])},
            "properties": {name: row[name] for name in _properties(events)},
        }
        for row in _plain(events)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, allow_nan=False)


def to_csv(events: gpd.GeoDataFrame) -> str:
    """Return events as comma-separated values with a header, `lon` and `lat` last.

    Lines end in CR LF (RFC 4180). A text that a spreadsheet could take for a formula
    has an apostrophe before it; numbers and days are never changed.
    """
    names = _properties(events)
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([*names, "lon", "lat"])
    for row in _plain(events):
        cells = [_harmless(row[name]) for name in names]
        writer.writerow([*cells, *_point(row["geometry"])])
    return file.getvalue()


def _properties(events: gpd.GeoDataFrame) -> list[str]:
    return [name for name in events.columns if name != "geometry"]


def _plain(events: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return rows of Python's own types, None for what is not known, days as text."""
    plain = {}
    for name in _properties(events):
        column = events[name]
        values = column.astype("object").where(column.notna(), None).tolist()
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            values = [moment and moment.date().isoformat() for moment in values]
        plain[name] = values
    plain["geometry"] = list(events.geometry)
    return [
        dict(zip(plain, values, strict=True))
        for values in zip(*plain.values(), strict=True)
    ]


def _point(point: Any) -> list[float]:  # noqa: ANN401 - a shapely point
    return [round(point.x, _PLACES), round(point.y, _PLACES)]


def _harmless(value: Any) -> Any:  # noqa: ANN401 - a cell
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _for_arrow(events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return events with text typed as text, also where a column holds none."""
    text = [name for name in _properties(events) if DTYPES.get(name) == "object"]
    return events.astype(dict.fromkeys(text, "string"))


def _write_geojson(events: gpd.GeoDataFrame, path: Path) -> None:
    path.write_text(to_geojson(events), encoding="utf-8")


def _write_csv(events: gpd.GeoDataFrame, path: Path) -> None:
    path.write_text(to_csv(events), encoding="utf-8", newline="")


def _write_geopackage(events: gpd.GeoDataFrame, path: Path) -> None:
    _for_arrow(events).to_file(
        path, driver="GPKG", layer=LAYER, engine="pyogrio", geometry_type="Point"
    )


def _write_parquet(events: gpd.GeoDataFrame, path: Path) -> None:
    _for_arrow(events).to_parquet(path, index=False)


_WRITERS: dict[str, Callable[[gpd.GeoDataFrame, Path], None]] = {
    ".geojson": _write_geojson,
    ".csv": _write_csv,
    ".gpkg": _write_geopackage,
    ".parquet": _write_parquet,
}
