"""Why events have their status, in words, in two languages, and as the pane tells it."""

from dataclasses import replace
from datetime import date

import pytest
from conftest import make_claim
from strategies import ACTORS, placed

from extract.conflict import load_conflicts
from extract.records import ClaimantType, EventType, Modality
from geo.accounts import others, reasons
from geo.events import cluster, frame
from geo.language import load_languages
from geo.reasons import Why, reasons_words, sentences
from geo.view import ordered
from geo.weighing import Speakers
from geo.wording import STATUSES

GOVERNMENT, ISLAMIC_STATE, OPPOSITION = ACTORS
PACKS = load_conflicts()
SPEAKERS = Speakers(PACKS.values())
NEWSROOM = {"claimant_type": ClaimantType.NEWSROOM, "claimed_by": None}
SDF = "Syrian Democratic Forces"


def told(number, by="Daily Example", kind=None, **changes):
    said = {} if kind is None else {"claimant_type": kind}
    claim = make_claim(
        claim_id=f"c{number}", article_id=f"a{number}", **{**said, **changes}
    )
    return replace(placed(claim, publisher=by), published=date(2017, 6, 12))


def why(*claims, speakers=SPEAKERS):
    events = cluster(claims, speakers=speakers)
    return {event.event_id: sentences(event.reasons) for event in events}["e-c1"]


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ([told(1)], ["claimed by the taker only: Syrian government"]),
        (
            [told(1, gained_by=None)],
            ["claimed only by the side that gains by it"],
        ),
        (
            [told(1, "SANA", **NEWSROOM)],
            [
                "claimed by the taker only: Syrian government",
                "SANA leans towards Syrian government, and counts fully only against"
                " it",
            ],
        ),
        (
            [
                told(
                    1,
                    "SANA",
                    gained_by=ISLAMIC_STATE,
                    lost_by=GOVERNMENT,
                    **NEWSROOM,
                )
            ],
            ["the loser's own media agree: SANA"],
        ),
        (
            [told(1, kind=ClaimantType.LOSER)],
            ["the losing side says so itself: Islamic State"],
        ),
        (
            [told(1, kind=ClaimantType.MONITOR, claimed_by="SOHR")],
            [
                "an independent monitor says so: Syrian Observatory for Human Rights",
            ],
        ),
        (
            [told(1, "Reuters", **NEWSROOM)],
            ["a newsroom says so in its own voice: Reuters"],
        ),
        (
            [
                told(1, "Reuters", kind=ClaimantType.WITNESS),
                told(2, "AFP", kind=ClaimantType.WITNESS),
            ],
            ["two publishers independent of each other say so: AFP, Reuters"],
        ),
        (
            [
                told(1, "AP", kind=ClaimantType.WITNESS, claimed_by="a resident"),
                told(2, "Associated Press", kind=ClaimantType.WITNESS),
            ],
            ["only sources that the reports do not place say so: The army, a resident"],
        ),
        (
            [told(1, "Fars", lost_by=OPPOSITION, gained_by=ISLAMIC_STATE, **NEWSROOM)],
            [
                "only sources that lean to one side say so: Fars News Agency",
                "Fars News Agency leans towards Iran-backed militias, and counts fully"
                " only against it",
            ],
        ),
        (
            [
                told(1, lost_by=SDF),
                told(
                    2,
                    lost_by=SDF,
                    kind=ClaimantType.LOSER,
                    modality=Modality.DENIED,
                ),
            ],
            [
                "denied by Syrian Democratic Forces on 12 June 2017",
                "claimed by the taker only: Syrian government",
            ],
        ),
        (
            [
                told(1),
                told(
                    2,
                    event_type=EventType.HOLDS,
                    gained_by=ISLAMIC_STATE,
                    lost_by=None,
                ),
            ],
            [
                "for the same days Islamic State is reported to have the place",
                "claimed by the taker only: Syrian government",
            ],
        ),
        (
            [
                told(1),
                told(
                    2,
                    event_type=EventType.WITHDREW,
                    gained_by=None,
                    lost_by=GOVERNMENT,
                ),
            ],
            [
                "for the same days Syrian government is reported to have lost the"
                " place",
                "claimed by the taker only: Syrian government",
            ],
        ),
        ([told(1, modality=Modality.DENIED)], ["reported only as denied"]),
    ],
)
def test_the_reasons_in_words(claims, said):
    assert why(*claims) == said


def test_that_all_are_weighed_alike_is_said():
    alike = Speakers(PACKS.values(), alike=True)
    assert why(told(1, "SANA", **NEWSROOM), speakers=alike) == [
        "a newsroom says so in its own voice: SANA",
        "all publishers are weighed alike, whichever side they lean to",
    ]


def test_what_a_status_means_does_not_deny_the_reason_for_it():
    nameless = told(1, kind=ClaimantType.UNKNOWN, claimed_by="a spokesman")
    (event,) = cluster([nameless], speakers=SPEAKERS)
    assert [one.kind for one in event.reasons] == [Why.UNPLACED_ONLY]
    assert "sources that the reports do not place" in STATUSES[event.status]
    assert "sources that the reports do not place" in event.status_reason


def test_the_reasons_stand_in_the_events_frame():
    (words,) = frame(cluster([told(1)]))["status_reason"]
    assert words == "claimed by the taker only: Syrian government"


def test_reasons_are_said_in_arabic_with_the_actors_names():
    arabic = load_languages()["ar"].naming(PACKS["syria"].actors)
    (event,) = cluster([told(1)], speakers=SPEAKERS)
    said = reasons_words(event.reasons, language=arabic)
    assert arabic.actor(GOVERNMENT) in said
    assert "claimed" not in said


@pytest.mark.parametrize("alike", [False, True])
def test_the_pane_gives_the_reasons_of_the_frame(alike):
    """From the claims of the open event, and the rows of those against it."""
    speakers = Speakers(PACKS.values(), alike=alike)
    kinds = list(ClaimantType)
    claims = [
        told(
            n,
            ("SANA", "Reuters", "Amaq", "Nobody")[n % 4],
            kinds[n % len(kinds)],
            claimed_by=(None, "SOHR", "the army")[n % 3],
            gained_by=(GOVERNMENT, ISLAMIC_STATE, None)[n % 5 % 3],
            event_type=(EventType.CAPTURED, EventType.HOLDS)[n % 7 % 2],
            modality=Modality.DENIED if n % 11 == 0 else Modality.ASSERTED,
            date_start=date(2017, 6, 1 + n % 4),
            date_end=date(2017, 6, 1 + n % 4),
        )
        for n in range(60)
    ]
    made = cluster(claims, speakers=speakers)
    events = ordered(frame(made))
    of = {event.event_id: event.claims for event in made}
    seen = set()
    for at, row in events.iterrows():
        against = events.iloc[others(events, at).against]
        found = reasons(of[row["event_id"]], row, against, speakers)
        assert reasons_words(found) == row["status_reason"]
        seen |= {one.kind for one in found}
    assert {Why.DENIED, Why.TAKEN_BY_ANOTHER} <= seen
