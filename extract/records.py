"""The records that pass between Tideline's steps: frozen, checked when made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date  # noqa: TC003 - read when records are rebuilt from rows
from enum import StrEnum


class EventType(StrEnum):
    """What a claim says happened; the words follow the labelling guide."""

    CAPTURED = "captured"
    HANDED_OVER = "handed_over"
    WITHDREW = "withdrew"
    HOLDS = "holds"
    ADVANCED = "advanced"
    ATTACKED = "attacked"
    REPELLED = "repelled"
    BESIEGED = "besieged"


CHANGES = frozenset({EventType.CAPTURED, EventType.HANDED_OVER, EventType.WITHDREW})
"""The types that change who controls a place; `holds` affirms, the rest contest."""


class Modality(StrEnum):
    """Whether the sentence states the event as a fact."""

    ASSERTED = "asserted"
    DENIED = "denied"
    PLANNED = "planned"


class DateAnchor(StrEnum):
    """What a claim's dates were reckoned from."""

    ABSOLUTE = "absolute"
    PUBLICATION = "publication"
    PREVIOUS_EVENT = "previous_event"
    ASSUMED = "assumed"


class ClaimantType(StrEnum):
    """How the one who says so stands to the event."""

    GAINER = "gainer"
    LOSER = "loser"
    ALLY = "ally"
    STATE_MEDIA = "state_media"
    MONITOR = "monitor"
    WITNESS = "witness"
    NEWSROOM = "newsroom"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open range of characters, `text[start:end]`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span must not run backwards: {self.start}:{self.end}")

    def of(self, text: str) -> str:
        """Return the words of `text` that the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A report as published; `text` is kept to the letter, offsets point into it."""

    article_id: str
    text: str
    published: date | None
    title: str = ""
    publisher: str = ""
    url: str = ""
    lang: str = "en"

    def __post_init__(self) -> None:
        if not self.article_id:
            raise ValueError("an article needs an id")


class RelationKind(StrEnum):
    """How a wider or neighbouring place helps to find the place of a claim."""

    CONTAINER = "container"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What the text says about where a place lies.

    `bearing` is a compass point ("N", "NE", ... "NW") or None: for a container the
    part meant ("eastern countryside of Aleppo" is E), for a reference the direction
    from the reference to the place ("north-west of Manbij" is NW).
    """

    kind: RelationKind
    toponym: str
    text: str
    bearing: str | None = None
    distance_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Toponym:
    """A name of a place as written, and where it starts in the article's text."""

    name: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one sentence says about how far, or which way, a place lies from another.

    `text` equals `article.text[char_start:char_end]`, the sentence; `place` and
    `reference` are toponyms as written, at offsets of the article as well; when the
    sentence says "the town", `place` is the name that stands for. `bearing` is the
    compass point in which the place lies from the reference, of sixteen.
    `at_most` is "less than 10 km", `at_least` "more than". With `second_reference`
    the place is said to lie between both.
    """

    place: str
    reference: str
    text: str
    char_start: int
    char_end: int
    place_start: int
    place_end: int
    reference_start: int
    reference_end: int
    bearing: str | None = None
    distance_km: float | None = None
    at_most: bool = False
    at_least: bool = False
    second_reference: str | None = None

    def __post_init__(self) -> None:
        if self.char_end - self.char_start != len(self.text):
            raise ValueError(
                f"offsets of a statement do not fit its text {self.text!r}"
            )
        if not self.char_start <= self.place_start < self.place_end <= self.char_end:
            raise ValueError(f"{self.place!r} does not stand in its sentence")
        start, end = self.reference_start, self.reference_end
        if self.text[start - self.char_start : end - self.char_start] != self.reference:
            raise ValueError(f"{self.reference!r} does not stand at {start}:{end}")
        if self.distance_km is not None and self.distance_km < 0:
            raise ValueError(f"{self.place}: a distance of {self.distance_km} km")
        said = (self.bearing, self.distance_km, self.second_reference)
        if all(part is None for part in said):
            raise ValueError(f"{self.place}: neither distance nor direction is stated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The known places that an article names, and how it says that places lie."""

    toponyms: tuple[Toponym, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where in the article's text the words for each part of a claim stand."""

    trigger: Span
    place: Span
    gained_by: Span | None = None
    lost_by: Span | None = None
    date: Span | None = None
    claimed_by: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one sentence says about control of one place.

    `sentence` equals `article.text[char_start:char_end]`, always. `date_start` and
    `date_end` are inclusive and come together or not at all; `date_prec` is UCDP's:
    1 a day, 2 two to six days, 3 a week, 4 a month, 5 longer. `place` is the toponym
    as written; when the sentence says "the city", it is the name that stands for.
    `confidence` runs from 0 to 1. An empty `claim_id` becomes a hash of what the claim
    says and where, stable between runs.
    """

    claim_id: str
    article_id: str
    event_type: EventType
    modality: Modality
    place: str
    char_start: int
    char_end: int
    sentence: str
    evidence: Evidence
    rule: str
    confidence: float
    extractor: str
    place_relations: tuple[Relation, ...] = ()
    place_kind: str | None = None
    gained_by: str | None = None
    gained_by_text: str | None = None
    lost_by: str | None = None
    lost_by_text: str | None = None
    associated: tuple[str, ...] = ()
    date_start: date | None = None
    date_end: date | None = None
    date_prec: int | None = None
    date_text: str | None = None
    date_anchor: DateAnchor | None = None
    claimed_by: str | None = None
    claimant_type: ClaimantType = ClaimantType.NEWSROOM

    def __post_init__(self) -> None:
        if not self.claim_id:
            object.__setattr__(self, "claim_id", _hash_of(self))
        if self.char_end - self.char_start != len(self.sentence):
            raise ValueError(
                f"offsets of claim {self.claim_id} do not fit its sentence"
            )
        if (self.date_start is None) != (self.date_end is None):
            raise ValueError(f"claim {self.claim_id} needs both dates or neither")
        if self.date_start and self.date_end and self.date_start > self.date_end:
            raise ValueError(f"dates of claim {self.claim_id} run backwards")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence {self.confidence} is not within 0 and 1")

    @property
    def place_context(self) -> str | None:
        """The words that say where the place lies, or None."""
        return "; ".join(dict.fromkeys(r.text for r in self.place_relations)) or None


def _hash_of(claim: Claim) -> str:
    parts = (
        claim.article_id,
        claim.char_start,
        claim.char_end,
        claim.event_type,
        claim.modality,
        claim.place,
        claim.gained_by,
        claim.lost_by,
        claim.evidence.trigger.start,
    )
    key = "|".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return "c" + hashlib.sha256(key).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A party to a conflict, and how it is named and drawn.

    `aliases` are matched as whole words whatever their case; one in capitals (an
    abbreviation) only as written. `adjectives` ("Syrian") name the actor only before
    a word for a force ("Syrian troops"), `seats` ("Damascus") only as a speaker.
    `side` is a name shared by allies; a `backer` helps others and holds no ground.
    `letter` and `shape` go with `color`, so that colour is never the only
    sign. `names` are pairs of a language's code and the name in it, for display
    alone. `since` and `until` bound its existence, inclusive; after
    that its names mean `succeeded_by`.
    """

    name: str
    aliases: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    side: str = ""
    backer: bool = False
    color: str = "#767676"
    letter: str = "?"
    shape: str = "circle"
    names: tuple[tuple[str, str], ...] = ()
    since: date | None = None
    until: date | None = None
    succeeded_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who publishes or is quoted, and where they stand.

    `kind` is what they are when they speak of others; `side` is the actor that they
    belong to or lean towards, empty for the independent. `owner` is who owns or funds
    them, empty where that is not known: two of one owner are not independent of each
    other. Where `many` is set, the aliases are not names of one publisher, but of many
    that have kind and side in common.
    """

    name: str
    aliases: tuple[str, ...] = ()
    kind: ClaimantType = ClaimantType.NEWSROOM
    side: str = ""
    owner: str = ""
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A conflict pack: its parties, where it is fought, what the map shows first.

    `countries` are ISO 3166 alpha-2 codes, the first one the main one; `lon`, `lat`
    and `zoom` the first view (EPSG:4326). `names` are pairs of a language's code and
    the title in it.
    """

    name: str
    title: str
    countries: tuple[str, ...]
    lon: float
    lat: float
    zoom: int
    names: tuple[tuple[str, str], ...] = ()
    actors: tuple[Actor, ...] = ()
    publishers: tuple[Publisher, ...] = ()
    _named: dict[str, Actor] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # of two actors of one name the first counts
        named = {actor.name: actor for actor in reversed(self.actors)}
        object.__setattr__(self, "_named", named)

    def at(self, name: str | None, day: date | None) -> str | None:
        """Return whom an actor's name means on a day: itself, or who succeeded it."""
        actor = self.actor(name)
        if actor is None or not (actor.succeeded_by and actor.until and day):
            return name
        return actor.succeeded_by if actor.until < day else name

    def actor(self, name: str | None) -> Actor | None:
        """Return the actor of that canonical name, or None."""
        return self._named.get(name) if name else None
