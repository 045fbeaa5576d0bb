"""The page's sentences: neutral, complete, never failing."""

import re
from datetime import date

import pytest

from extract.records import ClaimantType, DateAnchor, EventType
from geo.checks import Finding
from geo.events import Status
from geo.language import load_languages
from geo.wording import (
    CLAIMANTS,
    STATUSES,
    TYPES,
    date_surety,
    days_words,
    finding_words,
    headline,
    place_surety,
    point_words,
    reason_words,
    source_line,
    when,
)

ARABIC = load_languages()["ar"]


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


@pytest.mark.parametrize("kind", list(EventType))
@pytest.mark.parametrize("lost", ["Side B", None])
def test_an_arabic_headline_names_the_same(kind, lost):
    told = headline(kind, "Palmyra {x}", "Side A", lost, language=ARABIC)
    english = headline(kind, "Palmyra {x}", "Side A", lost)
    for name in ("Palmyra {x}", "Side A", "Side B"):
        assert (name in told) == (name in english)
    assert not re.search("[A-Za-z]", re.sub("\u2068.*?\u2069", "", told))


def test_arabic_days_sources_and_points():
    said = days_words(date(2016, 10, 1), date(2016, 12, 31), language=ARABIC)
    assert said == "بين 1 أكتوبر و31 ديسمبر 2016"
    assert days_words(None, None, language=ARABIC) == "دون تاريخ"
    assert source_line("نشرة", 3, language=ARABIC) == "نشرة وناشران آخران"
    assert point_words(37.78, -1.5, language=ARABIC) == "1.50° جنوباً، 37.78° شرقاً"


REASON = "found as Bab (GeoNames, CC BY 4.0); fits Aleppo; before 3 other of that name"


def test_a_reason_is_told_in_the_readers_language_with_its_names():
    assert reason_words(REASON) == REASON
    assert reason_words("") == ""
    told = reason_words(REASON, language=ARABIC)
    assert told == (
        "وُجد باسم \u2068Bab (GeoNames, CC BY 4.0)\u2069؛ يوافق \u2068Aleppo\u2069؛ "
        "قُدِّم على أماكن أخرى بالاسم نفسه عددها 3"
    )
    assert "an old reason" in reason_words("an old reason", language=ARABIC)


@pytest.mark.parametrize(
    "stated",
    [
        {"stated_bearing": "NNE"},
        {"stated_km": 12.0},
        {"stated_km": 12.0, "at_least": True, "stated_bearing": "SW"},
        {"second_reference": "Third", "second_km": 4.0, "apart_km": 9.0},
    ],
)
@pytest.mark.parametrize("measured_km", [0.1, 33.0])
def test_a_finding_can_be_told_in_arabic(stated, measured_km):
    finding = Finding(
        place="First",
        reference="Second",
        text="",
        char_start=0,
        char_end=0,
        measured_km=measured_km,
        measured_deg=100.0,
        agrees=False,
        **stated,
    )
    told = finding_words(finding, language=ARABIC)
    assert "First" in told
    assert "Second" in told
    assert ("كم" in told) == ("km" in finding_words(finding))
    assert not re.search("[A-Za-z]", re.sub("\u2068.*?\u2069", "", told))
