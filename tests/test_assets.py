"""What ships in assets/: origins and digests, the sample reports, the outlines."""

import hashlib
import itertools
import json
import re
from datetime import date
from pathlib import Path

import pytest
import shapely
from shapely.geometry import LineString, Point, shape

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


def features(name):
    text = (ASSETS / "basemap" / f"{name}.geojson").read_text("utf-8")
    collection = json.loads(text)
    assert collection["type"] == "FeatureCollection"
    return collection["features"]


@pytest.fixture(scope="module")
def land():
    return [shape(feature["geometry"]) for feature in features("land")]


@pytest.fixture(scope="module")
def borders():
    return features("borders")


def is_on_land(land, lon, lat):
    return any(polygon.contains(Point(lon, lat)) for polygon in land)


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


def test_the_basemap_stays_under_a_megabyte():
    sizes = [file.stat().st_size for file in (ASSETS / "basemap").iterdir()]
    assert sum(sizes) < 1_000_000


def test_land_is_valid_and_on_earth(land):
    coordinates = shapely.get_coordinates(land)
    assert all(polygon.geom_type == "Polygon" for polygon in land)
    assert shapely.is_valid(land).all()
    assert (abs(coordinates) <= [180, 90]).all()
    assert (abs(coordinates - coordinates.round(3)) < 1e-9).all()


def test_outer_rings_of_land_run_counter_clockwise(land):
    assert all(polygon.exterior.is_ccw for polygon in land)


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


def test_nothing_is_drawn_across_the_whole_map(land, borders):
    rings = [
        ring for polygon in land for ring in (polygon.exterior, *polygon.interiors)
    ]
    lines = [part for border in borders for part in parts(shape(border["geometry"]))]
    widest = max(
        abs(a - b)
        for line in rings + lines
        for (a, north), (b, south) in itertools.pairwise(line.coords)
        if min(north, south) > -85
    )
    assert widest < 60


def parts(geometry):
    return [geometry] if isinstance(geometry, LineString) else list(geometry.geoms)


def test_borders_are_lines_on_earth(borders):
    lines = [shape(border["geometry"]) for border in borders]
    assert {line.geom_type for line in lines} <= {"LineString", "MultiLineString"}
    assert shapely.is_valid(lines).all()
    assert (abs(shapely.get_coordinates(lines)) <= [180, 90]).all()


def test_borders_say_between_whom_and_whether_disputed(borders):
    for border in borders:
        assert set(border["properties"]) == {"iso", "disputed"}
        first, second = border["properties"]["iso"]
        codes = [code for code in (first, second) if code]
        assert codes == sorted(codes)
        assert all(re.fullmatch("[A-Z]{2}", code) for code in codes)
        assert border["properties"]["disputed"] in (True, False)


def test_borders_of_syria_are_drawn_with_the_golan_disputed(borders):
    found = {
        tuple(border["properties"]["iso"]): border["properties"]["disputed"]
        for border in borders
        if "SY" in border["properties"]["iso"]
    }
    assert found == {
        ("IL", "SY"): True,
        ("IQ", "SY"): False,
        ("JO", "SY"): False,
        ("LB", "SY"): False,
        ("SY", "TR"): False,
    }
