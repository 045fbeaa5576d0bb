"""What the text has said so far: for "the city", "they", "the militants".

Recency and kind decide; the numbers were set on the labelled passages and are small
on purpose: a wrong antecedent is worse than none.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extract.marks import ActorMark, BackMark, DateMark, PlaceMark
from extract.records import (
    CHANGES,
    EventType,
    Modality,
    Relation,
    RelationKind,
)

if TYPE_CHECKING:
    from extract.dates import Interval
    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.records import Claim

_TAKING = frozenset({EventType.CAPTURED, EventType.HANDED_OVER, EventType.HOLDS})
# Parties of the same sentence that a description can stand for.
_NEAR = 12
# Places and parties further back than this are out of mind.
_KEPT = 200
UNIDENTIFIED = "unidentified armed group"
_TOWNS = frozenset(
    {
        "city",
        "town",
        "village",
        "capital",
        "stronghold",
        "settlement",
        "locality",
        "bastion",
        "municipality",
        "hamlet",
        "township",
        "enclave",
        "metropolis",
    }
)
# What a preposition takes from a place's chance to be the one spoken of.
_ASIDE = {"near": 1.5, "dir": 1.5, "between": 1.5, "other": 1.0, "to": 0.5, "from": 0.5}
_VAGUE = frozenset({"area", "region", "settlement", "pocket", "location"})
_AREAS = frozenset(
    {
        "area",
        "region",
        "district",
        "province",
        "governorate",
        "neighbourhood",
        "neighborhood",
        "suburb",
        "pocket",
        "quarter",
        "countryside",
    }
)


@dataclass(slots=True)
class Seen:
    """A place named so far: its mark, where, and whether something was done to it."""

    mark: PlaceMark
    line: int
    role: int
    hanging: bool = False


@dataclass(slots=True)
class Context:
    """The memory of one article, filled sentence by sentence."""

    lexicon: Lexicon
    prominent: Counter[str] = field(default_factory=Counter)
    places: list[Seen] = field(default_factory=list)
    scenes: set[str] = field(default_factory=set)
    group: list[PlaceMark] = field(default_factory=list)
    actors: list[str] = field(default_factory=list)
    heard: list[tuple[str, int]] = field(default_factory=list)
    speaker: str | None = None
    voice: str | None = None
    quoted: str | None = None
    subject: str | None = None
    taker: str | None = None
    taker_paragraph: int = -1
    date: Interval | None = None
    event_date: Interval | None = None
    event_paragraph: int = -1
    holders: dict[str, str] = field(default_factory=dict)
    foes: dict[str, tuple[str, int]] = field(default_factory=dict)

    @staticmethod
    def key(name: str) -> str:
        """Return what two spellings of one place's name have in common."""
        return name.casefold().removeprefix("al-").replace("-", " ")

    def side(self, name: str) -> str:
        """Return the side of a party; one that the pack does not know is its own."""
        actor = self.lexicon.parties.get(name)
        return (actor.side if actor else "") or name

    def fights(self, name: str) -> bool:
        """Say whether a party of that name holds ground: not a foreign backer."""
        return name != UNIDENTIFIED and name not in self.lexicon.backers

    def only_foe(self, name: str) -> str | None:
        """Return the one side that a party fights where a war has but two."""
        fighting = [a for a in self.lexicon.conflict.actors if not a.backer]
        foes = [a for a in fighting if self.side(a.name) != self.side(name)]
        return foes[0].name if len({self.side(a.name) for a in foes}) == 1 else None

    def is_state(self, name: str) -> bool:
        """Say whether a party is a state: one that has an adjective of nationality."""
        actor = self.lexicon.parties.get(name)
        if actor is None or not actor.adjectives:
            return False
        own = actor is self.lexicon.state or actor.backer
        return own or name in self.lexicon.sets["countries"]

    # --- parties ---------------------------------------------------------------------

    def actor(
        self, line: Line, mark: ActorMark, exclude: str | None = None
    ) -> str | None:
        """Return the canonical name of a party, from the context where need be."""
        if mark.name:
            return mark.name
        named = [m for m in line.marks if isinstance(m, ActorMark) and m.j <= mark.i]
        before = [n for m in named[-_NEAR:] if (n := self._alone(m)) and n != exclude]
        if mark.group == "speaker":
            own = self.speaker or self.voice
            return own if own != exclude else None
        if mark.group == "pronoun":
            return self._pronoun(line, mark, before, exclude)
        if mark.group == "state_group":
            return self._state(exclude)
        if mark.group == "armed_group":
            return self._armed(line, before, exclude)
        recent = [
            *reversed(before),
            *(n for n in reversed(self.actors) if n != exclude),
        ]
        return recent[0] if recent else None

    def _alone(self, mark: ActorMark) -> str | None:
        """Return whom a mark names without the rest of its sentence."""
        if mark.name:
            return mark.name
        if mark.group == "state_group":
            return self._state(None)
        armed = (n for n in reversed(self.actors) if not self.is_state(n))
        return next(armed, None) if mark.group == "armed_group" else None

    def _pronoun(
        self, line: Line, mark: ActorMark, before: list[str], exclude: str | None
    ) -> str | None:
        if line.low[mark.i] == "them":
            recent = [
                *reversed(before),
                *(n for n in reversed(self.actors) if n != exclude),
            ]
            return recent[0] if recent else None
        if before:
            return before[0] if exclude is None else before[-1]
        if self.subject and self.subject != exclude:
            return self.subject
        return next((n for n in reversed(self.actors) if n != exclude), None)

    def _state(self, exclude: str | None) -> str | None:
        recent = [
            n for n in reversed(self.actors[-6:]) if n != exclude and self.is_state(n)
        ]
        default = self.lexicon.state
        if default and (default.name in recent or not recent):
            return (
                default.name
                if default.name != exclude
                else (recent[0] if recent else None)
            )
        return recent[0] if recent else None

    def _armed(self, line: Line, before: list[str], exclude: str | None) -> str | None:
        """Return the armed group spoken of last, else next, else most in the text."""
        marks = (m for m in line.marks if isinstance(m, ActorMark))
        later = (m.name for m in marks if m.name)
        ranked = (name for name, _ in self.prominent.most_common())
        for name in (*reversed(before), *reversed(self.actors), *later, *ranked):
            if name != exclude and not self.is_state(name):
                return name
        return UNIDENTIFIED

    # --- places ----------------------------------------------------------------------

    def place(self, line: Line, number: int, mark: BackMark) -> list[PlaceMark]:
        """Return the places that "the city", "it", "both villages" stands for.

        A feature that was never named ("the airbase") is a place of its own.
        """
        if mark.many and len(self.group) > 1:
            return self.group
        if mark.many or _head(mark.kind) in _VAGUE:
            return []
        marks = [m for m in line.marks if isinstance(m, PlaceMark) and m.j <= mark.i]
        wide = _containers(marks)
        now = (Seen(m, number, 1 - (m.name in wide)) for m in marks)
        seen = [*self.places[-40:], *now]
        fits = [(self._fit(s, mark, number, n), n) for n, s in enumerate(seen)]
        best = max(fits, default=(0.0, 0))
        if best[0] > 0:
            return [seen[best[1]].mark]
        return self._feature(line, mark)

    def _feature(self, line: Line, mark: BackMark) -> list[PlaceMark]:
        kind = mark.kind
        if kind is None or kind not in self.lexicon.features or mark.many:
            return []
        behind = (m for m in line.marks if isinstance(m, PlaceMark) and m.i >= mark.j)
        inside = next((m for m in behind if m.lead == "in" and m.i - mark.j <= 4), None)
        here = (m for m in line.marks if isinstance(m, PlaceMark) and m.j <= mark.i)
        before = [*(s.mark for s in self.places), *here]
        town = inside or next((m for m in reversed(before) if _is_town(m)), None)
        if town is None:
            return []
        near = Relation(
            kind=RelationKind.CONTAINER if inside else RelationKind.REFERENCE,
            toponym=town.name,
            text=town.name,
        )
        i, j = mark.i, mark.j
        return [PlaceMark(i, j, i, j, kind, kind, relations=(near,))]

    def _fit(self, seen: Seen, mark: BackMark, number: int, order: int) -> float:
        kind, wanted = _head(seen.mark.kind), _head(mark.kind)
        score = 1.0 + seen.role + 0.002 * order - 0.35 * (number - seen.line)
        if not seen.role:
            score -= _ASIDE.get(seen.mark.lead or "", 0.0) + 0.5 * seen.hanging
        if wanted is None:
            return score + (1.0 if seen.role else -0.6)
        if kind == wanted:
            return score + 3.0
        if wanted in _TOWNS and (kind is None or kind in _TOWNS):
            return score + (0.8 if kind is None else 0.4)
        if wanted in _AREAS and (kind is None or kind in _AREAS):
            return score - 0.5
        return -1.0

    def take_note(self, line: Line, claims: list[Claim]) -> None:
        """Take in what a verb told: who holds which place now, who fights whom."""
        for claim in claims:
            gained, lost = claim.gained_by, claim.lost_by
            if claim.modality is not Modality.ASSERTED or gained is None:
                continue
            if claim.event_type in _TAKING:
                self.holders[self.key(claim.place)] = gained
            if claim.event_type in CHANGES:
                self.taker, self.taker_paragraph = gained, line.paragraph
            if lost:
                self.foes[gained] = (lost, line.paragraph)
                self.foes[lost] = (gained, line.paragraph)

    def was_fought_over(self, name: str) -> bool:
        """Say whether something has happened at a place of that name before."""
        return name in self.scenes

    def remember(self, line: Line, number: int, done: list[PlaceMark]) -> None:
        """Take in a sentence: its parties, dates, places; `done` had an event."""
        self._remember_parties(line)
        dates = [m for m in line.marks if isinstance(m, DateMark)]
        if dates and not (self.date and _is_background(line, dates[-1])):
            self.date = (dates[-1].when.first, dates[-1].when.last)
            if not dates[-1].when.since:
                self.event_date, self.event_paragraph = self.date, line.paragraph
        named = [m for m in line.marks if isinstance(m, PlaceMark)]
        wide = _containers(named)
        self.places += [Seen(m, number, 0, m.name in wide) for m in named]
        self.places += [Seen(mark, number, 1) for mark in done]
        self.scenes |= {mark.name for mark in done}
        del self.places[:-_KEPT], self.actors[:-_KEPT], self.heard[:-_KEPT]
        if len(done) > 1:
            self.group = done
        elif done and done[0] not in self.group:
            self.group = []

    def _remember_parties(self, line: Line) -> None:
        leading = True
        for mark in line.marks:
            if not isinstance(mark, ActorMark) or mark.possessive or mark.held:
                continue
            name = mark.name or (
                None if mark.group == "pronoun" else self.actor(line, mark)
            )
            if name and name != UNIDENTIFIED:
                self.actors.append(name)
                if mark.name and not beside(line, mark.i):
                    self.heard.append((name, line.paragraph))
                if leading and not governed(line, mark.i):
                    self.subject = name
                    self.voice = self.voice or name
            leading = False


_PREPOSITIONS = frozenset(
    "of with from against by for to in on at into near over".split()
)


_HELP = frozenset("help support backing assistance aid cover".split())
# "clashes with X": against, not beside.
_OPPOSED = frozenset(
    "clashes clash clashed fighting battle battles battled fought skirmishes combat "
    "gunfight gunfights war".split()
)
_BESIDE = frozenset({"by", "with", "including", "alongside", "and", "like"})


def beside(line: Line, k: int) -> bool:
    """Say whether "led by X", "with X", "and X" names X beside another party."""
    while k > 0 and line.low[k - 1] in {"the", "a", "an", "allied"}:
        k -= 1
    if k > 1 and line.low[k - 1] in {"from", "of"} and line.low[k - 2] in _HELP:
        return True
    opposed = k > 1 and line.low[k - 2] in _OPPOSED
    return k > 0 and line.low[k - 1] in _BESIDE and not opposed


def governed(line: Line, k: int) -> bool:
    """Say whether a preposition stands before token k, articles aside."""
    while k > 0 and line.low[k - 1] in {"the", "a", "an", "its", "their"}:
        k -= 1
    return k > 0 and line.low[k - 1] in _PREPOSITIONS


def _is_background(line: Line, date: DateMark) -> bool:
    """Say whether "had" tells what was before: "militants had taken it in May"."""
    return "had" in line.low[max(0, date.i - 9) : date.i]


def _containers(marks: list[PlaceMark]) -> set[str]:
    """Return the names that only say where other places of a sentence lie."""
    return {relation.toponym for mark in marks for relation in mark.relations}


def _is_town(mark: PlaceMark) -> bool:
    return mark.known or _head(mark.kind) in _TOWNS


def _head(kind: str | None) -> str | None:
    """Return the singular of a kind's last word: "oil fields" is a "field"."""
    if kind is None:
        return None
    word = kind.split()[-1]
    irregular = {
        "cities": "city",
        "localities": "locality",
        "municipalities": "municipality",
        "communities": "community",
    }
    if word in irregular:
        return irregular[word]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
