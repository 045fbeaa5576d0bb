"""Random acts on a store, and whether the events kept in it are those of its claims."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
from conftest import (
    TEXT,
    make_article,
    make_claim,
    make_location,
    make_nowhere,
    make_placing,
)
from strategies import ACTORS

from extract.conflict import load_conflicts
from extract.records import (
    ClaimantType,
    EventType,
    Modality,
    Publisher,
    Relation,
    RelationKind,
)
from geo import event_queries
from geo.copies import mark
from geo.database import StoreError
from geo.event_filter import EventFilter
from geo.event_tables import control
from geo.events import cluster, frame
from geo.publishers import remove_publisher, set_publisher
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
from geo.timeline import control_on, spells
from geo.undoing import redo, undo

NOW = datetime(2026, 1, 5, tzinfo=UTC)
FIRST = date(2017, 3, 1)
PUBLISHERS = ("SANA", "Agency", "Paper", "The Paper", "Monitor", "")
SPOTS = (
    make_location(),
    make_location(place_id="geonames:2", lon=179.9, lat=-10.0, radius_m=500.0),
    make_location(match="container", radius_m=30_000.0, lon=-179.5, lat=-10.5),
    make_location(match="container", radius_m=30_000.0, place_id=None),
    make_nowhere(),
)
PACKS = tuple(load_conflicts().values())


def a_claim(random, claim_id, article_id):
    """Return a random claim."""
    day = FIRST + timedelta(days=random.randint(0, 12))
    last = day + timedelta(days=random.choice((0, 0, 0, 1, 9)))
    within = Relation(kind=RelationKind.CONTAINER, toponym="Homs", text="in Homs")
    is_dated = random.random() < 0.85
    return make_claim(
        claim_id=claim_id,
        article_id=article_id,
        place=random.choice(("Palmyra", "Tal")),
        place_relations=random.choice(((), (within,))),
        event_type=random.choice((*[EventType.CAPTURED] * 4, *EventType)),
        modality=random.choice((*[Modality.ASSERTED] * 5, *Modality)),
        gained_by=random.choice((*ACTORS, None)),
        lost_by=random.choice((*ACTORS, None)),
        date_start=day if is_dated else None,
        date_end=last if is_dated else None,
        claimant_type=random.choice(list(ClaimantType)),
        claimed_by=random.choice((None, *PUBLISHERS[:4])),
        confidence=random.choice((0.5, 0.9)),
    )


class Acts:
    """Does random things to a store.

    All articles have the same text, so that they are copies, unless each has a `tail`.
    """

    def __init__(self, store, random, tail=lambda _number: ""):
        self.store = store
        self.tail = tail
        self.random = random
        self.n_articles = 0
        self.done = []

    def do(self):
        """Do one thing; what the store refuses changes nothing."""
        acts = [*[self.add] * 4, self.place, self.review, self.relate]
        acts += [self.correct, self.undo, self.redo, self.publish, self.copy]
        acts += [self.tell]
        try:
            act = self.random.choice(acts)()
        except (StoreError, ValueError):
            return
        if act is not None:
            self.done.append(act)

    def add(self):
        """Add an article of up to three claims."""
        self.n_articles += 1
        name = f"a{self.n_articles:03}"
        published = FIRST + timedelta(days=self.random.randint(0, 15))
        article = make_article(
            article_id=name,
            text=TEXT + self.tail(self.n_articles),
            title=name,
            publisher=self.random.choice(PUBLISHERS),
            published=published,
        )
        ids = [f"c{self.random.randint(0, 999):03}-{name}-{n}" for n in range(3)]
        ids = ids[: self.random.randint(0, 3)]
        claims = [a_claim(self.random, one, name) for one in ids]
        where = {one: self.random.choice(SPOTS) for one in ids}
        self.store.add(article, claims, make_placing(where, article_id=name), now=NOW)

    def some(self, most=1):
        """Return some claims, as they stand."""
        claims = self.store.claims()
        return self.random.sample(claims, min(most, len(claims)))

    def place(self):
        """Place claims anew."""
        for one in self.some(2):
            claim = one.claim
            spot = {claim.claim_id: self.random.choice(SPOTS)}
            placing = make_placing(spot, article_id=claim.article_id)
            self.store.place([placing], now=NOW)

    def review(self):
        """Confirm, reject or reopen a claim."""
        how = self.random.choice((confirm, reject, reopen))
        for one in self.some():
            return how(self.store, one, now=NOW, why="so").act
        return None

    def correct(self):
        """Correct a claim, perhaps where it lies."""
        changes = self.random.choice(
            (
                {"gained_by": self.random.choice(ACTORS)},
                {"event_type": self.random.choice(list(EventType))},
                {"location": self.random.choice(SPOTS[:2])},
                {"modality": self.random.choice(list(Modality))},
            )
        )
        for one in self.some():
            return correct(self.store, one, changes, now=NOW).act
        return None

    def relate(self):
        """Merge, split or mark as a duplicate."""
        how = self.random.choice((merge, split, duplicate))
        some = self.some(2)
        if len(some) < 2:
            return None
        given = {merge: (some,), split: (some[0], some[1:])}.get(how, some)
        return how(self.store, *given, now=NOW).act

    def tell(self):
        """Add a claim that was missed, to an article that has one."""
        for one in self.some():
            name = f"c{self.random.randint(0, 999):03}-missed"
            missed = a_claim(self.random, name, one.claim.article_id)
            spot = self.random.choice(SPOTS)
            return add_claim(self.store, missed, spot, now=NOW).act
        return None

    def undo(self):
        """Undo an act."""
        undo(self.store, self.random.choice(self.done or [1]), now=NOW)

    def redo(self):
        """Do an act again."""
        redo(self.store, self.random.choice(self.done or [1]), now=NOW)

    def publish(self):
        """Say who a publisher is, or that nothing is known of it."""
        name = self.random.choice(PUBLISHERS[:4])
        if self.random.random() < 0.2:
            return remove_publisher(self.store, name, now=NOW)
        kind = self.random.choice((ClaimantType.MONITOR, ClaimantType.STATE_MEDIA))
        publisher = Publisher(
            name=name,
            kind=kind,
            side=self.random.choice((*ACTORS, "")),
            owner=self.random.choice(("", "Group")),
            aliases=self.random.choice(((), ("The Paper",))),
        )
        return set_publisher(self.store, publisher, now=NOW)

    def copy(self):
        """Say that an article tells another one again, or not."""
        events = cluster(self.store.claims())
        told = [sorted({p.claim.article_id for p in one.claims}) for one in events]
        told = [ids for ids in told if len(ids) > 1]
        if not told:
            return None
        one, other = self.random.sample(self.random.choice(told), 2)
        is_copy = self.random.random() < 0.7
        return mark(self.store, (one, other), is_copy=is_copy, now=NOW)


def reckoned(store):
    """Return the events of all claims, as they are without any that are kept."""
    speakers = store.speakers(PACKS)
    return frame(cluster(store.claims(), speakers=speakers))


def check(store):
    """Hold what is kept against what all claims say."""
    events = reckoned(store)
    with store.reading() as connection:
        kept = event_queries.events_in(connection)
        pd.testing.assert_frame_equal(kept, events)
        held = spells(events)
        for place_id in {*events["place_id"], "nowhere"}:
            here = held[held["place_id"] == place_id].reset_index(drop=True)
            there = EventFilter(place_id=place_id)
            told = spells(event_queries.events_in(connection, there))
            pd.testing.assert_frame_equal(told, here)
        rows = connection.execute(control.select()).all()
        ends = [*events["date_end"].dropna().dt.date, date.min, date.max]
        for day in {*ends, FIRST + timedelta(days=5)}:
            told = event_queries.control_on(connection, day)
            pd.testing.assert_frame_equal(told, control_on(events, day))
    assert {row.place_id for row in rows} == set(held["place_id"])
