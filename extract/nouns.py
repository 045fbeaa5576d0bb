"""Nouns that tell an event: "the capture of X by Y", "Y's advance on X"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.marks import ActorMark, BackMark, Mark, PlaceLike, PlaceMark, TriggerMark
from extract.parties import party_after, party_at, subject
from extract.patients import led, objects
from extract.place_subjects import subject_places
from extract.roles import BY, TO, Frame

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.verbs import Verb


def noun_places(
    line: Line, lexicon: Lexicon, verb: Verb, leads: frozenset[str]
) -> list[PlaceLike]:
    """Return the places that a preposition of `leads` ties to a noun."""
    at = verb.j
    for k in range(at, min(at + 6, len(line.low))):
        over = line.at[k]
        if isinstance(over, PlaceMark | BackMark) and over.i == k:
            return objects(line, lexicon, k) if over.lead in leads else []
        if isinstance(over, TriggerMark) or line.low[k] in {",", ";", "."}:
            break
    return []


def possessor(line: Line, verb: Verb) -> Mark | None:
    """Return what "X's capture", "the ISIL attack" belongs to."""
    k = verb.i - 1
    while k >= 0 and k > verb.i - 5:
        over = line.at[k]
        if over is not None:
            return over
        if line.low[k] not in {
            "'s",
            "’s",
            "'",
            "’",
            "subsequent",
            "initial",
            "full",
            "second",
            "final",
            "complete",
            "latest",
            "rapid",
            "swift",
            "sudden",
            "recent",
            "new",
            "major",
            "large",
            "counter",
            "ground",
        }:
            return None
        k -= 1
    return None


def _owns(line: Line, mark: Mark) -> bool:
    return line.low[mark.j : mark.j + 1] in (["'s"], ["’s"], ["'"], ["’"])


_BACKGROUND = frozenset("after following since before despite with upon until".split())


def _is_background(line: Line, verb: Verb) -> bool:
    """Say whether "after the capture of X" only dates something else."""
    return bool(_BACKGROUND.intersection(line.low[max(0, verb.i - 4) : verb.i]))


def _by_which(line: Line, verb: Verb) -> ActorMark | None:
    """Return who did it in "With the capture of X, the army cut the road"."""
    if "with" not in line.low[: verb.i] or "," not in line.low[verb.j :]:
        return None
    comma = verb.j + line.low[verb.j :].index(",")
    return party_at(line, comma + 1)


def take_noun(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """Read "the capture of PLACE by GAINER", "GAINER's capture of PLACE"."""
    owner = possessor(line, verb)
    places = noun_places(line, lexicon, verb, frozenset({"of"}))
    if not places and isinstance(owner, PlaceMark | BackMark) and _owns(line, owner):
        places = [owner]
    if not places:
        return None
    last = max(p.j for p in places)
    agent = party_after(line, max(last, verb.j), BY, 6)
    agent = agent or party_after(line, verb.j, BY, 3)
    agent = agent or (owner if isinstance(owner, ActorMark) else None)
    agent = agent or _by_which(line, verb)
    if agent is None and _is_background(line, verb):
        return None
    loser = party_after(line, max(last, verb.j), frozenset({"from"}), 6)
    return Frame(
        verb.trigger,
        verb,
        "take noun",
        places,
        [agent] if agent else [],
        [loser] if loser else [],
        agentless=agent is None,
    )


def fall_noun(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """Read "the fall of PLACE to GAINER", "PLACE's fall", "LOSER's loss of it"."""
    owner = possessor(line, verb)
    places = noun_places(line, lexicon, verb, frozenset({"of"}))
    if (
        not places
        and isinstance(owner, PlaceMark | BackMark)
        and verb.trigger.phrase == "fall"
        and _owns(line, owner)
    ):
        places = [owner]
    if not places:
        return None
    gainer = party_after(line, max(verb.j, max(p.j for p in places)), TO, 5)
    losers = (
        [owner]
        if isinstance(owner, ActorMark) and verb.trigger.phrase == "loss"
        else []
    )
    if not losers and verb.trigger.phrase == "loss" and _admits(line, verb):
        losers = subject(line, lexicon, verb)[:1]
    unnamed = gainer is None and not losers
    if unnamed and (verb.trigger.phrase == "collapse" or _is_background(line, verb)):
        return None
    return Frame(
        verb.trigger,
        verb,
        "fall noun",
        places,
        [gainer] if gainer else [],
        losers,
        agentless=gainer is None,
    )


def _admits(line: Line, verb: Verb) -> bool:
    """Say whether somebody "admitted the loss"."""
    admits = {"admitted", "acknowledged", "conceded", "confirmed", "announced"}
    return bool(admits.intersection(line.low[max(0, verb.i - 3) : verb.i]))


def withdraw_noun(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """LOSER's withdrawal from PLACE; the withdrawal of LOSER from PLACE."""
    owner = possessor(line, verb)
    loser = (
        owner
        if isinstance(owner, ActorMark)
        else party_after(line, verb.j, frozenset({"of", "by"}), 5)
    )
    places = led(line, lexicon, verb.j, frozenset({"from"}), 9)
    if loser is None:
        loser = next(iter(subject(line, lexicon, verb)), None)
    return (
        Frame(verb.trigger, verb, "withdraw noun", places, [], [loser])
        if loser and places
        else None
    )


_LYING = frozenset(
    "be is are was were been being remain remains remained lie lies lay stay "
    "stays stayed still to find finds found leave leaves leaving left with".split()
)
_COMING = frozenset(
    "come comes came coming fall falls fell fallen brought bring brings "
    "placed put passed returned".split()
)


def control_noun(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """GAINER is in control of PLACE; PLACE is under GAINER control."""
    for k in range(verb.i - 1, max(-1, verb.i - 6), -1):
        if line.at[k] is not None:
            continue
        under = line.low[k] == "under" or verb.trigger.phrase != "control"
        if line.low[k] in {"under", "in"} and under:
            return _under_control(line, verb, k)
        if line.low[k] == "in":
            places = noun_places(line, lexicon, verb, frozenset({"of"}))
            gainers = subject(line, lexicon, verb)
            fit = places and gainers
            return (
                Frame(verb.trigger, verb, "in control", places, gainers)
                if fit
                else None
            )
    return None


def _held_aside(line: Line, under: int) -> list[PlaceLike]:
    """Return X of "X, in rebel hands since May,"."""
    over = line.at[under - 2] if under > 1 else None
    aside = line.low[under - 1] == "," and isinstance(over, PlaceMark)
    return [over] if aside and isinstance(over, PlaceMark) else []


def _under_control(line: Line, verb: Verb, under: int) -> Frame | None:
    inside = [m for m in line.at[under : verb.j] if isinstance(m, ActorMark)]
    gainer = inside[0] if inside else party_after(line, verb.j, frozenset({"of"}), 5)
    if line.low[under + 1] in {"its", "their", "his"}:
        gainer = ActorMark(under + 1, under + 2, None, group="pronoun")
    head = line.low[max(0, under - 4) : under]
    verb.i = under
    aside = _held_aside(line, under)
    places = aside or subject_places(line, verb)
    if gainer is None or not places:
        return None
    if _COMING.intersection(head):
        return Frame(
            verb.trigger,
            verb,
            "under control",
            places,
            [gainer],
            type="captured",
            weight=0.9,
        )
    if not aside and not _LYING.intersection(head):
        return None
    return Frame(verb.trigger, verb, "under control", places, [gainer], weight=0.85)
