"""What a text says of distances and directions, held against the map."""

import math
import re
from html import unescape
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.records import Statement
from geo.areas import BEARINGS, Area, bearing_deg, distance_m, shifted
from geo.checks import check
from geo.geocode import Location
from geo.names import fold
from geo.reading import contradictions_html
from geo.wording import finding_words

# (lon, lat, radius in metres), from public knowledge.
TOWNS = {
    "Palmyra": (38.28, 34.56, 3_000),
    "Raqqa": (39.01, 35.95, 5_000),
    "Tabqa": (38.55, 35.84, 3_000),
    "Deir Hafer": (37.71, 36.16, 3_000),
    "Manbij": (37.95, 36.53, 3_000),
    "Aleppo": (37.16, 36.20, 10_000),
    "Homs": (36.72, 34.73, 7_000),
    "Hama": (36.75, 35.13, 7_000),
    "Rastan": (36.73, 34.93, 3_000),
}
PLACE, REFERENCE = "Tabqa", "Raqqa"


def area(lon, lat, radius_m=3_000.0, where_prec=1):
    return Area(lon=lon, lat=lat, radius_m=radius_m, where_prec=where_prec, name="x")


def points(**changed):
    towns = {fold(name): area(*where) for name, where in TOWNS.items()}
    return {**towns, **{fold(name): where for name, where in changed.items()}}


def states(place, reference, bearing=None, km=None, **more):
    text = f"{place} lies there from {reference}."
    return Statement(
        place=place,
        reference=reference,
        text=text,
        char_start=100,
        char_end=100 + len(text),
        place_start=100,
        place_end=100 + len(place),
        reference_start=100 + text.index(reference, len(place)),
        reference_end=100 + len(text) - 1,
        bearing=bearing,
        distance_km=km,
        **more,
    )


def agrees(*said, where=None, **more):
    """Return the verdict on one statement, or None where none is given."""
    found = check([states(*said, **more)], where or points())
    return found[0].agrees if found else None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # 168 km on the map; the road is 1.2 times that
        (("Palmyra", "Raqqa", None, 225), False),
        (("Palmyra", "Raqqa", None, 200), True),
        (("Palmyra", "Raqqa", None, 168), True),
        (("Palmyra", "Raqqa", None, 150), True),
        (("Palmyra", "Raqqa", None, 120), False),
        # 46 km to the south-west
        (("Deir Hafer", "Manbij", "NW", None), False),
        (("Deir Hafer", "Manbij", "SW", None), True),
        (("Deir Hafer", "Manbij", "S", None), True),
        (("Deir Hafer", "Manbij", "W", None), True),
        (("Deir Hafer", "Manbij", "N", None), False),
        (("Deir Hafer", "Manbij", "E", None), False),
        (("Deir Hafer", "Manbij", "SW", 50), True),
        (("Deir Hafer", "Manbij", "SW", 90), False),
        (("Deir Hafer", "Manbij", "NE", 50), False),
        # 43 km to the west
        (("Tabqa", "Raqqa", "W", 45), True),
        (("Tabqa", "Raqqa", "WSW", 45), True),
        (("Tabqa", "Raqqa", "SSE", 45), False),
        (("Tabqa", "Raqqa", "W", 25), False),
    ],
)
def test_towns_as_they_lie(said, expected):
    assert agrees(*said) is expected


@pytest.mark.parametrize(
    ("km", "bound", "expected"),
    [
        (45, {"at_most": True}, True),
        (300, {"at_most": True}, True),
        (20, {"at_most": True}, False),
        (45, {"at_least": True}, True),
        (10, {"at_least": True}, True),
        (90, {"at_least": True}, False),
    ],
)
def test_bounds(km, bound, expected):
    """Tabqa is 43 km from Raqqa."""
    assert agrees("Tabqa", "Raqqa", None, km, **bound) is expected


@pytest.mark.parametrize(
    ("place", "first", "second", "expected"),
    [
        ("Rastan", "Homs", "Hama", True),
        ("Tabqa", "Aleppo", "Raqqa", True),
        ("Palmyra", "Homs", "Hama", False),
        ("Homs", "Aleppo", "Raqqa", False),
        ("Hama", "Rastan", "Homs", False),
    ],
)
def test_between(place, first, second, expected):
    assert agrees(place, first, second_reference=second) is expected


def test_between_gives_all_three_distances():
    (found,) = check([states("Rastan", "Homs", second_reference="Hama")], points())
    assert found.measured_km == pytest.approx(22, abs=1)
    assert found.second_km == pytest.approx(22, abs=1)
    assert found.apart_km == pytest.approx(44, abs=1)


@pytest.mark.parametrize(
    "where",
    [
        {},
        points(Tabqa=None),
        points(Raqqa=None),
        points(Raqqa=area(*TOWNS["Tabqa"])),
        points(Tabqa=Location(match="none", reason="in no gazetteer", name="Tabqa")),
    ],
    ids=["none", "no place", "no reference", "one place", "not located"],
)
def test_what_is_not_known_gives_no_finding(where):
    assert check([states("Tabqa", "Raqqa", "W", 45)], where) == ()


def test_a_location_does_for_a_point():
    lon, lat, radius_m = TOWNS["Tabqa"]
    location = Location(
        match="exact", reason="", name="Tabqa", lon=lon, lat=lat, radius_m=radius_m,
        where_prec=1, place_id="1",
    )  # fmt: skip
    assert agrees("Tabqa", "Raqqa", "W", 45, where=points(Tabqa=location)) is True


def test_a_direction_is_not_judged_where_one_place_is_around_the_other():
    province = area(38.9, 35.9, 90_000.0, 4)
    assert agrees("Tabqa", "Raqqa", "E", None, where=points(Raqqa=province)) is None
    assert agrees("Tabqa", "Raqqa", "E", 45, where=points(Raqqa=province)) is True


@pytest.mark.parametrize(("radius_m", "expected"), [(3_000, False), (60_000, True)])
def test_what_is_not_exact_widens_the_tolerance(radius_m, expected):
    vague = area(*TOWNS["Palmyra"][:2], radius_m=radius_m, where_prec=5)
    where = points(Palmyra=vague)
    assert agrees("Palmyra", "Raqqa", None, 225, where=where) is expected


def test_a_toponym_is_found_however_it_is_spelled():
    assert agrees("PALMYRA", "Raqqa", None, 225) is False


def test_findings_are_flat_and_in_the_order_of_statements():
    said = [states("Palmyra", "Raqqa", None, 225), states("Tabqa", "Raqqa", "W", 45)]
    first, second = check(said, points())
    assert (first.place, second.place) == ("Palmyra", "Tabqa")
    assert first.measured_km == pytest.approx(168, abs=2)
    assert second.measured_deg == pytest.approx(253, abs=3)
    assert (first.char_start, first.text) == (100, said[0].text)
    fields = (getattr(first, name) for name in first.__slots__)
    assert all(isinstance(value, str | float | int | None) for value in fields)


lons = st.floats(-175, 175)
# Where longitude and latitude stand for other places once they are swapped.
lats = st.floats(-70, 70)


@given(lons, lats, st.sampled_from(sorted(BEARINGS)), st.floats(30, 300), st.booleans())
def test_the_words_for_where_a_point_was_put_agree(lon, lat, bearing, km, named):
    there = shifted(lon, lat, BEARINGS[bearing], km * 1000)
    where = {fold(PLACE): area(*there), fold(REFERENCE): area(lon, lat)}
    said = (bearing if named else None), km
    assert agrees(PLACE, REFERENCE, *said, where=where) is True


@given(
    st.floats(20, 60), st.floats(20, 60),
    st.sampled_from(["N", "E", "S", "W"]), st.floats(50, 300),
)  # fmt: skip
def test_longitude_and_latitude_swapped_are_told(lon, lat, bearing, km):
    """North becomes east then, and a degree of longitude is shorter."""
    other = shifted(lon, lat, BEARINGS[bearing], km * 1000)
    right = {fold(PLACE): area(*other), fold(REFERENCE): area(lon, lat)}
    swapped = {key: area(one.lat, one.lon) for key, one in right.items()}
    assert agrees(PLACE, REFERENCE, bearing, None, where=right) is True
    assert agrees(PLACE, REFERENCE, bearing, None, where=swapped) is False


@given(lons, lats, lons, lats)
def test_figures_are_those_of_the_map(lon, lat, other_lon, other_lat):
    where = {fold(PLACE): area(lon, lat), fold(REFERENCE): area(other_lon, other_lat)}
    for found in check([states(PLACE, REFERENCE, None, 50)], where):
        away = distance_m(other_lon, other_lat, lon, lat) / 1000
        assert found.measured_km == pytest.approx(away, abs=0.001)
        towards = bearing_deg(other_lon, other_lat, lon, lat)
        apart = math.radians(found.measured_deg - towards)
        assert math.cos(apart) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("said", "more", "words"),
    [
        (("Palmyra", "Raqqa", None, 225), {}, "The text says that Palmyra lies around 225 km from Raqqa; on this map it is 168 km (straight line)."),
        (("Deir Hafer", "Manbij", "NW"), {}, "The text puts Deir Hafer north-west of Manbij; on this map it lies 46 km to the south-west."),
        (("Tabqa", "Raqqa", "W", 45.2), {}, "The text says that Tabqa lies around 45 km west of Raqqa; on this map it lies 43 km to the west."),
        (("Rastan", "Homs", None, 4.5), {"at_most": True}, "The text says that Rastan lies at most 4.5 km from Homs; on this map it is 22 km (straight line)."),
        (("Rastan", "Homs", None, 90), {"at_least": True}, "The text says that Rastan lies at least 90 km from Homs; on this map it is 22 km (straight line)."),
        (("Palmyra", "Homs"), {"second_reference": "Hama"}, "The text puts Palmyra between Homs and Hama; on this map it is 144 km from Homs and 153 km from Hama, which are 45 km apart (straight lines)."),
    ],
)  # fmt: skip
def test_words(said, more, words):
    (found,) = check([states(*said, **more)], points())
    assert finding_words(found) == words


def words_of(html):
    return unescape(re.sub(r"<[^>]*>", " ", html))


def test_the_note_has_what_disagrees_and_nothing_else():
    said = [states("Palmyra", "Raqqa", None, 225), states("Tabqa", "Raqqa", "W", 45)]
    html = contradictions_html(check([*said, *said], points()))
    assert html.count("<li") == 1
    assert "168 km" in words_of(html)
    assert "Tabqa" not in html
    assert contradictions_html(check(said[1:], points())) == ""


def test_names_from_a_text_are_never_markup():
    evil = '<img src=x onerror="alert(1)">'
    where = {fold(evil): area(38.28, 34.56), fold("Raqqa"): area(39.01, 35.95)}
    html = contradictions_html(check([states(evil, "Raqqa", None, 225)], where))
    assert "<img" not in html
    assert evil in words_of(html)


def test_a_point_needs_no_more_than_four_attributes():
    bare = SimpleNamespace(lon=38.28, lat=34.56, radius_m=3_000.0, where_prec=1)
    assert agrees("Palmyra", "Raqqa", None, 225, where=points(Palmyra=bare)) is False
