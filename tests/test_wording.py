"""The page's sentences: neutral, complete, never failing."""

from datetime import date

import pytest

from extract.records import ClaimantType, DateAnchor, EventType
from geo.events import Status
from geo.wording import (
    CLAIMANTS,
    STATUSES,
    TYPES,
    date_surety,
    days_words,
    headline,
    place_surety,
    source_line,
    when,
)


def test_every_type_status_and_claimant_has_words():
    assert set(TYPES) == set(EventType)
    assert set(STATUSES) == set(Status)
    assert set(CLAIMANTS) == set(ClaimantType)


@pytest.mark.parametrize("kind", list(EventType))
@pytest.mark.parametrize("gained", ["Side A", None])
@pytest.mark.parametrize("lost", ["Side B", None])
def test_a_headline_names_the_place_and_those_known(kind, gained, lost):
    told = headline(kind, "Palmyra {x}", gained, lost)
    assert "Palmyra {x}" in told
    if lost and kind is not EventType.HOLDS:
        assert lost in told
    if gained and kind is not EventType.WITHDREW:
        assert gained in told


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2017, 3, 2), date(2017, 3, 2), "on 2 March 2017"),
        (
            date(2016, 10, 1),
            date(2016, 12, 31),
            "between 1 October and 31 December 2016",
        ),
        (
            date(2016, 12, 30),
            date(2017, 1, 2),
            "between 30 December 2016 and 2 January 2017",
        ),
        (None, None, "no date given"),
    ],
)
def test_days_are_said_as_short_as_they_can_be(first, last, words):
    assert days_words(first, last) == words


def test_when_quotes_the_report():
    said = when(date(2016, 10, 1), date(2016, 12, 31), "late that year")
    assert said == "between 1 October and 31 December 2016, from “late that year”"


@pytest.mark.parametrize("anchor", [*DateAnchor, None])
@pytest.mark.parametrize("prec", [1, 2, 3, 4, 5, None])
def test_how_sure_a_date_is_can_always_be_said(prec, anchor):
    assert date_surety(prec, anchor)


@pytest.mark.parametrize("prec", [1, 2, 3, 4, 5, 6])
def test_how_sure_a_place_is_says_the_radius(prec):
    assert "12 km" in place_surety(prec, 12_300.0)
    assert "not on the map" in place_surety(None, None)


def test_sources_are_counted():
    assert source_line("Wire", 1) == "Wire"
    assert source_line("Wire", 2) == "Wire and 1 other"
    assert source_line("Wire", 4) == "Wire and 3 others"
    assert source_line(None, 1) == "publisher not named"
