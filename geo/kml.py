"""Events as KML 2.2, for Google Earth and the like.

Programs that read KML may show a description as HTML, so no text of others stands in
one unescaped; the events' data stand beside it as they are.
"""

from __future__ import annotations

import re
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from geo.credits import GENERAL
from geo.withholding import withheld_words
from geo.wording import days_words, headline, source_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extract.records import Actor
    from geo.withholding import Outgoing

NAMESPACE = "http://www.opengis.net/kml/2.2"

# Whatever XML 1.0 cannot hold: most control characters, surrogates, two non-characters.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_END = b"</Folder>"
_TYPES = {int: "int", float: "double", bool: "bool"}


def kml(
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, type],
    actors: Iterable[Actor],
    outgoing: Outgoing,
) -> bytes:
    """Return events as a KML document, UTF-8.

    One placemark an event, with the span of its possible days (inclusive, as
    TimeSpan's ends are), a style in the colour of its actor and every column as data.

    Parameters
    ----------
    rows
        Values of Python's own types, days as ISO text, None for what is not known;
        `geometry` is longitude and latitude.
    columns
        The names to write, with the type of each: `str`, `int`, `float` or `bool`.
    actors
        Give the styles their colours.
    outgoing
        What the rows were made from: says what was held back.
    """
    root = ET.Element("kml", xmlns=NAMESPACE)
    document = _child(root, "Document")
    _child(document, "name", "Tideline: reported control of places")
    said = " ".join((GENERAL, *withheld_words(outgoing)))
    _child(document, "description", escape(said, quote=False))
    styles = _styles(document, actors)
    schema = _child(document, "Schema", name="event", id="event")
    for name, kind in columns.items():
        _child(schema, "SimpleField", name=name, type=_TYPES.get(kind, "string"))
    # A folder is a layer to GIS programs, also where it holds nothing.
    folder = _child(document, "Folder")
    _child(folder, "name", "events")
    ET.indent(root, " ")
    written = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    # One by one: as one tree, a hundred thousand placemarks take more than a gigabyte.
    before, after = written.split(_END)
    marks = (_placemark(row, columns, styles) for row in rows)
    return b"\n".join((before, *marks, _END + after))


def _child(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> Any:  # noqa: ANN401 - an element
    made = ET.SubElement(parent, tag, attributes)
    if text:
        made.text = _UNFIT.sub("", text)
    return made


def _styles(document: ET.Element, actors: Iterable[Actor]) -> dict[str | None, str]:
    """Write a style for each actor, and return their names by the actors'."""
    names: dict[str | None, str] = {}
    for number, actor in enumerate(actors):
        names[actor.name] = f"actor-{number}"
        _style(document, names[actor.name], actor.color)
    _style(document, "nobody", "#767676")
    return names


def _style(document: ET.Element, name: str, color: str) -> None:
    style = _child(document, "Style", id=name)
    # KML's colours run from alpha over blue and green to red.
    red, green, blue = color[1:3], color[3:5], color[5:7]
    _child(_child(style, "IconStyle"), "color", f"ff{blue}{green}{red}".lower())
    # Else the balloon would show the columns, in which words of others stand, as HTML.
    _child(_child(style, "BalloonStyle"), "text", "$[description]")


def _placemark(
    row: Mapping[str, Any], columns: Iterable[str], styles: Mapping[str | None, str]
) -> bytes:
    mark = ET.Element("Placemark")
    parties = row["gained_by"], row["lost_by"]
    _child(mark, "name", headline(row["event_type"], row["place"], *parties))
    _child(mark, "description", _description(row))
    if row["date_start"] and row["date_end"]:
        span = _child(mark, "TimeSpan")
        _child(span, "begin", row["date_start"])
        _child(span, "end", row["date_end"])
    style = styles.get(row["gained_by"] or row["lost_by"], "nobody")
    _child(mark, "styleUrl", f"#{style}")
    data = _child(_child(mark, "ExtendedData"), "SchemaData", schemaUrl="#event")
    for name in columns:
        if row[name] is not None:
            _child(data, "SimpleData", _written(row[name]), name=name)
    point = row["geometry"]
    _child(_child(mark, "Point"), "coordinates", f"{point[0]},{point[1]}")
    return ET.tostring(mark, encoding="unicode").encode()


def _description(row: Mapping[str, Any]) -> str:
    """Quote the sentence, and say when, how sure and by whom, as escaped HTML."""
    lines = (
        f"“{row['sentence']}”",
        f"{days_words(*_days(row))} · {row['status']}"
        f" · {source_line(row['publisher'], row['n_publishers'])}",
        row["attribution"],
    )
    return "<br>".join(escape(line, quote=False) for line in lines)


def _days(row: Mapping[str, Any]) -> list[date | None]:
    ends = row["date_start"], row["date_end"]
    return [date.fromisoformat(day) if day else None for day in ends]


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
