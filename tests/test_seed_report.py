"""The report that the project began with; it is not ours to publish.

It is looked for beside the checkout. Where it is not, the test is skipped and pytest's
summary says so.
"""

from datetime import date
from pathlib import Path

import places_table
import pytest
from reading import lexicon_of

from extract.claims import find_claims
from extract.conflict import load_conflicts
from extract.records import Article
from extract.statements import find_statements
from geo.areas import Area, distance_m
from geo.checks import check
from geo.gazetteer import Gazetteer, build_gazetteer
from geo.geocode import LocalGeocoder
from geo.ingest import steps_for
from geo.names import fold
from geo.wording import finding_words

REPORT = Path(__file__).parents[2] / "shared" / "reports" / "seed-report.txt"
GOV, ISIS = "Syrian government", "Islamic State"
VILLAGES = ("Za’araya", "al-Ra’oufiah", "al-Rowzah")
KNOWN = {"Palmyra", "Raqqah", "Aleppo", "Manbij", "Damascus"}

pytestmark = pytest.mark.skipif(
    not REPORT.exists(), reason=f"not checked: there is no shared/{REPORT.name} here"
)


# Longitude and latitude from public knowledge, and how far the place reaches.
PLACES = {
    "Palmyra": (38.28, 34.56, 3_000),
    "Raqqah": (39.01, 35.95, 5_000),
    "Manbij": (37.95, 36.53, 3_000),
    "Deir Hafer Plains": (37.71, 36.16, 10_000),
    "Aleppo": (37.16, 36.20, 10_000),
}


@pytest.fixture(scope="module")
def article():
    return Article(
        article_id="seed",
        text=REPORT.read_text(encoding="utf-8"),
        published=date(2017, 3, 5),
    )


@pytest.fixture(scope="module")
def claims(article):
    found = find_claims(article, lexicon_of("syria"), lambda names: KNOWN & set(names))
    for claim in found:
        assert article.text[claim.char_start : claim.char_end] == claim.sentence
    return found


def row(claim):
    days = str(claim.date_start), str(claim.date_end)
    return claim.event_type, claim.place, claim.gained_by, claim.lost_by, *days


def test_it_gives_these_claims_and_no_others(claims):
    assert sorted(map(row, claims), key=str) == sorted(
        [
            ("captured", "Palmyra", GOV, ISIS, "2017-03-02", "2017-03-02"),
            ("captured", "Palmyra", ISIS, GOV, "2015-05-01", "2015-05-31"),
            ("captured", "Palmyra", GOV, ISIS, "2016-03-01", "2016-03-31"),
            ("captured", "Palmyra", ISIS, GOV, "2016-10-01", "2016-12-31"),
            *(
                ("captured", village, GOV, ISIS, "2017-03-03", "2017-03-05")
                for village in VILLAGES
            ),
            ("captured", "Aleppo", GOV, None, "2016-10-01", "2016-12-31"),
            ("holds", "Raqqah", ISIS, None, "2017-03-05", "2017-03-05"),
            ("advanced", "Deir Hafer Plains", GOV, None, "2017-03-04", "2017-03-05"),
        ],
        key=str,
    )


def test_who_says_so_and_who_helped(claims):
    [capture] = [c for c in claims if str(c.date_start) == "2017-03-02"]
    assert (capture.claimed_by, capture.associated) == ("the Syrian army", ("Russia",))


def test_where_the_unknown_places_lie(claims):
    contexts = {c.place: c.place_context for c in claims}
    assert all("eastern countryside" in contexts[village] for village in VILLAGES)
    assert contexts["Deir Hafer Plains"] == "northwest of Manbij"


def test_what_the_map_has_otherwise(article):
    lexicon = lexicon_of("syria")
    statements = find_statements(article, lexicon, lambda names: KNOWN & set(names))
    assert [
        (one.place, one.reference, one.bearing, one.distance_km) for one in statements
    ] == [
        ("Palmyra", "Raqqah", None, 225),
        ("Deir Hafer Plains", "Manbij", "NW", None),
    ]
    points = {
        fold(name): Area(lon=lon, lat=lat, radius_m=radius_m, where_prec=1, name=name)
        for name, (lon, lat, radius_m) in PLACES.items()
    }
    findings = check(statements, points)
    assert [one.agrees for one in findings] == [False, False]
    assert [finding_words(one) for one in findings] == [
        "The text says that Palmyra lies around 225 km from Raqqah; "
        "on this map it is 168 km (straight line).",
        "The text puts Deir Hafer Plains north-west of Manbij; "
        "on this map it lies 46 km to the south-west.",
    ]


# Placed with the dump of Syria's places, where it too is found beside the checkout.

ZAARAYA, ITS_NAMESAKE, ROWZAH = (37.782, 36.227), (37.933, 35.858), (37.81, 36.21)


@pytest.fixture(scope="module")
def placed(article, tmp_path_factory):
    """Return where the report's places are, by name, and what is found of its words."""
    dump = places_table.DUMP
    if not dump.exists():
        pytest.skip(f"not checked: there is no shared/gazetteer/{dump.name} here")
    path = tmp_path_factory.mktemp("seed") / "index.sqlite"
    listed = places_table.listings(dump)
    build_gazetteer(path, listings=listed, stamp="the seed report")
    with Gazetteer(path) as gazetteer:
        steps = steps_for(load_conflicts(), gazetteer)
        found = steps.find(article)
        placing = steps.place(article, found)
        located = LocalGeocoder(gazetteer).points(["Manbij"], found, ["SY"])
    located |= {claim.place: placing.locations[claim.claim_id] for claim in found}
    return located, placing.findings


def off_m(location, lon, lat):
    return distance_m(location.lon, location.lat, lon, lat)


@pytest.mark.parametrize("name", ["Palmyra", "Raqqah", "Aleppo", "Manbij"])
def test_its_towns_are_where_they_are(placed, name):
    lon, lat, _ = PLACES[name]
    assert off_m(placed[0][name], lon, lat) <= 3_000
    assert placed[0][name].where_prec == 1


def test_a_plain_is_around_its_town(placed):
    lon, lat, _ = PLACES["Deir Hafer Plains"]
    assert off_m(placed[0]["Deir Hafer Plains"], lon, lat) <= 3_000
    assert placed[0]["Deir Hafer Plains"].where_prec > 1


def test_its_villages_are_where_they_are_or_said_not_to_be_exact(placed):
    zaaraya, raoufiah, rowzah = (placed[0][name] for name in VILLAGES)
    assert off_m(zaaraya, *ZAARAYA) <= 3_000 < off_m(zaaraya, *ITS_NAMESAKE)
    if off_m(rowzah, *ROWZAH) > 10_000:
        assert rowzah.where_prec > 1
        assert off_m(rowzah, *ROWZAH) <= rowzah.radius_m
    assert raoufiah.where_prec > 1
    for other in (zaaraya, rowzah):
        assert off_m(raoufiah, other.lon, other.lat) <= raoufiah.radius_m


def test_both_contradictions_with_the_map_are_found_and_no_others(placed):
    against = [one for one in placed[1] if not one.agrees]
    assert [(one.place, one.reference) for one in against] == [
        ("Palmyra", "Raqqah"),
        ("Deir Hafer Plains", "Manbij"),
    ]
