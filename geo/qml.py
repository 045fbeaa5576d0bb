"""How QGIS draws our layers: styles in its own form (QML), with time switched on.

The signs are those of our own map as far as QGIS has them: an actor's shape, colour
and letter, filled as the status is. Nothing but words of the packs and of this module
stands in a style.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extract.records import Actor

PAPER, INK = "#ffffff", "#1b1b1f"
NOBODY = "#767676"

_HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_CATEGORIES = "Symbology|Fields|Temporal|MapTips"
# QGIS' numbers for a range from field to field, and for a last day that is inside.
_FROM_TO, _BOTH_ENDS = "2", "1"
_EXPRESSION = "3"
_UNSURE = '"where_prec" > 1'
_DOTTED = "\"status\" IN ('denied', 'retracted')"


def events_qml(
    actors: Sequence[Actor], present: Iterable[str], columns: Iterable[str]
) -> str:
    """Return the style of events.

    Parameters
    ----------
    actors
        Of the packs.
    present
        Who is in the layer; each has a row in the legend.
    columns
        The layer's columns, each of which gets a name to read.
    """
    root = _root(columns, ("date_start", "date_end"))
    who = 'coalesce("gained_by", "lost_by", \'\')'
    _signs(root, who, _present(actors, present))
    return _written(root)


def control_qml(
    actors: Sequence[Actor], present: Iterable[str], columns: Iterable[str]
) -> str:
    """Return the style of who is reported to hold each place."""
    root = _root(columns, None)
    _signs(root, "coalesce(\"controlled_by\", '')", _present(actors, present))
    return _written(root)


def areas_qml(
    actors: Sequence[Actor], present: Iterable[str], columns: Iterable[str]
) -> str:
    """Return the style of control areas: pale, since they are an estimate."""
    root = _root(columns, None)
    symbols = _renderer(root, "controlled_by", _present(actors, present))
    for number, (_, _, color, _, _) in enumerate(_present(actors, present)):
        symbol = _symbol(symbols, "fill", number)
        look = {
            "color": _rgba(color, 70),
            "style": "solid",
            "outline_color": _rgba(color),
            "outline_width": "0.3",
        }
        thin = "case when \"evidence\" = 'thin' then 'dash' else 'solid' end"
        _layer(symbol, "SimpleFill", look, {"outlineStyle": thin})
    return _written(root)


_Row = tuple[str, str, str, str, str]


def _present(actors: Sequence[Actor], present: Iterable[str]) -> list[_Row]:
    """Return name, label, colour, shape and letter of each; the rest are nobody."""
    there = set(present)
    rows = [
        (one.name, one.name, one.color, one.shape, one.letter)
        for one in actors
        if one.name in there
    ]
    # A category without a value is QGIS' for all others.
    return [*rows, ("", "others, or nobody named", NOBODY, "circle", "?")]


def _root(columns: Iterable[str], span: tuple[str, str] | None) -> ET.Element:
    root = ET.Element("qgis", version="3.22.0", styleCategories=_CATEGORIES)
    if span:
        first, last = span
        temporal = ET.SubElement(
            root,
            "temporal",
            enabled="1",
            mode=_FROM_TO,
            limitMode=_BOTH_ENDS,
            startField=first,
            endField=last,
            durationUnit="d",
            fixedDuration="1",
            accumulate="0",
            durationField="",
            startExpression="",
            endExpression="",
        )
        fixed = ET.SubElement(temporal, "fixedRange")
        ET.SubElement(fixed, "start")
        ET.SubElement(fixed, "end")
    aliases = ET.SubElement(root, "aliases")
    for number, name in enumerate(columns, 1):
        ET.SubElement(
            aliases, "alias", field=name, index=str(number), name=_readable(name)
        )
    return root


def _readable(name: str) -> str:
    words = name.removesuffix("_m").replace("_", " ")
    if words.startswith("n "):
        words = f"number of {words[2:]}"
    return f"{words[0].upper()}{words[1:]}{' (m)' if name.endswith('_m') else ''}"


def _signs(root: ET.Element, who: str, rows: list[_Row]) -> None:
    symbols = _renderer(root, who, rows)
    for number, (_, _, color, shape, letter) in enumerate(rows):
        symbol = _symbol(symbols, "marker", number)
        _circle(symbol, color)
        _body(symbol, color, shape)
        _letter(symbol, color, letter)


def _circle(symbol: ET.Element, color: str) -> None:
    """Draw how unsure the place is: a dashed circle of its radius on the ground."""
    look = {
        "name": "circle",
        "color": "0,0,0,0",
        "outline_color": _rgba(color, 200),
        "outline_style": "dash",
        "outline_width": "0.3",
        "size": "1",
        "size_unit": "RenderMetersInMapUnits",
    }
    _layer(symbol, "SimpleMarker", look, {"size": '2 * "radius_m"', "enabled": _UNSURE})


def _body(symbol: ET.Element, color: str, shape: str) -> None:
    look = {
        "name": shape,
        "color": _rgba(PAPER),
        "outline_color": _rgba(color),
        "outline_style": "solid",
        "outline_width": "0.6",
        "size": "5",
        "size_unit": "MM",
    }
    fill = (
        f"case when \"status\" = 'assessed' then '{color}' "
        f"when \"status\" = 'disputed' then set_color_part('{color}', 'alpha', 100) "
        f"else '{PAPER}' end"
    )
    dotted = f"case when {_DOTTED} then 'dot' else 'solid' end"
    _layer(symbol, "SimpleMarker", look, {"fillColor": fill, "outlineStyle": dotted})


def _letter(symbol: ET.Element, color: str, letter: str) -> None:
    look = {
        "chr": letter,
        "font": "Sans",
        "color": _rgba(INK),
        "size": "3",
        "size_unit": "MM",
        "outline_width": "0",
    }
    over = PAPER if _is_dark(color) else INK
    ink = f"case when \"status\" = 'assessed' then '{over}' else '{INK}' end"
    _layer(symbol, "FontMarker", look, {"fillColor": ink})


def _renderer(root: ET.Element, who: str, rows: list[_Row]) -> ET.Element:
    renderer = ET.SubElement(root, "renderer-v2", type="categorizedSymbol", attr=who)
    categories = ET.SubElement(renderer, "categories")
    for number, (name, label, *_) in enumerate(rows):
        ET.SubElement(
            categories,
            "category",
            value=name,
            label=label,
            symbol=str(number),
            render="true",
        )
    return ET.SubElement(renderer, "symbols")


def _symbol(symbols: ET.Element, kind: str, number: int) -> ET.Element:
    return ET.SubElement(symbols, "symbol", type=kind, name=str(number), alpha="1")


def _layer(
    symbol: ET.Element, kind: str, look: Mapping[str, str], by: Mapping[str, str]
) -> None:
    """Add a part of a symbol: its look, and by which expressions parts of it go."""
    layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "pass": "0"})
    _options(layer, look)
    defined = ET.SubElement(layer, "data_defined_properties")
    collection = ET.SubElement(defined, "Option", type="Map")
    properties = ET.SubElement(collection, "Option", type="Map", name="properties")
    for name, expression in by.items():
        one = ET.SubElement(properties, "Option", type="Map", name=name)
        _option(one, "active", "true", kind="bool")
        _option(one, "expression", expression)
        _option(one, "type", _EXPRESSION, kind="int")
    _option(collection, "type", "collection")


def _options(above: ET.Element, values: Mapping[str, str]) -> None:
    options = ET.SubElement(above, "Option", type="Map")
    for name, value in values.items():
        _option(options, name, value)


def _option(above: ET.Element, name: str, value: str, *, kind: str = "QString") -> None:
    ET.SubElement(above, "Option", type=kind, name=name, value=value)


def _rgba(color: str, alpha: int = 255) -> str:
    return ",".join(map(str, (*_rgb(color), alpha)))


def _rgb(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color[1:]))


def _is_dark(color: str) -> bool:
    """Say whether white is read better on a colour; as assets/map/signs.js does."""
    red, green, blue = ((part / 255) ** 2.2 for part in _rgb(color))
    return bool(0.2126 * red + 0.7152 * green + 0.0722 * blue <= 0.3)


def _written(root: ET.Element) -> str:
    ET.indent(root, " ")
    return _HEAD + ET.tostring(root, encoding="unicode")
