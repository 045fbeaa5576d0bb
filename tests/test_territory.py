import json
from datetime import date

import geopandas as gpd
import numpy as np
import pytest
import shapely
from fronts import make_state, moving, overlap, sample, truths
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import Point, box
from strategies import placed_claims

from geo.events import cluster, frame
from geo.export import areas_geojson
from geo.territory import AREA_DTYPES, LABEL, REACH_M, areas, read_land
from geo.timeline import control_on
from geo.withholding import withheld, withheld_words

EARTH = Geod(ellps="WGS84")
WORLD = gpd.GeoSeries([box(-180, -90, 180, 90)], crs="EPSG:4326")


def held(by="A", **changes):
    return {"controlled_by": by, **changes}


def holders(found, lon, lat):
    """Return whose areas a point lies in."""
    return list(found[found.contains(Point(lon, lat))]["controlled_by"])


def distances_m(places, points):
    """Return how far each point lies from each place, on the ground."""
    pairs = [np.repeat(column, len(places)) for column in points.T]
    spots = [np.tile(column, len(points)) for column in places.T]
    return np.asarray(EARTH.inv(*pairs, *spots)[2]).reshape(len(points), -1)


@pytest.mark.parametrize("lat", [-36.0, 0.0, 34.5, 50.0, 70.0, 80.0])
@pytest.mark.parametrize("lon", [38.0, 180.0])
def test_a_point_belongs_to_the_nearest_place_in_reach(lon, lat):
    rng = np.random.default_rng(7)
    width = np.array([0.6 / np.cos(np.radians(lat)), 0.6])
    places = (lon, lat) + width * rng.uniform(-1, 1, (40, 2))
    points = (lon, lat) + width * rng.uniform(-1.4, 1.4, (3000, 2))
    # As they are written: beyond the 180th meridian comes -180.
    places[:, 0], points[:, 0] = [(x + 180) % 360 - 180 for x in (places[:, 0], points[:, 0])]  # fmt: skip
    state = make_state(*((x, y, held(f"{n}")) for n, (x, y) in enumerate(places)))
    found = areas(state, WORLD)
    of, at = found.sindex.query(shapely.points(points), predicate="within")
    owner = np.full(len(points), -1)
    owner[of] = found["controlled_by"].astype(int).to_numpy()[at]
    away = np.sort(distances_m(places, points), axis=1)
    nearest = np.where(away[:, 0] < REACH_M, distances_m(places, points).argmin(axis=1), -1)  # fmt: skip
    bounds = np.minimum(abs(away[:, 0] - REACH_M), (away[:, 1] - away[:, 0]) / 2)
    clear = bounds > 0.004 * REACH_M
    assert clear.sum() > 2500
    assert len(of) == len(set(of))
    assert (owner == nearest)[clear].all()
    assert len(set(owner)) > 35


# Few distinct points, many on one circle or line, so that ties and thin cells happen.
grid = st.integers(0, 8).map(lambda n: 36 + n / 16)
spots = st.tuples(
    grid, grid.map(lambda lon: lon - 1), st.sampled_from(("A", "B", None))
)


@given(st.lists(spots, max_size=40))
def test_areas_are_sound_and_share_no_ground(places):
    state = make_state(*((lon, lat, held(by)) for lon, lat, by in places))
    found = areas(state, WORLD)
    assert found.is_valid.all()
    assert found.crs == "EPSG:4326"
    assert dict(found.dtypes.astype(str)) == AREA_DTYPES
    assert {g.geom_type for g in found.geometry} <= {"MultiPolygon"}
    parts = found.to_crs("EPSG:3395").geometry
    assert parts.union_all().area == pytest.approx(parts.area.sum(), rel=1e-9)
    assert set(found["controlled_by"]) <= {by for _, _, by in places} - {None}
    last = {(lon, lat): by for lon, lat, by in places}
    for (lon, lat), by in last.items():
        assert holders(found, lon, lat) == ([by] if by else [])
    assert found["n_places"].sum() == sum(by is not None for by in last.values())


@settings(max_examples=20)
@given(st.lists(spots, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_decides(places, random):
    state = make_state(*((lon, lat, held(by)) for lon, lat, by in places))
    order = random.sample(range(len(state)), len(state))
    assert_geodataframe_equal(areas(state, WORLD), areas(state.iloc[order], WORLD))


@settings(max_examples=20)
@given(placed_claims())
def test_what_control_on_returns_has_areas(claims):
    state = control_on(frame(cluster(claims)), date(2017, 3, 20))
    found = areas(state, WORLD)
    assert set(found["controlled_by"]) <= set(state["controlled_by"].dropna())
    assert dict(found.dtypes.astype(str)) == AREA_DTYPES


def test_without_places_the_columns_have_their_types():
    found = areas(make_state(), WORLD)
    assert found.empty
    assert found.crs == "EPSG:4326"
    assert dict(found.dtypes.astype(str)) == AREA_DTYPES
    assert list(found.columns) == list(AREA_DTYPES)


def test_areas_end_at_the_shore():
    shore = gpd.GeoSeries(
        [box(36, 34, 37, 35), box(37.05, 34, 38, 35)], crs="EPSG:4326"
    )
    found = areas(make_state((36.95, 34.5, held()), (40, 34.5, held("B"))), shore)
    assert list(found["controlled_by"]) == ["A"]
    assert holders(found, 36.99, 34.5) == ["A"]
    assert holders(found, 37.02, 34.5) == []
    assert holders(found, 37.06, 34.5) == ["A"]
    outside = shapely.difference(found.geometry.to_numpy(), shore.union_all())
    assert shapely.area(outside).sum() == pytest.approx(0, abs=1e-12)


def test_the_outline_of_the_basemap_limits_them():
    beirut = areas(make_state((35.5, 33.9, held())), read_land())
    assert holders(beirut, 35.6, 33.9) == ["A"]
    assert holders(beirut, 35.4, 33.9) == []
    lake = areas(make_state((38.1, 36.0, held())), read_land())
    assert holders(lake, 38.1, 36.1) == []
    assert holders(lake, 38.0, 36.1) == ["A"]


def test_the_reach_can_be_another():
    found = areas(make_state((38, 34, held())), WORLD, reach_m=5_000)
    assert found.to_crs("EPSG:32637").area.sum() == pytest.approx(
        np.pi * 5_000**2, rel=0.01
    )


def test_where_nobody_is_known_to_hold_a_place_is_a_hole():
    places = [(38 + dx, 34 + dy, held()) for dx in (-0.1, 0, 0.1) for dy in (-0.1, 0, 0.1)]  # fmt: skip
    places[4] = (38, 34, held(None))
    found = areas(make_state(*places), WORLD)
    assert holders(found, 38.01, 34.01) == []
    assert holders(found, 38.08, 34.08) == ["A"]
    assert list(found["n_places"]) == [8]


def test_at_one_point_the_last_report_counts():
    early, late = {"last_reported": "2017-03-01"}, {"last_reported": "2017-03-02"}
    for places in (
        [held("A", **late), held("B", **early)],
        [held("B", **early), held("A", **late)],
        [held("B", **late, place_id="p1"), held("A", **late, place_id="p2")],
    ):
        found = areas(make_state(*((38.0, 34.0, one) for one in places)), WORLD)
        assert list(found["controlled_by"]) == ["A"]
        assert list(found["n_places"]) == [1]


@pytest.mark.parametrize(
    ("where_prec", "radius_m", "counts"),
    [
        (1, 10_000.0, True),
        (1, None, True),
        (None, None, True),
        (2, 6_000.0, True),
        (2, 14_999.0, True),
        (2, 15_000.0, False),
        (5, 40_000.0, False),
    ],
)
def test_a_place_known_no_better_than_the_reach_does_not_count(where_prec, radius_m, counts):  # fmt: skip
    vague = held("B", where_prec=where_prec, radius_m=radius_m)
    found = areas(make_state((38, 34, held()), (38.05, 34, vague)), WORLD)
    assert holders(found, 38.06, 34) == (["B"] if counts else ["A"])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (False, False, "firm")),
        ({"age_days": 90}, (False, False, "firm")),
        ({"age_days": 91}, (False, False, "thin")),
        ({"status": "claimed"}, (False, False, "thin")),
        ({"status": "disputed", "disputed": True}, (True, False, "firm")),
        ({"contested": True}, (False, True, "firm")),
    ],
)
def test_what_is_in_doubt_stands_apart(changes, expected):
    state = make_state((38, 34, held(**changes)), (38.1, 34, held()))
    found = areas(state, WORLD)
    kinds = found[["disputed", "contested", "evidence"]].itertuples(index=False)
    assert {tuple(kind) for kind in kinds} == {expected, (False, False, "firm")}
    assert found["n_places"].sum() == 2


def test_a_place_at_the_date_line_counts_once_and_reaches_both_sides():
    found = areas(make_state((180.0, 65.0, held()), (-180.0, 65.0, held())), WORLD)
    assert list(found["n_places"]) == [1]
    assert holders(found, 179.9, 65) == holders(found, -179.9, 65) == ["A"]
    assert holders(found, 0, 65) == []
    assert len(found.geometry[0].geoms) == 2


def test_beyond_the_maps_of_the_web_there_is_nothing():
    state = make_state((0, 90, held()), (0, -89, held()), (10, 85.05, held("B")))
    assert list(areas(state, WORLD)["controlled_by"]) == ["B"]


def test_areas_leave_with_what_they_are_and_whose():
    events = moving(60, 2).assign(place_source="GeoNames, CC BY 4.0, 2026-11-26")
    outgoing = withheld(events, today=date(2017, 6, 1))
    day = date(2017, 3, 1)
    made = json.loads(areas_geojson(outgoing, day))
    read = gpd.GeoDataFrame.from_features(made, crs="EPSG:4326")
    expected = areas(control_on(events, day), read_land())
    names = [name for name in AREA_DTYPES if name != "geometry"]
    assert read[names].to_dict("records") == expected[names].to_dict("records")
    assert read.is_valid.all()
    apart = shapely.symmetric_difference(read.geometry.to_numpy(), expected.geometry.to_numpy())  # fmt: skip
    assert shapely.area(apart).max() < 1e-5
    assert set(read["day"]) == {"2017-03-01"}
    assert set(read["note"]) == {LABEL}
    assert read["attribution"].str.contains("GeoNames, CC BY 4.0").all()


def test_areas_tell_no_more_of_coarsened_places_than_their_events():
    events = moving(60, 2)
    day = date(2017, 3, 1)
    near = withheld(events, today=date(2017, 6, 1), coarsen_km=1)
    expected = areas(control_on(near.events, day), read_land())
    made = json.loads(areas_geojson(near, day))
    assert len(made["features"]) == len(expected) > 0
    said = {one["properties"]["held_back"] for one in made["features"]}
    assert said == set(withheld_words(near))
    # To 20 km a place may lie anywhere in its surroundings, and has none.
    far = withheld(events, today=date(2017, 6, 1), coarsen_km=20)
    assert json.loads(areas_geojson(far, day))["features"] == []


# How much of the truth is found again from 600 places, some 10 km apart, on 60,000
# square kilometres. The worst of three samples is the floor; an enclave of 25 km
# has few places of its own.
FLOORS = {"straight": 0.96, "curved": 0.94, "enclave": 0.81, "river": 0.98}


@pytest.mark.parametrize("name", FLOORS)
def test_made_up_fronts_are_found_again(name):
    truth = truths()[name]
    land = gpd.GeoSeries(list(truth), crs="EPSG:4326")
    states = [sample(truth, 600, seed) for seed in range(3)]
    shares = [overlap(areas(state, land), truth, state) for state in states]
    assert np.min(shares) >= FLOORS[name]
    # Holders dealt out among the places are no better than chance.
    dealt = np.random.default_rng(9).permutation(states[0]["controlled_by"])
    wrong = overlap(
        areas(states[0].assign(controlled_by=dealt), land), truth, states[0]
    )
    assert np.min(wrong) < 0.4


def test_more_places_tell_more():
    truth = truths()["enclave"]
    land = gpd.GeoSeries(list(truth), crs="EPSG:4326")
    states = [sample(truth, n, 1) for n in (150, 600, 2400)]
    shares = [min(overlap(areas(state, land), truth, state)) for state in states]
    assert shares == sorted(shares)
    assert shares[-1] > 0.9
