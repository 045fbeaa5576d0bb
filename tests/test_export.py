import csv
import io
import json
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from blocks import blocks
from conftest import make_claim, make_location
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import placed, texts

from extract.conflict import load_conflicts
from geo import options
from geo.credits import CREDITS
from geo.events import DTYPES, cluster, frame
from geo.export import FORMS, export, to_csv, to_geojson
from geo.withholding import COARSEN_KM, LONGEST_DELAY, withheld

SYRIA = load_conflicts()["syria"]

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
    return leaving(
        frame(
            cluster(
                [
                    placed(claim, make_location(place_id=f"p{n}", lon=38 + n / 3))
                    for n, claim in enumerate(claims)
                ]
            )
        )
    )


def leaving(events):
    """Return events of which nothing is held back."""
    return withheld(events, today=date(2017, 3, 20))


def read_by_geopandas(path):
    if path.suffix == ".parquet":
        return gpd.read_parquet(path)
    return gpd.read_file(
        path, **({"layer": "events"} if path.suffix == ".gpkg" else {})
    )


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


marks = st.text(st.sampled_from("=+-@\t\r\n;|, '\"a＝"), max_size=12)


@given(place=texts | marks)
def test_no_text_cell_begins_as_a_formula(place):
    (row,) = csv.DictReader(io.StringIO(to_csv(events_at(place)), newline=""))
    assert not row["place"].lstrip(" ").startswith(tuple("=+-@\t\r"))
    assert row["place"].replace("'", "") == place.replace("'", "")


@settings(max_examples=25)
@given(place=marks, publisher=marks)
def test_no_cell_is_a_formula_where_another_sign_parts_cells(place, publisher):
    """A spreadsheet set to another country reads our commas as part of a cell."""
    events = frame(cluster([placed(make_claim(place=place), publisher=publisher)]))
    written = to_csv(leaving(events))
    for delimiter in ";\t|":
        for row in csv.reader(io.StringIO(written, newline=""), delimiter=delimiter):
            for cell in row:
                assert not cell.lstrip(" ").startswith(tuple("=+-@＝"))


TEXT = [name for name, dtype in DTYPES.items() if dtype == "object"]


@pytest.mark.parametrize("column", TEXT)
def test_every_column_of_text_is_made_harmless(column):
    events = leaving(events_at("X").events.assign(**{column: "=1+1"}))
    (row,) = csv.DictReader(io.StringIO(to_csv(events), newline=""))
    assert row[column] == "'=1+1"


@pytest.mark.parametrize("suffix", [suffix for suffix in FORMS if suffix != ".html"])
def test_every_format_says_whose_the_place_and_the_sentence_are(tmp_path, suffix):
    where = make_location(source="GeoNames, CC BY 4.0, 2026-11-01")
    path = tmp_path / f"events{suffix}"
    export(leaving(frame(cluster([placed(make_claim(), where)]))), path, SYRIA)
    read = pd.read_csv(path) if suffix == ".csv" else read_by_geopandas(path)
    assert read["licence"][0] == "place: CC BY 4.0; sentence: its publisher's, quoted"
    assert read["attribution"][0] == (
        "Place: GeoNames, CC BY 4.0, 2026-11-01. "
        "Sentence: Daily Example, https://example.org/."
    )
    needed = {*DTYPES, *CREDITS} - {"geometry"}
    assert needed <= set(read.columns)
    assert read["sentence"][0] == make_claim().sentence


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("© OpenStreetMap contributors, ODbL 1.0", "ODbL 1.0"),
        ("general knowledge, rounded, MIT", "MIT"),
        ("My list", "see attribution"),
        ("Committee of Summit, all rights reserved", "see attribution"),
        ("ours, ODbL, 2026-01-05", "ODbL"),
        ("placed by a reader", "see attribution"),
        ("", "see attribution"),
    ],
)
def test_a_place_has_the_licence_of_its_list(source, word):
    where = make_location(source=source)
    outgoing = leaving(frame(cluster([placed(make_claim(), where)])))
    (feature,) = json.loads(to_geojson(outgoing))["features"]
    assert feature["properties"]["licence"].startswith(f"place: {word}; ")
    assert (source or "source not recorded") in feature["properties"]["attribution"]


def test_the_command_knows_what_there_is_to_choose():
    """It starts without the heavy packages, so it has its own lists."""
    assert tuple(FORMS) == options.SUFFIXES
    assert options.COARSEN_KM == COARSEN_KM
    assert options.LONGEST_DELAY == LONGEST_DELAY


def test_numbers_in_csv_stay_numbers():
    west = placed(make_claim(), make_location(lon=-3.5, lat=-2.25))
    (row,) = csv.DictReader(io.StringIO(to_csv(leaving(frame(cluster([west]))))))
    assert (row["lon"], row["lat"]) == ("-3.5", "-2.25")


@pytest.mark.parametrize("suffix", FORMS)
def test_no_events_make_a_file_with_no_events(tmp_path, suffix):
    path = tmp_path / f"none{suffix}"
    export(leaving(frame([])), path, SYRIA)
    if suffix == ".csv":
        read = pd.read_csv(path)
        assert list(read.columns)[-2:] == ["lon", "lat"]
    elif suffix in (".gpkg", ".kml", ".parquet"):
        read = read_by_geopandas(path)
    elif suffix == ".html":
        read = json.loads(blocks(path.read_text())["reading"])
    else:
        read = json.loads(path.read_text())["features"]
    assert len(read) == 0


@pytest.mark.parametrize("name", ["events.GEOJSON", "events.Csv", "events.GPKG"])
def test_the_case_of_a_suffix_does_not_matter(tmp_path, name):
    export(events_at("X"), tmp_path / name, SYRIA)
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["events.xlsx", "events", ".geojson"])
def test_another_suffix_is_refused_with_the_known_ones(tmp_path, name):
    with pytest.raises(ValueError, match=", ".join(FORMS)):
        export(events_at("X"), tmp_path / name, SYRIA)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", FORMS)
def test_a_file_that_is_there_is_replaced(tmp_path, suffix):
    path = tmp_path / f"events{suffix}"
    export(events_at("X", "Y"), path, SYRIA)
    export(events_at("Z"), path, SYRIA)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert b"Z" in path.read_bytes()
    alone = tmp_path / f"alone{suffix}"
    export(events_at("Z"), alone, SYRIA)
    assert path.stat().st_size == alone.stat().st_size


def test_a_reader_keeps_the_whole_old_file_while_a_new_one_takes_its_place(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("the old one")
    with path.open() as reader:
        export(events_at("X"), path, SYRIA)
        assert reader.read() == "the old one"
    assert path.read_text() != "the old one"


def test_an_export_that_fails_leaves_what_was_there(tmp_path):
    path = tmp_path / "events.geojson"
    path.write_text("the old one")
    broken = leaving(events_at("X").events.assign(radius_m=float("inf")))
    with pytest.raises(ValueError, match="JSON"):
        export(broken, path, SYRIA)
    assert path.read_text() == "the old one"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(OSError, match="missing"):
        export(events_at("X"), tmp_path / "missing" / "events.csv", SYRIA)
