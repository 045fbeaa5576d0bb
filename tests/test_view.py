"""The view: filters, days and the address in the browser."""

from datetime import date
from itertools import combinations

import pytest
from conftest import make_claim
from hypothesis import given
from hypothesis import strategies as st
from test_map import events_of, placed

from extract.records import EventType
from geo.view import (
    Mode,
    View,
    choices,
    matches,
    ordered,
    passing,
    read_query,
    shown,
    write_query,
)

TODAY = date(2026, 1, 1)
EVENTS = events_of(
    placed(make_claim(date_start=date(2015, 5, 1), date_end=date(2015, 5, 31))),
    placed(make_claim(gained_by="Islamic State", lost_by="Syrian government")),
    placed(
        make_claim(place="Al-Bab", event_type=EventType.HOLDS), place_id="b", lon=37.5
    ),
)
OFFERED = choices(EVENTS, TODAY)
LAST = OFFERED.last


def day(text):
    return date.fromisoformat(text)


def test_an_event_counts_from_its_last_possible_day():
    assert len(shown(EVENTS, View(day=day("2015-05-30")))) == 0
    assert len(shown(EVENTS, View(day=day("2015-05-31")))) == 1
    assert len(shown(EVENTS, View(day=LAST))) == 3


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"actors": ("Islamic State",)}, 3),
        ({"types": ("holds",)}, 1),
        ({"publishers": ("Daily Example",)}, 3),
        ({"publishers": ("Nobody",)}, 0),
        ({"text": "al-bab"}, 1),
        ({"confidence": 101}, 0),
        ({"reviewed": True}, 0),
        ({"reviewed": False}, 3),
        ({"text": "al-bab", "types": ("captured",)}, 0),
    ],
)
def test_filters_narrow(filters, count):
    assert len(shown(EVENTS, View(day=LAST, **filters))) == count


FILTERS = {
    "actors": ("Islamic State",),
    "types": ("captured",),
    "statuses": ("claimed", "assessed"),
    "publishers": ("Daily Example",),
    "text": "palmyra",
    "confidence": 50,
    "reviewed": False,
    "box": (36.0, 30.0, 38.3, 40.0),
}


@pytest.mark.parametrize("events", [EVENTS, EVENTS.iloc[:0]], ids=["some", "none"])
@pytest.mark.parametrize("pair", list(combinations(FILTERS, 2)), ids="-".join)
def test_two_filters_pass_what_both_pass(pair, events):
    each = [passing(events, View(day=LAST, **{one: FILTERS[one]})) for one in pair]
    both = passing(events, View(day=LAST, **{one: FILTERS[one] for one in pair}))
    assert both.dtype == bool
    assert both.tolist() == (each[0] & each[1]).tolist()


def test_a_window_holds_both_its_ends():
    for since, count in (("2015-05-31", 1), ("2015-06-01", 0), ("0001-01-01", 1)):
        view = View(day=day("2015-06-30"), since=day(since))
        assert len(shown(EVENTS, view)) == count


@pytest.mark.parametrize(
    ("box", "count"),
    [
        ((37, 30, 38, 40), 1),
        ((38, 40, 39, 41), 0),
        ((170, 30, 38, 40), 1),
        ((-180, -90, 180, 90), 3),
    ],
)
def test_a_rectangle_may_cross_the_date_line(box, count):
    assert len(shown(EVENTS, View(day=LAST, box=box))) == count


@pytest.mark.parametrize(
    "bad",
    [
        {"box": ["1,2,3"]},
        {"box": ["a,b,c,d"]},
        {"box": ["nan,0,1,1"]},
        {"box": ["0,5,1,5"]},
        {"at": ["200,0,5"]},
        {"at": ["0,0,99"]},
        {"confidence": ["-5"]},
        {"confidence": ["٣"]},
        {"confidence": ["0" * 5_000]},
        {"reviewed": ["yes"]},
        {"mode": ["{{7*7}}"]},
        {"areas": ["true"]},
        {"since": ["yesterday"]},
    ],
)
def test_each_bad_part_of_an_address_falls_away(bad):
    assert read_query(bad, OFFERED) == View(day=LAST)


def test_places_match_whatever_case_and_accents():
    assert matches("Dayr Ḩāfir", "dayr hafir")
    assert not matches("Palmyra", "aleppo")


def test_no_events_offer_today():
    offered = choices(EVENTS.iloc[:0], TODAY)
    assert (offered.first, offered.last, offered.actors) == (TODAY, TODAY, ())
    assert len(shown(ordered(EVENTS.iloc[:0]), View(day=TODAY))) == 0


def test_a_bad_address_falls_back_to_all_on_the_last_day():
    bad = {
        "day": ["2017-02-31"],
        "type": ["eaten"],
        "actor": ["{{7*7}}"],
        "event": ["<img src=x>"],
        "status": [],
        "other": ["x"],
    }
    assert read_query(bad, OFFERED) == View(day=LAST)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31"])
def test_days_outside_the_span_go_to_its_ends(text):
    assert read_query({"day": [text]}, OFFERED).day in (OFFERED.first, OFFERED.last)


degrees = st.integers(-89, 89).map(float)
views = st.builds(
    View,
    day=st.just(LAST) | st.dates(OFFERED.first, OFFERED.last),
    since=st.none() | st.just(OFFERED.first),
    mode=st.sampled_from(Mode),
    areas=st.booleans(),
    actors=st.sampled_from([(), OFFERED.actors[:1], OFFERED.actors]),
    types=st.sampled_from([(), OFFERED.types]),
    statuses=st.sampled_from([(), OFFERED.statuses[:1]]),
    publishers=st.sampled_from([(), OFFERED.publishers]),
    confidence=st.integers(0, 100),
    reviewed=st.none() | st.booleans(),
    text=st.text(max_size=30),
    box=st.none() | st.tuples(degrees, st.just(-20.5), degrees, st.just(44.25)),
    event=st.sampled_from([None, *sorted(OFFERED.events)]),
    at=st.none() | st.tuples(degrees, degrees, st.sampled_from([3.0, 7.5])),
)


@given(views)
def test_a_view_goes_through_an_address_unchanged(view):
    assert read_query(write_query(view, OFFERED), OFFERED) == view
