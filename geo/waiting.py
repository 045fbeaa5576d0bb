"""What waits for review is found here, worst first, with the reasons in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from geo import schema
from geo.copies import copies
from geo.deciding import id_of
from geo.events import cluster
from geo.ledger_tables import edit, proposal
from geo.names import fold
from geo.proposals import Kind, open_proposals, proposed_claim
from geo.querying import claims_where
from geo.review import State
from geo.weighing import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement

    from extract.records import Conflict
    from geo.events import Event, PlacedClaim
    from geo.proposals import Proposal
    from geo.store import Store


class Reason(StrEnum):
    """Why a claim should be looked at."""

    PROPOSAL = "proposal"
    UNSURE = "unsure"
    DISPUTED = "disputed"
    DENIED = "denied"
    NOT_PLACED = "not_placed"
    ROUGHLY_PLACED = "roughly_placed"
    UNDATED = "undated"
    ROUGHLY_DATED = "roughly_dated"


WORDS = {
    Reason.PROPOSAL: "a newer reading of the article differs",
    Reason.UNSURE: "the reading is unsure",
    Reason.DISPUTED: "another report contradicts it",
    Reason.DENIED: "it is only known from a denial",
    Reason.NOT_PLACED: "the place was not found",
    Reason.ROUGHLY_PLACED: "the place is known roughly only",
    Reason.UNDATED: "the day is not known",
    Reason.ROUGHLY_DATED: "the day is known to a month at best",
}
"""What to call each reason in English."""

WEIGHTS = {
    Reason.PROPOSAL: 0.5,
    Reason.DISPUTED: 0.5,
    Reason.DENIED: 0.3,
    Reason.NOT_PLACED: 0.6,
    Reason.UNDATED: 0.3,
    Reason.ROUGHLY_DATED: 0.15,
}
"""How much each reason weighs, beside where it is known roughly."""

# By UCDP's precision: near, second-order area, first-order area, vague area, country.
ROUGHLY = {2: 0.15, 3: 0.3, 4: 0.4, 5: 0.45, 6: 0.5}
ROUGHLY_FROM_PREC = 4
"""From this precision of a date on, that of a month, it is known roughly."""

DOUBTED: Mapping[Status | None, Reason] = {
    Status.DISPUTED: Reason.DISPUTED,
    Status.DENIED: Reason.DENIED,
}
"""The statuses of events that are reasons to look at their claims."""

_PART = 10_000
UNSURE_BELOW = 0.7
"""The confidence under which a reading counts as unsure in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A claim that waits, and why.

    `score` runs from 0 to 1: it is 1 minus the product of the claim's confidence and
    of 1 minus the weight of each reason, so that each reason makes it worse and none
    alone decides. `proposals` are those about this claim. A claim that is only
    proposed (`is_proposed`) is not stored; accept the proposal to have it.
    """

    placed: PlacedClaim
    score: float
    reasons: tuple[Reason, ...]
    proposals: tuple[Proposal, ...] = ()

    @property
    def is_proposed(self) -> bool:
        """Whether the claim is one that a proposal would add."""
        return any(one.kind is Kind.ADDED for one in self.proposals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which claims to show; what is empty or None asks for nothing.

    `states` are those that wait; a claim with an open proposal waits in any state.
    `actor` is a canonical name on either side, `place` a part of the name.
    """

    states: frozenset[State] = frozenset({State.CANDIDATE})
    reason: Reason | None = None
    article_id: str = ""
    actor: str = ""
    place: str = ""
    publisher: str = ""
    with_copies: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits, worst first, and how much there is of all.

    `states` and `reasons` count all claims, whatever is wanted; a reason counts for
    candidates and proposals only. `copies` and `duplicates` are candidates that do
    not wait, because what they tell is told elsewhere.
    """

    items: tuple[Item, ...]
    states: Mapping[State, int] = field(default_factory=dict)
    reasons: Mapping[Reason, int] = field(default_factory=dict)
    copies: int = 0
    duplicates: int = 0


def waiting(
    store: Store, conflicts: Iterable[Conflict] = (), wanted: Wanted | None = None
) -> Queue:
    """Return what of a store waits for review, as `queue` does."""
    claims = store.claims()
    events = cluster(claims, speakers=store.speakers(conflicts))
    return queue(claims, events, wanted or Wanted(), newer(store))


def n_waiting(store: Store) -> int:
    """Return how many items `waiting` finds, most of them counted by the database.

    Only claims that people or a newer reading touched are looked at one by one.
    """
    known, added = newer(store)
    claim = schema.claim.c
    about = by_claim(known)
    with store.reading() as connection:
        query = select(func.count()).select_from(schema.claim).where(~touched())
        found: int = connection.execute(query).scalar_one()
        copied = sorted(copies(connection))
        for start in range(0, len(copied), _PART):
            part = claim.article_id.in_(copied[start : start + _PART])
            found -= connection.execute(query.where(part)).scalar_one()
        for one in claims_where(connection, touched()):
            found += waits(item_of(one, None, about[id_of(one)]), Wanted())
    return found + len(added)


def touched() -> ColumnElement[bool]:
    """Return the condition that people or a newer reading touched a claim."""
    return or_(
        *(
            schema.claim.c.claim_id.in_(select(one).where(one.is_not(None)))
            for one in (edit.c.claim_id, proposal.c.claim_id)
        )
    )


def newer(
    store: Store,
) -> tuple[list[Proposal], list[tuple[Proposal, PlacedClaim]]]:
    """Return open proposals about claims, and those that would add one, with it."""
    with store.reading() as connection:
        proposals = open_proposals(connection)
    added = [
        (one, proposed_claim(one, article))
        for one in proposals
        if one.kind is Kind.ADDED and (article := store.article(one.article_id))
    ]
    return [one for one in proposals if one.kind is not Kind.ADDED], added


def queue(
    claims: Iterable[PlacedClaim],
    events: Iterable[Event],
    wanted: Wanted,
    proposed: tuple[Iterable[Proposal], Iterable[tuple[Proposal, PlacedClaim]]] = (
        (),
        (),
    ),
) -> Queue:
    """Return what waits for review, worst first, of equals by their ids.

    Parameters
    ----------
    claims
        All, as they stand.
    events
        Of these claims; they tell what is disputed.
    wanted
        What to show.
    proposed
        Open proposals about claims, and those that would add one, each with it, as
        `newer` finds them.
    """
    about = by_claim(proposed[0])
    status_of = {id_of(one): event.status for event in events for one in event.claims}
    all_items = [
        item_of(one, status_of.get(id_of(one)), about.get(id_of(one), ()))
        for one in claims
    ]
    all_items += [item_of(placed, None, (one,)) for one, placed in proposed[1]]
    items = [one for one in all_items if _is_wanted(one, wanted)]
    candidates = [one for one in all_items if one.placed.state is State.CANDIDATE]
    open_ones = [one for one in all_items if waits(one, Wanted())]
    return Queue(
        items=tuple(sorted(items, key=_worst_first)),
        states=Counter(o.placed.state for o in all_items if not o.is_proposed),
        reasons=Counter(reason for one in open_ones for reason in one.reasons),
        copies=sum(one.placed.copy_of is not None for one in candidates),
        duplicates=sum(one.placed.duplicate_of is not None for one in candidates),
    )


def by_claim(proposals: Iterable[Proposal]) -> defaultdict[str, list[Proposal]]:
    """Return proposals by the claim that they are about."""
    found: defaultdict[str, list[Proposal]] = defaultdict(list)
    for one in proposals:
        found[one.claim_id or ""].append(one)
    return found


def _worst_first(item: Item) -> tuple[float, str]:
    return -item.score, item.placed.claim.claim_id


def item_of(
    placed: PlacedClaim, status: Status | None, proposals: Iterable[Proposal]
) -> Item:
    """Weigh a claim, of an event of that status, with the proposals about it."""
    about = tuple(proposals)
    weights = dict(_weights(placed, status, is_proposed=bool(about)))
    right = placed.claim.confidence
    for weight in weights.values():
        right *= 1 - weight
    return Item(
        placed=placed,
        score=1 - right,
        reasons=tuple(weights),
        proposals=about,
    )


def _weights(
    placed: PlacedClaim, status: Status | None, *, is_proposed: bool
) -> Iterable[tuple[Reason, float]]:
    """Yield why a claim should be looked at; its confidence has its own weight."""
    if is_proposed:
        yield Reason.PROPOSAL, WEIGHTS[Reason.PROPOSAL]
    if status in DOUBTED:
        yield DOUBTED[status], WEIGHTS[DOUBTED[status]]
    if placed.location.where_prec is None:
        yield Reason.NOT_PLACED, WEIGHTS[Reason.NOT_PLACED]
    elif placed.location.where_prec > 1:
        yield Reason.ROUGHLY_PLACED, ROUGHLY[placed.location.where_prec]
    if placed.claim.confidence < UNSURE_BELOW:
        yield Reason.UNSURE, 0.0
    if placed.claim.date_start is None:
        yield Reason.UNDATED, WEIGHTS[Reason.UNDATED]
    elif (placed.claim.date_prec or 1) >= ROUGHLY_FROM_PREC:
        yield Reason.ROUGHLY_DATED, WEIGHTS[Reason.ROUGHLY_DATED]


def waits(item: Item, wanted: Wanted) -> bool:
    """Tell whether this waits, by its state alone."""
    placed = item.placed
    if item.proposals and State.CANDIDATE in wanted.states:
        return True
    if placed.duplicate_of is not None or placed.state not in wanted.states:
        return False
    return wanted.with_copies or placed.copy_of is None


def _is_wanted(item: Item, wanted: Wanted) -> bool:
    claim = item.placed.claim
    return (
        waits(item, wanted)
        and wanted.reason in {None, *item.reasons}
        and wanted.article_id in {"", claim.article_id}
        and wanted.actor in {"", claim.gained_by, claim.lost_by}
        and wanted.publisher in {"", item.placed.publisher}
        and fold(wanted.place) in fold(claim.place)
    )
