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
    View,
    choices,
    matches,
    ordered,
    passing,
    read_query,
    shown,
    step,
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
        ({"place": "al-bab"}, 1),
        ({"place": "palmyra", "types": ("holds",)}, 0),
    ],
)
def test_filters_narrow(filters, count):
    assert len(shown(EVENTS, View(day=LAST, **filters))) == count


FILTERS = {
    "actors": ("Islamic State",),
    "types": ("captured",),
    "statuses": ("claimed", "assessed"),
    "publishers": ("Daily Example",),
    "place": "palmyra",
}


@pytest.mark.parametrize("events", [EVENTS, EVENTS.iloc[:0]], ids=["some", "none"])
@pytest.mark.parametrize("pair", list(combinations(FILTERS, 2)), ids="-".join)
def test_two_filters_pass_what_both_pass(pair, events):
    each = [passing(events, View(day=LAST, **{one: FILTERS[one]})) for one in pair]
    both = passing(events, View(day=LAST, **{one: FILTERS[one] for one in pair}))
    assert both.dtype == bool
    assert both.tolist() == (each[0] & each[1]).tolist()


def test_steps_go_to_the_nearest_day_with_an_event():
    now = View(day=day("2016-01-01"))
    assert step(EVENTS, now, -1) == day("2015-05-31")
    assert step(EVENTS, now, 1) == LAST
    assert step(EVENTS, View(day=LAST), 1) is None


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


views = st.builds(
    View,
    day=st.dates(OFFERED.first, OFFERED.last),
    actors=st.sampled_from([(), OFFERED.actors[:1], OFFERED.actors]),
    types=st.sampled_from([(), OFFERED.types]),
    statuses=st.sampled_from([(), OFFERED.statuses[:1]]),
    publishers=st.sampled_from([(), OFFERED.publishers]),
    place=st.text(max_size=30),
    event=st.sampled_from([None, *sorted(OFFERED.events)]),
)


@given(views)
def test_a_view_goes_through_an_address_unchanged(view):
    assert read_query(write_query(view, OFFERED), OFFERED) == view
