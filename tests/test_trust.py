"""Rules that keep text from outside out of SQL, markup, paths, programs and logs."""

import ast
import logging
import os
import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from conftest import make_article

from extract.conflict import load_conflicts
from geo.gazetteer import open_gazetteer
from geo.ingest import ingest, steps_with
from geo.lookup_service import Service
from geo.online import Asking, Lookup
from geo.store import open_store

ROOT = Path(__file__).parent.parent
CACHE = Path(os.environ.get("TIDELINE_CACHE", ROOT / "test-output" / "cache"))
MODULES = [
    *sorted([*ROOT.glob("extract/**/*.py"), *ROOT.glob("geo/**/*.py")]),
    ROOT / "streamlit_app.py",
]
MARKER = "Zanzibarwort the quiet marker"
SQL = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|ATTACH|WHERE|ORDER BY)\b"
)
MADE = {
    "geo.archiving": "names of tables as the checked file has them, quoted",
    "geo.sqlite_files": "the number of this kind of file, a constant",
    "geo.transfer": "names of the schema's own tables and columns, quoted",
    "geo.migrations.versions.r0004_events": "names of its own tables, constants",
    "geo.filing": "its own schema and constants, before any row is read",
    "geo.gazetteer": "names of columns, and one question mark for each value",
}
"""Modules that put SQL together, and what they put into it."""
OWN_XML = {"geo.qgis_project": "a style that `geo.qml` made a moment before"}
"""Modules that read XML of this program's own making."""


def countries_of_packs():
    return {code for pack in load_conflicts().values() for code in pack.countries}


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@cache
def nodes(path):
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def words_of(node):
    """Return the literal words of an expression."""
    return " ".join(
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )


def put_together(path):
    """Return the expressions of a module that make one text of several."""
    for node in nodes(path):
        is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod)
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        is_call = is_call and node.func.attr in {"format", "format_map", "join"}
        if is_sum or is_call or isinstance(node, ast.JoinedStr):
            yield node


def calls():
    """Return each call of each module: the module, what is called, and the call."""
    for path in MODULES:
        for node in nodes(path):
            if isinstance(node, ast.Call):
                yield name_of(path), ast.unparse(node.func), node


def test_sql_is_put_together_of_constants_only():
    made = {
        name_of(path)
        for path in MODULES
        for node in put_together(path)
        if SQL.search(words_of(node))
    }
    assert made == set(MADE)


def test_nothing_is_put_into_sql_where_it_is_executed():
    running = {"execute", "executemany", "executescript", "exec_driver_sql", "text"}
    for module, name, call in calls():
        if name.split(".")[-1] in running and call.args and module not in MADE:
            assert not isinstance(call.args[0], ast.JoinedStr | ast.BinOp), module


def test_the_gazetteer_binds_what_it_is_asked_for():
    """Quotation marks and question marks are letters of a name like others."""
    hostile = ("x' OR '1'='1", 'x" --', "?", "%", "x'); DROP TABLE place; --", "\x00")
    with open_gazetteer(CACHE / "gazetteer.sqlite", countries_of_packs()) as index:
        for name in hostile:
            assert index.find(name, ("SY",), variants=False) == []
            assert index.country(name) is None
            assert index.places_in(name) == []
        assert index.places_in("SY")


def test_nothing_runs_what_it_reads():
    running = {
        *("eval", "exec", "compile", "__import__", "os.system", "os.popen"),
        *("pickle.loads", "pickle.load", "marshal.loads", "yaml.load", "shelve.open"),
    }
    allowing = {"shell", "unsafe_allow_html", "unsafe_allow_javascript"}
    for module, name, call in calls():
        assert name not in running, module
        assert not name.endswith(".extractall"), module
        assert not {word.arg for word in call.keywords} & allowing, module


def test_no_xml_is_read_by_our_own_hand():
    """Python's readers follow entities; writing with `xml.etree` is fine."""
    reading = {"parse", "fromstring", "iterparse", "XML", "XMLParser", "XMLPullParser"}
    for module, name, _ in calls():
        of, _, what = name.rpartition(".")
        if module in OWN_XML:
            continue
        assert of not in {"ET", "ElementTree", "etree"} or what not in reading, module
    for path in MODULES:
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"import.*\b(sax|minidom|pulldom|expat)\b", source), path


def test_tables_leave_through_the_export_that_defuses_formulas():
    """`geo/sheet.py` puts an apostrophe before what a spreadsheet would run."""
    writing = ("csv.writer", "csv.DictWriter", ".to_csv", ".to_excel")
    assert not {m for m, name, _ in calls() if name.endswith(writing)}
    assert {m for m, name, _ in calls() if name == "sheet"} == {"geo.export"}
    # Streamlit's own download of a table does not.
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert "disableDataExport = true" in config


def test_no_log_is_handed_what_an_article_says():
    said = {"text", "sentence", "title", "claims", "claim", "toponym", "article"}
    for module, name, call in calls():
        if name.startswith(("logger.", "logging.", "_LOGGER.")):
            named = {ast.unparse(one).split(".")[-1] for one in call.args[1:]}
            assert not named & said, module


def test_an_ingest_logs_nothing_of_an_article_even_at_its_most_talkative(
    tmp_path, caplog
):
    text = f"Islamic State captured Palmyra from the Syrian army. {MARKER}."
    good = make_article(
        article_id="good", text=text, title=MARKER, published=date(2015, 5, 21)
    )
    other = make_article(
        article_id="good",
        text=f"{text} More {MARKER}.",
        title=MARKER,
        published=date(2015, 5, 21),
    )
    with (
        caplog.at_level(logging.DEBUG),
        open_gazetteer(CACHE / "gazetteer.sqlite", countries_of_packs()) as gazetteer,
        open_store(tmp_path / "store.sqlite") as store,
    ):
        now = datetime(2026, 1, 1, tzinfo=UTC)
        lookup = Lookup(store, Asking(service=Service(), now=now))
        steps = steps_with(load_conflicts(), gazetteer, lookup)(store.choices())
        report = ingest([good, other], steps, store=store, now=now)
    assert len(report.added) == 1
    # Another text under a number that is taken is refused, and that is logged.
    assert len(report.failures) == 1
    assert "article good failed" in caplog.text
    assert MARKER not in caplog.text
