"""What events are made of and what they are: a claim as it stands, and an event."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.records import Claim, EventType, Modality, RelationKind
from geo.coding import PLOVER, acled_sub_event
from geo.inside import is_inside
from geo.names import fold
from geo.reasons import Reason, reasons_words
from geo.review import State
from geo.weighing import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from geo.geocode import Location

EVENT_ID = "e-"
"""What stands before a claim's id in an event's."""

FOUND = frozenset({"exact", "fold", "variant", "user", "online"})
"""The matches whose `place_id` is the place's own, not that of a wider one."""

REVIEWED = frozenset({State.CONFIRMED, State.CORRECTED})
"""The states of claims that people looked at and let stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedClaim:
    """A claim, where its place is, the article that makes it, and how it stands.

    `copy_of` is the article that this one tells again, if it does. By reviewers' word,
    `bound_to` is a claim that tells the same change, and `apart_from` are claims that
    do not, whatever the rules say; `duplicate_of` is a claim that this one repeats.
    """

    claim: Claim
    location: Location
    article_title: str
    publisher: str
    url: str
    published: date | None
    state: State = State.CANDIDATE
    copy_of: str | None = None
    bound_to: str | None = None
    apart_from: frozenset[str] = frozenset()
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Claims that tell the same.

    `location` is that of the claim that knows the place best; it has coordinates.
    `date_start` and `date_end` are inclusive. `claims` stand in the order of their
    worth, denials last; `n_claims` leaves out those that repeat another one. `against`
    are the ids and best claims of the events that cannot be true beside it. It is
    `reviewed` where people confirmed or corrected one of its claims.
    """

    event_id: str
    place: str
    place_id: str
    location: Location
    event_type: EventType
    gained_by: str | None
    lost_by: str | None
    date_start: date | None
    date_end: date | None
    status: Status
    n_publishers: int
    n_independent: int
    first_reported: date | None
    claims: tuple[PlacedClaim, ...]
    n_claims: int
    reasons: tuple[Reason, ...]
    against: tuple[tuple[str, PlacedClaim], ...] = ()
    reviewed: bool = False

    @property
    def denials(self) -> tuple[PlacedClaim, ...]:
        """The claims that deny it, where others assert it."""
        return denying(self.claims) if self.status is not Status.DENIED else ()

    @property
    def inside(self) -> bool:
        """Whether a force is reported inside that is not said to hold the place."""
        told = (p.claim for p in self.claims if p.claim.modality is Modality.ASSERTED)
        return any(map(is_inside, told))

    @property
    def contradicts(self) -> str | None:
        """The ids of the events that it contradicts, with a space between them."""
        return " ".join(event_id for event_id, _ in self.against) or None

    @property
    def best(self) -> PlacedClaim:
        """The claim to show for all."""
        return self.claims[0]

    @property
    def place_source(self) -> str | None:
        """The list that the point is from, with its licence and day, where known."""
        return self.location.source or None

    @property
    def date_prec(self) -> int | None:
        """UCDP's: 1 a day, 2 two to six days, 3 a week, 4 a month, 5 longer."""
        if self.date_start is None or self.date_end is None:
            return None
        days = (self.date_end - self.date_start).days + 1
        return 1 + sum(days > most for most in (1, 6, 7, 31))

    @property
    def acled_sub_event(self) -> str | None:
        """ACLED's sub-event type, for exchange; None for what ACLED does not code."""
        return acled_sub_event(self.event_type, self.gained_by)

    @property
    def plover(self) -> str | None:
        """PLOVER's event type, for exchange; None for what PLOVER does not code."""
        return PLOVER.get(self.event_type)

    @property
    def status_reason(self) -> str:
        """Why it has its status, in English."""
        return reasons_words(self.reasons)

    @property
    def says_otherwise(self) -> str | None:
        """What is reported against it, as JSON: its denials, then the best claims of
        the events that it contradicts.
        """  # noqa: D205
        told = [_quoted(one) for one in self.denials]
        told += [_quoted(one, event_id) for event_id, one in self.against]
        return json.dumps(told, ensure_ascii=False) if told else None


def place_key(placed: PlacedClaim) -> str:
    """Return what claims about the same place share.

    The gazetteer's id where the place itself was found, else the folded toponym with
    the wider place that it lies in.
    """
    location = placed.location
    if location.match in FOUND and location.place_id:
        return location.place_id
    within = location.place_id or _container(placed.claim)
    if within is None:
        within = f"{location.lon:.3f},{location.lat:.3f}"
    return unlisted(placed.claim.place, within)


def unlisted(toponym: str, within: str) -> str:
    """Return the key of a place that no list has, by the wider one that it lies in."""
    return f"unlisted:{fold(toponym)}@{within}"


def _container(claim: Claim) -> str | None:
    for relation in claim.place_relations:
        if relation.kind is RelationKind.CONTAINER:
            return fold(relation.toponym)
    return None


def denying(claims: Iterable[PlacedClaim]) -> tuple[PlacedClaim, ...]:
    """Return the claims that deny, in their order."""
    return tuple(p for p in claims if p.claim.modality is Modality.DENIED)


def once(claims: Sequence[PlacedClaim]) -> list[PlacedClaim]:
    """Return claims without those that repeat another one of them."""
    there = {placed.claim.claim_id for placed in claims}
    return [p for p in claims if p.duplicate_of not in there] or list(claims)


def _quoted(placed: PlacedClaim, event_id: str | None = None) -> dict[str, str | None]:
    return {
        "event_id": event_id,
        "publisher": placed.publisher,
        "published": placed.published.isoformat() if placed.published else None,
        "sentence": placed.claim.sentence,
        "url": placed.url,
    }
