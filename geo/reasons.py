"""Why an event has its status is told here: as records, and in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from extract.records import ClaimantType
from geo.language import ENGLISH
from geo.weighing import DECIDES, Status, Voice, independent
from geo.wording import day_words, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from geo.language import Language
    from geo.weighing import Heard, Sides


class Why(StrEnum):
    """What speaks for or against an event, or keeps a word from counting fully."""

    DENIED_ONLY = "denied only"
    DENIED = "denied"
    TAKEN_BY_ANOTHER = "taken by another"
    LOST = "lost"
    LOSER = "loser"
    LOSERS_MEDIA = "loser's media"
    MONITOR = "monitor"
    NEWSROOM = "newsroom"
    TWO = "two"
    TAKER_ONLY = "taker only"
    PARTIAL_ONLY = "partial only"
    UNPLACED_ONLY = "unplaced only"
    LEANING = "leaning"
    ALIKE = "alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason: who says so, which actor it is about, and on which day.

    `names` are publishers or speakers. What is not known, or not meant, is empty.
    """

    kind: Why
    names: tuple[str, ...] = ()
    actor: str | None = None
    day: date | None = None


SHOWN = 3
"""Names of each kind that are told; more make a reason no stronger."""

WORDS: dict[str, str] = {
    Why.DENIED_ONLY: "reported only as denied",
    Why.DENIED: "denied by {name}",
    Why.TAKEN_BY_ANOTHER: "for the same days {actor} is reported to have the place",
    Why.LOST: "for the same days {actor} is reported to have lost the place",
    Why.LOSER: "the losing side says so itself: {actor}",
    Why.LOSERS_MEDIA: "the loser's own media agree: {name}",
    Why.MONITOR: "an independent monitor says so: {name}",
    Why.NEWSROOM: "a newsroom says so in its own voice: {name}",
    Why.TWO: "two publishers independent of each other say so: {name}",
    Why.TAKER_ONLY: "claimed by the taker only: {actor}",
    Why.PARTIAL_ONLY: "only sources that lean to one side say so: {name}",
    Why.UNPLACED_ONLY: "only sources that the reports do not place say so: {name}",
    Why.LEANING: "{name} leans towards {actor}, and counts fully only against it",
    Why.ALIKE: "all publishers are weighed alike, whichever side they lean to",
}
"""What is said of each kind of reason."""

_FOR_THE_SAME_DAYS = "for the same days "

WITHOUT_ACTOR: dict[str, str] = {
    Why.TAKER_ONLY: "claimed only by the side that gains by it",
    Why.LOSER: "the losing side says so itself",
}
"""What is said where no actor is known."""

_PARTIES = {ClaimantType.GAINER, ClaimantType.LOSER}


def reasons_of(
    heard: Sequence[Heard],
    denials: Iterable[tuple[Heard, date | None]],
    against: Sequence[Sides],
    status: Status,
    *,
    alike: bool = False,
) -> tuple[Reason, ...]:
    """Return why an event has its status, what decides it first.

    Parameters
    ----------
    heard
        The voices that assert it; of one that is only denied, those that deny it.
    denials
        The voices that deny it, with the days on which they did.
    against
        The sides of the events that it contradicts.
    status
        The event's.
    alike
        Whether publishers were weighed without regard to whom they lean to.
    """
    if status is Status.DENIED:
        return (Reason(kind=Why.DENIED_ONLY),)
    found = [*_denied(denials), *_opposed(against), *_for_it(heard)]
    found.append(Reason(kind=Why.ALIKE)) if alike else found.extend(_leaning(heard))
    return tuple(dict.fromkeys(found))


def _denied(denials: Iterable[tuple[Heard, date | None]]) -> list[Reason]:
    told = [
        Reason(kind=Why.DENIED, names=(_party(one) or one.speaker,), day=day)
        for one, day in denials
    ]
    return told[:SHOWN]


def _party(one: Heard) -> str:
    """Return the actor where one speaks for itself, "" for all others."""
    return one.side if one.kind in _PARTIES else ""


def _opposed(against: Sequence[Sides]) -> list[Reason]:
    takers = sorted({one.gained_by for one in against if one.gained_by})
    losers = {o.lost_by for o in against if o.lost_by and not o.gained_by}
    return [
        *(Reason(kind=Why.TAKEN_BY_ANOTHER, actor=name) for name in takers[:SHOWN]),
        *(Reason(kind=Why.LOST, actor=name) for name in sorted(losers)[:SHOWN]),
    ]


def _for_it(heard: Sequence[Heard]) -> list[Reason]:
    """Return who says so, and is enough for that; else that nobody is."""
    decisive = [one for one in heard if one.voice in DECIDES]
    of_kind: dict[tuple[Why, str | None], set[str]] = {}
    for one in decisive:
        kind = _kind(one)
        actor = one.side if kind is Why.LOSER else None
        of_kind.setdefault((kind, actor), set()).add(one.speaker)
    told = [
        Reason(kind=kind, names=tuple(sorted(names)[:SHOWN]), actor=actor)
        for (kind, actor), names in sorted(of_kind.items(), key=_by_kind)
    ]
    if told:
        return told
    pair = independent(heard)[:2]
    if len(pair) > 1:
        names = tuple(sorted(one.by for one in pair))
        return [Reason(kind=Why.TWO, names=names)]
    return [_nobody_else(heard)]


def _kind(one: Heard) -> Why:
    if one.voice is Voice.LOSER:
        return Why.LOSER if one.kind is ClaimantType.LOSER else Why.LOSERS_MEDIA
    return Why.MONITOR if one.kind is ClaimantType.MONITOR else Why.NEWSROOM


_ORDER = list(Why)


def _by_kind(one: tuple[tuple[Why, str | None], set[str]]) -> tuple[int, str]:
    (kind, actor), _ = one
    return _ORDER.index(kind), actor or ""


def _nobody_else(heard: Sequence[Heard]) -> Reason:
    """Say for whom all those speak who say so, none of whom is enough."""
    partial = [one for one in heard if one.voice is Voice.PARTIAL]
    names = tuple(sorted({one.speaker for one in partial or heard})[:SHOWN])
    if not partial:
        return Reason(kind=Why.UNPLACED_ONLY, names=names)
    parties = sorted({one.side for one in partial if one.source == "camp of gainer"})
    if parties:
        return Reason(kind=Why.TAKER_ONLY, names=names, actor=parties[0] or None)
    return Reason(kind=Why.PARTIAL_ONLY, names=names)


def _leaning(heard: Iterable[Heard]) -> list[Reason]:
    """Return whose word does not count fully, as it is for the own side."""
    media = sorted(
        {
            (one.speaker, one.side)
            for one in heard
            if one.voice is Voice.PARTIAL and one.side and one.kind not in _PARTIES
        }
    )
    return [
        Reason(kind=Why.LEANING, names=(name,), actor=side)
        for name, side in media[:SHOWN]
    ]


def sentences(reasons: Iterable[Reason], *, language: Language = ENGLISH) -> list[str]:
    """Say each reason in words; whose names are text of sources, never markup."""
    return [_sentence(one, language) for one in reasons]


def reasons_words(reasons: Iterable[Reason], *, language: Language = ENGLISH) -> str:
    """Say all reasons in one line."""
    return language.say("; ").join(sentences(reasons, language=language))


def _sentence(one: Reason, language: Language) -> str:
    actor = language.actor(one.actor) if one.actor else ""
    name = listed((language.actor(name) for name in one.names), language=language)
    if one.kind in WITHOUT_ACTOR and not actor:
        return language.say(WITHOUT_ACTOR[one.kind])
    if one.kind is Why.DENIED and one.day:
        day = day_words(one.day, language=language)
        return language.say("denied by {name} on {day}", name=name, day=day)
    return language.say(WORDS[one.kind], name=name, actor=actor)


def without_opposed(words: str) -> str:
    """Return English reasons, as `reasons_words` gives them, but for contradictions."""
    told = words.split("; ")
    return "; ".join(one for one in told if not one.startswith(_FOR_THE_SAME_DAYS))
