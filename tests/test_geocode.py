import itertools
from dataclasses import replace

import pytest
from conftest import make_claim
from hypothesis import given
from hypothesis import strategies as st

from extract.records import (
    Outline,
    Relation,
    RelationKind,
    Statement,
    Toponym,
)
from geo.areas import BEARINGS, bearing_deg, beside, covering, distance_m, shifted
from geo.gazetteer import Gazetteer, build_gazetteer
from geo.geocode import LocalGeocoder, Location
from geo.listings import Listing, Place

AT_HAND = ("SY", "IQ", "TR")
# name: lon, lat, country, admin1, population, feature class, feature code, radius
PLACES = {
    "Tadmur|Palmyra": (38.284, 34.5624, "SY", "11", 51_000),
    "Homs": (36.7256, 34.724, "SY", "11", 775_000),
    "Aleppo": (37.1612, 36.2012, "SY", "09", 2_098_000),
    "Manbij": (37.955, 36.5282, "SY", "09", 99_000),
    "Al Bāb": (37.5157, 36.3705, "SY", "09", 130_000),
    "Dayr Ḩāfir|Deir Hafer": (37.7078, 36.1569, "SY", "09", 28_900),
    "Kuweires Sharqi": (37.58, 36.17, "SY", "09", 3_000),
    "Za'araya": (37.7805, 36.2264, "SY", "09", 0),
    "Ar Rawḑah|al-Rowzah": (37.813, 36.2133, "SY", "09", 0),
    "Nubl": (36.993, 36.3787, "SY", "09", 25_000),
    "Ar Raqqah|Raqqah|Raqqa": (39.0079, 35.9528, "SY", "04", 531_000),
    "Aţ Ţabqah|Tabqa": (38.5483, 35.8376, "SY", "04", 87_000),
    "‘Ayn ‘Īsá|Ain Issa": (38.8592, 36.385, "SY", "04", 5_000),
    "Sinjār|Sinjar": (41.8757, 36.3209, "IQ", "15", 38_000),
    "Tall Tamr|Tell Tamer": (40.37, 36.65, "SY", "01", 7_000),
    "Mosul": (43.1189, 36.335, "IQ", "15", 1_739_000),
    "Batman": (41.1322, 37.8874, "TR", "72", 447_000),
    "Palmyra, US|Palmyra": (-77.2333, 43.0639, "US", "NY", 3_500),
    "Aleppo, US|Aleppo": (-80.14, 40.53, "US", "PA", 1_900),
    "Tabqa airbase": (38.567, 35.755, "SY", "04", 0, "S", "AIRB", 3_000.0),
    "al-Omar oil field": (40.56, 35.1, "SY", "07", 0, "L", "OILF", 8_000.0),
    "Eastern Ghouta": (36.44, 33.54, "SY", "08", 0, "L", "RGN", 15_000.0),
    "Syria": (38.0, 35.0, "SY", "", 20_000_000, "A", "PCLI", None),
    "United States": (-98.0, 39.0, "US", "", 330_000_000, "A", "PCLI", None),
}
# Two villages of one name, far apart, and nothing else to tell them by.
TWINS = {"Tuwaynah": [(36.5, 35.3, "10"), (40.6, 36.4, "01")]}


def listings():
    for names, (lon, lat, country, admin1, people, *more) in PLACES.items():
        kind = dict(
            zip(("feature_class", "feature_code", "radius_m"), more, strict=False)
        )
        place = Place(
            place_id=f"test:{names.split('|')[0]}", name=names.split("|")[0], lon=lon,
            lat=lat, country=country, admin1=admin1, population=people, source="test",
            **kind,
        )  # fmt: skip
        yield Listing(place=place, names=tuple(names.split("|")))
    for name, points in TWINS.items():
        for lon, lat, admin1 in points:
            place = Place(
                place_id=f"test:{name}:{admin1}", name=name, lon=lon, lat=lat,
                country="SY", admin1=admin1, source="test",
            )  # fmt: skip
            yield Listing(place=place, names=(name,))


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    path = tmp_path_factory.mktemp("places") / "index.sqlite"
    build_gazetteer(path, listings=listings(), stamp="test")
    with Gazetteer(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def geocoder(gazetteer):
    return LocalGeocoder(gazetteer)


def inside(toponym, text, bearing=None):
    return Relation(
        kind=RelationKind.CONTAINER, toponym=toponym, text=text, bearing=bearing
    )


def beside_of(toponym, text, bearing=None, distance_km=None):
    return Relation(
        kind=RelationKind.REFERENCE, toponym=toponym, text=text, bearing=bearing,
        distance_km=distance_km,
    )  # fmt: skip


def named(place, *relations, sentence=0, kind=None):
    return make_claim(
        place=place, place_relations=relations, place_kind=kind,
        char_start=sentence, char_end=sentence + 65,
    )  # fmt: skip


def locate(geocoder, *claims):
    located = geocoder(claims, AT_HAND)
    return [located[claim.claim_id] for claim in claims]


def off_m(location, lon, lat):
    return distance_m(location.lon, location.lat, lon, lat)


EAST = inside("Aleppo", "eastern countryside of the northwestern city of Aleppo", "E")
SEED = (
    named("Palmyra", sentence=100),
    named("Palmyra", sentence=200),
    named("Za’araya", EAST, sentence=300, kind="village"),
    named("al-Ra’oufiah", EAST, sentence=300, kind="village"),
    named("al-Rowzah", EAST, sentence=300, kind="village"),
    named("Aleppo", sentence=400),
    named("Raqqah", sentence=500),
    named(
        "Deir Hafer Plains", beside_of("Manbij", "northwest of Manbij", "NW"),
        sentence=600,
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("index", "lon", "lat"),
    [
        (0, 38.284, 34.5624), (2, 37.7805, 36.2264), (4, 37.8130, 36.2133),
        (5, 37.1612, 36.2012), (6, 39.0079, 35.9528),
    ],
)  # fmt: skip
def test_the_places_of_a_report_lie_where_they_lie(geocoder, index, lon, lat):
    location = locate(geocoder, *SEED)[index]
    assert (location.lon, location.lat) == (lon, lat)
    assert location.where_prec == 1
    assert location.match in {"exact", "fold", "variant"}


def test_a_village_in_no_gazetteer_goes_near_those_listed_with_it(geocoder):
    location = locate(geocoder, *SEED)[3]
    assert location.match == "container"
    assert location.place_id is None
    assert location.where_prec > 1
    for lon, lat in ((37.7805, 36.2264), (37.8130, 36.2133)):
        assert off_m(location, lon, lat) < location.radius_m
    assert 10_000 < location.radius_m < 30_000


def test_a_village_alone_goes_to_the_part_that_is_named(geocoder):
    (location,) = locate(geocoder, named("al-Ra’oufiah", EAST))
    assert (location.match, location.where_prec) == ("container", 5)
    assert location.lon > 37.4
    assert off_m(location, 37.7805, 36.2264) < location.radius_m < 80_000


def test_a_plain_is_near_its_town_and_no_direction_moves_it(geocoder):
    location = locate(geocoder, *SEED)[7]
    assert off_m(location, 37.7078, 36.1569) < 3_000
    assert (location.match, location.where_prec) == ("relation", 2)
    assert location.radius_m >= 10_000
    assert "northwest of Manbij" in location.reason


@given(order=st.permutations(range(len(SEED))))
def test_the_order_of_claims_changes_nothing(geocoder, order):
    claims = [SEED[i] for i in order]
    assert geocoder(claims, AT_HAND) == geocoder(SEED, AT_HAND)


def test_no_claims_have_no_locations(geocoder):
    assert geocoder([], AT_HAND) == {}


@pytest.mark.parametrize("name", ["Palmyra", "Aleppo"])
def test_namesakes_in_other_countries_are_not_chosen(geocoder, name):
    (location,) = locate(geocoder, named(name))
    assert 35 < location.lon < 43


def test_a_country_that_the_text_names_is_looked_in(geocoder):
    us = inside("United States", "in the United States")
    (location,) = locate(geocoder, named("Palmyra", us))
    assert location.lon == -77.2333


def test_a_level_choice_is_left_open_with_its_candidates(geocoder):
    (location,) = locate(geocoder, named("Tuwaynah"))
    assert (location.match, location.lon, location.where_prec) == ("none", None, None)
    assert {one.place_id for one in location.candidates} == {
        "test:Tuwaynah:10",
        "test:Tuwaynah:01",
    }
    assert "equally likely" in location.reason


def test_a_neighbour_in_the_sentence_settles_it(geocoder):
    village, _ = locate(geocoder, named("Tuwaynah"), named("Sinjar"))
    assert village.place_id == "test:Tuwaynah:01"
    assert village.candidates[1].place_id == "test:Tuwaynah:10"


def test_a_neighbour_in_the_sentence_outweighs_others_in_the_article(geocoder):
    village, *_ = locate(
        geocoder,
        named("Tuwaynah", sentence=100),
        named("Tell Tamer", sentence=100),
        named("Homs", sentence=200),
        named("Nubl", sentence=300),
        named("Aleppo", sentence=400),
    )
    assert village.place_id == "test:Tuwaynah:01"


@pytest.mark.parametrize(
    ("relations", "match"),
    [
        ((), "container"),
        ((EAST,), "container"),
        ((beside_of("Deir Hafer", "near Deir Hafer"),), "variant"),
    ],
)
def test_a_loose_likeness_needs_support_from_the_text(geocoder, relations, match):
    (location,) = locate(geocoder, named("al-Rowzi", *relations))
    assert location.match == match


def test_a_container_settles_it(geocoder):
    near = beside_of("Homs", "north of Homs", "N", 60.0)
    (village,) = locate(geocoder, named("Tuwaynah", near))
    assert village.place_id == "test:Tuwaynah:10"


def test_a_namesake_far_outside_the_container_is_another_village(geocoder):
    (location,) = locate(geocoder, named("Tuwaynah", EAST))
    assert location.match == "container"


def test_a_level_choice_with_a_container_goes_there(geocoder):
    (location,) = locate(geocoder, named("Tuwaynah", inside("Syria", "in Syria")))
    assert (location.match, location.where_prec) == ("container", 6)
    assert len(location.candidates) == 2


def test_a_name_of_which_nothing_is_known_is_somewhere_in_the_country(geocoder):
    (location,) = locate(geocoder, named("Nowhere at all"))
    assert (location.match, location.where_prec) == ("container", 6)
    assert location.radius_m > 200_000
    assert location.place_id is None


def test_without_a_country_nothing_known_is_not_drawn(geocoder):
    claim = named("Nowhere at all")
    location = geocoder([claim], ())[claim.claim_id]
    assert location.match == "none"
    assert location.lon is location.lat is location.radius_m is None


def test_a_name_unknown_is_near_what_stands_in_its_sentence(geocoder):
    unknown, known, _ = locate(
        geocoder, named("Xyz"), named("Manbij"), named("Homs", sentence=500)
    )
    assert (unknown.match, unknown.where_prec) == ("relation", 5)
    assert off_m(unknown, known.lon, known.lat) < 1
    assert unknown.radius_m == pytest.approx(40_000)
    assert "named together with Manbij" in unknown.reason


def test_a_name_unknown_is_near_what_its_article_speaks_of(geocoder):
    unknown, *_ = locate(
        geocoder,
        named("Xyz"),
        named("Manbij", sentence=300),
        named("Nubl", sentence=500),
    )
    assert unknown.match == "relation"
    for lon, lat in ((37.955, 36.5282), (36.993, 36.3787)):
        assert off_m(unknown, lon, lat) < unknown.radius_m < 150_000
    assert "in a report on" in unknown.reason


def test_the_town_whose_countryside_is_meant_is_no_neighbour(geocoder):
    claim = named("al-Ra’oufiah", EAST)
    around = Outline(toponyms=(Toponym(name="Aleppo", start=30),))
    location = geocoder([claim], AT_HAND, around)[claim.claim_id]
    assert (location.match, location.where_prec) == ("container", 5)
    assert location.radius_m > 25_000


def test_places_far_apart_say_nothing_of_where_another_lies(geocoder):
    unknown, *_ = locate(
        geocoder,
        named("Xyz"),
        named("Palmyra", sentence=9),
        named("Sinjar", sentence=9),
    )
    assert unknown.where_prec == 6


def outline(*names, start=0):
    toponyms = tuple(Toponym(name=name, start=start) for name in names)
    return Outline(toponyms=toponyms)


def test_places_that_no_claim_is_about_tell_which_namesake_is_meant(geocoder):
    claim = named("Tuwaynah")
    for around, place_id in (("Sinjar", "01"), ("Homs", "10"), ("Nowhere", None)):
        location = geocoder([claim], AT_HAND, outline(around, start=900))[
            claim.claim_id
        ]
        assert location.place_id == (place_id and f"test:Tuwaynah:{place_id}")


def test_another_spelling_far_from_all_else_is_not_taken(geocoder):
    claim = named("Deir Hafir")
    near = geocoder([claim], AT_HAND, outline("Manbij"))[claim.claim_id]
    far = geocoder([claim], AT_HAND, outline("Sinjar"))[claim.claim_id]
    assert (near.match, near.place_id) == ("variant", "test:Dayr Ḩāfir")
    assert far.match == "relation"


def test_a_thing_named_after_a_far_town_is_not_put_there(geocoder):
    near = beside_of("Palmyra", "35 km west of Palmyra", "W", 35.0)
    (field,) = locate(geocoder, named("Nubl gas field", near))
    assert field.match == "relation"
    assert off_m(field, 38.284, 34.5624) == pytest.approx(35_000, rel=0.02)


def test_a_village_far_from_where_the_text_puts_it_is_another_one(geocoder):
    near = beside_of("Homs", "11 km south of Homs", "S", 11.0)
    (village,) = locate(geocoder, named("Nubl", near))
    assert (village.match, village.place_id) == ("relation", None)
    assert village.lat < 34.7


def test_what_another_sentence_states_of_a_place_counts_too(geocoder):
    claim = named("Xyz")
    text = "Xyz lies 45 km west of Raqqa."
    stated = Statement(
        place="Xyz", reference="Raqqa", text=text, char_start=200, char_end=229,
        place_start=200, place_end=203, reference_start=223, reference_end=228,
        bearing="W", distance_km=45.0,
    )  # fmt: skip
    located = geocoder([claim], AT_HAND, Outline(statements=(stated,)))
    location = located[claim.claim_id]
    assert off_m(location, 39.0079, 35.9528) == pytest.approx(45_000, rel=0.02)
    assert location.lon < 38.6


def test_on_the_road_to_a_town_is_not_beside_it(geocoder):
    (location,) = locate(
        geocoder, named("Xyz", beside_of("Raqqa", "on the road to Raqqa"))
    )
    assert (location.match, location.where_prec) == ("relation", 5)
    assert location.radius_m > 50_000


@pytest.mark.parametrize(
    ("place", "relations", "where_prec"),
    [
        ("Palmyra", (), 1),
        ("city of Palmyra", (), 1),
        ("Tabqa airbase", (), 1),
        ("Palmyra airport", (), 2),
        ("Manbij countryside", (), 2),
        ("al-Omar oil field", (), 2),
        ("Xyz", (beside_of("Al Bāb", "north of al-Bab", "N"),), 2),
        ("Manbij subdistrict", (), 3),
        ("Raqqa province", (), 4),
        ("Xyz", (inside("Raqqa", "in Raqqa province"),), 4),
        ("Eastern Ghouta", (), 5),
        ("northern Raqqa", (), 5),
        ("Xyz", (EAST,), 5),
        ("Xyz", (inside("Syria", "in Syria"),), 6),
    ],
)
def test_precision_follows_ucdp(geocoder, place, relations, where_prec):
    (location,) = locate(geocoder, named(place, *relations))
    assert location.where_prec == where_prec
    if where_prec == 1:
        assert location.radius_m <= 10_000
    else:
        assert location.radius_m >= 5_000


def test_an_airbase_is_not_the_town_of_its_name(geocoder):
    base, town = locate(geocoder, named("Tabqa airbase"), named("Tabqa", sentence=9))
    assert base.place_id == "test:Tabqa airbase"
    assert town.place_id == "test:Aţ Ţabqah"


def test_a_province_covers_its_towns(geocoder):
    (location,) = locate(geocoder, named("Raqqa province"))
    assert location.place_id == "admin1:SY.04"
    for lon, lat in ((39.0079, 35.9528), (38.5483, 35.8376), (38.8592, 36.385)):
        assert off_m(location, lon, lat) < location.radius_m


def test_a_stated_distance_and_direction_give_a_point(geocoder):
    near = beside_of("Raqqa", "45 km west of Raqqa", "W", 45.0)
    (location,) = locate(geocoder, named("Xyz", near))
    assert location.match == "relation"
    assert off_m(location, 39.0079, 35.9528) == pytest.approx(45_000, rel=0.01)
    assert location.lon < 38.6
    assert abs(location.lat - 35.9528) < 0.02
    assert 10_000 < location.radius_m < 30_000


def test_a_direction_alone_gives_a_sector(geocoder):
    near = beside_of("Al Bāb", "north of al-Bab", "N")
    (location,) = locate(geocoder, named("Xyz", near))
    assert location.lat > 36.4
    assert off_m(location, 37.5157, 36.3705 + 0.15) < location.radius_m


def test_between_two_places_lies_between_them(geocoder):
    text = "between al-Bab and Manbij"
    relations = (beside_of("Al Bāb", text), beside_of("Manbij", text))
    (location,) = locate(geocoder, named("Xyz", *relations))
    assert 37.5157 < location.lon < 37.955
    assert off_m(location, 37.5157, 36.3705) < location.radius_m


def test_an_unknown_anchor_places_nothing(geocoder):
    near = beside_of("Nowhere", "north of Nowhere", "N")
    (location,) = locate(geocoder, named("Xyz", near))
    assert location.where_prec == 6


@pytest.mark.parametrize(
    "changes",
    [
        {"match": "guessed"},
        {"lat": 91.0},
        {"lon": None},
        {"match": "none"},
    ],
)
def test_an_impossible_location_is_refused(changes):
    whole = {
        "match": "exact", "reason": "", "name": "x", "lon": 38.0, "lat": 36.0,
        "radius_m": 1.0, "where_prec": 1,
    }  # fmt: skip
    Location(**whole)
    with pytest.raises(ValueError, match=r"x|guessed"):
        Location(**{**whole, **changes})


LON = st.floats(-179.9, 179.9)
LAT = st.floats(-80, 80)


@given(lon=LON, lat=LAT, point=st.sampled_from(sorted(BEARINGS)))
def test_a_step_in_a_direction_goes_that_far_that_way(lon, lat, point):
    there = shifted(lon, lat, BEARINGS[point], 45_000)
    assert distance_m(lon, lat, *there) == pytest.approx(45_000, rel=0.01)
    turn = bearing_deg(lon, lat, *there) - BEARINGS[point]
    assert abs((turn + 180) % 360 - 180) < 1


def test_east_raises_longitude_and_north_latitude():
    assert shifted(38.0, 35.0, BEARINGS["E"], 10_000)[0] > 38.1
    assert shifted(38.0, 35.0, BEARINGS["N"], 10_000)[1] > 35.08


@given(points=st.lists(st.tuples(LON, LAT), min_size=1, max_size=6))
def test_a_covering_circle_covers(points):
    lon, lat, radius_m = covering(points, margin_m=1.0)
    assert -180 <= lon <= 180
    assert -90 <= lat <= 90
    assert all(distance_m(lon, lat, *point) <= radius_m for point in points)


def test_points_on_both_sides_of_the_date_line_stay_together():
    lon, _, radius_m = covering([(179.5, 0.0), (-179.5, 0.0)], margin_m=0.0)
    assert abs(lon) == pytest.approx(180)
    assert radius_m < 60_000


@pytest.mark.parametrize("bearing", ["N", "SE", "WNW"])
def test_farther_is_vaguer(bearing):
    (place,) = [one.place for one in itertools.islice(listings(), 1)]
    near = beside(place, bearing, 5.0, extent_m=1_000)
    far = beside(place, bearing, 80.0, extent_m=1_000)
    assert near.radius_m < far.radius_m
    assert (near.where_prec, far.where_prec) == (2, 5)


# What holds for any article.

NAMES = sorted({name for names in PLACES for name in names.split("|")})
FAR_COUNTRY = "US"
# West, south, east, north of the countries at hand.
BOX = (25.0, 29.0, 49.0, 42.5)
TIES = (
    None, EAST, beside_of("Manbij", "northwest of Manbij", "NW"),
    beside_of("Homs", "40 km north of Homs", "N", 40.0),
)  # fmt: skip
ARTICLES = st.lists(
    st.tuples(st.sampled_from([*NAMES, *TWINS, "Xyz"]), st.sampled_from(TIES)),
    min_size=1, max_size=6, unique=True,
)  # fmt: skip


def article_of(said):
    return [
        named(name, *filter(None, [tie]), sentence=100 * (n // 2))
        for n, (name, tie) in enumerate(said)
    ]


def is_at_hand(location):
    west, south, east, north = BOX
    is_placed = location.lon is not None
    return not is_placed or (
        west <= location.lon <= east and south <= location.lat <= north
    )


@given(ARTICLES)
def test_all_lies_in_the_countries_at_hand(geocoder, said):
    for location in locate(geocoder, *article_of(said)):
        assert is_at_hand(location), location
        assert all(one.country in AT_HAND for one in location.candidates)


@given(ARTICLES)
def test_longitude_and_latitude_are_those_of_the_list(geocoder, said):
    listed = {one.place.place_id: one.place for one in listings()}
    for location in locate(geocoder, *article_of(said)):
        for one in location.candidates:
            place = listed[one.place_id]
            assert (one.lon, one.lat) == (place.lon, place.lat)
        if location.place_id in listed and location.where_prec == 1:
            place = listed[location.place_id]
            assert (location.lon, location.lat) == (place.lon, place.lat)


def test_a_list_with_both_the_wrong_way_round_is_seen(tmp_path):
    swapped = [
        replace(one, place=replace(one.place, lon=one.place.lat, lat=one.place.lon))
        for one in listings()
        if one.place.country != FAR_COUNTRY and one.place.name == "Mosul"
    ]
    path = tmp_path / "index.sqlite"
    build_gazetteer(path, listings=swapped, stamp="swapped")
    with Gazetteer(path) as wrong_way:
        (location,) = locate(LocalGeocoder(wrong_way), named("Mosul"))
    assert location.where_prec == 1
    assert not is_at_hand(location)


# Which of several places, and whether any: what the attacks on the rules taught.


def village(name, lon, lat, admin1="09", country="SY", people=0, **kind):
    place = Place(
        place_id=f"test:{name}:{lon}", name=name, lon=lon, lat=lat, country=country,
        admin1=admin1, population=people, source="test", **kind,
    )  # fmt: skip
    return Listing(place=place, names=(name,))


@pytest.fixture
def with_more(tmp_path):
    """Return a function to a geocoder that knows more places."""
    opened = []

    def geocoder(*more):
        path = tmp_path / "index.sqlite"
        build_gazetteer(path, listings=[*listings(), *more], stamp="more")
        opened.append(Gazetteer(path))
        return LocalGeocoder(opened[-1])

    yield geocoder
    for one in opened:
        one.close()


def test_a_far_off_spelling_of_an_unknown_name_is_not_taken(with_more):
    far = village("Karkīt", 38.3, 36.5)
    location, *_ = locate(with_more(far), named("Karkat"), named("Nubl"))
    assert location.match == "relation"


def test_a_town_abroad_is_not_meant_in_a_local_report(with_more):
    abroad = village("Aziziyah", 45.06, 32.91, "16", "IQ", 50_000)
    quarter, *_ = locate(
        with_more(abroad), named("Aziziyah"), named("Nubl"), named("Aleppo")
    )
    assert quarter.where_prec > 1
    alone, _ = locate(with_more(abroad), named("Aziziyah"), named("Mosul"))
    assert alone.place_id == abroad.place.place_id


def test_what_another_province_counts_as_its_own_lies_outside(with_more):
    inner, outer = village("Tayyiba", 38.9, 35.1, "11"), village("Tayyiba", 37.4, 35.1)
    location, _ = locate(
        with_more(inner, outer),
        named("Tayyiba", inside("Homs", "Homs countryside")),
        named("Homs"),
    )
    assert location.place_id == inner.place.place_id


def test_of_two_in_the_direction_named_the_nearer_is_meant(with_more):
    near, far = village("Ras", 37.47, 36.33), village("Ras", 37.3, 36.21)
    beside = beside_of("Al Bab", "southwest of Al Bab", "SW")
    (location,) = locate(with_more(near, far), named("Ras", beside))
    assert location.place_id == near.place.place_id


def test_a_village_that_lies_elsewhere_than_the_text_says_is_another(with_more):
    other = village("Humayra", 37.5, 35.96)
    beside = beside_of("Nubl", "south of Nubl", "S")
    (location,) = locate(with_more(other), named("Humayra", beside))
    assert (location.match, location.where_prec) == ("relation", 2)


def test_a_text_of_very_many_names_is_placed_part_by_part(geocoder):
    names = ["Palmyra", "Homs", "Manbij", "Nubl", "Sinjar", "Tabqa"]
    claims = [
        named(f"{name} {number}" if number else name, sentence=100 * number)
        for number in range(150)
        for name in names
    ]
    located = geocoder(claims, AT_HAND)
    assert len(located) == 900
    for claim in claims[: len(names)]:
        assert located[claim.claim_id].where_prec == 1
    assert located == geocoder(claims[::-1], AT_HAND)


def test_of_a_way_with_one_known_end_the_place_is_somewhere_along(geocoder):
    near = beside_of("Raqqa", "between Raqqa and the border")
    (location,) = locate(geocoder, named("Xyz", near))
    assert (location.match, location.where_prec) == ("relation", 5)
    assert location.radius_m >= 75_000


def test_a_town_of_that_name_here_is_not_taken_away_by_ground_abroad(geocoder):
    (here,) = locate(geocoder, named("Nubl", inside("Batman", "in Batman")))
    assert (here.match, here.place_id) == ("exact", "test:Nubl")
    (unknown,) = locate(geocoder, named("Xyz", inside("Batman", "in Batman")))
    assert unknown.lon > 40
