"""Imports run one way: extract <- geo <- the page and the command."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EDGES = {
    *("geo.cli", "geo.places_commands", "geo.gazetteer_commands"),
    "geo.events_commands",
    *("geo.layers_commands", "geo.webhook_commands"),
    *("geo.ledger_commands", "geo.ingest_commands"),
    "geo.publishers_commands",
    "geo.publish_commands",
    "geo.review_commands",
    # Each worker has an environment of its own.
    "geo.corpus.s3_files",
    "geo.corpus_commands",
}
# What the packages share: the records and the conflict packs. More of `extract` is
# known where the steps meet, to the command, and to what prints claims.
SHARED = {
    *("extract.records", "extract.conflict", "extract.sources", "extract.found"),
    "extract.servers",
}
MEETING_PLACES = {
    *("geo.ingest", "geo.cli", "geo.printing", "geo.inputs", "geo.ingest_commands"),
    *(
        "geo.options",
        "geo.engines",
        "geo.places_commands",
        "geo.ledger_commands",
        "geo.extracting",
        "geo.explaining",
        "geo.review_commands",
    ),
    *("geo.corpus.reading", "geo.corpus.sources"),
}
MODULES = sorted([*ROOT.glob("extract/**/*.py"), *ROOT.glob("geo/**/*.py")])
HEAVY = {
    *("geopandas", "pandas", "streamlit", "sqlalchemy", "folium", "pyogrio"),
    *("httpx", "dask", "distributed", "pyarrow"),
}
NO_NAMES = {"utils", "helpers", "common", "misc", "base", "manager", "service"}


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imported(path):
    """Return the full names of all that a module imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} has a relative import"
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def of(names, package):
    return {n for n in names if n == package or n.startswith(f"{package}.")}


def test_the_modules_are_found():
    assert {"extract.read", "geo.ingest", "geo.cli"} <= {name_of(p) for p in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_arrows_run_one_way(path):
    names, module = imported(path), name_of(path)
    if module.startswith("extract."):
        assert not of(names, "geo")
    assert not of(names, "streamlit_app")
    assert not of(names, "geo.cli")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_pages_know_streamlit_and_only_the_map_knows_folium(path):
    names, module = imported(path), name_of(path)
    if not module.startswith("geo.pages."):
        assert not of(names, "streamlit")
        assert not of(names, "streamlit_folium")
    if module != "geo.map" and not module.startswith("geo.pages."):
        assert not of(names, "folium")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_geo_knows_the_shared_records_alone(path):
    module = name_of(path)
    if not module.startswith("geo.") or module in MEETING_PLACES:
        return
    # Pages take articles in, as the command does.
    shared = SHARED | ({"extract.read"} if module.startswith("geo.pages.") else set())
    across = of(imported(path), "extract") - {"extract"}
    left = across - set().union(*(of(across, name) for name in shared))
    assert not left


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_is_a_drawer_for_odds_and_ends(path):
    assert path.stem not in NO_NAMES


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_edges_read_the_clock_and_the_environment(path):
    if name_of(path) in EDGES or name_of(path).startswith("geo.pages."):
        return
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    forbidden = {
        *("date.today", "datetime.now", "datetime.utcnow", "datetime.today"),
        *("time.time", "os.getenv", "os.environ.get", "print"),
    }
    assert not calls & forbidden


@pytest.mark.parametrize(
    "command", [["--help"], ["extract", "--help"], ["ingest", "--help"]]
)
def test_lazy_imports(command):
    """Help, and what `extract` needs, come without the heavy packages."""
    code = (
        "import sys\nfrom geo.cli import app\n"
        "try:\n    app(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "import extract.claims, extract.lexicon, geo.gazetteer\n"
        "sys.stderr.write(' '.join(sorted({m.split('.')[0] for m in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Usage" in done.stdout
    assert not HEAVY & set(done.stderr.split())


def test_what_asks_servers_for_places_is_loaded_by_who_asks():
    code = "import sys, geo.ingest; print('geopy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
