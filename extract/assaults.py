"""Nouns of fighting: "launched an assault on X", "Y's advance on X", "clashes in X".

Such a noun tells an event by its owner ("Y's assault"), by its agent ("an assault by
Y"), or by a light verb that carries it ("Y launched an assault", "an assault began").
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from extract.marks import (
    ActorMark,
    BackMark,
    DateMark,
    Mark,
    PlaceLike,
    PlaceMark,
    TriggerMark,
)
from extract.nouns import noun_places, possessor
from extract.parties import party_after, party_at, subject
from extract.patients import led, objects
from extract.place_subjects import subject_places
from extract.roles import BY, Frame, from_the_air
from extract.verbs import Verb, read_verb

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line

_AT = frozenset({"to", "other"})
_AROUND = frozenset({"in", "near"})
# "carried out an attack", "launched a surprise attack"; no further from its noun.
_REACH = 6
_NO_ATTRIBUTE = frozenset(
    "of in on at to from by with for against near after before during since and "
    "or but that which who when while as into over ; : . their's is was are were "
    "has have had will would if not than because despite under amid said".split()
)


def toward_noun(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """Read "GAINER's advance on PLACE", "GAINER launched an assault on PLACE"."""
    if from_the_air(line, verb.i, verb.j):
        return None
    light = carrier(line, lexicon, verb)
    happens = _happens(line, lexicon, verb.j)
    leads = _AT | _AROUND if light or happens else _AT
    places = led(line, lexicon, verb.j, leads, 12 if light or happens else 8)
    places = places or (_aim(line, lexicon, verb) if light else [])
    if not places:
        return None
    agents = _agents(line, lexicon, verb, light, places)
    if not agents and not (happens or _happens(line, lexicon, places[-1].j)):
        return None
    told = _carried(verb, light)
    return foiled(line, Frame(verb.trigger, told, "toward noun", places, agents))


def carrier(line: Line, lexicon: Lexicon, noun: Verb) -> Verb | None:
    """Return the light verb whose object a noun is: "launched" of an assault."""
    for k in range(noun.i - 1, max(-1, noun.i - 1 - _REACH), -1):
        word, over = line.low[k], line.at[k]
        trigger = lexicon.light_verbs.get(word)
        if trigger is not None and (over is None or isinstance(over, TriggerMark)):
            return read_verb(line, lexicon, TriggerMark(k, k + 1, [trigger]), trigger)
        if isinstance(over, PlaceMark | BackMark | TriggerMark):
            return None
        if word == "with" and k > 0:  # "launched an assault, with attacks near X"
            return _carrier_beyond(line, lexicon, k)
        if over is None and word in _NO_ATTRIBUTE:
            return None
    return None


def _carrier_beyond(line: Line, lexicon: Lexicon, at: int) -> Verb | None:
    """Return the carrier of an earlier noun of fighting that "with" adds this to."""
    for k in range(at - 1, max(-1, at - 14), -1):
        trigger = lexicon.light_verbs.get(line.low[k])
        if trigger is not None:
            return read_verb(line, lexicon, TriggerMark(k, k + 1, [trigger]), trigger)
    return None


def _carried(noun: Verb, light: Verb | None) -> Verb:
    """Return a noun's verb group with the voice and stance of its light verb."""
    if light is None:
        return noun
    return replace(light, trigger=noun.trigger, j=noun.j, is_noun=True)


def _agents(
    line: Line,
    lexicon: Lexicon,
    verb: Verb,
    light: Verb | None,
    places: list[PlaceLike],
) -> list[ActorMark]:
    owner = possessor(line, verb)
    if isinstance(owner, ActorMark):
        return [owner]
    if light is not None and not light.passive:
        return subject(line, lexicon, light)
    agent = party_after(line, verb.j, BY, 5)
    agent = agent or party_after(line, max(verb.j, places[-1].j), BY, 8)
    return [agent] if agent else []


def _happens(line: Line, lexicon: Lexicon, at: int) -> bool:
    """Say whether a predicate of happening begins at `at`: "took place", "began"."""
    for k in range(at, min(at + 4, len(line.low))):
        word, over = line.low[k], line.at[k]
        if isinstance(over, PlaceMark | BackMark):
            return False
        if word in lexicon.light_verbs or word in lexicon.sets["going_on"]:
            return not isinstance(over, DateMark)
    return False


def _aim(line: Line, lexicon: Lexicon, verb: Verb) -> list[PlaceLike]:
    """Find the place of "launched an operation to capture X"."""
    for k in range(verb.j, min(verb.j + 5, len(line.low) - 2)):
        aimed = line.low[k : k + 2] == ["aimed", "at"]
        over = line.at[k + 1 + aimed]
        if (aimed or line.low[k] == "to") and isinstance(over, TriggerMark):
            return objects(line, lexicon, over.j)
    return []


_IN_VAIN = frozenset({"unsuccessful", "unsuccessfully", "failed", "abortive", "vain"})


def _in_vain(line: Line, frame: Frame) -> bool:
    """Say whether an attack is called unsuccessful: before it or right behind."""
    verb = frame.verb
    if _IN_VAIN.intersection(line.low[max(0, verb.i - 2) : verb.j]):
        return True
    end = max([verb.j, *(p.j for p in frame.places if p.i >= verb.i)])
    for k in range(verb.j, min(end + 6, len(line.low))):
        word = line.low[k]
        if word in {";", "after", "where", "which", "when"}:
            return False
        if word in _IN_VAIN and (word != "failed" or line.before(k) == "but"):
            return True
    return False


def foiled(line: Line, frame: Frame) -> Frame:
    """Turn an attack that the sentence calls unsuccessful into one repelled."""
    if _in_vain(line, frame):
        frame.type, frame.losers, frame.gainers = "repelled", frame.gainers, []
    return frame


def clash_noun(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """Clashes between A and B in PLACE."""
    phrase = verb.trigger.phrase
    if from_the_air(line, verb.i, verb.j) and phrase not in {"clashes", "fighting"}:
        return None
    after = line.low[verb.j : verb.j + 1]
    if phrase in {"battle", "fight", "combat"} and after not in (["for"], ["in"]):
        return None
    leads = frozenset({"in", "near", "other"}) - (
        {"other"} if phrase == "battle" else set()
    )
    places = led(line, lexicon, verb.j, leads, 18) or _fought_for(line, lexicon, verb)
    places = places or _seeing(line, verb)
    if not places:
        return None
    first = party_after(line, verb.j, frozenset({"between"}), 16)
    second = _second(line, verb, first)
    return Frame(
        verb.trigger,
        verb,
        "clash noun",
        places,
        [first] if first else [],
        [second] if second else [],
    )


def _second(line: Line, verb: Verb, first: ActorMark | None) -> ActorMark | None:
    if first and line.low[first.j : first.j + 1] == ["and"]:
        return party_at(line, first.j + 1)
    return party_after(line, verb.j, frozenset({"with", "against"}), 16)


_SEES = frozenset("saw sees seen seeing witnessed witnesses witnessing".split())


def _seeing(line: Line, verb: Verb) -> list[PlaceLike]:
    """Return the place of "X saw heavy clashes"."""
    for k in range(verb.i - 1, max(0, verb.i - 4), -1):
        if line.low[k] in _SEES:
            return subject_places(line, replace(verb, i=k))
    return []


def _fought_for(line: Line, lexicon: Lexicon, verb: Verb) -> list[PlaceLike]:
    """Find the place of "clashes for control of X"."""
    if line.low[verb.j : verb.j + 1] not in (["for"], ["over"]):
        return []
    ahead = line.low[verb.j + 1 : verb.j + 4]
    if "control" not in ahead:
        return []
    return objects(line, lexicon, verb.j + 2 + ahead.index("control"))


_PRESSED = frozenset("under".split())
_LIFTED = frozenset("broke break broken breaking lifted lift ended end".split())


def siege_noun(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """Read "GAINER's siege of PLACE", "PLACE is under siege by GAINER"."""
    if verb.i and line.low[verb.i - 1] in _PRESSED:
        return _under_siege(line, verb)
    owner: Mark | None = possessor(line, verb)
    light = carrier(line, lexicon, verb)
    places = noun_places(line, lexicon, verb, frozenset({"of", "to", "in"}))
    if _LIFTED.intersection(line.low[max(0, verb.i - 4) : verb.i]) or not places:
        return None
    if isinstance(owner, ActorMark):
        return Frame(verb.trigger, verb, "siege noun", places, [owner])
    gainers = subject(line, lexicon, light) if light else []
    told = _carried(verb, light)
    return Frame(verb.trigger, told, "siege noun", places, gainers) if gainers else None


def _under_siege(line: Line, verb: Verb) -> Frame | None:
    over = line.at[verb.i - 1]
    start = replace(verb, i=over.i if over else verb.i - 1)
    places = subject_places(line, start)
    agent = party_after(line, verb.j, frozenset({"by", "from", "of"}), 5)
    if not places or line.low[max(0, verb.i - 2)] in {"came", "put"}:
        return None
    return Frame(verb.trigger, start, "under siege", places, [agent] if agent else [])
