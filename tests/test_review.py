"""How claims stand after edits, against a simple model of acts done and undone."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from conftest import make_claim, make_location
from hypothesis import given
from hypothesis import strategies as st

from extract.records import EventType, Modality, Relation, RelationKind
from geo.events import PlacedClaim
from geo.fields import CORRECTABLE, FIELDS, corrections, retold, told
from geo.review import Action, Edit, State, reviewed

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def placed(claim_id="c1", **changes):
    return PlacedClaim(
        claim=make_claim(claim_id=claim_id, **changes),
        location=make_location(),
        article_title="Palmyra retaken",
        publisher="Daily Example",
        url="",
        published=date(2017, 3, 5),
    )


def edit(seq, after, claim_id="c1", **changes):
    made = {"action": Action.CORRECT, "before": {"state": "candidate"}, **changes}
    return Edit(
        seq=seq, at=NOW, who="ana", why="", claim_id=claim_id, after=after, **made
    )


def one(*edits):
    (claim,) = reviewed([placed()], edits)
    return claim


def test_without_edits_a_claim_is_a_candidate_as_it_was_extracted():
    assert one() == placed()
    assert one().state is State.CANDIDATE


def test_a_later_edit_of_the_same_field_wins_and_others_stay():
    claim = one(
        edit(1, {"state": "corrected", "gained_by": "A", "lost_by": "B"}),
        edit(2, {"state": "corrected", "gained_by": "C"}),
    )
    assert (claim.claim.gained_by, claim.claim.lost_by) == ("C", "B")
    assert claim.state is State.CORRECTED


def test_an_undone_edit_counts_nothing_and_what_was_before_stands():
    first = edit(1, {"state": "corrected", "gained_by": "A"})
    second = edit(2, {"state": "corrected", "gained_by": "B"})
    assert one(first, replace(second, undone=True)) == one(first)
    assert one(replace(first, undone=True), second) == one(second)


def test_what_is_confirmed_after_a_correction_is_corrected():
    confirmed = edit(2, {"state": "confirmed"}, action=Action.CONFIRM)
    corrected = edit(1, {"state": "corrected", "gained_by": "A"})
    assert one(corrected, confirmed).state is State.CORRECTED
    assert one(replace(corrected, undone=True), confirmed).state is State.CONFIRMED


def test_a_correction_back_to_what_was_extracted_confirms_it():
    there = edit(1, {"state": "corrected", "gained_by": "A"})
    back = edit(2, {"state": "corrected", "gained_by": "Syrian government"})
    assert one(there, back) == replace(placed(), state=State.CONFIRMED)


def test_a_reopened_claim_keeps_what_was_corrected():
    claim = one(
        edit(1, {"state": "corrected", "gained_by": "A"}),
        edit(2, {"state": "candidate"}, action=Action.REOPEN),
    )
    assert claim.state is State.CANDIDATE
    assert claim.claim.gained_by == "A"


def test_two_splits_add_up_and_each_can_be_undone():
    first = edit(1, {"apart_from": {"c2": True}}, action=Action.SPLIT)
    second = edit(2, {"apart_from": {"c3": True}}, action=Action.SPLIT)
    assert one(first, second).apart_from == {"c2", "c3"}
    assert one(replace(first, undone=True), second).apart_from == {"c3"}
    assert one(first, second).state is State.CANDIDATE


def test_a_claim_whose_adding_is_undone_is_not_there():
    added = edit(1, {"state": "confirmed"}, action=Action.ADD, before={})
    assert one(added).state is State.CONFIRMED
    assert reviewed([placed()], [replace(added, undone=True)]) == []
    taken = replace(added, action=Action.ACCEPT, undone=True)
    assert reviewed([placed()], [taken]) == []
    changed = replace(taken, before={"gained_by": "A"})
    assert reviewed([placed()], [changed]) == [placed()]


def test_what_repeats_a_repetition_repeats_the_first():
    edits = [
        edit(1, {"duplicate_of": "c2"}, "c1"),
        edit(2, {"duplicate_of": "c3"}, "c2"),
    ]
    claims = reviewed([placed("c1"), placed("c2"), placed("c3")], edits)
    assert [c.duplicate_of for c in claims] == ["c3", "c3", None]


def test_a_circle_of_duplicates_leaves_one_claim():
    edits = [
        edit(1, {"duplicate_of": "c2"}, "c1"),
        edit(2, {"duplicate_of": "c1"}, "c2"),
        edit(3, {"duplicate_of": "c2"}, "c3"),
    ]
    claims = reviewed([placed("c1"), placed("c2"), placed("c3")], edits)
    assert [c.duplicate_of for c in claims] == [None, "c1", "c1"]


# Fields


def rich():
    relation = Relation(
        kind=RelationKind.REFERENCE, toponym="Homs", text="east of Homs", bearing="E",
        distance_km=12.0,
    )  # fmt: skip
    return placed(associated=("Russia",), place_relations=(relation,))


def test_told_and_retold_are_inverse_and_cover_all_that_can_differ():
    blank = replace(
        placed(
            event_type=EventType.HOLDS, place="Homs", gained_by=None, date_start=None,
            date_end=None, date_prec=None, date_text=None, date_anchor=None,
            sentence="x", char_start=0, char_end=1, confidence=0.1, rule="r",
            extractor="e", modality=Modality.DENIED, associated=(), lost_by=None,
            gained_by_text=None, lost_by_text=None, claimed_by=None,
        ),
        location=make_location(lon=1.0, name="Homs"),
    )  # fmt: skip
    assert retold(blank, told(rich())) == rich()
    names = {"claim_id", "article_id"} | set(FIELDS)
    names |= {"char_start", "char_end", "sentence"}
    names |= {f"date_{part}" for part in ("start", "end", "prec", "text", "anchor")}
    fields = set(type(rich().claim).__dataclass_fields__)
    assert fields <= names
    assert names - fields == {"dates", "quote", "location"}


def test_corrections_hold_only_what_changes():
    changes = {"gained_by": "Syrian government", "lost_by": " A "}
    assert corrections(placed(), changes) == {"lost_by": "A"}


def test_dates_are_one_field_with_their_precision():
    claim = placed()
    assert corrections(claim, {"date_end": date(2017, 3, 4)})["dates"] == {
        "start": "2017-03-02",
        "end": "2017-03-04",
        "prec": 2,
        "text": "on 2 March",
        "anchor": "absolute",
    }
    gone = corrections(claim, {"date_start": None, "date_end": None})
    assert gone == {"dates": None}
    undated = retold(claim, gone)
    assert undated.claim.date_start is None
    day = date(2017, 3, 9)
    assert retold(
        undated, corrections(undated, {"date_start": day})
    ).claim.date_end == day  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sentence": "x"}, "cannot be corrected"),
        ({"event_type": "liberated"}, "unknown event_type"),
        ({"modality": None}, "unknown modality"),
        ({"place": "  "}, "needs a place"),
        ({"place": 7}, "is a text"),
        ({"gained_by": "a\0b"}, "character that no name has"),
        ({"gained_by": "\ud800"}, "character that no name has"),
        ({"lost_by": "x" * 201}, "longer than 200"),
        ({"date_start": date(2017, 3, 9)}, "after the last day"),
        ({"date_end": "2017-03-09"}, "no days"),
        ({"date_end": NOW}, "no days"),
        ({"location": (38, 34)}, "no location"),
        ({"associated": "Russia"}, "list of names"),
    ],
)
def test_a_value_that_the_records_would_refuse_is_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        corrections(placed(), changes)


def test_each_field_can_be_corrected():
    values = {
        "event_type": "holds", "modality": Modality.DENIED, "place": "Tadmur",
        "gained_by": "", "lost_by": "B", "associated": ["Russia"],
        "date_start": date(2017, 3, 1), "date_end": date(2017, 3, 2),
        "claimed_by": "SANA", "claimant_type": "state_media",
        "location": make_location(lon=38.0),
    }  # fmt: skip
    assert set(values) == set(CORRECTABLE)
    claim = retold(placed(), corrections(placed(), values))
    assert claim.location == make_location(lon=38.0)
    assert claim.claim.gained_by is None
    assert corrections(claim, values) == {}


# Undo and redo, against a model

NAMES = ("c1", "c2", "c3")
settings = st.one_of(
    st.fixed_dictionaries(
        {
            "state": st.just("corrected"),
            "gained_by": st.sampled_from(("A", "B", "Syrian government")),
        }
    ),
    st.fixed_dictionaries(
        {"state": st.sampled_from(("confirmed", "rejected", "candidate"))}
    ),
    st.fixed_dictionaries(
        {"apart_from": st.dictionaries(st.sampled_from(NAMES), st.booleans())}
    ),
    st.fixed_dictionaries({"bound_to": st.sampled_from((*NAMES, None))}),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("do"), st.sampled_from(NAMES), settings),
        st.tuples(st.just("turn"), st.integers(0, 30), st.none()),
    ),
    max_size=20,
)


def by_the_model(acts):
    """Do the acts that stand one after the other to plain values."""
    claims = {
        name: {"said": None, "gained_by": "Syrian government", "bound_to": None,
               "apart": set()}
        for name in NAMES
    }  # fmt: skip
    for name, after in acts:
        claim = claims[name]
        claim["said"] = after.get("state", claim["said"])
        claim["gained_by"] = after.get("gained_by", claim["gained_by"])
        claim["bound_to"] = after.get("bound_to", claim["bound_to"])
        for other, is_apart in after.get("apart_from", {}).items():
            (claim["apart"].add if is_apart else claim["apart"].discard)(other)
    for claim in claims.values():
        if claim["said"] in {"confirmed", "corrected"}:
            is_changed = claim["gained_by"] != "Syrian government"
            claim["said"] = "corrected" if is_changed else "confirmed"
    return [
        (c["said"] or "candidate", c["gained_by"], c["bound_to"], frozenset(c["apart"]))
        for c in claims.values()
    ]


def as_seen(edits):
    return [
        (c.state.value, c.claim.gained_by, c.bound_to, c.apart_from)
        for c in reviewed([placed(name) for name in NAMES], edits)
    ]


@given(steps)
def test_undo_and_redo_give_exactly_what_stood_before(steps):
    edits, seen = [], {}
    for what, which, after in steps:
        if what == "do":
            edits.append(edit(len(edits), after, which))
        elif edits:
            at = which % len(edits)
            before = as_seen(edits)
            edits[at] = replace(edits[at], undone=not edits[at].undone)
            there_and_back = list(edits)
            there_and_back[at] = replace(edits[at], undone=not edits[at].undone)
            assert as_seen(there_and_back) == before
        standing = tuple((e.claim_id, e.seq) for e in edits if not e.undone)
        now = as_seen(edits)
        assert now == by_the_model(
            [(e.claim_id, e.after) for e in edits if not e.undone]
        )
        assert seen.setdefault(standing, now) == now
