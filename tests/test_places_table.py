"""Places may not be found worse: the labelled mentions' figures stay at their floors.

The floors and the digests of labels and dump are pinned by `--update`; see
tests/places_table.py. The dump of Syria is looked for beside the checkout; where it
is not, what needs it is skipped.
"""

import json

import pytest
from conftest import make_location, make_nowhere
from places_table import (
    DUMP,
    FLOORS,
    HALVES,
    LABELLED,
    OWN,
    WITH_DUMP,
    build_index,
    digest,
    figures,
    hidden_ids,
    judged,
    kind_of,
    passages,
    pinned,
    verdicts,
)
from places_table import Verdict as _Verdict

from extract.conflict import load_conflicts
from geo.gazetteer import Gazetteer

FLOOR = json.loads(FLOORS.read_text())
# Figures are rounded to three places.
NOISE = 0.0005
PALMYRA = {"toponym": "Palmyra", "lon": 38.28, "lat": 34.56, "kind": "exact"}


@pytest.fixture(scope="module", params=HALVES)
def half(request):
    return request.param


@pytest.fixture(scope="module", params=[OWN, WITH_DUMP])
def known(request, half, tmp_path_factory):
    """Return which gazetteer it is, and its index for a half."""
    dump = DUMP if request.param == WITH_DUMP else None
    if dump and not (dump.exists() and digest(dump) == FLOOR["dump"]):
        pytest.skip(
            f"not checked: {dump.name} of the floors is not beside the checkout"
        )
    return request.param, build_index(tmp_path_factory.mktemp("places"), half, dump)


def test_the_labels_are_those_that_the_floors_were_pinned_for():
    assert digest(LABELLED) == FLOOR["labels"]


def test_no_figure_falls_below_its_floor(half, known):
    gazetteer, index = known
    floors = FLOOR["tables"][f"{half}, {gazetteer}"]
    now = pinned(figures(verdicts(half, index)))
    assert {
        (kind, column): value
        for kind, row in now.items()
        for column, value in row.items()
        if value < floors[kind][column] - NOISE
    } == {}


def test_what_is_to_be_unknown_is_not_in_the_index(half, known):
    _gazetteer, index = known
    with Gazetteer(index) as gazetteer:
        left = [i for row in passages(half) for i in hidden_ids(row, gazetteer)]
    assert left == []


def test_the_labels_quote_their_texts_and_lie_in_the_countries_at_hand():
    packs = load_conflicts()
    rows = passages("all")
    assert sum(len(row["mentions"]) for row in rows) >= 300
    for row in rows:
        assert row["conflict"] in packs
        for mention in row["mentions"]:
            quoted = row["text"][mention["start"] : mention["end"]]
            assert quoted == mention["toponym"]
            assert ("lon" in mention) != mention.get("abstain", False)


def test_a_third_is_ambiguous_and_a_sixth_in_no_gazetteer():
    mentions = [m for row in passages("all") for m in row["mentions"]]
    unsure = [m for m in mentions if m.get("ambiguous") or m.get("abstain")]
    unknown = [m for m in mentions if kind_of(m) == "unknown"]
    assert len(unsure) >= 0.3 * len(mentions)
    assert len(unknown) >= len(mentions) / 6


def judge(location, **changes):
    mention = {**PALMYRA, **changes}
    verdict = _Verdict(
        passage="p",
        conflict="syria",
        toponym=mention["toponym"],
        kind=kind_of(mention),
        is_ambiguous=False,
        context="",
        location=location,
    )
    return judged(mention, verdict)


def test_exact_is_right_within_five_kilometres_only():
    assert judge(make_location()).is_right
    off = judge(make_location(lat=34.62))
    assert (off.is_right, off.is_wrong) == (False, True)
    assert not judge(make_nowhere()).is_right


def test_longitude_and_latitude_swapped_is_wrong():
    assert judge(make_location(lon=34.56, lat=38.28)).is_wrong


def test_exact_but_said_to_be_near_is_neither_right_nor_wrong():
    near = judge(make_location(where_prec=2, match="relation", place_id=None))
    assert (near.is_right, near.is_wrong, near.is_inexact) == (False, False, True)


def test_unknown_is_right_when_inexact_and_held():
    wide = make_location(where_prec=2, radius_m=20_000.0, match="relation", lat=34.66)
    assert judge(wide, unlisted=True).is_right
    assert not judge(make_location(), withheld=True).is_right
    nowhere = judge(make_nowhere(), unlisted=True)
    assert (nowhere.is_right, nowhere.is_inexact) == (False, True)


def test_undecidable_is_right_when_not_exact():
    undecided = {"abstain": True, "toponym": "Judaydah", "kind": "exact"}
    verdict = {
        "passage": "p",
        "conflict": "syria",
        "toponym": "Judaydah",
        "kind": "abstain",
    }
    for location, right in ((make_location(), False), (make_nowhere(), True)):
        blank = _Verdict(**verdict, is_ambiguous=False, context="", location=location)
        assert judged(undecided, blank).is_right is right
