"""Acts of review in real stores: signed, checked, undone, done again."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from conftest import (
    make_article,
    make_choice,
    make_claim,
    make_location,
    make_nowhere,
    make_placing,
)

from extract.records import Span
from geo import ledger_tables, schema
from geo.acts import Act, undone, write
from geo.deciding import ReviewRefusedError
from geo.edits import edits
from geo.ingest import Steps
from geo.review import Action, State
from geo.reviewing import (
    add_claim,
    confirm,
    correct,
    duplicate,
    merge,
    reject,
    reopen,
    split,
)
from geo.selection import claim_of
from geo.store import open_store
from geo.undoing import redo, undo

NOW = datetime(2026, 11, 27, 2, tzinfo=UTC)


@pytest.fixture
def path(where):
    """A store with one article of three claims."""
    with open_store(where) as store:
        claims = [make_claim(claim_id=name) for name in ("c1", "c2", "c3")]
        places = {c.claim_id: make_location() for c in claims}
        store.add(make_article(), claims, make_placing(places), now=NOW)
    return where


@pytest.fixture
def store(path):
    with open_store(path, who="ana") as opened:
        yield opened


def states(store):
    return [one.state.value for one in store.claims()]


def test_each_act_is_signed_and_says_what_was_before_and_after(store):
    done = confirm(store, store.claim("c1"), now=NOW, why="read it")
    assert store.claim("c1").state is State.CONFIRMED
    with store.reading() as connection:
        (edit,) = edits(connection)
    assert (edit.seq, edit.at, edit.who, edit.why) == (done.act, NOW, "ana", "read it")
    assert edit.action is Action.CONFIRM
    assert (edit.before, edit.after) == ({"state": "candidate"}, {"state": "confirmed"})
    assert states(store) == ["confirmed", "candidate", "candidate"]


def test_a_rejection_needs_a_reason(store):
    with pytest.raises(ReviewRefusedError, match="needs a reason"):
        reject(store, store.claim("c1"), now=NOW, why="  ")
    reject(store, store.claim("c1"), now=NOW, why="a film, not a war")
    assert states(store) == ["rejected", "candidate", "candidate"]
    reopen(store, store.claim("c1"), now=NOW)
    assert states(store) == ["candidate"] * 3


def test_a_correction_shows_everywhere_and_what_was_extracted_is_kept(store):
    before = store.claim("c1")
    changes = {
        "gained_by": "Russia",
        "date_end": date(2017, 3, 4),
        "location": make_location(lon=40.0, place_id="user:1", match="user"),
    }
    version = store.version()
    correct(store, before, changes, now=NOW, why="the text says so")
    after = store.claim("c1")
    assert store.version() != version
    assert after.claim.gained_by == "Russia"
    assert (after.claim.date_end, after.claim.date_prec) == (date(2017, 3, 4), 2)
    assert after.location.lon == 40.0
    assert after.state is State.CORRECTED
    assert store.claims("a1")[0] == after
    event = store.event_with("c1")
    assert event.gained_by == "Russia"
    assert event.location.lon == 40.0
    with store.reading() as connection:
        stored = connection.execute(schema.claim.select()).mappings().first()
    assert stored["gained_by"] == before.claim.gained_by


def test_a_claim_that_was_nowhere_is_placed_by_a_correction(where):
    with open_store(where) as store:
        placing = make_placing({"c1": make_nowhere()})
        store.add(make_article(), [make_claim(claim_id="c1")], placing, now=NOW)
        found = {"location": make_location(match="user")}
        correct(store, store.claim("c1"), found, now=NOW)
        assert store.unplaced() == []
        assert store.event_with("c1").event_id == "e-c1"


def test_what_somebody_changed_meanwhile_is_refused_by_name(store, path):
    seen = store.claim("c1")
    with open_store(path, who="ben") as other:
        correct(other, other.claim("c1"), {"gained_by": "Russia"}, now=NOW)
    for act in (
        lambda: confirm(store, seen, now=NOW),
        lambda: reject(store, seen, now=NOW, why="no"),
        lambda: correct(store, seen, {"lost_by": "B"}, now=NOW),
        lambda: merge(store, [seen, store.claim("c2")], now=NOW),
        lambda: split(store, seen, [store.claim("c2")], now=NOW),
        lambda: split(store, store.claim("c2"), [seen], now=NOW),
        lambda: duplicate(store, seen, store.claim("c2"), now=NOW),
    ):
        version = store.version()
        with pytest.raises(ReviewRefusedError, match=r"ben changed claim c1 .*gained"):
            act()
        assert store.version() == version


@pytest.mark.parametrize(
    "why", ["x" * 2_001, "a\0b", "\ud800"], ids=["long", "null", "surrogate"]
)
def test_a_reason_that_cannot_be_kept_is_refused(store, why):
    with pytest.raises(ReviewRefusedError, match="reason"):
        confirm(store, store.claim("c1"), now=NOW, why=why)
    assert states(store) == ["candidate"] * 3


def test_a_name_that_cannot_be_kept_is_refused(path):
    for who in ("\udcff", "a\nb", "x" * 201):
        with open_store(path, who=who) as store:
            with pytest.raises(ReviewRefusedError, match="who does this"):
                confirm(store, store.claim("c1"), now=NOW)
            with pytest.raises(ReviewRefusedError, match="who does this"):
                undo(store, 1, now=NOW)


def test_what_would_change_nothing_is_refused(store):
    confirm(store, store.claim("c1"), now=NOW)
    with pytest.raises(ReviewRefusedError, match="confirmed already"):
        confirm(store, store.claim("c1"), now=NOW)
    with pytest.raises(ReviewRefusedError, match="says that already"):
        correct(store, store.claim("c1"), {"lost_by": "Islamic State"}, now=NOW)
    with pytest.raises(ReviewRefusedError, match="waits for review"):
        reopen(store, store.claim("c2"), now=NOW)
    with pytest.raises(ReviewRefusedError, match="nothing would change"):
        duplicate(store, store.claim("c1"), None, now=NOW)
    with pytest.raises(ReviewRefusedError, match="unknown event_type"):
        correct(store, store.claim("c1"), {"event_type": "liberated"}, now=NOW)


def bonds(store):
    return {one.claim.claim_id: one.bound_to for one in store.claims()}


def apart(store):
    return {one.claim.claim_id: set(one.apart_from) for one in store.claims()}


def test_merging_binds_and_splitting_parts_and_both_are_undone(store):
    def c(*names):
        return [store.claim(name) for name in names]

    merged = merge(store, c("c1", "c2", "c3"), now=NOW)
    assert bonds(store) == {"c1": None, "c2": "c1", "c3": "c1"}
    with pytest.raises(ReviewRefusedError, match="nothing would change"):
        merge(store, c("c3", "c2"), now=NOW)
    # c1 leaves the others; they were bound only through it.
    parted = split(store, *c("c1"), c("c2"), now=NOW)
    assert bonds(store) == {"c1": None, "c2": None, "c3": "c1"}
    assert apart(store) == {"c1": {"c2"}, "c2": {"c1"}, "c3": set()}
    merge(store, c("c1", "c2"), now=NOW)
    assert bonds(store) == {"c1": None, "c2": "c1", "c3": "c1"}
    assert apart(store) == {"c1": set(), "c2": set(), "c3": set()}
    assert states(store) == ["candidate"] * 3
    undo(store, merged.act, now=NOW)
    assert bonds(store) == {"c1": None, "c2": "c1", "c3": None}
    undo(store, parted.act, now=NOW)
    redo(store, merged.act, now=NOW)
    assert bonds(store) == {"c1": None, "c2": "c1", "c3": "c1"}


def test_one_of_a_bound_group_can_leave_it(store):
    merge(store, [store.claim(n) for n in ("c1", "c2", "c3")], now=NOW)
    others = [store.claim("c1"), store.claim("c2")]
    split(store, store.claim("c3"), others, now=NOW)
    assert bonds(store) == {"c1": None, "c2": "c1", "c3": None}
    assert apart(store)["c3"] == {"c1", "c2"}


def test_duplicates_point_at_the_first_and_never_at_themselves(store):
    with pytest.raises(ReviewRefusedError, match="cannot repeat itself"):
        duplicate(store, store.claim("c1"), store.claim("c1"), now=NOW)
    duplicate(store, store.claim("c1"), store.claim("c2"), now=NOW)
    with pytest.raises(ReviewRefusedError, match="is marked as repeating"):
        duplicate(store, store.claim("c2"), store.claim("c1"), now=NOW)
    duplicate(store, store.claim("c2"), store.claim("c3"), now=NOW)
    assert store.claim("c1").duplicate_of == "c3"
    duplicate(store, store.claim("c2"), None, now=NOW)
    assert store.claim("c1").duplicate_of == "c2"


# Adding

FIELDS = {
    "event_type": "holds",
    "place": "palmyra",
    "gained_by": "Syrian government",
    "date_start": date(2017, 3, 2),
}


def test_a_claim_is_added_from_selected_words(store):
    article = store.article("a1")
    claim = claim_of(article, Span(start=18, end=65), FIELDS)
    done = add_claim(store, claim, make_location(), now=NOW, why="missed")
    (claim_id,) = done.claim_ids
    added = store.claim(claim_id)
    assert added.claim.sentence == "it took Palmyra from Islamic State on 2 March."
    text = article.text
    assert text[added.claim.char_start : added.claim.char_end] == added.claim.sentence
    assert added.claim.evidence.place.of(text) == "Palmyra"
    assert added.claim.extractor == "reader"
    assert added.claim.date_prec == 1
    assert added.state is State.CONFIRMED
    assert store.event_with(claim_id) is not None


def test_what_was_rejected_waits_for_no_place(store):
    lost = make_claim(claim_id="c4", article_id="a4", place="Nowhere")
    placing = make_placing({"c4": make_nowhere()}, article_id="a4")
    store.add(make_article(article_id="a4", title="Lost"), [lost], placing, now=NOW)
    assert [one.claim.claim_id for one in store.unplaced()] == ["c4"]
    done = reject(store, store.claim("c4"), now=NOW, why="no place at all")
    assert store.unplaced() == []
    undo(store, done.act, now=NOW)
    assert [one.claim.claim_id for one in store.unplaced()] == ["c4"]


def test_an_article_counts_the_claims_that_are_there(store):
    claim = make_claim(claim_id="c4", lost_by=None)
    done = add_claim(store, claim, make_location(), now=NOW)
    reject(store, store.claim("c1"), now=NOW, why="a film")
    counts = []
    for turn in (undo, redo):
        turn(store, done.act, now=NOW)
        counts.append([one.n_claims for one in store.articles()])
    assert counts == [[3], [4]]


def test_an_added_claim_can_be_corrected_undone_and_added_again(store):
    claim = claim_of(store.article("a1"), Span(start=0, end=65), FIELDS)
    first = add_claim(store, claim, make_location(), now=NOW)
    with pytest.raises(ReviewRefusedError, match="says that already"):
        add_claim(store, claim, make_location(), now=NOW)
    correct(store, store.claim(first.claim_ids[0]), {"lost_by": "B"}, now=NOW)
    undo(store, first.act, now=NOW)
    assert states(store) == ["candidate"] * 3
    assert store.claim(first.claim_ids[0]) is None
    second = add_claim(store, claim, make_location(), now=NOW)
    assert second.claim_ids != first.claim_ids
    redo(store, first.act, now=NOW)
    assert states(store) == ["candidate"] * 3 + ["corrected", "confirmed"]


@pytest.mark.parametrize(
    ("selected", "changes", "said"),
    [
        ((0, 999), {}, "behind the text"),
        ((65, 66), {}, "select the words"),
        ((0, 65), {"event_type": "liberated"}, "what happened"),
        ((0, 65), {"place": ""}, "which place"),
        ((0, 65), {"modality": "rumoured"}, "rumoured"),
        ((0, 65), {"date_start": date(2017, 3, 9), "date_end": date(2017, 3, 2)},
         "backwards"),
        ((0, 65), {"colour": "red"}, "no 'colour'"),
    ],
)  # fmt: skip
def test_a_selection_that_makes_no_claim_is_refused(selected, changes, said):
    span = Span(start=selected[0], end=selected[1])
    with pytest.raises(ValueError, match=said):
        claim_of(make_article(), span, {**FIELDS, **changes})


def test_words_for_a_part_must_stand_in_the_selection():
    with pytest.raises(ValueError, match="outside of the selection"):
        claim_of(
            make_article(), Span(start=18, end=65), FIELDS,
            {"gained_by": Span(start=0, end=8)},
        )  # fmt: skip
    claim = claim_of(
        make_article(), Span(start=0, end=65), FIELDS,
        {"gained_by": Span(start=0, end=8), "date": Span(start=54, end=64)},
    )  # fmt: skip
    assert (claim.gained_by_text, claim.date_text) == ("The army", "on 2 March")


def test_a_claim_of_no_article_is_refused(store):
    claim = claim_of(make_article(article_id="a9"), Span(start=0, end=65), FIELDS)
    with pytest.raises(ReviewRefusedError, match="no article 'a9'"):
        add_claim(store, claim, make_location(), now=NOW)


# Undoing


def test_undoing_goes_back_and_forth_as_often_as_one_likes(store):
    done = confirm(store, store.claim("c1"), now=NOW)
    for _ in range(3):
        undone = undo(store, done.act, now=NOW, why="too fast")
        assert undone.claim_ids == ("c1",)
        assert store.claim("c1").state is State.CANDIDATE
        with pytest.raises(ReviewRefusedError, match="undone already"):
            undo(store, done.act, now=NOW)
        redo(store, done.act, now=NOW)
        assert store.claim("c1").state is State.CONFIRMED
        with pytest.raises(ReviewRefusedError, match="stands"):
            redo(store, done.act, now=NOW)


def test_what_stays_is_refused_in_words(store):
    with pytest.raises(ReviewRefusedError, match="added an article, which stays"):
        undo(store, 1, now=NOW)
    with pytest.raises(ReviewRefusedError, match="no act 99"):
        undo(store, 99, now=NOW)
    done = confirm(store, store.claim("c1"), now=NOW)
    undoing = undo(store, done.act, now=NOW)
    with pytest.raises(ReviewRefusedError, match="redo the act that it undid"):
        undo(store, undoing.act, now=NOW)


def test_a_choice_of_a_place_is_undone_and_done_again_by_its_number(store):
    chosen = make_location(lon=39.0)
    placing = make_placing({"c1": chosen})
    number = store.place([placing], now=NOW, choice=make_choice())

    def steps(choices):
        spot = chosen if choices else make_location()
        return Steps(
            find=lambda _: (),
            geocoder=lambda claims, _countries, _outline: {
                c.claim_id: spot for c in claims
            },
            countries=lambda _: ("SY",),
        )

    with pytest.raises(ReviewRefusedError, match="is a choice"):
        undo(store, number, now=NOW)
    for _ in range(2):
        undo(store, number, now=NOW, steps=steps, why="wrong hill")
        assert store.claim("c1").location.lon == make_location().lon
        assert store.choices() == []
        redo(store, number, now=NOW, steps=steps)
        assert store.claim("c1").location.lon == 39.0
        assert [one.number for one in store.choices()] == [number]


def test_copies_and_publishers_are_undone_by_their_numbers_too(store):
    row = {
        "ordinal": 0, "name": "SANA", "aliases": "[]", "kind": "state_media",
        "side": "", "owner": "", "is_gone": 0,
    }  # fmt: skip
    with store.writing() as connection:
        number = write(
            connection,
            Act(kind="publisher", now=NOW),
            lambda seq: [(ledger_tables.publisher, [{"seq": seq, **row}])],
        )
    undo(store, number, now=NOW)
    with store.reading() as connection:
        assert undone(connection) == {number}
    redo(store, number, now=NOW)
    with store.reading() as connection:
        assert number not in undone(connection)


# Many at random


def act_at_random(dice, store, done, now):
    """Do or undo something to claims drawn at random; it may be refused."""
    claim, other = (store.claim(dice.choice(("c1", "c2", "c3"))) for _ in range(2))
    what = dice.randrange(8)
    if what == 0:
        return confirm(store, claim, now=now)
    if what == 1:
        return reject(store, claim, now=now, why="no")
    if what == 2:
        return reopen(store, claim, now=now)
    if what == 3:
        return correct(store, claim, {"lost_by": dice.choice("AB")}, now=now)
    if what == 4:
        return split(store, claim, [other], now=now)
    if what == 5:
        return merge(store, [claim, other], now=now)
    if what == 6:
        return duplicate(store, claim, other, now=now)
    undo(store, dice.choice(done or [0]), now=now)
    return None


def test_random_acts_and_undoings_leave_what_the_standing_acts_say(store):
    """What is seen depends on which acts stand, not on how it came to that."""
    dice, done, seen = random.Random(5), [], {}  # noqa: S311 - a fixed seed
    for n in range(60):
        now = NOW + timedelta(minutes=n)
        before = store.claims()
        try:
            act = act_at_random(dice, store, done, now)
        except ReviewRefusedError:
            assert store.claims() == before
            continue
        if act is not None:
            done.append(act.act)
            undo(store, act.act, now=now)
            assert store.claims() == before
            redo(store, act.act, now=now)
        with store.reading() as connection:
            standing = frozenset(e.seq for e in edits(connection) if not e.undone)
        assert seen.setdefault(standing, store.claims()) == store.claims()
    assert len(seen) > 20


def test_ten_thousand_edits_are_read_in_a_few_queries(store):
    """A claim alone is read without the edits of all others."""
    rows = [
        {
            "seq": 1, "ordinal": n, "action": "correct", "claim_id": f"c{n % 3 + 1}",
            "before": "{}", "after": f'{{"state": "corrected", "lost_by": "A{n}"}}',
        }
        for n in range(10_000)
    ]  # fmt: skip
    with store.writing() as connection:
        connection.execute(ledger_tables.edit.insert(), rows)
    assert [c.claim.lost_by for c in store.claims()] == ["A9999", "A9997", "A9998"]
    with store.reading() as connection:
        assert len(edits(connection, ["c1"])) == 3_334
