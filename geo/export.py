"""Events as files for other programs: what each format gets is decided here."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from geo.credits import credited
from geo.kml import kml
from geo.territory import LABEL, LAND_CREDIT, areas, read_land
from geo.timeline import control_on
from geo.withholding import withheld_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import geopandas as gpd

    from extract.records import Conflict
    from geo.withholding import Outgoing

LAYER = "events"
"""The name of the table in a GeoPackage."""

# Degrees at 7 places are about a centimetre (RFC 7946 advises against more).
_PLACES = 7
# What spreadsheets may take for a formula or a command where a cell begins with it,
# their full-width twins included. Where semicolons or tabs part cells, as in much of
# Europe, a cell can begin in the middle of a text, and so can a line.
_FORMULA = re.compile(
    r"""\A(?=[\t\r\n])|(?:\A|(?<=[;|\t\r\n]))(?=[ \u00a0"]*[=+\-@＝＋－＠])"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A format that events can leave in; `conflict` gives actors their looks."""

    name: str
    mime: str
    write: Callable[[Outgoing, Conflict], bytes]


def export(outgoing: Outgoing, path: Path, conflict: Conflict) -> None:
    """Write events to a file in the format that its suffix names.

    The file appears whole or not at all; one that is there is replaced.

    Parameters
    ----------
    outgoing
        What `geo.withholding.withheld` lets go.
    path
        Ends in one of the suffixes of `FORMS`.
    conflict
        Gives the actors their looks, where the format has any.

    Raises
    ------
    ValueError
        If the suffix is another one.
    OSError
        If the file cannot be written.
    """
    form = FORMS.get(path.suffix.lower())
    if form is None:
        raise ValueError(f"{path.name} does not end in one of {', '.join(FORMS)}")
    # Beside the target, so that it can be moved there in one step.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        unfinished = Path(folder) / "events"
        unfinished.write_bytes(form.write(outgoing, conflict))
        os.replace(unfinished, path)


def to_geojson(outgoing: Outgoing) -> str:
    """Return events as a GeoJSON feature collection (RFC 7946).

    One feature an event with its id; coordinates are longitude and latitude (WGS 84),
    days ISO text, what is not known null.
    """
    features = [
        {
            "type": "Feature",
            "id": row["event_id"],
            "geometry": {"type": "Point", "coordinates": row.pop("geometry")},
            "properties": row,
        }
        for row in _plain(credited(outgoing))
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, allow_nan=False)


def plain_rows(outgoing: Outgoing) -> list[dict[str, Any]]:
    """Return what every format says of each event, as Python's own types.

    Days are ISO text, what is not known None; `geometry` comes last, as [longitude,
    latitude].
    """
    return _plain(credited(outgoing))


def to_csv(outgoing: Outgoing) -> str:
    """Return events as comma-separated values with a header, `lon` and `lat` last.

    Lines end in CR LF (RFC 4180). Where a spreadsheet could take a text or a part of it
    for a formula, an apostrophe stands before; numbers and days are never changed.
    """
    events = credited(outgoing)
    names = _properties(events)
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([*names, "lon", "lat"])
    for row in _plain(events):
        cells = [_harmless(row[name]) for name in names]
        writer.writerow([*cells, *row["geometry"]])
    return file.getvalue()


def to_kml(outgoing: Outgoing, conflict: Conflict) -> bytes:
    """Return events as KML 2.2, in the colours of their actors; see `geo.kml`."""
    events = credited(outgoing)
    columns = {name: _kind(events[name].dtype) for name in _properties(events)}
    return kml(_plain(events), columns, conflict.actors, outgoing)


def to_html(outgoing: Outgoing, conflict: Conflict) -> str:
    """Return events as a page that plays them without a server; see `geo.onefile`."""
    from geo.onefile import one_file

    return one_file(outgoing, conflict)


def to_geopackage(outgoing: Outgoing) -> bytes:
    """Return events as a GeoPackage with one table, `LAYER`."""
    file = io.BytesIO()
    _for_arrow(credited(outgoing)).to_file(
        file, driver="GPKG", layer=LAYER, engine="pyogrio", geometry_type="Point"
    )
    return file.getvalue()


def to_parquet(outgoing: Outgoing) -> bytes:
    """Return events as GeoParquet."""
    file = io.BytesIO()
    _for_arrow(credited(outgoing)).to_parquet(file, index=False)
    return file.getvalue()


def areas_geojson(outgoing: Outgoing, day: date) -> str:
    """Return control areas at the end of a day as a GeoJSON feature collection.

    One feature a row of `geo.territory.areas`, longitude and latitude (WGS 84). Each
    says that it is an estimate, from which lists its places are, and what was held
    back.
    """
    found = areas(control_on(outgoing.events, day), read_land())
    exact = shapely.set_precision(found.geometry.to_numpy(), 10.0**-_PLACES)
    sources = sorted(set(outgoing.events["place_source"].dropna()))
    said = {
        "day": day.isoformat(),
        "note": LABEL,
        "held_back": " ".join(withheld_words(outgoing)) or None,
        "attribution": f"Places: {'; '.join(sources) or 'no list'}. {LAND_CREDIT}",
    }
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shape)),
            "properties": {**row, **said},
        }
        for shape, row in zip(
            shapely.orient_polygons(exact),
            found.drop(columns="geometry").to_dict("records"),
            strict=True,
        )
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, allow_nan=False)


def _properties(events: gpd.GeoDataFrame) -> list[str]:
    return [name for name in events.columns if name != "geometry"]


def _plain(events: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return rows of Python's own types, None for what is not known, days as text.

    `geometry` comes last, as [longitude, latitude].
    """
    plain = {}
    for name in _properties(events):
        column = events[name]
        values = column.astype("object").where(column.notna(), None).tolist()
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            values = [moment and moment.date().isoformat() for moment in values]
        plain[name] = values
    plain["geometry"] = [
        [round(point.x, _PLACES), round(point.y, _PLACES)] for point in events.geometry
    ]
    return [
        dict(zip(plain, values, strict=True))
        for values in zip(*plain.values(), strict=True)
    ]


def _kind(dtype: Any) -> type:  # noqa: ANN401 - a type of pandas
    """Return the type of Python that a column's values have in `_plain`."""
    if pd.api.types.is_bool_dtype(dtype):
        return bool
    if pd.api.types.is_integer_dtype(dtype):
        return int
    return float if pd.api.types.is_float_dtype(dtype) else str


def _harmless(value: Any) -> Any:  # noqa: ANN401 - a cell
    return _FORMULA.sub("'", value) if isinstance(value, str) else value


def _for_arrow(events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return events with text typed as text, also where a column holds none."""
    text = [name for name in _properties(events) if events[name].dtype == object]
    return events.astype(dict.fromkeys(text, "string"))


FORMS = {
    ".geojson": Form(
        name="GeoJSON",
        mime="application/geo+json",
        write=lambda outgoing, _: to_geojson(outgoing).encode(),
    ),
    ".csv": Form(
        name="CSV",
        mime="text/csv",
        write=lambda outgoing, _: to_csv(outgoing).encode(),
    ),
    ".gpkg": Form(
        name="GeoPackage",
        mime="application/geopackage+sqlite3",
        write=lambda outgoing, _: to_geopackage(outgoing),
    ),
    ".parquet": Form(
        name="GeoParquet",
        mime="application/vnd.apache.parquet",
        write=lambda outgoing, _: to_parquet(outgoing),
    ),
    ".kml": Form(name="KML", mime="application/vnd.google-earth.kml+xml", write=to_kml),
    ".html": Form(
        name="HTML",
        mime="text/html",
        write=lambda outgoing, conflict: to_html(outgoing, conflict).encode(),
    ),
}
"""The formats by their suffixes, in the order in which they are offered."""
