"""The API of a real server, read by GDAL and by a tester of documents."""

import re

import pyogrio
import pytest
import server
import shapely
from api_fuzzing import fuzz

from geo.api.collections import COLLECTIONS
from geo.events import DTYPES
from geo.store import open_store


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("server") / "store.sqlite"
    server.fill(path)
    return path


@pytest.fixture(scope="module")
def address(store):
    with server.served(store, TIDELINE_API_RATE="0") as found:
        yield found


def read(address, layer="events", **options):
    return pyogrio.read_dataframe(f"OAPIF:{address}/api", layer=layer, **options)


def test_gdal_lists_the_collections(address):
    assert "OAPIF" in pyogrio.list_drivers()
    layers = pyogrio.list_layers(f"OAPIF:{address}/api")
    assert [name for name, _ in layers] == list(COLLECTIONS)


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_gdal_reads_events_page_by_page(address, store, size):
    found = read(address, PAGE_SIZE=str(size))
    with open_store(store) as opened:
        events = opened.events()
    assert sorted(found["event_id"]) == sorted(events["event_id"])
    assert found.crs == "EPSG:4326"
    assert set(DTYPES) <= set(found.columns)
    assert str(found["date_end"].dtype).startswith("datetime64")
    assert found["n_claims"].sum() == events["n_claims"].sum()
    same = found.set_index("event_id").geometry
    assert same.equals(events.set_index("event_id").geometry.reindex(same.index))


def test_gdal_asks_by_box(address):
    box = (38.0, 34.0, 38.5, 35.0)
    found = read(address, bbox=box, PAGE_SIZE="2")
    everything = read(address)
    inside = everything[everything.intersects(shapely.box(*box))]
    assert len(inside) == 4
    assert sorted(found["event_id"]) == sorted(inside["event_id"])


@pytest.mark.parametrize("layer", [name for name in COLLECTIONS if name != "events"])
def test_gdal_reads_each_collection(address, layer):
    found = read(address, layer)
    assert len(found)
    assert set(COLLECTIONS[layer].properties) <= set(found.columns)


def test_a_document_tester_finds_no_fault(address, tmp_path):
    """A part of it, and a few cases; `tests/soak_api.py` goes through all."""
    paths = "^/(events.atom|collections/(events/items|areas))$"
    code, said = fuzz(
        address,
        tmp_path,
        *("--include-method", "GET", "--phases", "fuzzing"),
        *("--include-path-regex", paths),
        examples=6,
    )
    assert code == 0, said
    assert int(re.search(r"(\d+) generated", said)[1]) > 20, said
