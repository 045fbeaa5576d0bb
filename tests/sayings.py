"""Which texts the program says: found in its source, for the catalogues' tests."""

import ast
import importlib
import json
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted((ROOT / "assets" / "map").glob("*.js"))
# Where the language itself is made: these pass on what others say.
MAKERS = {"geo.language", "geo.pages.words"}
SPOKEN = {"geo.language", "geo.pages.words"}
# What keeps its Latin letters in every script: programs, formats, hosts, licences.
LATIN = {
    *("Tideline", "GeoNames", "OpenStreetMap", "Leaflet", "Natural", "Earth"),
    *("Markdown", "JSON", "CSV", "GeoJSON", "KML", "GeoPackage", "GeoParquet"),
    *(
        "HTML",
        "PDF",
        "Word",
        "PNG",
        "PMTiles",
        "ODbL",
        "CC",
        "BY",
        "geonames.org",
        "tile.openstreetmap.org",
    ),
}
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_CALL = re.compile(r"(?:\btideline\.t|(?<![\w.$])t)\(\s*")
_SUM = re.compile(rf"{_TEXT.pattern}(?:\s*\+\s*{_TEXT.pattern})*(?=\s*[,)])")
_EITHER = re.compile(rf"[^,()\"]+\?\s*({_TEXT.pattern})\s*:\s*({_TEXT.pattern})\s*[,)]")
_FROM_TABLE = re.compile(r"([A-Z][A-Z_]+)(?:\[|\.)")


def said_in_python():
    """Return the texts that the modules of `geo` say, with where each is said."""
    found = {}
    for path in sorted(ROOT.glob("geo/**/*.py")):
        source = path.read_text(encoding="utf-8")
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if module in MAKERS or not any(name in source for name in SPOKEN):
            continue
        tree = ast.parse(source)
        if not SPOKEN & _imported(tree):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) == "say":
                for text in _texts(node.args[0], module):
                    found.setdefault(text, f"{module}:{node.lineno}")
    return found


def _imported(tree):
    return {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def _name(func):
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", None)


def _texts(node, module):
    """Return what the first argument of `say` can be: literals, a constant, or a table's values."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body, module), *_texts(node.orelse, module)]
    table = node.value if isinstance(node, ast.Subscript) else node
    name = _name(table) or ""
    if name.isupper():
        said = getattr(importlib.import_module(module), name)
        if isinstance(node, ast.Subscript):
            return list(said.values() if isinstance(said, dict) else said)
        return [said]
    raise AssertionError(f"{module}:{node.lineno} says {ast.unparse(node)}")


def said_in_scripts():
    """Return the texts that the map's scripts say, with where each is said."""
    found = {}
    for path in SCRIPTS:
        script = path.read_text(encoding="utf-8")
        for call in _CALL.finditer(script):
            line = f"{path.name}:{script.count(chr(10), 0, call.start()) + 1}"
            for text in _literals(script, call.end(), line):
                found.setdefault(text, line)
    return found


def _literals(script, at, line):
    if one := _SUM.match(script, at):
        return ["".join(json.loads(text) for text in _TEXT.findall(one[0]))]
    if either := _EITHER.match(script, at):
        return [json.loads(text) for text in either.groups()]
    if table := _FROM_TABLE.match(script, at):
        start = re.search(rf"\b{table[1]} = [{{\[]", script)
        assert start, f"{line}: the table {table[1]} is not in this script"
        body = script[start.end() : script.index(";", start.end())]
        return [json.loads(text) for text in _TEXT.findall(body)]
    raise AssertionError(f"{line} says what no test can read")
