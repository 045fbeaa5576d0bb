"""Who tells of an event, who leans on whom, who says otherwise, and how it is quoted."""

from dataclasses import replace
from datetime import date

import pytest
from conftest import TEXT, make_article, make_claim, make_location
from strategies import placed

from extract.conflict import load_conflicts
from extract.records import ClaimantType, EventType, Modality, Span
from geo.accounts import accounts, denials, in_text_order, others
from geo.events import cluster, frame
from geo.quoting import quotation
from geo.view import ordered
from geo.weighing import Sides, Speakers, Voice

GOVERNMENT, ISLAMIC_STATE = "Syrian government", "Islamic State"
SIDES = Sides(GOVERNMENT, ISLAMIC_STATE)
SPEAKERS = Speakers(load_conflicts().values())


def report(number, publisher, kind=ClaimantType.NEWSROOM, **changes):
    said = {"claimed_by": None, "claimant_type": kind, **changes}
    claim = make_claim(claim_id=f"c{number}", article_id=f"a{number}", **said)
    return placed(claim, publisher=publisher, published=date(2017, 3, number))


def heard(*reports):
    told = accounts(reports, SPEAKERS, SIDES)
    return {
        one.placed.claim.claim_id: one.leans_on and one.leans_on.claim.claim_id
        for one in told
    }


def test_reports_of_two_newsrooms_stand_for_themselves():
    assert heard(report(2, "South Wire"), report(1, "North Desk")) == {
        "c1": None,
        "c2": None,
    }


def test_a_publisher_leans_on_its_own_earlier_report():
    told = heard(
        report(3, "North Desk"), report(1, "North Desk"), report(2, "South Wire")
    )
    assert list(told.items()) == [("c1", None), ("c2", None), ("c3", "c1")]


def test_publishers_that_quote_one_speaker_lean_on_the_first():
    quoted = {"kind": ClaimantType.MONITOR, "claimed_by": "SOHR"}
    told = heard(report(1, "North Desk", **quoted), report(2, "South Wire", **quoted))
    assert told == {"c1": None, "c2": "c1"}


def test_the_camp_of_one_side_is_one_source():
    army = {"kind": ClaimantType.GAINER, "claimed_by": "the army"}
    minister = {"kind": ClaimantType.GAINER, "claimed_by": "the minister"}
    told = accounts(
        [report(1, "North Desk", **army), report(2, "South Wire", **minister)],
        SPEAKERS,
        SIDES,
    )
    assert told[1].leans_on is told[0].placed
    assert {one.voice for one in told} == {Voice.PARTIAL}


def test_denials_stand_apart_from_reports():
    denial = report(2, "South Wire", modality=Modality.DENIED)
    both = [denial, report(1, "North Desk")]
    assert list(heard(*both)) == ["c1"]
    assert denials(both) == [denial]


def event(kind, taker, loser, first, last=None, modality=Modality.ASSERTED, by=()):
    return placed(
        make_claim(
            associated=by,
            event_type=kind,
            gained_by=taker,
            lost_by=loser,
            modality=modality,
            date_start=date(2017, 3, first),
            date_end=date(2017, 3, last or first),
        ),
        make_location(),
    )


SDF = "Syrian Democratic Forces"
TOOK = event(EventType.CAPTURED, GOVERNMENT, ISLAMIC_STATE, 2, 4)


def parted(other, this=TOOK):
    """Return whether the other event is against this one, or None if it is this one."""
    events = ordered(frame(cluster([this, other], speakers=SPEAKERS)))
    days = events["date_end"].dt.day
    at = int(days[days == this.claim.date_end.day].index[0])
    found = others(events, at)
    assert len(found.against) + len(found.rest) == len(events) - 1
    return bool(found.against)


@pytest.mark.parametrize(
    ("other", "is_against"),
    [
        (event(EventType.HOLDS, ISLAMIC_STATE, None, 3), True),
        (event(EventType.CAPTURED, SDF, ISLAMIC_STATE, 3), True),
        (event(EventType.REPELLED, ISLAMIC_STATE, GOVERNMENT, 3), True),
        (event(EventType.WITHDREW, None, GOVERNMENT, 3), True),
        (event(EventType.HOLDS, GOVERNMENT, None, 3), False),
        (event(EventType.HOLDS, "Hezbollah", None, 3), False),
        (event(EventType.WITHDREW, None, SDF, 3), False),
        (event(EventType.ATTACKED, ISLAMIC_STATE, GOVERNMENT, 3), False),
        (event(EventType.HOLDS, ISLAMIC_STATE, None, 1), False),
        (event(EventType.HOLDS, ISLAMIC_STATE, None, 5), False),
        (event(EventType.HOLDS, ISLAMIC_STATE, None, 1, 2), True),
        (event(EventType.HOLDS, ISLAMIC_STATE, None, 2, 8), True),
        (event(EventType.HOLDS, ISLAMIC_STATE, None, 1, 31), False),
        (event(EventType.WITHDREW, None, GOVERNMENT, 2, 8), True),
        (event(EventType.WITHDREW, None, GOVERNMENT, 1, 31), False),
        (event(EventType.CAPTURED, SDF, None, 3), True),
        (event(EventType.CAPTURED, SDF, None, 3, by=(GOVERNMENT,)), False),
        (
            event(EventType.HOLDS, ISLAMIC_STATE, None, 3, modality=Modality.DENIED),
            False,
        ),
    ],
)
def test_what_is_against_an_event(other, is_against):
    assert parted(other) == is_against


def test_a_loss_is_at_odds_with_whoever_is_said_to_hold_the_place():
    lost = event(EventType.WITHDREW, None, GOVERNMENT, 2, 4)
    assert parted(event(EventType.HOLDS, GOVERNMENT, None, 3), lost)
    assert not parted(event(EventType.HOLDS, ISLAMIC_STATE, None, 3), lost)
    assert not parted(event(EventType.CAPTURED, None, None, 3), lost)


def test_others_are_of_the_same_place_and_newest_first():
    elsewhere = placed(make_claim(place="Homs"), make_location(place_id="h"))
    holds = [event(EventType.HOLDS, GOVERNMENT, None, day) for day in (10, 20, 15)]
    events = ordered(frame(cluster([TOOK, elsewhere, *holds])))
    at = next(n for n in events.index if events["date_end"][n].day == 4)
    found = others(events, at)
    assert [events["date_end"][n].day for n in found.rest] == [20, 15, 10]


def test_an_undated_event_shares_no_day():
    bare = make_claim(
        event_type=EventType.HOLDS, gained_by=SDF, date_start=None, date_end=None
    )
    events = ordered(frame(cluster([TOOK, placed(bare)])))
    assert others(events, 0) == ([], [1])
    assert others(events, 1) == ([], [0])


def test_claims_stand_in_the_order_of_the_text():
    whole = make_claim(claim_id="b")
    later = replace(whole, claim_id="a", char_start=66, char_end=131)
    same = replace(whole, claim_id="c")
    farther = replace(
        whole,
        claim_id="d",
        evidence=replace(whole.evidence, place=Span(start=40, end=53)),
    )
    those = [placed(one) for one in (later, farther, same, whole)]
    assert [one.claim.claim_id for one in in_text_order(those)] == ["b", "c", "d", "a"]


def test_a_quotation_has_the_sentence_to_the_letter_and_where_it_stands():
    text = quotation(make_article(title=" Palmyra\nretaken "), make_claim())
    assert text.splitlines() == [
        f"“{TEXT[:65]}”",
        "Daily Example, “Palmyra retaken”, 5 March 2017",
        "https://example.org/palmyra",
        "characters 0 to 65 of article a1",
    ]


def test_a_quotation_leaves_out_what_is_not_known():
    article = make_article(title="", publisher="", url="", published=None)
    assert quotation(article, make_claim()).splitlines()[1:] == [
        "characters 0 to 65 of article a1"
    ]
