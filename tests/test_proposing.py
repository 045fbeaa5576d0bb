"""A newer extraction proposes where it differs; it overwrites nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from conftest import SENTENCE, make_article, make_claim, make_location, make_placing

from extract.records import EventType, Evidence, Span
from geo import ledger_tables
from geo.deciding import ReviewRefusedError
from geo.ingest import Steps
from geo.proposals import Kind, open_proposals
from geo.proposing import accept, dismiss, propose
from geo.review import State
from geo.reviewing import add_claim, confirm, correct, reject
from geo.selection import claim_of
from geo.store import open_store
from geo.undoing import redo, undo
from geo.waiting import n_waiting, waiting

NOW = datetime(2026, 11, 27, tzinfo=UTC)
RAIN = Evidence(trigger=Span(start=71, end=75), place=Span(start=66, end=70))


def first(**changes):
    return make_claim(**{"claim_id": "c1", "extractor": "rules-en 1", **changes})


def second(**changes):
    made = {
        "claim_id": "c2", "extractor": "rules-en 1", "place": "Rain", "char_start": 66,
        "char_end": 76, "sentence": "Rain fell.", "evidence": RAIN,
    }  # fmt: skip
    return make_claim(**{**made, **changes})


def steps_that_find(*claims):
    return Steps(
        find=lambda _: claims,
        geocoder=lambda claims, _countries, _outline: {
            claim.claim_id: make_location() for claim in claims
        },
        countries=lambda _: ("SY",),
    )


@pytest.fixture
def store(where):
    with open_store(where, who="ana") as opened:
        claims = [first(), second()]
        where = make_placing({c.claim_id: make_location() for c in claims})
        opened.add(make_article(), claims, where, now=NOW)
        yield opened


def again(store, *claims):
    """Read again; the new reading gives `claims` ids of its own, as hashes do."""
    found = [replace(c, claim_id="", extractor="rules-en 2") for c in claims]
    return propose(store, steps_that_find(*found), extractor="rules-en 2", now=NOW)


def told(proposed):
    return [
        (one.kind, one.claim_id, {n: one.proposed.get(n) for n in ("lost_by",)})
        for one in proposed.proposals
    ]


def test_the_same_reading_proposes_nothing(store):
    version = store.version()
    assert again(store, first(), second()).proposals == ()
    assert store.version() == version


def test_what_the_record_of_a_rule_says_is_not_worth_a_proposal(store):
    other = first(rule="another", confidence=0.2, date_text="2 March")
    assert again(store, other, second()).proposals == ()


def test_differences_are_proposed_once_and_overwrite_nothing(store):
    before = store.claims()
    new = second(event_type=EventType.HOLDS, place="Fell", evidence=replace(
        RAIN, trigger=Span(start=66, end=70)))  # fmt: skip
    proposed = again(store, first(lost_by="B"), new)
    assert told(proposed) == [
        (Kind.CHANGED, "c1", {"lost_by": "B"}),
        (Kind.GONE, "c2", {"lost_by": None}),
        (Kind.ADDED, None, {"lost_by": "Islamic State"}),
    ]
    assert store.claims() == before
    assert again(store, first(lost_by="B"), new).proposals == ()
    with store.reading() as connection:
        found = open_proposals(connection)
    assert found == list(proposed.proposals)
    waits = waiting(store).items
    assert n_waiting(store) == len(waits)
    assert {item.placed.claim.place for item in waits if item.proposals} == {
        "Palmyra", "Fell", "Rain",
    }  # fmt: skip


def test_a_claim_is_the_same_when_its_sentence_was_cut_otherwise(store):
    longer = second(char_start=65, sentence=" Rain fell.", lost_by="B")
    assert told(again(store, first(), longer)) == [
        (Kind.CHANGED, "c2", {"lost_by": "B"})
    ]


def test_a_claim_is_the_same_when_its_place_is_read_otherwise(store):
    named = second(place="Heavy rain")
    (one,) = again(store, first(), named).proposals
    assert (one.kind, one.claim_id) == (Kind.CHANGED, "c2")
    assert one.proposed["place"] == "Heavy rain"


def test_reviewed_claims_survive(store):
    correct(store, store.claim("c1"), {"lost_by": "B"}, now=NOW)
    reject(store, store.claim("c2"), now=NOW, why="weather")
    reviewed = store.claims()
    # The new reading says what it said; or what the reviewers say; or finds nothing.
    assert again(store, first(), second()).proposals == ()
    assert again(store, first(lost_by="B")).proposals == ()
    (one,) = again(store, first(lost_by="C")).proposals
    assert (one.kind, one.claim_id) == (Kind.CHANGED, "c1")
    assert store.claims() == reviewed


def test_claims_of_readers_and_models_are_neither_gone_nor_added_again(store):
    article = store.article("a1")
    fields = {"event_type": "holds", "place": "Palmyra"}
    claim = claim_of(article, Span(start=18, end=65), fields)
    add_claim(store, claim, make_location(), now=NOW)
    assert again(store, first(), second()).proposals == ()
    with store.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE claim SET extractor = 'llm x' WHERE claim_id = 'c2'"
        )
    assert again(store, first()).proposals == ()
    assert again(store, first(), second(lost_by="B")).proposals == ()


def test_accepting_changes_adds_and_rejects_and_can_be_undone(store):
    before = store.claims()
    evidence = Evidence(trigger=Span(start=9, end=13), place=Span(start=27, end=34))
    new = first(event_type=EventType.HOLDS, place="Homs", evidence=evidence)
    proposed = again(store, first(lost_by="B"), new)
    kinds = {one.kind for one in proposed.proposals}
    assert kinds == {Kind.CHANGED, Kind.GONE, Kind.ADDED}
    keys = [one.key for one in proposed.proposals]
    done = accept(store, keys, now=NOW, why="better")
    changed, gone, added = store.claims()
    assert (changed.claim.lost_by, changed.state) == ("B", State.CORRECTED)
    assert (gone.claim.claim_id, gone.state) == ("c2", State.REJECTED)
    assert (added.claim.place, added.state) == ("Homs", State.CONFIRMED)
    assert added.claim.extractor == "rules-en 2"
    assert again(store, first(lost_by="B"), new).proposals == ()
    with pytest.raises(ReviewRefusedError, match="decided already: accept"):
        dismiss(store, keys, now=NOW)
    undo(store, done.act, now=NOW)
    assert store.claims() == before
    assert again(store, first(lost_by="B"), new).proposals == ()
    redo(store, done.act, now=NOW)
    assert store.claims() == [changed, gone, added]


def test_what_is_dismissed_stays_away(store):
    (one,) = again(store, first(lost_by="B"), second()).proposals
    dismiss(store, [one.key], now=NOW, why="it was right before")
    assert again(store, first(lost_by="B"), second()).proposals == ()
    assert store.claim("c1").state is State.CANDIDATE
    assert all(not item.proposals for item in waiting(store).items)


def test_an_added_claim_can_be_dismissed_too(store):
    new = first(place="Homs", evidence=replace(RAIN, trigger=Span(start=0, end=3)))
    (one,) = again(store, first(), second(), new).proposals
    assert one.kind is Kind.ADDED
    dismiss(store, [one.key], now=NOW)
    assert again(store, first(), second(), new).proposals == ()
    assert len(store.claims()) == 2


def test_what_is_not_proposed_cannot_be_decided_on(store):
    with pytest.raises(ReviewRefusedError, match=r"no proposal 9\.0"):
        accept(store, [(9, 0)], now=NOW)


def test_an_article_that_cannot_be_read_costs_no_other(store):
    article = make_article(article_id="a2", title="other", published=date(2017, 3, 6))
    store.add(article, [], make_placing({}, article_id="a2"), now=NOW)

    def find(article):
        if article.article_id == "a1":
            raise RecursionError("too deep")
        return (first(claim_id="", article_id="a2"),)

    steps = replace(steps_that_find(), find=find)
    done = []
    proposed = propose(
        store, steps, extractor="rules-en 2", now=NOW, on_progress=done.append
    )
    assert proposed.failures == (("a1", "RecursionError: too deep"),)
    assert [one.article_id for one in proposed.proposals] == ["a2"]
    assert done == [1, 2]


def test_a_proposal_of_a_reviewed_claim_waits_and_accepting_counts_as_review(store):
    confirm(store, store.claim("c1"), now=NOW)
    (one,) = again(store, first(lost_by="B"), second()).proposals
    assert waiting(store).items[0].proposals == (one,)
    accept(store, [one.key], now=NOW)
    assert store.claim("c1").state is State.CORRECTED
    with store.reading() as connection:
        (row,) = connection.execute(ledger_tables.edit.select().offset(1)).all()
    assert (row.proposal_seq, row.proposal_ordinal) == one.key
    assert store.claim("c1").claim.sentence == SENTENCE
