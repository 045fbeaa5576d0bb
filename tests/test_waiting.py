"""The queue: what waits for review, worst first, and why."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from conftest import (
    make_article,
    make_claim,
    make_location,
    make_nowhere,
    make_placing,
)
from test_review import placed
from test_reviewing import path, store  # noqa: F401 - fixtures

from extract.records import Modality
from geo.events import cluster
from geo.proposals import Kind, Proposal
from geo.review import State
from geo.reviewing import confirm, duplicate, reject
from geo.undoing import undo
from geo.waiting import WORDS, Reason, Wanted, n_waiting, queue, waiting

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def ids(found):
    return [item.placed.claim.claim_id for item in found.items]


def queued(*claims, wanted=None, **proposed):
    return queue(claims, cluster(claims), wanted or Wanted(), **proposed)


def sure(claim_id, **changes):
    return placed(claim_id, confidence=0.99, **changes)


def nowhere(claim_id, **changes):
    return replace(sure(claim_id, **changes), location=make_nowhere())


def test_the_worst_comes_first_and_says_why():
    rough = replace(sure("rough"), location=make_location(where_prec=4))
    undated = sure("undated", date_start=None, date_end=None)
    found = queued(
        sure("good"), rough, nowhere("lost"), placed("unsure", confidence=0.3), undated
    )
    assert ids(found) == ["unsure", "lost", "rough", "undated", "good"]
    reasons = [item.reasons for item in found.items]
    assert reasons == [
        (Reason.UNSURE,), (Reason.NOT_PLACED,), (Reason.ROUGHLY_PLACED,),
        (Reason.UNDATED,), (),
    ]  # fmt: skip
    assert found.items[-1].score == pytest.approx(0.01)
    assert found.items[1].score == pytest.approx(1 - 0.99 * 0.4)


def test_reasons_add_up_and_each_has_words():
    both = nowhere("both", date_start=None, date_end=None)
    found = queued(nowhere("one"), both)
    assert ids(found) == ["both", "one"]
    assert all(item.score < 1 for item in found.items)
    assert set(WORDS) == set(Reason)


def test_what_is_disputed_comes_before_what_is_not():
    other = sure("against", gained_by="Islamic State", lost_by="Syrian government")
    elsewhere = make_location(lon=40.0, place_id="geonames:1")
    quiet = replace(sure("quiet", place="Homs"), location=elsewhere)
    found = queued(quiet, sure("for"), other)
    assert ids(found) == ["against", "for", "quiet"]
    assert found.items[0].reasons == (Reason.DISPUTED,)
    denied = queued(sure("no", modality=Modality.DENIED))
    assert denied.items[0].reasons == (Reason.DENIED,)


def test_reviewed_claims_duplicates_and_copies_do_not_wait():
    claims = [
        replace(sure("yes"), state=State.CONFIRMED),
        replace(sure("no"), state=State.REJECTED),
        replace(sure("same"), duplicate_of="open"),
        replace(sure("copied"), copy_of="a0"),
        sure("open"),
    ]
    found = queued(*claims)
    assert ids(found) == ["open"]
    assert (found.copies, found.duplicates) == (1, 1)
    assert found.states == {State.CONFIRMED: 1, State.REJECTED: 1, State.CANDIDATE: 3}
    assert ids(queued(*claims, wanted=Wanted(with_copies=True))) == ["copied", "open"]
    rejected = Wanted(states=frozenset({State.REJECTED}))
    assert ids(queued(*claims, wanted=rejected)) == ["no"]


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (Wanted(place="HOM"), ["homs"]),
        (Wanted(actor="Russia"), ["homs"]),
        (Wanted(actor="Islamic State"), ["homs", "palmyra"]),
        (Wanted(article_id="a2"), ["palmyra"]),
        (Wanted(publisher="Daily Example"), ["homs", "palmyra"]),
        (Wanted(reason=Reason.NOT_PLACED), ["homs"]),
        (Wanted(reason=Reason.UNSURE), []),
    ],
)
def test_filters(wanted, left):
    claims = [
        nowhere("homs", place="Homs", gained_by="Russia"),
        sure("palmyra", article_id="a2"),
    ]
    found = queued(*claims, wanted=wanted)
    assert ids(found) == left
    # What there is of all does not depend on what is shown.
    assert found.reasons == {Reason.NOT_PLACED: 1}


def proposal(kind, claim_id):
    return Proposal(
        seq=7, ordinal=0, at=NOW, article_id="a1", claim_id=claim_id, kind=kind,
        extractor="rules-en 2", proposed={},
    )  # fmt: skip


def test_a_proposal_waits_whatever_the_state_of_its_claim():
    claims = [replace(sure("c1"), state=State.CONFIRMED), sure("c2")]
    about = [proposal(Kind.CHANGED, "c1")]
    new = (proposal(Kind.ADDED, None), sure("c9", date_end=date(2017, 3, 2)))
    found = queued(*claims, proposed=(about, [new]))
    assert ids(found) == ["c1", "c9", "c2"]
    assert [item.is_proposed for item in found.items] == [False, True, False]
    assert found.items[0].proposals == (about[0],)
    assert found.reasons == {Reason.PROPOSAL: 2}
    assert found.states == {State.CONFIRMED: 1, State.CANDIDATE: 1}


def test_the_order_of_claims_does_not_matter():
    claims = [sure("a"), sure("b"), placed("c")]
    assert queued(*claims) == queued(*reversed(claims))


def test_the_queue_of_a_store_shrinks_as_it_is_reviewed(store):  # noqa: F811 - a fixture
    assert sorted(ids(waiting(store))) == ["c1", "c2", "c3"]
    assert n_waiting(store) == 3
    confirm(store, store.claim("c1"), now=NOW)
    reject(store, store.claim("c2"), now=NOW, why="no")
    assert ids(waiting(store)) == ["c3"]
    assert n_waiting(store) == 1
    duplicate(store, store.claim("c3"), store.claim("c1"), now=NOW)
    found = waiting(store)
    assert ids(found) == []
    assert found.duplicates == 1
    assert n_waiting(store) == 0
    undo(store, 3, now=NOW)
    assert ids(waiting(store)) == ["c2"]
    assert n_waiting(store) == 1


def test_what_waits_is_counted_without_copies(store):  # noqa: F811 - a fixture
    again = make_claim(claim_id="again-1", article_id="again")
    copied = make_article(article_id="again", title="Again")
    place = make_placing({"again-1": make_location()}, article_id="again")
    store.add(copied, [again], place, now=NOW)
    found = waiting(store)
    assert found.copies == 1
    assert n_waiting(store) == len(found.items) == 3


def test_an_empty_store_has_an_empty_queue():
    assert queued().items == ()
