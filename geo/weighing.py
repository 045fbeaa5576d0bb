"""How far to believe an event is decided here: who speaks, and for whose side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from extract.records import ClaimantType
from geo.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extract.records import Claim, Conflict, Publisher
    from geo.event_records import PlacedClaim


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


class Sides(NamedTuple):
    """The sides of an event."""

    gained_by: str | None
    lost_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One claim's voice.

    `publisher` is one name for all names of a publisher, `house` one for all that an
    owner has. Claims that share a `source`, a `house` or a `text` are not independent
    of each other; `text` is what copies share. `speaker` is who says so and `by` who
    published that, to be shown; `side` is the actor for whom a partial voice speaks.
    """

    voice: Voice
    source: str
    publisher: str
    house: str
    text: str
    kind: ClaimantType
    speaker: str
    by: str
    side: str = ""

    def leans_on(self, other: Heard) -> bool:
        """Tell whether two voices are not independent of each other."""
        return (
            self.source == other.source
            or self.house == other.house
            or self.text == other.text
        )


DECIDES = {Voice.LOSER, Voice.INDEPENDENT}
"""Voices of which one alone is enough to call an event assessed."""

_OWN_WORD = {ClaimantType.MONITOR, ClaimantType.NEWSROOM}
_BY_SIDE = {ClaimantType.ALLY, ClaimantType.STATE_MEDIA, ClaimantType.NEWSROOM}
_PARTIES = {ClaimantType.GAINER: "gainer", ClaimantType.LOSER: "loser"}


class Speakers:
    """Who the publishers are, who owns them and where they stand.

    Parameters
    ----------
    conflicts
        The packs. Without one a publisher is its name, and a claim's `claimant_type`
        says all.
    told
        Publishers as people here know them; they count before those of the packs. One
        of kind "unknown" is nobody's, whatever a pack says.
    alike
        Leave aside for whom publishers speak: each counts as a newsroom does. What a
        party says itself stays its own word.
    """

    def __init__(
        self,
        conflicts: Iterable[Conflict] = (),
        told: Iterable[Publisher] = (),
        *,
        alike: bool = False,
    ) -> None:
        self.alike = alike
        self._sides: list[dict[str, str]] = []
        self._publishers: dict[str, list[Publisher]] = {}
        for conflict in conflicts:
            self._sides.append({actor.name: actor.side for actor in conflict.actors})
            for publisher in conflict.publishers:
                for name in _names(publisher):
                    self._publishers.setdefault(name, []).append(publisher)
        self._told = {name: one for one in told for name in _names(one)}
        self._publishers |= {name: [one] for name, one in self._told.items()}

    def are_allied(self, one: str, other: str) -> bool:
        """Tell whether two actors are one, or of one side in some conflict."""
        return one == other or any(
            sides.get(one, "") == sides.get(other) != "" for sides in self._sides
        )

    def hear(self, placed: PlacedClaim, sides: Sides) -> Heard:
        """Weigh one claim for the event of which these are the sides."""
        claim = placed.claim
        speaker = claim.claimed_by or placed.publisher
        camp, voice = self._weight(claim, speaker, sides)
        return Heard(
            voice=voice,
            source=f"camp of {camp}" if camp else self._source(voice, placed),
            publisher=self._same_name(placed.publisher),
            house=self._house(placed.publisher),
            text=placed.copy_of or claim.article_id,
            kind=self._kind(claim, speaker),
            speaker=self.called(speaker),
            by=self.called(placed.publisher),
            side=self._side_of(speaker, camp, sides),
        )

    def _weight(self, claim: Claim, speaker: str, sides: Sides) -> tuple[str, Voice]:
        """Return for whom a claim speaks, if for anybody, and what that is worth."""
        kind = self._kind(claim, speaker)
        camp = _PARTIES.get(kind) or ""
        if kind in _BY_SIDE and not self._is_heard_alike(kind, speaker):
            camp = self._camp(speaker, kind, sides)
        if camp:
            return camp, Voice.LOSER if camp == "loser" else Voice.PARTIAL
        if kind in _OWN_WORD or kind in _BY_SIDE:
            return "", Voice.INDEPENDENT
        return "", Voice.OTHER

    def _kind(self, claim: Claim, speaker: str) -> ClaimantType:
        """Return what a speaker is: as people here say, else as the report says."""
        told = self._told.get(fold(speaker))
        if told is None or claim.claimant_type in _PARTIES:
            return claim.claimant_type
        return told.kind

    def _is_heard_alike(self, kind: ClaimantType, speaker: str) -> bool:
        is_medium = kind is not ClaimantType.ALLY or fold(speaker) in self._publishers
        return self.alike and is_medium

    def _camp(self, speaker: str, kind: ClaimantType, sides: Sides) -> str:
        """Return for whom a partial speaker speaks, "" for an impartial one.

        Partial to a third party is partial all the same: it counts fully only against
        its own side.
        """
        side = self._leaning(speaker, sides)
        if not side:
            return "" if kind is ClaimantType.NEWSROOM else "gainer"
        if side in sides:
            return "loser" if side == sides.lost_by else "gainer"
        if sides.lost_by and self.are_allied(side, sides.lost_by):
            return "loser"
        if sides.gained_by and self.are_allied(side, sides.gained_by):
            return "gainer"
        return side

    def _leaning(self, speaker: str, sides: Sides) -> str:
        """Return the actor towards whom a publisher leans, a party to this before."""
        known = [p.side for p in self._publishers.get(fold(speaker), []) if p.side]
        own = [
            side
            for side in known
            if any(party and self.are_allied(side, party) for party in sides)
        ]
        return (own or known or [""])[0]

    def _side_of(self, speaker: str, camp: str, sides: Sides) -> str:
        if not camp:
            return ""
        party = {"gainer": sides.gained_by, "loser": sides.lost_by}.get(camp, camp)
        return self._leaning(speaker, sides) or party or ""

    def _source(self, voice: Voice, placed: PlacedClaim) -> str:
        if voice is Voice.INDEPENDENT:
            return self._house(placed.claim.claimed_by or placed.publisher)
        return self._house(placed.publisher)

    def called(self, name: str) -> str:
        """Return one name for all names of a publisher, to be shown.

        A pack may list many publishers of one kind together; they stay themselves.
        """
        found = self._publishers.get(fold(name), ())
        return next((one.name for one in found if not one.many), name)

    def _same_name(self, name: str) -> str:
        return fold(self.called(name))

    def _house(self, name: str) -> str:
        """Return one name for all publishers of one owner."""
        owners = (one.owner for one in self._publishers.get(fold(name), ()))
        owner = next((owner for owner in owners if owner), "")
        return f"owner: {fold(owner)}" if owner else self._same_name(name)


def _names(publisher: Publisher) -> set[str]:
    return {fold(name) for name in (publisher.name, *publisher.aliases)}


def n_publishers(heard: Sequence[Heard]) -> int:
    """Count the publishers."""
    return len({one.publisher for one in heard})


def independent(heard: Iterable[Heard]) -> list[Heard]:
    """Return voices of which each is independent of all others, as many as found.

    Those that lean on the fewest others come first, so there are two wherever any two
    are independent of each other. The outcome depends on the voices only.
    """
    voices = _distinct(heard)
    if len(voices) == 1:
        return voices
    leaning = [sum(map(one.leans_on, voices)) for one in voices]
    chosen: list[Heard] = []
    for at in sorted(range(len(voices)), key=leaning.__getitem__):
        if not any(map(voices[at].leans_on, chosen)):
            chosen.append(voices[at])
    return chosen


def _distinct(heard: Iterable[Heard]) -> list[Heard]:
    """Return one voice for all that lean on the same others, in a fixed order."""
    voices = sorted(heard, key=_sorted_by)
    pairs = {(one.text, one.source, one.house) for one in voices if one.text}
    told = Counter(text for text, _, _ in pairs)
    return list(
        {
            (one.source, one.house, one.text if told[one.text] > 1 else ""): one
            for one in reversed(voices)
        }.values()
    )[::-1]


def _sorted_by(one: Heard) -> tuple[str, ...]:
    return one.source, one.house, one.text, one.publisher, one.kind, one.speaker


def n_independent(heard: Sequence[Heard]) -> int:
    """Count the publishers that do not lean on each other or on one source."""
    return len(independent(heard))


def status_of(heard: Sequence[Heard], *, is_disputed: bool) -> Status:
    """Return the status of an event that these voices assert.

    Disputed before all else. Assessed if the loser, a monitor or a neutral newsroom in
    its own voice says so, or two publishers that are independent of each other.
    """
    if is_disputed:
        return Status.DISPUTED
    if any(one.voice in DECIDES for one in heard) or n_independent(heard) > 1:
        return Status.ASSESSED
    return Status.CLAIMED
