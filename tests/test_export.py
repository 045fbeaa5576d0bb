import csv
import io
import json
import tempfile
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from conftest import make_claim, make_location
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from strategies import placed, placed_claims, texts

from geo.events import DTYPES, cluster, frame
from geo.export import export, to_csv, to_geojson

HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}} {% x %} ${alert(1)} `x`",
    'a "quoted", text\r\nwith lines',
    "\u202eright to left تدمر",
]


def events_at(*places, **changes):
    claims = [
        make_claim(claim_id=f"c{n}", place=place, **changes)
        for n, place in enumerate(places)
    ]
    return frame(
        cluster(
            [
                placed(claim, make_location(place_id=f"p{n}", lon=38 + n / 3))
                for n, claim in enumerate(claims)
            ]
        )
    )


def retyped(events):
    """Return a frame that was read from a file in the events frame's own types."""
    columns = {}
    for name, dtype in DTYPES.items():
        column = events[name]
        if dtype == "object":
            column = column.astype("object").where(column.notna(), None)
        elif dtype != "geometry":
            column = column.astype(dtype)
        columns[name] = column
    return gpd.GeoDataFrame(columns, geometry="geometry", crs=events.crs)


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet"])
@given(claims=placed_claims())
def test_events_come_back_from_a_file_as_they_were(suffix, claims):
    events = frame(cluster(claims))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"events{suffix}"
        export(events, path)
        read = gpd.read_parquet if suffix == ".parquet" else gpd.read_file
        assert_geodataframe_equal(retyped(read(path)), events)


@given(claims=placed_claims())
def test_geojson_says_what_the_frame_says(claims):
    events = frame(cluster(claims))
    collection = json.loads(to_geojson(events))
    assert collection["type"] == "FeatureCollection"
    assert set(collection) == {"type", "features"}
    rows = [{**f["properties"], "geometry": None} for f in collection["features"]]
    read = pd.DataFrame(rows, columns=list(DTYPES))
    points = gpd.points_from_xy(
        [f["geometry"]["coordinates"][0] for f in collection["features"]],
        [f["geometry"]["coordinates"][1] for f in collection["features"]],
    )
    read = gpd.GeoDataFrame(read.drop(columns="geometry"), geometry=points, crs=4326)
    assert_geodataframe_equal(retyped(read), events)


def test_geojson_has_longitude_first_and_days_as_iso_text():
    (feature,) = json.loads(to_geojson(events_at("Palmyra")))["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [38.0, 34.5601]}
    assert feature["id"] == feature["properties"]["event_id"] == "e-c0"
    assert feature["properties"]["date_start"] == "2017-03-02"


def test_early_days_have_four_digits_in_their_year():
    events = events_at("X", date_start=date(33, 1, 1), date_end=date(33, 1, 1))
    (feature,) = json.loads(to_geojson(events))["features"]
    assert feature["properties"]["date_start"] == "0033-01-01"


def test_what_is_not_known_is_null_in_geojson_and_empty_in_csv():
    events = events_at("X", date_start=None, date_end=None, lost_by=None)
    (feature,) = json.loads(to_geojson(events))["features"]
    (row,) = csv.DictReader(io.StringIO(to_csv(events)))
    for name in ("date_start", "date_end", "date_prec", "lost_by"):
        assert feature["properties"][name] is None
        assert row[name] == ""


@pytest.mark.parametrize("place", HOSTILE)
def test_any_text_is_kept_to_the_letter(place):
    events = events_at(place)
    (feature,) = json.loads(to_geojson(events))["features"]
    (row,) = csv.DictReader(io.StringIO(to_csv(events), newline=""))
    assert feature["properties"]["place"] == row["place"] == place


@pytest.mark.parametrize("first", list("=+-@\t\r\n＝＋－＠"))
def test_a_cell_that_could_be_a_formula_is_made_harmless(first):
    (row,) = csv.DictReader(io.StringIO(to_csv(events_at(f"{first}1+1")), newline=""))
    assert row["place"] == f"'{first}1+1"


@given(place=texts)
def test_no_text_cell_begins_as_a_formula(place):
    (row,) = csv.DictReader(io.StringIO(to_csv(events_at(place)), newline=""))
    assert not row["place"].startswith(tuple("=+-@\t\r"))
    assert row["place"].removeprefix("'") == place.removeprefix("'")


def test_numbers_in_csv_stay_numbers():
    west = placed(make_claim(), make_location(lon=-3.5, lat=-2.25))
    (row,) = csv.DictReader(io.StringIO(to_csv(frame(cluster([west])))))
    assert (row["lon"], row["lat"]) == ("-3.5", "-2.25")


@pytest.mark.parametrize("suffix", [".geojson", ".csv", ".gpkg", ".parquet"])
def test_no_events_make_a_file_with_no_events(tmp_path, suffix):
    path = tmp_path / f"none{suffix}"
    export(frame([]), path)
    if suffix == ".parquet":
        read = gpd.read_parquet(path)
    elif suffix == ".csv":
        read = pd.read_csv(path)
        assert list(read.columns)[-2:] == ["lon", "lat"]
    elif suffix == ".gpkg":
        read = gpd.read_file(path)
    else:
        read = json.loads(path.read_text())["features"]
    assert len(read) == 0


@pytest.mark.parametrize("name", ["events.GEOJSON", "events.Csv", "events.GPKG"])
def test_the_case_of_a_suffix_does_not_matter(tmp_path, name):
    export(events_at("X"), tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["events.xlsx", "events", ".geojson"])
def test_another_suffix_is_refused_with_the_known_ones(tmp_path, name):
    with pytest.raises(ValueError, match=r"\.geojson, \.csv, \.gpkg, \.parquet"):
        export(events_at("X"), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".geojson", ".csv", ".gpkg", ".parquet"])
def test_a_file_that_is_there_is_replaced(tmp_path, suffix):
    path = tmp_path / f"events{suffix}"
    export(events_at("X", "Y"), path)
    export(events_at("Z"), path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert b"Z" in path.read_bytes()


def test_a_reader_keeps_the_whole_old_file_while_a_new_one_takes_its_place(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("the old one")
    with path.open() as reader:
        export(events_at("X"), path)
        assert reader.read() == "the old one"
    assert path.read_text() != "the old one"


def test_an_export_that_fails_leaves_what_was_there(tmp_path):
    path = tmp_path / "events.geojson"
    path.write_text("the old one")
    broken = events_at("X").assign(radius_m=float("inf"))
    with pytest.raises(ValueError, match="JSON"):
        export(broken, path)
    assert path.read_text() == "the old one"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(OSError, match="missing"):
        export(events_at("X"), tmp_path / "missing" / "events.csv")
