"""What is held back from everything that leaves."""

import ast
import csv
import io
import json
import sqlite3
import tempfile
from datetime import date, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from blocks import blocks
from conftest import make_claim, make_location
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import placed, placed_claims

from extract.conflict import load_conflicts
from geo.areas import distance_m
from geo.events import DTYPES, cluster, frame
from geo.export import FORMS
from geo.withholding import COARSEN_KM, snapped, withheld, withheld_words

ROOT = Path(__file__).parent.parent
TODAY = date(2017, 3, 20)
SYRIA = load_conflicts()["syria"]
longitudes = st.floats(-180, 180)
latitudes = st.floats(-90, 90)
sides = st.sampled_from(COARSEN_KM)


def at(*spots, **changes):
    """Return one event a spot; each spot is what changes in a location."""
    claims = [
        placed(
            make_claim(claim_id=f"c{n}", place=f"Village {n}", **changes),
            make_location(**{"place_id": f"geonames:{n}", **spot}),
        )
        for n, spot in enumerate(spots)
    ]
    return frame(cluster(claims))


def points(outgoing):
    return [(point.x, point.y) for point in outgoing.events.geometry]


@given(lon=longitudes, lat=latitudes, side=sides)
def test_a_place_lies_within_the_reach_of_the_middle_of_its_cell(lon, lat, side):
    x, y, reach = snapped(np.array([lon]), np.array([lat]), side * 1000.0)
    assert -180 < x[0] < 180
    assert -90 < y[0] < 90
    assert distance_m(lon, lat, x[0], y[0]) <= reach[0] * 1.0001 + 0.01


@given(lat=st.floats(-80, 80), lon=longitudes, side=sides)
def test_cells_are_of_the_asked_size_at_every_latitude(lat, lon, side):
    _x, _y, reach = snapped(np.array([lon]), np.array([lat]), side * 1000.0)
    diagonal = np.hypot(side, side) * 500
    # Near the poles the equatorward edge of a cell is wider than its middle.
    assert 0.9 * diagonal <= reach[0] <= 1.02 * diagonal


@given(lon=longitudes, lat=latitudes, side=sides)
def test_the_middle_of_a_cell_stays_where_it_is(lon, lat, side):
    once = snapped(np.array([lon]), np.array([lat]), side * 1000.0)
    twice = snapped(once[0], once[1], side * 1000.0)
    assert np.allclose(once[:2], twice[:2], atol=1e-9)


@given(lat=latitudes, side=sides)
def test_both_names_of_the_date_line_are_one_meridian(lat, side):
    x, y, _ = snapped(np.array([-180.0, 180.0]), np.array([lat, lat]), side * 1000.0)
    assert (x[0], y[0]) == (x[1], y[1])


def test_a_cell_does_not_cross_the_date_line():
    x, _, _ = snapped(np.array([179.999, -179.999]), np.zeros(2), 20_000.0)
    assert x[0] > 179.8
    assert x[1] < -179.8


@settings(max_examples=20)
@given(
    spots=st.lists(st.tuples(longitudes, latitudes, st.floats(0, 1e5)), max_size=6),
    side=sides,
)
def test_the_radius_covers_the_true_place_with_its_own_radius(spots, side):
    events = at(
        *({"lon": lon, "lat": lat, "radius_m": radius} for lon, lat, radius in spots)
    )
    coarse = withheld(events, today=TODAY, coarsen_km=side).events
    for before, after in zip(events.itertuples(), coarse.itertuples(), strict=True):
        away = distance_m(
            before.geometry.x, before.geometry.y, after.geometry.x, after.geometry.y
        )
        assert away + before.radius_m <= after.radius_m + 0.01
        # Whole half cells, so that it tells nothing of the radius or the point.
        assert after.radius_m % (side * 500) == 0


def test_no_coarsened_place_counts_as_exact():
    exact, wide, area = at(
        {"where_prec": 1},
        {"where_prec": 2, "radius_m": 60_000.0},
        {"where_prec": 4, "radius_m": 90_000.0},
    ).itertuples()
    events = at(
        {"where_prec": 1},
        {"where_prec": 2, "radius_m": 60_000.0},
        {"where_prec": 4, "radius_m": 90_000.0},
    )
    coarse = withheld(events, today=TODAY, coarsen_km=20).events
    assert dict(zip(coarse["place"], coarse["where_prec"], strict=True)) == {
        exact.place: 2,
        wide.place: 5,
        area.place: 4,
    }


def test_a_village_that_lists_put_on_two_sides_of_a_border_is_in_one_cell():
    """Two cells would tell that it lies between them."""
    x, _, _ = snapped(np.array([38.0]), np.array([35.0]), 5_000.0)
    width = 360 / np.ceil(2 * np.pi * 6_371_008.8 * np.cos(np.radians(35.0)) / 5_000)
    border = x[0] + width / 2
    one = placed(
        make_claim(
            claim_id="one", date_start=date(2017, 3, 1), date_end=date(2017, 3, 1)
        ),
        make_location(lon=border - 1e-4, lat=35.0, radius_m=900.0),
    )
    two = placed(
        make_claim(claim_id="two", gained_by="Islamic State", lost_by=None),
        make_location(lon=border + 1e-4, lat=35.0, radius_m=800.0),
    )
    events = frame(cluster([one, two]))
    assert len(events) == 2
    assert len(set(points(withheld(events, today=TODAY)))) == 2
    coarse = withheld(events, today=TODAY, coarsen_km=5)
    assert len(set(points(coarse))) == 1
    assert coarse.events["place_id"].nunique() == 1


@settings(max_examples=20)
@given(claims=placed_claims(places=3), side=sides)
def test_events_of_one_place_and_no_others_share_its_number(claims, side):
    events = frame(cluster(claims))
    coarse = withheld(events, today=TODAY, coarsen_km=side).events
    assert list(coarse.columns) == list(DTYPES)
    assert dict(coarse.dtypes.astype(str)) == dict(events.dtypes.astype(str))
    pairs = set(zip(events["place_id"], coarse["place_id"], strict=True))
    assert len(pairs) == events["place_id"].nunique() == coarse["place_id"].nunique()


def test_the_frame_that_is_held_back_from_stays_as_it_is():
    events = at({"lon": 38.123456}, {"lon": 38.2})
    before = events.copy()
    withheld(events, today=TODAY, coarsen_km=5, delay_days=300)
    assert events.equals(before)


# Told by a gazetteer's id, or in the id itself; none may be left in any file.
SECRET = {"lon": 38.2842917, "lat": 34.5601838, "radius_m": 1234.5}


def texts_in(content, suffix):
    """Return everything that a reader of the file can find in it, as one text."""
    if suffix == ".gpkg":
        database = sqlite3.connect(":memory:")
        database.deserialize(content)
        dumped = "\n".join(database.iterdump())
        database.close()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "events.gpkg"
            path.write_bytes(content)
            return dumped + gpd.read_file(path, layer="events").to_csv()
    if suffix == ".parquet":
        return gpd.read_parquet(io.BytesIO(content)).to_csv()
    if suffix == ".html":
        found = blocks(content.decode())
        return "".join(found[name].decode() for name in ("start", "words", "reading"))
    return content.decode()


@pytest.mark.parametrize("suffix", FORMS)
def test_no_format_tells_where_a_coarsened_place_was(suffix):
    """Whether it is in a gazetteer, or its id holds the coordinates, or it has none."""
    events = at(
        {**SECRET, "place_id": "geonames:163960"},
        {**SECRET, "place_id": "unlisted:x@38.284,34.560"},
        {**SECRET, "match": "relation", "place_id": None},
    )

    def written(km):
        outgoing = withheld(events, today=TODAY, coarsen_km=km)
        return FORMS[suffix].write(outgoing, SYRIA)

    secrets = ("38.2842", "38.284", "34.560", "163960", "1234")
    assert any(secret in texts_in(written(0), suffix) for secret in secrets)
    for km in (COARSEN_KM[0], COARSEN_KM[-1]):
        content = written(km)
        assert not any(secret in texts_in(content, suffix) for secret in secrets)
        for number in SECRET.values():
            assert np.float64(number).tobytes() not in content


@pytest.mark.parametrize("suffix", FORMS)
def test_no_format_has_an_event_that_is_held_back(suffix):
    events = at({}, {"lon": 38.0}, date_end=TODAY - timedelta(days=14))
    later = at({"place_id": "late"}, date_end=TODAY - timedelta(days=13))
    undated = at({"place_id": "never"}, date_start=None, date_end=None)
    both = gpd.pd.concat(
        [
            events,
            later.assign(place="TooLate"),
            undated.assign(place="Undated", event_id="u"),
        ]
    )
    outgoing = withheld(both, today=TODAY, delay_days=14)
    assert set(outgoing.events["place"]) == {"Village 0", "Village 1"}
    found = texts_in(FORMS[suffix].write(outgoing, SYRIA), suffix)
    assert "Village 1" in found
    assert "TooLate" not in found
    assert "Undated" not in found


def test_without_a_delay_all_events_leave_also_undated_and_later_ones():
    undated = at({}, date_start=None, date_end=None)
    later = at({}, date_end=TODAY + timedelta(days=400))
    assert len(withheld(undated, today=TODAY).events) == 1
    assert len(withheld(later, today=TODAY).events) == 1


@pytest.mark.parametrize("km", [-1, 2, 0.5, 100])
def test_places_are_coarsened_by_the_offered_sides_alone(km):
    with pytest.raises(ValueError, match=r"\(1, 5, 20\) km"):
        withheld(at({}), today=TODAY, coarsen_km=km)


@pytest.mark.parametrize("delay", [-1, 3651])
def test_a_delay_is_a_sensible_number_of_days(delay):
    with pytest.raises(ValueError, match="0 to 3650 days"):
        withheld(at({}), today=TODAY, delay_days=delay)


def test_a_delay_before_the_first_day_there_is_holds_all_back():
    early = at({}, date_start=date(1, 1, 2), date_end=date(1, 1, 2))
    assert withheld(early, today=date(1, 2, 1), delay_days=3000).events.empty


def test_none_held_back_is_none_said():
    assert withheld_words(withheld(at({}), today=TODAY)) == []
    places, late = withheld_words(
        withheld(at({}), today=TODAY, coarsen_km=5, delay_days=14)
    )
    assert "grid of 5 km" in places
    assert "names" in places
    assert "6 March 2017" in late


def test_only_what_holds_back_makes_what_leaves():
    """Every exporter takes an `Outgoing`; the type checker sees that it gets one."""
    makers = {
        path.stem
        for path in ROOT.glob("geo/**/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Outgoing"
    }
    assert makers == {"withholding"}


def test_csv_and_geojson_agree_on_what_leaves():
    outgoing = withheld(at(SECRET), today=TODAY, coarsen_km=20)
    [row] = csv.DictReader(io.StringIO(FORMS[".csv"].write(outgoing, SYRIA).decode()))
    [feature] = json.loads(FORMS[".geojson"].write(outgoing, SYRIA))["features"]
    assert [float(row["lon"]), float(row["lat"])] == feature["geometry"]["coordinates"]
    assert row["attribution"] == feature["properties"]["attribution"]
    assert "moved to a grid of 20 km" in row["attribution"]


def test_what_is_held_back_is_not_told_by_what_it_contradicts():
    took = {"date_start": date(2017, 3, 14), "date_end": date(2017, 3, 15)}
    holds = {**took, "date_end": date(2017, 3, 16), "gained_by": "Islamic State"}
    events = frame(
        cluster(
            [
                placed(make_claim(claim_id="one", **took), make_location()),
                placed(make_claim(claim_id="two", **holds), make_location()),
            ]
        )
    )
    assert events["contradicts"].tolist() == ["e-two", "e-one"]
    held = (TODAY - date(2017, 3, 15)).days
    (row,) = withheld(events, today=TODAY, delay_days=held).events.itertuples()
    assert (row.event_id, row.contradicts, row.says_otherwise) == ("e-one", None, None)
    assert "Islamic State" not in row.status_reason
    assert dict(events.dtypes.astype(str)) == dict(
        withheld(events, today=TODAY, delay_days=held).events.dtypes.astype(str)
    )
