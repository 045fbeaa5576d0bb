"""What ships in assets/: origins and digests, the sample reports, the outlines."""

import hashlib
import itertools
import json
import re
from datetime import date
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import Point, box

from extract.conflict import load_conflicts
from extract.read import Header, read_articles
from extract.records import Article, EventType

ROOT = Path(__file__).parents[1]
ASSETS = ROOT / "assets"
EXPECTED = json.loads((ROOT / "tests/data/samples_expected.json").read_text("utf-8"))
ROW = re.compile(r"^\| (\S+) \|(?:[^|]*\|){3} ([0-9a-f]{64}) \|$", re.MULTILINE)
LISTED = dict(ROW.findall((ASSETS / "SOURCES.md").read_text("utf-8")))
SAID = "This report was written for Tideline as a sample."
NEUTRAL = {"Sample wire desk", "Sample second desk", "Sample monitor"}
LOADED = re.compile(r"terror|regime|liberat|martyr|cleans|thugs", re.IGNORECASE)
AREAS = {"land", "lakes"}
COUNTRIES = sorted({c for pack in load_conflicts().values() for c in pack.countries})
# Where no river runs all year, or none that Natural Earth draws.
DRY = {"LY", "DJ", "AE", "OM", "YE", "SA", "TN"}
# Two reports that cannot both be right, and the place they are about.
DISAGREEING = [
    ("2016-palmyra-repelled", "2016-palmyra-isis", "Palmyra"),
    ("2017-al-bab-turkish", "2017-al-bab-monitor", "al-Bab"),
    ("2017-abu-kamal-army", "2017-abu-kamal-monitor", "Abu Kamal"),
    ("2019-ras-al-ayn-turkish", "2019-ras-al-ayn-kurdish", "Ras al-Ayn"),
    ("2020-saraqib-army", "2020-saraqib-denial", "Saraqib"),
    ("2024-aleppo-repelled", "2024-aleppo-taken", "Aleppo"),
    ("2024-manbij-sna", "2024-manbij-council", "Manbij"),
]


def read_samples():
    files = sorted((ASSETS / "samples").glob("*.jsonl"))
    return [item for file in files for item in read_articles(file, defaults=Header())]


SAMPLES = read_samples()
BY_ID = {item.article_id: item for item in SAMPLES if isinstance(item, Article)}


@lru_cache
def layer(name):
    """Read a layer of the outlines as any program does."""
    return gpd.read_file(ASSETS / "basemap/world.json", layer=name)


@pytest.fixture(scope="module")
def land():
    return layer("land").geometry


@pytest.fixture(scope="module")
def borders():
    return layer("borders")


@pytest.fixture(scope="module")
def cities():
    return json.loads((ASSETS / "basemap/cities.json").read_text("utf-8"))


def is_on_land(land, lon, lat):
    return land.contains(Point(lon, lat)).any()


@pytest.mark.parametrize("name", LISTED)
def test_a_listed_file_has_its_digest(name):
    digest = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()
    assert digest == LISTED[name]


def test_every_file_of_data_is_listed():
    folders = ("basemap", "samples", "places")
    files = {
        str(file.relative_to(ASSETS))
        for folder in folders
        for file in (ASSETS / folder).glob("*.*")
    }
    assert files == set(LISTED)


def test_all_samples_can_be_read():
    assert [item for item in SAMPLES if not isinstance(item, Article)] == []
    assert len(SAMPLES) >= 36


def test_ids_of_samples_are_unique():
    assert len(BY_ID) == len(SAMPLES)


def test_samples_cover_the_years_in_order():
    days = [article.published for article in SAMPLES]
    assert None not in days
    assert days == sorted(days)
    assert {day.year for day in days} == set(range(2011, 2026))


@pytest.mark.parametrize("sample_id", BY_ID)
def test_a_sample_says_what_it_is(sample_id):
    article = BY_ID[sample_id]
    assert article.text.endswith(f"\n\n{SAID}")
    assert article.publisher.startswith("Sample ")
    assert (article.url, article.lang) == ("", "en")
    assert article.title
    assert 60 <= len(article.text.split()) <= 180


def test_no_sentence_stands_in_two_samples():
    seen = {}
    for article in SAMPLES:
        text = article.text.removesuffix(SAID)
        for sentence in re.split(r"(?<=[.!?])\s+", text.strip()):
            assert seen.setdefault(sentence, article.article_id) == article.article_id


@pytest.mark.parametrize("sample_id", BY_ID)
def test_neutral_samples_use_loaded_words_in_quotation_only(sample_id):
    article = BY_ID[sample_id]
    own_words = re.sub(r'"[^"]*"', "", f"{article.title}\n{article.text}")
    assert article.publisher not in NEUTRAL or not LOADED.search(own_words)


@pytest.mark.parametrize("sample_id", BY_ID)
def test_quotation_marks_come_in_pairs(sample_id):
    for paragraph in BY_ID[sample_id].text.split("\n\n"):
        assert paragraph.count('"') % 2 == 0


@pytest.mark.parametrize(("one", "other", "place"), DISAGREEING)
def test_samples_disagree_about_a_place(one, other, place):
    first, second = (BY_ID[f"sample-{name}"] for name in (one, other))
    assert place in first.text
    assert place in second.text
    assert first.publisher != second.publisher
    assert abs((first.published - second.published).days) <= 3


def test_expected_events_are_of_known_samples_and_actors():
    actors = {actor.name for actor in load_conflicts()["syria"].actors}
    assert len(EXPECTED) >= 12
    assert set(EXPECTED) <= set(BY_ID)
    for event_type, _, gained_by, lost_by, _, _ in itertools.chain(*EXPECTED.values()):
        assert EventType(event_type)
        assert {gained_by, lost_by} - {None} <= actors


@pytest.mark.parametrize("sample_id", EXPECTED)
def test_expected_events_stand_in_their_sample(sample_id):
    article = BY_ID[sample_id]
    for _, place, _, _, start, end in EXPECTED[sample_id]:
        assert place in article.text
        first, last = date.fromisoformat(start), date.fromisoformat(end)
        assert first <= last <= article.published


def test_some_samples_are_expected_to_tell_of_no_event():
    assert sum(1 for events in EXPECTED.values() if not events) >= 3


def test_the_basemap_stays_small():
    sizes = [file.stat().st_size for file in (ASSETS / "basemap").iterdir()]
    assert sum(sizes) <= 900_000


def test_land_is_valid_and_on_earth(land):
    coordinates = shapely.get_coordinates(land)
    assert set(land.geom_type) == {"Polygon"}
    assert land.is_valid.all()
    assert (abs(coordinates) <= [180, 90]).all()
    assert (abs(coordinates - coordinates.round(3)) < 1e-9).all()


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(37.16, 36.2), (35.8, 35.52), (35.51, 33.89), (33.36, 35.17), (47.8, 30.5)],
    ids=["Aleppo", "Latakia", "Beirut", "Nicosia", "Basra"],
)
def test_towns_lie_on_land_longitude_first(land, lon, lat):
    assert is_on_land(land, lon, lat)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(34.0, 34.5), (50.5, 41.0), (35.0, 43.0), (-30.0, 30.0), (0.0, 72.5)],
    ids=["Mediterranean", "Caspian", "Black Sea", "Atlantic", "Norwegian Sea"],
)
def test_seas_are_not_land(land, lon, lat):
    assert not is_on_land(land, lon, lat)


@pytest.mark.parametrize("name", ["land", "lakes", "rivers", "admin1", "borders"])
def test_nothing_is_drawn_across_the_whole_map(name):
    shapes = layer(name).geometry
    lines = shapes.boundary if name in AREAS else shapes
    widest = max(
        abs(a - b)
        for line in lines.explode()
        for (a, north), (b, south) in itertools.pairwise(line.coords)
        if min(north, south) > -85
    )
    assert widest < 60


def length_of_steps(line):
    return np.hypot(*np.diff(shapely.get_coordinates(line), axis=0).T)


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_countries_of_the_packs_are_drawn_sharply(country, borders, cities):
    around = borders[borders["iso"].apply(lambda codes: country in codes)]
    assert not around.empty
    lines = [line for line in around.explode().geometry if len(line.coords) > 2]
    steps = [length_of_steps(line) for line in lines]
    # Degrees from point to point where a border winds; at 1:110m about 0.4.
    assert np.percentile(np.concatenate(steps), 25) < 0.05
    areas = layer("admin1").query("iso == @country")
    assert areas.geometry.length.sum() > 0.9
    assert cities["iso"].count(country) >= 5


@pytest.mark.parametrize("country", sorted(set(COUNTRIES) - DRY))
def test_the_countries_of_the_packs_have_their_rivers(country, borders):
    around = borders[borders["iso"].apply(lambda codes: country in codes)]
    hull = around.union_all().convex_hull
    assert layer("rivers").intersects(hull).any()


def test_borders_say_between_whom_and_whether_disputed(borders):
    assert {"iso", "disputed"} <= set(borders.columns)
    assert set(borders["disputed"]) == {True, False}
    for codes in borders["iso"]:
        known = [code for code in codes if code]
        assert len(codes) == 2
        assert known == sorted(known)
        assert all(re.fullmatch("[A-Z]{2}", code) for code in known)


@pytest.mark.parametrize(
    ("pair", "disputed"),
    [
        (["IQ", "SY"], {False}),
        (["JO", "SY"], {False}),
        (["LB", "SY"], {False}),
        (["SY", "TR"], {False}),
        (["IL", "SY"], {True}),
        (["IL", "PS"], {True}),
        (["SD", "SS"], {True}),
        (["RU", "UA"], {True, False}),
        (["EG", "SD"], {True, False}),
        (["ET", "SO"], {True}),
    ],
)
def test_disputed_borders_are_marked(borders, pair, disputed):
    between = borders[borders["iso"].apply(lambda codes: list(codes) == pair)]
    assert set(between["disputed"]) == disputed


def test_crimea_is_cut_off_by_a_disputed_line_only(borders):
    isthmus = box(33.4, 45.8, 35.2, 46.3)
    near = borders[borders.intersects(isthmus)]
    assert set(near["disputed"]) == {True}


def test_towns_are_where_they_are_and_the_greater_come_first(cities):
    columns = [cities[name] for name in ("iso", "zoom", "lon", "lat", "name", "ar")]
    assert len({len(column) for column in columns}) == 1
    assert cities["zoom"] == sorted(cities["zoom"])
    assert set(cities["zoom"]) == {4, 5, 6, 7, 8, 9, 10}
    at = cities["name"].index("Aleppo")
    assert (cities["lon"][at], cities["lat"][at]) == (37161, 36201)
    assert cities["ar"][at] == "حلب"


def test_every_country_of_a_pack_has_its_capital_and_jerusalem_is_none(cities):
    capitals = {cities["iso"][at]: cities["name"][at] for at in cities["capital"]}
    assert set(COUNTRIES) <= set(capitals)
    assert "Jerusalem" not in capitals.values()
    assert "Jerusalem" in cities["name"]


def test_names_of_towns_are_in_the_letters_of_their_language(cities):
    assert all(name.isascii() and name.strip() == name for name in cities["name"])
    arabic = re.compile(r"[\u0621-\u0652 -]*")
    assert all(arabic.fullmatch(name) for name in cities["ar"])
    towns = zip(cities["iso"], cities["zoom"], cities["ar"], strict=True)
    great = [ar for iso, zoom, ar in towns if iso in {"SY", "IQ", "YE"} and zoom <= 7]
    assert len(great) > 50
    assert sum(1 for ar in great if not ar) <= 0.1 * len(great)


def test_what_the_sources_say_of_the_basemap_stands_in_it(borders):
    text = (ASSETS / "SOURCES.md").read_text("utf-8").split("## Basemap")[1]
    layers = {name for name, _ in gpd.list_layers(ASSETS / "basemap/world.json").values}
    assert layers == set(re.findall(r"^\| (\w+) \| (?:poly|lines|points)", text, re.M))
