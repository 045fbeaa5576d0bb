"""Factories with defaults, so that a test shows only what matters to it.

Use them by `from conftest import make_article, make_claim, make_location`.
"""

import os
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
import typer.testing
from hypothesis import settings

from extract.records import (
    Article,
    ClaimantType,
    DateAnchor,
    EventType,
    Evidence,
    Modality,
    Span,
)
from extract.records import Claim as _Claim

pytest_plugins = ["browsing", "stores"]

# The runner makes all commands anew for each call; they are the same ones.
typer.testing._get_command = cache(typer.testing._get_command)

settings.register_profile(
    "tideline", deadline=None, derandomize=True, max_examples=50, database=None
)
settings.load_profile("tideline")

# Whoever runs the tests may have lists of places installed; none of them counts here.
os.environ["TIDELINE_GAZETTEERS"] = str(
    Path(__file__).parent.parent / "test-output" / "no gazetteers"
)


# Without a browser these take longest.
LONG = (
    *("test_api", "test_bench", "test_corpus", "test_event_changes", "test_places"),
    *("test_postgres", "test_review", "test_store", "test_tools", "test_workers"),
)


def pytest_collection_modifyitems(items):
    """Put the files that take longest first: two processes then end together."""
    driven = Counter(i.path for i in items if i.get_closest_marker("browser"))
    items.sort(key=lambda i: (-driven[i.path], not i.path.stem.startswith(LONG)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol():
    """Streamlit leaves its script as `__main__`, which new processes would then run."""
    main = sys.modules["__main__"]
    try:
        return (yield)
    finally:
        sys.modules["__main__"] = main


TEXT = "The army said that it took Palmyra from Islamic State on 2 March. Rain fell."
SENTENCE = TEXT[:65]


def make_article(**changes):
    """Return an article of two sentences; the first tells of Palmyra's capture."""
    article = Article(
        article_id="a1",
        text=TEXT,
        published=date(2017, 3, 5),
        title="Palmyra retaken",
        publisher="Daily Example",
        url="https://example.org/palmyra",
    )
    return replace(article, **changes)


def make_claim(**changes):
    """Return the claim of `make_article()`'s first sentence, with `changes` made.

    Unless `claim_id` is given, claims that differ have different ids.
    """
    claim = _Claim(
        claim_id="c-" + sha256(repr(sorted(changes.items())).encode()).hexdigest()[:12],
        article_id="a1",
        event_type=EventType.CAPTURED,
        modality=Modality.ASSERTED,
        place="Palmyra",
        char_start=0,
        char_end=len(SENTENCE),
        sentence=SENTENCE,
        evidence=Evidence(
            trigger=Span(start=22, end=26),
            place=Span(start=27, end=34),
            gained_by=Span(start=0, end=8),
            lost_by=Span(start=40, end=53),
            date=Span(start=54, end=64),
            claimed_by=Span(start=0, end=8),
        ),
        rule="took-from",
        confidence=0.9,
        extractor="tests 1",
        gained_by="Syrian government",
        gained_by_text="The army",
        lost_by="Islamic State",
        lost_by_text="Islamic State",
        date_start=date(2017, 3, 2),
        date_end=date(2017, 3, 2),
        date_prec=1,
        date_text="on 2 March",
        date_anchor=DateAnchor.ABSOLUTE,
        claimed_by="The army",
        claimant_type=ClaimantType.GAINER,
    )
    return replace(claim, **changes)


def make_location(**changes):
    """Return Palmyra's location, with `changes` made."""
    from geo.geocode import Location

    location = {
        "lon": 38.2842,
        "lat": 34.5601,
        "radius_m": 2_000.0,
        "where_prec": 1,
        "place_id": "geonames:163960",
        "name": "Tadmur",
        "match": "exact",
        "reason": "the name stands in the gazetteer",
        "candidates": (),
    }
    return Location(**{**location, **changes})


def make_nowhere(**changes):
    """Return the location of a place that was not found."""
    none = dict.fromkeys(("lon", "lat", "radius_m", "where_prec", "place_id"))
    said = {"match": "none", "name": "Nowhere", "reason": "no such name"}
    return make_location(**{**none, **said, **changes})


def make_placing(locations, **changes):
    """Return the placing of the claims of article "a1" by these locations."""
    from geo.placing import Placing

    return Placing(**{"article_id": "a1", "locations": locations, **changes})


def make_choice(**changes):
    """Return a reader's choice for Palmyra in article "a1", with `changes` made."""
    from geo.choices import Choice

    choice = {
        "toponym": "Palmyra",
        "article_id": "a1",
        "place_id": "user:1",
        "name": "Palmyra",
        "lon": 38.3,
        "lat": 34.6,
        "radius_m": 1_000.0,
    }
    return Choice(**{**choice, **changes})


def make_finding(**changes):
    """Return a finding that a text puts Palmyra too far from Raqqah."""
    from geo.checks import Finding

    finding = {
        "place": "Palmyra",
        "reference": "Raqqah",
        "text": TEXT[:65],
        "char_start": 0,
        "char_end": 65,
        "stated_km": 225.0,
        "at_most": False,
        "stated_bearing": "SW",
        "measured_km": 168.0,
        "measured_deg": 202.0,
        "agrees": False,
    }
    return Finding(**{**finding, **changes})
