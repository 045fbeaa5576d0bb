"""The history of a place: who is reported to have held it, on one scale of time."""

from datetime import date

import pytest
from conftest import make_claim, make_location
from hypothesis import given, settings
from strategies import placed, placed_claims

from extract.records import EventType
from geo.events import cluster, frame
from geo.history import SURE_DAYS, history


def told(day, taker, kind=EventType.CAPTURED, place_id="p", **changes):
    claim = make_claim(
        event_type=kind,
        gained_by=taker,
        lost_by=None,
        date_start=day,
        date_end=day,
        **changes,
    )
    return placed(claim, make_location(place_id=place_id))


EVENTS = frame(
    cluster(
        [
            told(date(2017, 1, 1), "Elsewhere", place_id="other"),
            told(date(2017, 1, 11), "Syrian government"),
            told(date(2017, 1, 21), "Syrian government", EventType.HOLDS),
            told(date(2017, 6, 10), "Islamic State", place="Tadmur"),
            told(date(2017, 6, 12), "Islamic State", EventType.HOLDS),
            told(date(2018, 1, 31), "Elsewhere", place_id="other"),
        ]
    )
)
DAYS = 396


def test_spells_are_bars_from_the_day_they_began_to_the_day_before_the_next():
    found = history(EVENTS, "p")
    assert (found.place, found.n_events) == ("Palmyra", 4)
    assert (found.first, found.last) == (date(2017, 1, 1), date(2018, 1, 31))
    army, state = found.bars
    assert (army.first_day, army.last_day) == (date(2017, 1, 11), date(2017, 6, 9))
    assert (army.last_reported, state.last_day) == (date(2017, 1, 21), None)
    assert army.first_event_id != army.event_id
    assert army.start == pytest.approx(100 * 10 / DAYS)
    assert army.end == state.start == pytest.approx(100 * 160 / DAYS)
    assert army.sure == pytest.approx(100 * (20 + SURE_DAYS + 1) / DAYS)
    assert state.end == 100


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_one_day_at_the_end_of_time_fills_the_scale(day):
    (bar,) = history(frame(cluster([told(day, "Islamic State")])), "p").bars
    assert (bar.start, bar.sure, bar.end) == (0, 100, 100)


def test_a_place_without_a_day_has_no_bars():
    claim = make_claim(date_start=None, date_end=None)
    found = history(frame(cluster([placed(claim)])), "geonames:163960")
    assert (found.n_events, found.first, found.bars) == (1, None, ())


def test_a_place_that_no_event_tells_of_has_no_history():
    assert history(EVENTS, "nowhere") is None
    assert history(frame([]), "p") is None


@settings(max_examples=20)
@given(placed_claims(max_size=12, places=2))
def test_bars_follow_one_another_within_the_scale(claims):
    events = frame(cluster(claims))
    for place_id in set(events["place_id"]):
        bars = history(events, place_id).bars
        ends = [edge for bar in bars for edge in (bar.start, bar.end)]
        assert ends == sorted(ends)
        assert all(0 <= bar.start < bar.sure <= bar.end <= 100 for bar in bars)
