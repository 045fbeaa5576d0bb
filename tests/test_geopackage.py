"""The GeoPackage as GIS programs read it: layers, styles, time, whose data they are."""

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pyogrio
import pytest
from conftest import make_claim, make_location
from strategies import placed

from extract.conflict import load_conflicts
from geo.events import DTYPES, cluster, frame
from geo.export import to_geopackage
from geo.importing import read_events
from geo.pages.served import all_actors
from geo.withholding import withheld

PACKS = load_conflicts()
SYRIA = all_actors(PACKS)
DAY = date(2017, 3, 20)
# A Python that knows QGIS: Debian's own, or the one that this names.
PYTHON = os.environ.get("TIDELINE_QGIS", "/usr/bin/python3")
PROBE = Path(__file__).with_name("qgis_probe.py")


def some():
    """Return two events of different holders on different days, one of them unsure."""
    sdf = make_claim(
        claim_id="c1",
        place="Raqqa",
        gained_by="Syrian Democratic Forces",
        date_start=date(2017, 3, 10),
        date_end=date(2017, 3, 11),
    )
    far = make_location(place_id="p1", lon=39.0, radius_m=20_000.0, where_prec=2)
    nobody = make_claim(claim_id="c2", gained_by="</qgis>'", lost_by=None)
    return withheld(
        frame(
            cluster(
                [
                    placed(make_claim(), make_location(source="GeoNames, CC BY 4.0")),
                    placed(sdf, far),
                    placed(nobody, make_location(place_id="p2", lon=38.6)),
                ]
            )
        ),
        today=DAY,
        coarsen_km=1,
    )


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "events of today.gpkg"
    path.write_bytes(to_geopackage(some(), SYRIA, day=DAY, name=path.name))
    return path


def asked(path, query):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_gdal_finds_the_layers_and_whose_they_are(path):
    layers = dict(pyogrio.list_layers(path))
    assert next(iter(layers)) == "events"
    assert layers == {
        "events": "Point",
        "control": "Point",
        "areas": "MultiPolygon",
        "layer_styles": None,
    }
    for name in ("events", "control", "areas"):
        told = pyogrio.read_info(path, layer=name)["layer_metadata"]
        assert "Reported claims, not findings." in told["licence"]
        assert "grid of 1 km" in told["licence"]
        assert json.loads(told["tideline"])["as_of"] == "2017-03-20"
        rows = pyogrio.read_dataframe(path, layer=name)
        assert len(rows) == pyogrio.read_info(path, layer=name)["features"] > 0
    control = pyogrio.read_dataframe(path, layer="control")
    assert set(control["day"]) == {"2017-03-20"}
    assert control["held_back"].str.contains("grid of 1 km").all()
    areas = pyogrio.read_dataframe(path, layer="areas")
    assert set(areas["note"]) == {"Estimate from reported places"}


def test_the_database_is_sound_and_its_styles_are_of_its_layers(path):
    assert asked(path, "PRAGMA integrity_check") == [("ok",)]
    assert asked(path, "PRAGMA foreign_key_check") == []
    styles = dict(asked(path, "SELECT f_table_name, styleQML FROM layer_styles"))
    assert set(styles) == {"events", "control", "areas"}
    for name, qml in styles.items():
        root = ET.fromstring(qml.partition("\n")[2])  # noqa: S314 - made here
        columns = {c for _, c, *_ in asked(path, f'PRAGMA table_info("{name}")')}
        named = {one.get("field") for one in root.iter("alias")}
        assert named == columns - {"fid", "geom"}
        assert all(one.get("name") for one in root.iter("alias"))
        values = [one.get("value") for one in root.iter("category")]
        assert values[-1] == ""
        assert set(values[:-1]) <= {actor.name for actor in SYRIA.actors}


def test_every_shape_of_the_packs_is_one_that_qgis_draws():
    """QGIS' names of simple markers that ours have to be among."""
    shapes = {actor.shape for pack in PACKS.values() for actor in pack.actors}
    assert shapes <= {"circle", "square", "diamond", "triangle", "pentagon", "hexagon"}


def test_without_a_day_there_are_events_alone(tmp_path):
    path = tmp_path / "events.gpkg"
    path.write_bytes(to_geopackage(some(), SYRIA))
    names = [name for name, _ in pyogrio.list_layers(path)]
    assert names == ["events", "layer_styles"]
    columns = set(pyogrio.read_dataframe(path, layer="events").columns)
    assert set(DTYPES) <= columns


def test_nothing_makes_a_file_of_empty_layers(tmp_path):
    path = tmp_path / "events.gpkg"
    path.write_bytes(to_geopackage(withheld(frame([]), today=DAY), SYRIA, day=DAY))
    for name in ("events", "control", "areas"):
        assert pyogrio.read_info(path, layer=name)["features"] == 0
    assert read_events(path, today=DAY).events.empty


def has_qgis():
    done = subprocess.run(
        [PYTHON, "-c", "import qgis.core"], capture_output=True, check=False
    )
    return done.returncode == 0


def test_qgis_opens_it_with_styles_and_time(path, tmp_path):
    if not has_qgis():
        pytest.skip("no QGIS here; TIDELINE_QGIS may name a Python that has it")
    picture = tmp_path / "map.png"
    spans = ["2017-03-01", "2017-03-01", "2017-03-02", "2017-03-02"]
    spans += ["2017-03-11", "2017-03-11"]
    hours = ["T00:00:00", "T23:00:00"] * 3
    days = [day + hour for day, hour in zip(spans, hours, strict=True)]
    done = subprocess.run(
        [PYTHON, PROBE, str(path), str(picture), *days],
        capture_output=True,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": ""},
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["opened"]
    assert found["span"] == ["2017-03-02T00:00:00Z", "2017-03-11T23:59:59Z"]
    for layers in (found["alone"], found["project"]):
        assert set(layers) == {"events", "control", "areas"}
        for layer in layers.values():
            assert layer["valid"]
            assert layer["rows"] > 0
            assert layer["renderer"] == "categorizedSymbol"
        values = [one["value"] for one in layers["events"]["categories"]]
        assert values[-1] == ""
        assert "Syrian Democratic Forces" in values
        for one in layers["events"]["categories"]:
            assert one["parts"] == ["SimpleMarker", "SimpleMarker", "FontMarker"]
        assert "Radius (m)" in layers["events"]["aliases"]
        assert layers["events"]["types"]["date_start"] == "DateTime"
        time = layers["events"]["time"]
        assert time["fields"] == ["date_start", "date_end"]
        assert time["mode"] == 2
    # QGIS switches off the time of a layer that is added alone, whatever its style.
    assert found["project"]["events"]["time"]["active"]
    before, first, later = found["drawn"].values()
    assert before == 0
    assert first > 0
    assert later > 0
    assert first != later
    assert picture.read_bytes()[:4] == b"\x89PNG"
