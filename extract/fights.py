"""Verbs of fighting: who advances on, attacks, repels or besieges at a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.assaults import foiled
from extract.marks import ActorMark, BackMark, CountMark, Mark, PlaceLike, PlaceMark
from extract.parties import party_after, party_at, subject
from extract.patients import led, objects
from extract.roles import BY, Frame, doer, from_the_air, patient, unsaid

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.verbs import Verb


def advance(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """GAINER advances toward PLACE."""
    if verb.passive:
        return None
    short = "within" in line.low[verb.j : verb.j + 4]
    leads = {"to"} if verb.trigger.phrase == "get" else {"to", "in", "of", "near"}
    leads |= {"dir"} if short else set()
    places = led(line, lexicon, verb.j, frozenset(leads), 9)
    gainers = subject(line, lexicon, verb)
    if not places or not gainers:
        return None
    if (
        not short
        and places[0].lead in {"in", "of", "near", "dir"}
        and verb.trigger.phrase
        in {
            "move",
            "push",
            "press",
            "drive",
            "break",
            "roll",
            "cross",
            "get",
            "arrive",
            "deploy",
            "pour",
            "march",
            "thrust",
            "creep",
            "slip",
            "burst",
        }
    ):
        return None
    return Frame(verb.trigger, verb, "advance", places, gainers)


def enter(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """GAINER enters, reaches PLACE; PLACE is entered."""
    places = patient(line, lexicon, verb)
    gainers = doer(line, lexicon, verb, places)
    if not places or not (gainers or unsaid(line, verb)):
        return None
    return Frame(verb.trigger, verb, "enter", places, gainers, agentless=not gainers)


def attack(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """GAINER attacks PLACE; PLACE is stormed, by GAINER or by nobody named."""
    places = _town_of(line, lexicon, patient(line, lexicon, verb))
    places = places or _lines_in(line, lexicon, verb) or _nearby(line, lexicon, verb)
    gainers = doer(line, lexicon, verb, places)
    if not places or not (gainers or unsaid(line, verb)):
        return None
    if from_the_air(line, verb.i, verb.j):
        return None
    return foiled(line, Frame(verb.trigger, verb, "attack", places, gainers))


def _lines_in(line: Line, lexicon: Lexicon, verb: Verb) -> list[PlaceLike]:
    """Read "attacked army positions in PLACE"."""
    target = party_at(line, verb.j)
    if verb.passive or target is None:
        return []
    return led(line, lexicon, target.j, frozenset({"in", "near"}), 5)


def _nearby(line: Line, lexicon: Lexicon, verb: Verb) -> list[PlaceLike]:
    """Read "attacked near PLACE"."""
    if line.low[verb.j : verb.j + 1] not in (["near"], ["in"], ["around"], ["toward"]):
        return []
    return led(line, lexicon, verb.j, frozenset({"near", "in", "to"}), 3)


def _town_of(line: Line, lexicon: Lexicon, places: list[PlaceLike]) -> list[PlaceLike]:
    """Return the town for "a military base in X": a fight there is one at X."""
    if not places or not all(isinstance(p, CountMark) for p in places):
        return places
    at = places[-1].j
    return led(line, lexicon, at, frozenset({"in", "near"}), 4) or places


def fail(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """Read "an attack by ATTACKER on PLACE failed"."""
    if verb.passive or line.low[verb.j : verb.j + 1] == ["to"]:
        return None
    told = _attack_before(line, verb) is not None
    repelled = _repelled(line, lexicon, verb) if told else None
    return repelled or _failed_in(line, lexicon, verb)


def _failed_in(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """Read "ATTACKER failed in PLACE"."""
    places = led(line, lexicon, verb.j, frozenset({"in", "near"}), 6)
    attackers = subject(line, lexicon, verb)
    if not places or not attackers:
        return None
    return Frame(verb.trigger, verb, "failed in", places, [], attackers[:1])


def clash(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """Read "A clashes with B in PLACE"."""
    gainers = subject(line, lexicon, verb)
    places = led(line, lexicon, verb.j, frozenset({"in", "near", "other"}), 14)
    if not places or not gainers:
        return None
    opponent = party_after(line, verb.j, frozenset({"with", "against"}), 8)
    return Frame(
        verb.trigger, verb, "clash", places, gainers[:1], [opponent] if opponent else []
    )


def repel(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """DEFENDER repels an attack by ATTACKER on PLACE."""
    if verb.passive:
        return _repelled(line, lexicon, verb)
    window = line.low[verb.j : verb.j + 9]
    attack = next((k for k, w in enumerate(window) if w in ATTACKS), None)
    attacker = party_at(line, verb.j) or party_after(line, verb.j, BY, 10)
    if attack is None and (attacker is None or verb.trigger.phrase == "defeat"):
        return None
    at = verb.j + (attack + 1 if attack is not None else 0)
    start = at if attack is not None else (attacker.j if attacker else at)
    places = _after_attack(line, lexicon, start, attack is not None)
    gainers = subject(line, lexicon, verb)
    if (
        not places
        and attack is not None
        and (
            line.low[verb.j] in {"the", "their", "its"}
            or isinstance(line.at[verb.j], ActorMark)
        )
    ):
        places = [BackMark(verb.j, at, None)]
    if not places or not (gainers or verb.stance != "asserted"):
        return None
    return Frame(
        verb.trigger,
        verb,
        "repel",
        places,
        gainers[:1],
        [attacker] if attacker and attacker not in gainers else [],
    )


ATTACKS = frozenset(
    "attack attacks assault assaults offensive advance advances attempt "
    "attempts counter-attack counterattack counter-attacks counterattacks "
    "incursion push infiltration raid offensives storming counteroffensive "
    "counter-offensive".split()
)


def _after_attack(line: Line, lexicon: Lexicon, at: int, told: bool) -> list[PlaceLike]:
    """Find the place attacked; the marks before a trigger word count as well."""
    leads = (
        frozenset("to in near other from of".split())
        if told
        else frozenset({"from", "in", "at"})
    )
    for k in range(at, min(at + 16, len(line.low))):
        over = line.at[k]
        if line.low[k] in {";", "which", "but", "while"}:
            return []
        if (
            isinstance(over, PlaceMark | BackMark)
            and over.i == k
            and (
                over.lead in leads
                or (
                    told
                    and line.low[k - 1]
                    in {
                        "capture",
                        "retake",
                        "storm",
                        "enter",
                        "seize",
                        "recapture",
                        "take",
                    }
                )
            )
        ):
            return objects(line, lexicon, k)
    return []


def _repelled(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """Read "an attack by ATTACKER on PLACE was repelled by DEFENDER".

    Where the attack's place is not said, it is the one spoken of before.
    """
    attack = _attack_before(line, verb)
    marks = [m for m in line.marks if verb.i - 22 <= m.i < verb.i]
    attackers = [m for m in marks if isinstance(m, ActorMark)]
    if attack is None and not attackers:
        return None
    defenders = doer(line, lexicon, verb, [])
    attackers = [m for m in attackers if m not in defenders][-1:]
    at = next((m.i for m in marks if _is_target(m)), None)
    places = objects(line, lexicon, at) if at is not None else []
    if not places and verb.trigger.frame == "repel":
        leads = frozenset({"from", "in", "near"})
        places = led(line, lexicon, verb.j, leads, 8)
    if not places and attackers:
        named = [m for m in marks if isinstance(m, PlaceMark) and m.lead is None]
        places = [*named[-1:]]  # "attacked X but were driven back"
    if not places and attack is not None and verb.i - attack <= 3:
        places = [BackMark(attack, attack + 1, None)]
    if not places:
        return None
    return Frame(verb.trigger, verb, "repelled", places, defenders[:1], attackers)


def _attack_before(line: Line, verb: Verb) -> int | None:
    """Return where "attack", "assault" stands left of a verb."""
    for k in range(verb.i - 1, max(-1, verb.i - 22), -1):
        if line.low[k] in ATTACKS:
            return k
    return None


def _is_target(mark: Mark) -> bool:
    led_in = {"to", "in", "near", "other", "of"}
    return isinstance(mark, PlaceMark | BackMark) and mark.lead in led_in


def besiege(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """GAINER besieges PLACE."""
    places = patient(line, lexicon, verb)
    gainers = doer(line, lexicon, verb, places)
    if (
        not places
        or not (gainers or verb.passive)
        or any(isinstance(p, CountMark) for p in places)
    ):
        return None
    return Frame(verb.trigger, verb, "besiege", places, gainers)
