"""Answers of strangers are read: what is no place is none, and nothing breaks."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nominatim_server import place

from geo.answers import places_in

HOSTILE = {
    "lat": ["abc", None, "NaN", "1e999", True, [1], {}, "-91", 10**400],
    "lon": ["", None, "inf", "181", -180.5, {}],
    "osm_type": [None, "x'; DROP TABLE claim; --", [], 1],
    "osm_id": [None, "1", -1, 1.5, 2**70, True],
    "class": [None, [], 5, "shop"],
    "address": [None, [], "sy", {"country_code": 5}, {"country_code": ["sy"]}],
}
HARMLESS = {
    "boundingbox": [None, [], ["a", "b", "c", "d"], ["1"], {}, ["nan"] * 4, "35"],
    "importance": [None, "NaN", [], "x", 1e300],
    "namedetails": [None, [], "x", {"name": 5, "b": [], "c": None}],
    "display_name": ["Xyz <script>alert(1)</script>, {{7*7}}", "Xyz\x00\ud800\u202e"],
}


@pytest.mark.parametrize(
    ("key", "value"), [(k, value) for k, values in HOSTILE.items() for value in values]
)
def test_nonsense_is_no_place(key, value):
    found = places_in(json.dumps([{**place(38.5, 35.5), key: value}]))
    assert not [one for one in found if one.country == "SY" and one.is_a(None)]


@pytest.mark.parametrize(
    ("key", "value"), [(k, value) for k, values in HARMLESS.items() for value in values]
)
def test_nonsense_that_does_not_matter_costs_no_place(key, value):
    [found] = places_in(json.dumps([{**place(38.5, 35.5), key: value}]))
    assert (found.lon, found.lat) == (38.5, 35.5)
    assert 1_000 < found.radius_m < 5_000
    assert 0 <= found.weight <= 1


@given(raw=st.text(max_size=200))
def test_any_text_is_read_without_a_fault(raw):
    for found in places_in(raw):
        assert math.isfinite(found.lon)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(sorted(place(0, 0))), inner, max_size=6)
    ),
)


@given(items=st.lists(JSON, max_size=4))
def test_any_json_is_read_without_a_fault(items):
    for found in places_in(json.dumps(items)):
        assert -180 <= found.lon <= 180
        assert -90 <= found.lat <= 90
