"""How far to believe an event is decided here: who speaks, and for whose side."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from extract.records import ClaimantType
from geo.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extract.records import Claim, Conflict, Publisher


class Status(StrEnum):
    """How an event stands, by who says so and who disagrees."""

    CLAIMED = "claimed"
    ASSESSED = "assessed"
    DISPUTED = "disputed"
    DENIED = "denied"
    RETRACTED = "retracted"


class Voice(StrEnum):
    """What a speaker's word is worth for one event."""

    PARTIAL = "partial"
    LOSER = "loser"
    INDEPENDENT = "independent"
    OTHER = "other"


class Heard(NamedTuple):
    """One claim's voice; who share a `source` are not independent of each other."""

    voice: Voice
    source: str
    publisher: str


_DECIDES = {Voice.LOSER, Voice.INDEPENDENT}
_OWN_WORD = {ClaimantType.MONITOR, ClaimantType.NEWSROOM}
_BY_SIDE = {ClaimantType.ALLY, ClaimantType.STATE_MEDIA, ClaimantType.NEWSROOM}


class Speakers:
    """Who the publishers are and where they stand, as the conflict packs say.

    Without a pack a publisher is its name, and a claim's `claimant_type` says all.
    """

    def __init__(self, conflicts: Iterable[Conflict] = ()) -> None:
        self._publishers: dict[str, list[Publisher]] = {}
        self._sides: list[dict[str, str]] = []
        for conflict in conflicts:
            self._sides.append({actor.name: actor.side for actor in conflict.actors})
            for publisher in conflict.publishers:
                for name in {fold(n) for n in (publisher.name, *publisher.aliases)}:
                    self._publishers.setdefault(name, []).append(publisher)

    def are_allied(self, one: str, other: str) -> bool:
        """Tell whether two actors are one, or of one side in some conflict."""
        return one == other or any(
            sides.get(one, "") == sides.get(other) != "" for sides in self._sides
        )

    def hear(
        self, claim: Claim, publisher: str, gained_by: str | None, lost_by: str | None
    ) -> Heard:
        """Weigh one claim for the event of which these are the sides."""
        published_by = self._same_name(publisher)
        speaker = claim.claimed_by or publisher
        kind = claim.claimant_type
        camp = {ClaimantType.GAINER: "gainer", ClaimantType.LOSER: "loser"}.get(kind)
        if camp is None and kind in _BY_SIDE:
            camp = self._camp(speaker, kind, gained_by, lost_by)
        if camp is not None:
            voice = Voice.LOSER if camp == "loser" else Voice.PARTIAL
            return Heard(voice, f"camp of {camp}", published_by)
        if kind in _OWN_WORD:
            return Heard(Voice.INDEPENDENT, self._same_name(speaker), published_by)
        return Heard(Voice.OTHER, published_by, published_by)

    def _camp(
        self,
        speaker: str,
        kind: ClaimantType,
        gained_by: str | None,
        lost_by: str | None,
    ) -> str | None:
        """Return for whom a partial speaker speaks, None for an impartial one.

        Partial to a third party is partial all the same: it counts fully only against
        its own side.
        """
        sides = [p.side for p in self._publishers.get(fold(speaker), []) if p.side]
        own = [s for s in sides if self._is_party(s, gained_by, lost_by)]
        side = (own or sides or [""])[0]
        if not side:
            return None if kind is ClaimantType.NEWSROOM else "gainer"
        if side in (lost_by, gained_by):
            return "loser" if side == lost_by else "gainer"
        if lost_by and self.are_allied(side, lost_by):
            return "loser"
        return "gainer" if gained_by and self.are_allied(side, gained_by) else side

    def _is_party(self, side: str, *parties: str | None) -> bool:
        """Tell whether a publisher's side is, or is allied with, one of the parties."""
        return any(party and self.are_allied(side, party) for party in parties)

    def _same_name(self, name: str) -> str:
        """Return one name for all names of a publisher.

        A pack may list many newsrooms as one kind of publisher; they stay themselves.
        """
        found = self._publishers.get(fold(name))
        if found and found[0].kind is not ClaimantType.NEWSROOM:
            return fold(found[0].name)
        return fold(name)


def n_publishers(heard: Sequence[Heard]) -> int:
    """Count the publishers."""
    return len({one.publisher for one in heard})


def n_independent(heard: Sequence[Heard]) -> int:
    """Count the publishers that do not all lean on the same source."""
    return min(n_publishers(heard), len({one.source for one in heard}))


def status_of(heard: Sequence[Heard], *, is_disputed: bool) -> Status:
    """Return the status of an event that these voices assert.

    Disputed before all else. Assessed if the loser, a monitor or a neutral newsroom in
    its own voice says so, or two publishers that are independent of each other.
    """
    if is_disputed:
        return Status.DISPUTED
    if any(one.voice in _DECIDES for one in heard) or n_independent(heard) > 1:
        return Status.ASSESSED
    return Status.CLAIMED
