"""A QGIS project within a GeoPackage: what opens with layers, styles and time on.

QGIS draws a layer that is added alone in its stored style, but switches its time off
again; a project keeps it on.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

NAME = "Tideline"
"""The project's name in the GeoPackage."""

TABLE = """
CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)
"""
"""The table in which QGIS keeps projects."""

# What a file's name may have for QGIS to find the file again.
_UNFIT = re.compile(r"[|\x00-\x1f/\\]")
# The earliest day that zip can say.
_NO_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A layer of the GeoPackage, the kind of its geometry, and its style as QML."""

    name: str
    kind: str
    qml: str


def project(layers: Sequence[Drawn], file: str, span: tuple[date, date] | None) -> str:
    """Return a project as QGIS stores it: the digits of a packed file.

    Parameters
    ----------
    layers
        The first one is drawn above all others.
    file
        The name of the GeoPackage that holds it; QGIS looks for it there.
    span
        The first and the last day of the time controller.
    """
    root = ET.Element("qgis", projectname=NAME, version="3.22.0")
    ET.SubElement(root, "homePath", path="")
    ET.SubElement(root, "title").text = NAME
    _crs(ET.SubElement(root, "projectCrs"))
    tree = ET.SubElement(root, "layer-tree-group")
    maplayers = ET.SubElement(root, "projectlayers")
    source = _UNFIT.sub("_", file)
    for layer in layers:
        ET.SubElement(
            tree,
            "layer-tree-layer",
            id=layer.name,
            name=layer.name,
            checked="Qt::Checked",
            providerKey="ogr",
        )
        _maplayer(maplayers, layer, f"./{source}|layername={layer.name}")
    if span:
        _time(root, *span)
    paths = ET.SubElement(ET.SubElement(root, "properties"), "Paths")
    ET.SubElement(paths, "Absolute", type="bool").text = "false"
    return _packed(root)


def _maplayer(maplayers: ET.Element, layer: Drawn, source: str) -> None:
    one = ET.SubElement(maplayers, "maplayer", type="vector", geometry=layer.kind)
    ET.SubElement(one, "id").text = layer.name
    ET.SubElement(one, "datasource").text = source
    ET.SubElement(one, "layername").text = layer.name
    _crs(ET.SubElement(one, "srs"))
    ET.SubElement(one, "provider", encoding="UTF-8").text = "ogr"
    _, _, style = layer.qml.partition("\n")
    one.extend(ET.fromstring(style))  # noqa: S314 - made by `geo.qml`


def _crs(above: ET.Element) -> None:
    system = ET.SubElement(above, "spatialrefsys")
    ET.SubElement(system, "authid").text = "EPSG:4326"


def _time(root: ET.Element, first: date, last: date) -> None:
    settings = ET.SubElement(
        root,
        "ProjectTimeSettings",
        timeStep="7",
        timeStepUnit="d",
        frameRate="4",
        cumulativeTemporalRange="0",
    )
    span = ET.SubElement(settings, "TemporalRange")
    ET.SubElement(span, "start").text = f"{first.isoformat()}T00:00:00Z"
    ET.SubElement(span, "end").text = f"{last.isoformat()}T23:59:59Z"


def _packed(root: ET.Element) -> str:
    ET.indent(root, " ")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        one = zipfile.ZipInfo(f"{NAME}.qgs", _NO_DAY)
        one.compress_type = zipfile.ZIP_DEFLATED
        packed.writestr(one, ET.tostring(root, encoding="utf-8", xml_declaration=True))
    return file.getvalue().hex()
