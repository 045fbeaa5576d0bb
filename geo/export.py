"""Events as files for other programs: what each format gets is decided here."""

from __future__ import annotations

import io
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from pyarrow import parquet

from geo.credits import GENERAL, credited
from geo.kml import kml
from geo.sheet import sheet
from geo.territory import LABEL, LAND_CREDIT, areas, read_land
from geo.timeline import control_on
from geo.withholding import facts, withheld_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import geopandas as gpd

    from extract.records import Conflict
    from geo.withholding import Outgoing

ABOUT = "tideline"
"""Under which name a file says of itself what `geo.withholding.facts` returns."""

# Of areas: degrees at 7 places are about a centimetre.
_PLACES = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A format that events can leave in; `conflict` gives actors their looks.

    `named` writes it where the file itself has to say what it is called.
    """

    name: str
    mime: str
    write: Callable[[Outgoing, Conflict], bytes]
    named: Callable[[Outgoing, Conflict, str], bytes] | None = None

    def content(self, outgoing: Outgoing, conflict: Conflict, name: str) -> bytes:
        """Return the file that will be called `name`."""
        if self.named is None:
            return self.write(outgoing, conflict)
        return self.named(outgoing, conflict, name)


def export(
    outgoing: Outgoing, path: Path, conflict: Conflict, *, form: Form | None = None
) -> None:
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
    form
        Writes the file, if it is not that of `FORMS` for the suffix.

    Raises
    ------
    ValueError
        If the suffix is another one.
    OSError
        If the file cannot be written.
    """
    form = form or FORMS.get(path.suffix.lower())
    if form is None:
        raise ValueError(f"{path.name} does not end in one of {', '.join(FORMS)}")
    # Beside the target, so that it can be moved there in one step.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        unfinished = Path(folder) / "events"
        unfinished.write_bytes(form.content(outgoing, conflict, path.name))
        os.replace(unfinished, path)


def to_geojson(outgoing: Outgoing) -> str:
    """Return events as a GeoJSON feature collection (RFC 7946).

    One feature an event with its id; coordinates are longitude and latitude (WGS 84)
    to the last digit that the store has, since `radius_m` says how sure they are; days
    are ISO text, what is not known null. The member `ABOUT` says what was held back.
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
    collection = {
        "type": "FeatureCollection",
        ABOUT: {**facts(outgoing), "licence": GENERAL},
        "features": features,
    }
    return json.dumps(collection, ensure_ascii=False, allow_nan=False)


def plain_rows(outgoing: Outgoing) -> list[dict[str, Any]]:
    """Return what every format says of each event, as Python's own types.

    Days are ISO text, what is not known None; `geometry` comes last, as [longitude,
    latitude].
    """
    return _plain(credited(outgoing))


def to_csv(outgoing: Outgoing, *, hxl: bool = False) -> str:
    """Return events as comma-separated values, with HXL tags if asked; see `geo.sheet`.

    Beside the events' columns each row says as of when and what was held back; `lon`
    and `lat` come last.
    """
    events = credited(outgoing)
    names = [*_properties(events), *facts(outgoing), "lon", "lat"]
    rows = [
        {**row, **facts(outgoing), "lon": row["geometry"][0], "lat": row["geometry"][1]}
        for row in _plain(events)
    ]
    return sheet(names, rows, hxl=hxl)


def to_kml(outgoing: Outgoing, conflict: Conflict) -> bytes:
    """Return events as KML 2.2, in the colours of their actors; see `geo.kml`."""
    events = credited(outgoing)
    columns = {name: _kind(events[name].dtype) for name in _properties(events)}
    return kml(_plain(events), columns, conflict.actors, outgoing)


def to_html(outgoing: Outgoing, conflict: Conflict) -> str:
    """Return events as a page that plays them without a server; see `geo.onefile`."""
    from geo.onefile import one_file

    return one_file(outgoing, conflict)


def to_geopackage(
    outgoing: Outgoing,
    conflict: Conflict,
    *,
    day: date | None = None,
    name: str = "events.gpkg",
) -> bytes:
    """Return events as a GeoPackage that QGIS draws as we do; see `geo.geopackage`.

    With a `day` also who is reported to hold each place on it, and control areas. The
    QGIS project in it looks for its layers in a file called `name`.
    """
    from geo.geopackage import geopackage

    return geopackage(outgoing, conflict, day=day, name=name)


def to_parquet(outgoing: Outgoing) -> bytes:
    """Return events as GeoParquet; `ABOUT` in the schema's metadata is JSON."""
    file = io.BytesIO()
    for_arrow(credited(outgoing)).to_parquet(file, index=False)
    table = parquet.read_table(file)
    about = {ABOUT.encode(): json.dumps(facts(outgoing)).encode()}
    told = table.replace_schema_metadata({**(table.schema.metadata or {}), **about})
    file = io.BytesIO()
    parquet.write_table(told, file)
    return file.getvalue()


def areas_geojson(outgoing: Outgoing, day: date) -> str:
    """Return `told_areas` as a GeoJSON feature collection, longitude first (WGS 84)."""
    found = told_areas(outgoing, day)
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shape)),
            "properties": row,
        }
        for shape, row in zip(
            found.geometry,
            found.drop(columns="geometry").to_dict("records"),
            strict=True,
        )
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, allow_nan=False)


def told_areas(outgoing: Outgoing, day: date) -> gpd.GeoDataFrame:
    """Return control areas at the end of a day, with what must be said of them.

    One row a row of `geo.territory.areas`. Each says that it is an estimate, from
    which lists its places are, and what was held back.
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
    columns = {
        name: np.full(len(found), value, dtype=object) for name, value in said.items()
    }
    return found.assign(**columns).set_geometry(shapely.orient_polygons(exact))


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
        list(spot) for spot in shapely.get_coordinates(events.geometry).tolist()
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


def for_arrow(events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
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
        write=to_geopackage,
        named=lambda outgoing, conflict, name: to_geopackage(
            outgoing, conflict, name=name
        ),
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

TAGGED = Form(
    name="CSV (HXL)",
    mime="text/csv",
    write=lambda outgoing, _: to_csv(outgoing, hxl=True).encode(),
)
"""CSV with a second row of HXL tags, for those who ask for it."""
