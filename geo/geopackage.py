"""Events as a GeoPackage: layers that QGIS opens styled as on our map, time enabled.

`events` always; `control` and `areas` where a day is asked for. What holds for the
whole file stands in the GeoPackage's own tables of metadata.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyogrio

from geo.credits import GENERAL, credited
from geo.export import ABOUT, for_arrow, told_areas
from geo.qgis_project import NAME, TABLE, Drawn, project
from geo.qml import areas_qml, control_qml, events_qml
from geo.territory import LABEL
from geo.timeline import control_on
from geo.withholding import facts, withheld_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    import geopandas as gpd

    from extract.records import Actor, Conflict
    from geo.withholding import Outgoing

LAYER = "events"
"""The name of the layer of events."""

FILE = "events.gpkg"
"""What a GeoPackage is called where nobody says."""

# Newer ones have nothing that we need, and programs of 2022 warn of them.
_VERSION = "1.2"
# As QGIS makes the table when it saves a style; it looks for rows by layer, with
# empty names of catalogue and schema.
_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256),
    f_table_schema TEXT(256),
    f_table_name TEXT(256),
    f_geometry_column TEXT(256),
    styleName TEXT(30),
    styleQML TEXT,
    styleSLD TEXT,
    useAsDefault BOOLEAN,
    description TEXT,
    owner TEXT(30),
    ui TEXT(30),
    update_time DATETIME DEFAULT CURRENT_TIMESTAMP
)
"""
_STYLE = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,
    f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner,
    ui, update_time)
VALUES ('', '', ?, 'geom', 'Tideline', ?, '', 1, ?, '', NULL, ?)
"""
_REGISTER = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)
VALUES ('layer_styles', 'attributes', 'layer_styles', ?)
"""
_SIGNS = (
    "Shape, colour and letter: the actor. Filled: assessed; pale: disputed; empty: "
    "claimed; dotted: denied or retracted. Dashed circle: how unsure the place is."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
    """A layer: its rows, their kind of geometry, and how QGIS draws them."""

    name: str
    rows: gpd.GeoDataFrame
    kind: str
    about: str
    style: Callable[[Sequence[Actor], Iterable[str], Iterable[str]], str]


def geopackage(
    outgoing: Outgoing,
    conflict: Conflict,
    *,
    day: date | None = None,
    name: str = FILE,
) -> bytes:
    """Return events as a GeoPackage, and what follows of them for a day if asked.

    Parameters
    ----------
    outgoing
        What may leave.
    conflict
        Gives the actors their looks.
    day
        Adds the layers `control` and `areas`: who is reported to hold each place at
        its end, and an estimate of the ground around.
    name
        What the file will be called: the QGIS project in it looks for its layers there.
    """
    layers = [_events(outgoing)]
    if day is not None:
        layers += [_control(outgoing, day), _areas(outgoing, day)]
    with tempfile.TemporaryDirectory(prefix="tideline-") as folder:
        path = Path(folder) / "events.gpkg"
        for layer in layers:
            _write(path, layer, outgoing)
        drawn = [_drawn(layer, conflict) for layer in layers]
        with closing(sqlite3.connect(path)) as connection, connection:
            _keep_styles(connection, layers, drawn, _moment(outgoing))
            _keep_project(connection, drawn, name, outgoing)
        return path.read_bytes()


def _events(outgoing: Outgoing) -> _Layer:
    return _Layer(
        name=LAYER,
        rows=credited(outgoing),
        kind="Point",
        about="Reported changes of who holds which place",
        style=events_qml,
    )


def _control(outgoing: Outgoing, day: date) -> _Layer:
    state = control_on(outgoing.events, day)
    told = {
        "day": np.full(len(state), day.isoformat(), dtype=object),
        "held_back": np.full(
            len(state), " ".join(withheld_words(outgoing)) or None, dtype=object
        ),
    }
    return _Layer(
        name="control",
        rows=state.assign(**told),
        kind="Point",
        about=f"Who is reported to hold each place at the end of {day.isoformat()}",
        style=control_qml,
    )


def _areas(outgoing: Outgoing, day: date) -> _Layer:
    return _Layer(
        name="areas",
        rows=told_areas(outgoing, day),
        kind="MultiPolygon",
        about=f"{LABEL}, at the end of {day.isoformat()}",
        style=areas_qml,
    )


def _write(path: Path, layer: _Layer, outgoing: Outgoing) -> None:
    said = " ".join((GENERAL, *withheld_words(outgoing)))
    told = {"licence": said, ABOUT: json.dumps(facts(outgoing))}
    is_new = not path.exists()
    pyogrio.write_dataframe(
        for_arrow(layer.rows),
        path,
        layer=layer.name,
        driver="GPKG",
        geometry_type=layer.kind,
        promote_to_multi=layer.kind.startswith("Multi"),
        append=not is_new,
        metadata=told,
        dataset_options={"VERSION": _VERSION} if is_new else {},
        layer_options={"IDENTIFIER": layer.name, "DESCRIPTION": layer.about},
    )


def _drawn(layer: _Layer, conflict: Conflict) -> Drawn:
    columns = [name for name in layer.rows.columns if name != "geometry"]
    qml = layer.style(conflict.actors, _parties(layer.rows), columns)
    return Drawn(name=layer.name, kind=layer.kind, qml=qml)


def _keep_styles(
    connection: sqlite3.Connection,
    layers: Sequence[_Layer],
    drawn: Sequence[Drawn],
    moment: str,
) -> None:
    """Store the styles, and let the same events make the same file."""
    connection.execute(_STYLES)
    connection.execute(_REGISTER, (moment,))
    for layer, how in zip(layers, drawn, strict=True):
        about = f"{layer.about}. {_SIGNS}"
        connection.execute(_STYLE, (layer.name, how.qml, about, moment))
    connection.execute("UPDATE gpkg_contents SET last_change = ?", (moment,))
    connection.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (moment,))


def _keep_project(
    connection: sqlite3.Connection,
    drawn: Sequence[Drawn],
    name: str,
    outgoing: Outgoing,
) -> None:
    ends = outgoing.events[["date_start", "date_end"]].stack().dropna()
    span = (ends.min().date(), ends.max().date()) if len(ends) else None
    told = {"last_modified_time": _moment(outgoing), "last_modified_user": ""}
    connection.execute(TABLE)
    connection.execute(
        "INSERT INTO qgis_projects VALUES (?, ?, ?)",
        (NAME, json.dumps(told), project(drawn, name, span)),
    )


def _moment(outgoing: Outgoing) -> str:
    return f"{outgoing.as_of.isoformat()}T00:00:00.000Z"


def _parties(rows: gpd.GeoDataFrame) -> set[str]:
    names = [n for n in ("gained_by", "lost_by", "controlled_by") if n in rows.columns]
    return {party for name in names for party in rows[name].dropna()}
