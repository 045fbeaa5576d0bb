"""Events' ids through acts: what is on record, and where an old id leads."""

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

import pandas as pd
import pytest
from conftest import make_article, make_claim, make_location, make_placing
from sqlalchemy import func, select

from extract.records import EventType, Modality, Relation, RelationKind
from geo import neighbours, schema
from geo.event_changes import compared
from geo.events import makers
from geo.ledger_tables import event_change
from geo.reviewing import merge, reject, split
from geo.store import open_store
from geo.undoing import redo, undo

NOW = datetime(2026, 1, 5, tzinfo=UTC)
ACTORS = ("Syrian government", "Islamic State", None)


@pytest.fixture
def store(where):
    with open_store(where) as opened:
        yield opened


def tell(store, number, *claims, published=date(2017, 3, 20), where=None):
    """Add article a<number>, whose claims are all at one place."""
    article = make_article(
        article_id=f"a{number}", title=f"Title {number}", published=published
    )
    told = [replace(one, article_id=article.article_id) for one in claims]
    spots = {one.claim_id: where or make_location() for one in told}
    placing = make_placing(spots, article_id=article.article_id)
    assert store.add(article, told, placing, now=NOW)


def took(number, day=2, **changes):
    when = {"date_start": date(2017, 3, day), "date_end": date(2017, 3, day)}
    return make_claim(claim_id=f"c{number}", **{**when, **changes})


def changes(store):
    query = select(event_change).order_by(event_change.c.seq)
    with store.reading() as connection:
        return [tuple(row)[1:] for row in connection.execute(query)]


def test_an_earlier_report_renames_an_event_and_its_old_id_leads_to_it(store):
    tell(store, 1, took(1))
    tell(store, 2, took(2), published=date(2017, 3, 3))
    assert changes(store) == [("e-c1", "e-c2", "renamed")]
    assert store.became("e-c1") == store.became("e-c2") == ["e-c2"]
    assert len(store.event_claims("e-c1")) == 2


def test_a_later_report_leaves_no_record(store):
    tell(store, 1, took(1))
    tell(store, 2, took(2), published=date(2017, 3, 30))
    assert changes(store) == []
    assert store.became("e-c1") == ["e-c1"]
    assert store.became("e-c2") == ["e-c1"]
    assert store.became("e-nothing") == []


def test_merging_splitting_and_undoing_are_on_record(store):
    tell(store, 1, took(1))
    tell(store, 2, took(2, 20))
    done = merge(store, store.claims(), now=NOW, why="one change")
    assert changes(store) == [("e-c2", "e-c1", "merged")]
    assert store.became("e-c2") == ["e-c1"]
    undo(store, done.act, now=NOW)
    assert changes(store)[1:] == [
        ("e-c1", "e-c1", "split"),
        ("e-c1", "e-c2", "split"),
    ]
    assert store.became("e-c2") == ["e-c2"]
    redo(store, done.act, now=NOW)
    assert store.became("e-c2") == ["e-c1"]


def test_a_split_is_followed_to_all_its_parts(store):
    tell(store, 1, took(1), published=date(2017, 3, 20))
    tell(store, 2, took(2), published=date(2017, 3, 10))
    one, other = store.claims()
    split(store, one, [other], now=NOW)
    assert changes(store) == [
        ("e-c1", "e-c2", "renamed"),
        ("e-c2", "e-c1", "split"),
        ("e-c2", "e-c2", "split"),
    ]
    assert store.became("e-c1") == ["e-c1"]
    tell(store, 3, took(3, gained_by=None), published=date(2017, 3, 1))
    assert store.became("e-c2") == ["e-c2"]


def test_an_event_whose_claims_are_all_rejected_ends(store):
    tell(store, 1, took(1))
    done = reject(store, store.claim("c1"), now=NOW, why="a drill")
    assert changes(store) == [("e-c1", "", "ended")]
    assert store.became("e-c1") == []
    assert store.event_claims("e-c1") == []
    assert store.event_with("c1") is None
    assert len(store.events()) == 0
    undo(store, done.act, now=NOW)
    assert store.became("e-c1") == ["e-c1"]


def test_claims_that_are_placed_elsewhere_take_their_event_along(store):
    tell(store, 1, took(1), published=date(2017, 3, 20))
    elsewhere = make_location(place_id="geonames:2")
    tell(store, 2, took(2), published=date(2017, 3, 10), where=elsewhere)
    moved = make_placing({"c1": elsewhere}, article_id="a1")
    store.place([moved], now=NOW)
    assert changes(store) == [("e-c1", "e-c2", "merged")]
    assert store.became("e-c1") == ["e-c2"]


def claims_of(random, number):
    """Return random claims of an article, and where they are."""
    day = random.randint(1, 9)
    place = random.choice(("Palmyra", "Tal"))
    container = Relation(kind=RelationKind.CONTAINER, toponym="Homs", text="in Homs")
    claim = make_claim(
        claim_id=f"c{number}",
        place=place,
        place_relations=(container,),
        event_type=random.choice((*[EventType.CAPTURED] * 3, EventType.HOLDS)),
        modality=random.choice((*[Modality.ASSERTED] * 4, Modality.DENIED)),
        gained_by=random.choice(ACTORS),
        lost_by=random.choice(ACTORS),
        date_start=date(2017, 3, day),
        date_end=date(2017, 3, day + random.choice((0, 0, 1, 9))),
    )
    if random.random() < 0.2:
        claim = replace(claim, date_start=None, date_end=None)
    where = random.choice(
        (
            make_location(),
            make_location(match="container", radius_m=30_000.0),
            make_location(match="container", radius_m=30_000.0, place_id=None),
        )
    )
    return claim, where, date(2017, 3, random.randint(1, 12))


@pytest.mark.parametrize("seed", range(3))
def test_what_is_on_record_is_what_became_of_all_events(store, seed):
    """Each act looks at the places that it touches; the whole store says the same."""
    random = Random(seed)  # noqa: S311 - a seed for a test
    for number in range(30):
        before = store.claims()
        if number % 5 == 4:
            some = random.sample(before, 2)
            act = random.choice((merge, split))
            pair = (some,) if act is merge else (some[0], some[1:])
            try:
                act(store, *pair, now=NOW)
            except ValueError:
                continue
        else:
            claim, where, published = claims_of(random, number)
            tell(store, number, claim, where=where, published=published)
        after = store.claims()
        with store.reading() as connection:
            act = select(func.max(schema.revision.c.seq)).scalar_subquery()
            last = select(event_change).where(event_change.c.seq == act)
            rows = connection.execute(last).all()
            noted = sorted((row.event_id, row.became, row.how) for row in rows)
        assert noted == [tuple(one) for one in compared(before, after)]
    for event_id in makers(store.claims()):
        assert store.became(event_id) == [event_id]


@pytest.mark.parametrize("seed", range(2))
def test_the_order_in_which_articles_are_stored_changes_no_event(new_store, seed):
    random = Random(seed)  # noqa: S311 - a seed for a test
    told = [claims_of(random, number) for number in range(25)]
    frames = []
    for _turn in range(3):
        random.shuffle(told)
        with open_store(new_store()) as store:
            for claim, where, published in told:
                number = claim.claim_id[1:]
                tell(store, number, claim, where=where, published=published)
            frames.append(store.events())
    for other in frames[1:]:
        pd.testing.assert_frame_equal(frames[0], other)
    assert len(frames[0]) > 5


def test_adding_an_article_reads_the_claims_of_its_places_only(store):
    """And of many that say the same only the first, however many articles there are.

    All of them are read when the events there are made again, which may be later.
    """
    read = []
    keep = neighbours.claims_where
    for number in range(40):
        elsewhere = make_location(place_id=f"geonames:{number}")
        tell(store, number, took(number), where=elsewhere if number % 2 else None)

    def counted(connection, *where):
        found = keep(connection, *where)
        read.extend(one.claim.claim_id for one in found)
        return found

    neighbours.claims_where = counted
    try:
        with store.deferring():
            tell(store, 100, took(100))
            # Itself, and the first of the twenty that tell the same of Palmyra.
            assert set(read) == {"c0", "c100"}
    finally:
        neighbours.claims_where = keep
    assert set(read) == {f"c{number}" for number in (*range(0, 40, 2), 100)}
