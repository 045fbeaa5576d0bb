"""What reviewers, copies and owners make of events, whatever order claims come in."""

from dataclasses import replace
from datetime import date

import pytest
from conftest import make_claim, make_location
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import ACTORS, placed, placed_claims

from extract.records import ClaimantType, EventType, Modality, Publisher
from geo.events import cluster, frame, makers
from geo.review import State
from geo.weighing import Speakers, Status

GOVERNMENT, ISLAMIC_STATE, OPPOSITION = ACTORS
OWN_VOICE = {"claimant_type": ClaimantType.NEWSROOM, "claimed_by": None}


def said(number, first=2, last=None, *, by="Daily Example", stands=None, **changes):
    """Return claim c<number> of article a<number>, dated by days of March 2017."""
    dates = {
        "date_start": date(2017, 3, first),
        "date_end": date(2017, 3, last or first),
    }
    claim = make_claim(
        claim_id=f"c{number}", article_id=f"a{number}", **{**dates, **changes}
    )
    return replace(placed(claim, publisher=by), **(stands or {}))


def ids(claims):
    return {
        frozenset(p.claim.claim_id for p in event.claims) for event in cluster(claims)
    }


def test_rejected_claims_make_and_support_no_event():
    told = [said(1), said(2, stands={"state": State.REJECTED})]
    assert ids(told) == {frozenset({"c1"})}
    assert ids([replace(one, state=State.REJECTED) for one in told]) == set()


def test_a_rejected_denial_disputes_nothing():
    denial = said(2, modality=Modality.DENIED)
    assert cluster([said(1), denial])[0].status is Status.DISPUTED
    (event,) = cluster([said(1), replace(denial, state=State.REJECTED)])
    assert event.status is Status.CLAIMED


@pytest.mark.parametrize("state", [State.CONFIRMED, State.CORRECTED])
def test_what_people_looked_at_is_shown_for_all_and_marks_the_event(state):
    sure = said(1, confidence=1.0, event_type=EventType.HANDED_OVER)
    other = said(3, confidence=0.9, event_type=EventType.HANDED_OVER)
    looked_at = said(2, confidence=0.4, stands={"state": state})
    (plain,) = cluster([sure, other, replace(looked_at, state=State.CANDIDATE)])
    (event,) = cluster([sure, other, looked_at])
    assert (plain.best.claim.claim_id, plain.reviewed) == ("c1", False)
    assert (event.best.claim.claim_id, event.reviewed) == ("c2", True)
    assert event.event_type is EventType.CAPTURED
    assert frame([event])["reviewed"].tolist() == [True]


def test_bound_claims_are_one_event_whatever_the_rules_say():
    far = make_location(place_id="elsewhere", lon=39.0)
    other = replace(said(2, 20, gained_by=OPPOSITION), location=far)
    beside = replace(said(3, 20, gained_by=OPPOSITION), location=far)
    claims = [said(1), other, beside]
    assert len(ids(claims)) == 2
    (event,) = cluster([said(1), replace(other, bound_to="c1"), beside])
    assert event.n_claims == 3
    assert (event.date_start, event.date_end) == (date(2017, 3, 2),) * 2
    assert event.place_id == event.location.place_id


def test_a_denial_that_is_bound_denies_that_claim_alone():
    denial = said(3, 2, modality=Modality.DENIED)
    took = [said(1), said(2, event_type=EventType.HOLDS)]
    (one,) = (e for e in cluster([*took, denial]) if e.status is Status.DISPUTED)
    assert one.event_id == "e-c1"
    bound = replace(denial, bound_to="c2")
    (one,) = (e for e in cluster([*took, bound]) if e.status is Status.DISPUTED)
    assert one.event_id == "e-c2"


def test_claims_kept_apart_are_not_one_event():
    one, other = said(1), said(2, stands={"apart_from": frozenset({"c1"})})
    assert ids([one, other]) == {frozenset({"c1"}), frozenset({"c2"})}
    assert len(ids([other, one])) == 2
    # What could be of either is of neither.
    assert len(ids([one, other, said(3)])) == 3


def test_who_is_bound_brings_its_own_along_but_not_whom_reviewers_keep_apart():
    target, bound = said(1), said(2, 20, stands={"bound_to": "c1"})
    kept_off = said(3, 20, stands={"apart_from": frozenset({"c1"})})
    claims = [target, bound, kept_off, said(4, 20)]
    assert ids(claims) == {frozenset({"c1", "c2", "c4"}), frozenset({"c3"})}


def test_a_duplicate_counts_once():
    other = said(2, by="Another", **OWN_VOICE)
    (event,) = cluster([said(1), replace(other, duplicate_of="c1")])
    assert (event.n_claims, event.n_publishers) == (1, 1)
    assert event.status is Status.CLAIMED
    (alone,) = cluster([replace(other, duplicate_of="c1")])
    assert (alone.n_claims, alone.status) == (1, Status.ASSESSED)


def test_copies_are_one_source():
    kind = {"claimant_type": ClaimantType.WITNESS}
    agency, paper = said(1, by="Agency", **kind), said(2, by="Paper", **kind)
    (event,) = cluster([agency, paper])
    assert (event.status, event.n_independent) == (Status.ASSESSED, 2)
    (event,) = cluster([agency, replace(paper, copy_of="a1")])
    assert (event.status, event.n_independent) == (Status.CLAIMED, 1)
    # Beside its copy the paper also told something of its own.
    own = said(3, by="Paper", **kind)
    (event,) = cluster([agency, replace(paper, copy_of="a1"), own])
    assert (event.status, event.n_independent) == (Status.ASSESSED, 2)


def test_publishers_of_one_owner_are_not_independent():
    kind = {"claimant_type": ClaimantType.WITNESS}
    claims = [said(1, by="One", **kind), said(2, by="Two", **kind)]
    told = [Publisher(name=name, owner="Group") for name in ("One", "Two")]
    (event,) = cluster(claims, speakers=Speakers((), told))
    assert (event.n_publishers, event.n_independent) == (2, 1)
    assert event.status is Status.CLAIMED
    (event,) = cluster(claims, speakers=Speakers((), told[:1]))
    assert event.status is Status.ASSESSED


def test_two_are_independent_wherever_any_two_are():
    """One publisher quotes all, and one source is quoted by all: a star of each."""
    kind = {"claimant_type": ClaimantType.MONITOR}
    quoting = [said(n, by="Hub", claimed_by=f"M{n}", **kind) for n in range(3)]
    quoted = [said(n, by=f"P{n}", claimed_by="M0", **kind) for n in range(3, 6)]
    (event,) = cluster([*quoting, *quoted])
    assert event.n_independent == 2


def test_vague_claims_that_fit_two_events_join_each_other():
    claims = [said(1, 2), said(2, 20), said(3, 1, 31), said(4, 1, 31)]
    assert ids(claims) == {*map(frozenset, ({"c1"}, {"c2"}, {"c3", "c4"}))}


SPEAKS_FOR = Publisher(name="Agency", kind=ClaimantType.STATE_MEDIA, side=GOVERNMENT)


@pytest.mark.parametrize(
    ("publisher", "alike", "status"),
    [
        (SPEAKS_FOR, False, Status.CLAIMED),
        (SPEAKS_FOR, True, Status.ASSESSED),
        (replace(SPEAKS_FOR, side=ISLAMIC_STATE), False, Status.ASSESSED),
        (Publisher(name="Agency"), False, Status.ASSESSED),
        (Publisher(name="Agency", kind=ClaimantType.UNKNOWN), False, Status.CLAIMED),
    ],
)
def test_a_publisher_is_weighed_as_people_say_or_alike(publisher, alike, status):
    speakers = Speakers((), [publisher], alike=alike)
    (event,) = cluster([said(1, by="Agency", **OWN_VOICE)], speakers=speakers)
    assert event.status is status


def test_what_a_party_says_itself_stays_its_own_word_when_all_are_weighed_alike():
    (event,) = cluster([said(1)], speakers=Speakers(alike=True))
    assert event.status is Status.CLAIMED


def test_who_is_quoted_is_weighed_as_people_say():
    quoted = said(1, claimed_by="Watch", claimant_type=ClaimantType.MONITOR)
    assert cluster([quoted])[0].status is Status.ASSESSED
    told = Publisher(name="Watch", kind=ClaimantType.ALLY, side=GOVERNMENT)
    (event,) = cluster([quoted], speakers=Speakers((), [told]))
    assert event.status is Status.CLAIMED


def test_opposite_events_name_each_other_with_what_the_other_side_says():
    took = said(1)
    holds = said(2, gained_by=ISLAMIC_STATE, lost_by=None, event_type=EventType.HOLDS)
    one, other = frame(cluster([took, holds])).sort_values("event_id").itertuples()
    assert (one.contradicts, other.contradicts) == ("e-c2", "e-c1")
    assert '"event_id": "e-c2"' in one.says_otherwise
    assert took.claim.sentence in other.says_otherwise
    (alone,) = frame(cluster([took])).itertuples()
    assert (alone.contradicts, alone.says_otherwise) == (None, None)


# Properties


@st.composite
def reviewed_claims(draw):
    """Return claims about one place that reviewers and copies have bound and parted."""
    found = draw(placed_claims(max_size=7, places=2, types=(EventType.CAPTURED,)))
    others = st.sampled_from([p.claim.claim_id for p in found] or ["c0"])
    return [
        replace(
            one,
            state=draw(st.sampled_from((*[State.CANDIDATE] * 3, *State))),
            copy_of=draw(st.sampled_from((None, None, "a1"))),
            bound_to=draw(st.none() | others),
            duplicate_of=draw(st.sampled_from((None, None, "c0", "c1"))),
            apart_from=draw(st.frozensets(others, max_size=2)) - {one.claim.claim_id},
        )
        for one in found
    ]


@settings(max_examples=200)
@given(claims=reviewed_claims(), data=st.data())
def test_the_order_of_arrival_changes_nothing_after_reviews_either(claims, data):
    shuffled = data.draw(st.permutations(claims))
    assert cluster(shuffled) == cluster(claims)


@given(claims=reviewed_claims())
def test_each_claim_that_counts_is_in_one_event(claims):
    counted = sorted(
        p.claim.claim_id
        for p in claims
        if p.state is not State.REJECTED and p.claim.modality is Modality.ASSERTED
    )
    told = [
        p.claim.claim_id
        for event in cluster(claims)
        for p in event.claims
        if p.claim.modality is Modality.ASSERTED
    ]
    assert sorted(told) == counted


@given(claims=reviewed_claims())
def test_what_makes_events_is_what_they_are_made_of(claims):
    made = makers(claims)
    events = {event.event_id: event for event in cluster(claims)}
    assert made.keys() == events.keys()
    for event_id, event in events.items():
        told = {p.claim.claim_id for p in event.claims if p not in event.denials}
        assert made[event_id] == told


@given(claims=reviewed_claims())
def test_contradictions_are_mutual_and_disputed(claims):
    events = {event.event_id: event for event in cluster(claims)}
    for event_id, event in events.items():
        for other, _ in event.against:
            assert event_id in {one for one, _ in events[other].against}
            assert event.status is events[other].status is Status.DISPUTED
