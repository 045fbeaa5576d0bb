"""Verbs of change: who took, lost, handed over or left a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.marks import ActorMark, BackMark, DateMark, PlaceLike, PlaceMark
from extract.parties import is_person, party_after, party_at, subject
from extract.patients import base_in, led, objects
from extract.place_subjects import subject_places
from extract.roles import FROM, HOURS, TO, Frame, doer, inverted, patient, unsaid

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.verbs import Verb


def take(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """SUBJECT captures PLACE from LOSER; PLACE is captured by SUBJECT."""
    places = patient(line, lexicon, verb)
    if not places:
        return None
    gainers = doer(line, lexicon, verb, places)
    loser = party_after(line, verb.j, frozenset({"from"}), 24)
    weak = verb.trigger.weight < 0.8
    if weak and not gainers and (not verb.passive or _taken_off(line, verb)):
        return None
    losers = [loser] if loser and loser not in gainers else []
    frame = Frame(verb.trigger, verb, "take", places, gainers, losers)
    frame.agentless = verb.passive and not gainers
    if _occupies(line, verb):
        frame.type, frame.losers = "holds", []
    return frame


_OFF = frozenset(
    "to into prisoner hostage captive aback away off out over care ill place part up "
    "down aboard alive there home".split()
)


def _taken_off(line: Line, verb: Verb) -> bool:
    """Say whether "was taken to hospital", "were taken captive" is said of people."""
    return bool(_OFF.intersection(line.low[verb.j : verb.j + 1]))


def _occupies(line: Line, verb: Verb) -> bool:
    """Say whether "occupies", "has been occupied since" tells of a state that lasts."""
    if not verb.trigger.phrase.endswith("occupy"):
        return False
    lasts = any(isinstance(m, DateMark) and m.when.since for m in line.marks)
    return verb.trigger.form in {"base", "finite"} or lasts


def clear(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """SUBJECT clears PLACE of LOSER."""
    if not verb.passive and party_at(line, verb.j):
        return expel(line, lexicon, verb)
    frame = take(line, lexicon, verb)
    if frame is None and verb.passive:
        return expel(line, lexicon, verb)  # "the rebels were cleared from X"
    if frame:
        frame.rule = "clear"
        last = max((p.j for p in frame.places), default=verb.j)
        if not frame.losers:
            loser = party_after(line, last if last > verb.j else verb.j, FROM, 8)
            frame.losers = [loser] if loser else []
        if not frame.losers and _of_things(line, last):
            return None
    return frame


def _of_things(line: Line, at: int) -> bool:
    """Say whether a place is cleared of mines and debris, not of people."""
    return any(
        w
        in {
            "mines",
            "explosives",
            "debris",
            "rubble",
            "snow",
            "traffic",
            "ordnance",
            "ieds",
            "bombs",
            "landmines",
            "booby",
        }
        for w in line.low[at : at + 8]
    )


def expel(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """SUBJECT drives LOSER out of PLACE; LOSER is driven out of PLACE by SUBJECT."""
    loser: ActorMark | None
    if verb.passive:
        subjects = subject(line, lexicon, verb)
        loser = subjects[-1] if subjects else None
        gainers = doer(line, lexicon, verb, [])
    else:
        loser = party_at(line, verb.j) or party_at(line, verb.j + 1)
        gainers = subject(line, lexicon, verb)
    if loser is None or loser in gainers:
        return None
    at = verb.j if verb.passive else loser.j
    places = led(line, lexicon, at, frozenset({"from", "of"}), 8)
    if (
        not places
        and not verb.passive
        and line.low[loser.j : loser.j + 1] in (["away"], ["out"], ["back"], ["off"])
    ):
        places = [BackMark(loser.j, loser.j + 1, None)]
    if not places:
        return None
    frame = Frame(verb.trigger, verb, "expel", places, gainers, [loser])
    if line.low[loser.j : loser.j + 1] in (["back"], ["off"]):
        frame.type = "repelled"
    return frame


def lose(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """LOSER loses PLACE to GAINER; PLACE is lost to GAINER."""
    places = patient(line, lexicon, verb)
    losers = [] if verb.passive else subject(line, lexicon, verb)
    gainer = party_after(line, verb.j, TO, 20)
    if not places or not (losers or gainer or verb.passive):
        return None
    return Frame(
        verb.trigger, verb, "lose", places, [gainer] if gainer else [], losers[:1]
    )


def fall(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """PLACE falls to GAINER; PLACE comes under GAINER control; PLACE changes hands."""
    if verb.passive:
        return None
    places = inverted(line, lexicon, verb) or subject_places(line, verb)
    gainer = party_after(
        line, verb.i, frozenset({"to", "of", "under", "into", "in", "by"}), 9
    )
    bare = verb.trigger.phrase == "fall"
    if not places or (gainer is None and not bare):
        return None
    if gainer is None and bare and _falls_otherwise(line, verb.j):
        return None
    loser = party_after(line, verb.j, frozenset({"from"}), 12)
    return Frame(
        verb.trigger,
        verb,
        "fall",
        places,
        [gainer] if gainer else [],
        [loser] if loser else [],
        agentless=gainer is None,
    )


def _falls_otherwise(line: Line, at: int) -> bool:
    """Say whether "fell" goes on to mean another thing: "fell silent", "fell by 3%"."""
    after = line.low[at] if at < len(line.low) else ""
    if after in {"silent", "short", "victim", "apart", "ill", "asleep"}:
        return True
    if after not in {"on", "in", "by"}:
        return False
    dated = any(isinstance(over, DateMark) for over in line.at[at : at + 2])
    return not dated and _FALLEN.isdisjoint(line.low[at + 1 : at + 2])


# "fell in its entirety", "fell in turn".
_FALLEN = HOURS | frozenset("its full turn succession quick rapid".split())


def flag(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """Read "the GAINER flag was raised over PLACE", "GAINER's flag flew over it"."""
    before = line.low[max(0, verb.i - 6) : verb.i]
    if "flag" not in before:
        return None
    at = verb.i - len(before) + before.index("flag")
    places = objects(line, lexicon, verb.j)
    owners = [m for m in line.marks if isinstance(m, ActorMark) and at - 3 <= m.i < at]
    return Frame(verb.trigger, verb, "flag", places, owners[-1:], agentless=not owners)


def raise_flag(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """GAINER raises a flag over PLACE."""
    ahead = line.low[verb.j : verb.j + 6]
    if verb.passive or "flag" not in ahead:
        return None
    at = verb.j + ahead.index("flag") + 1
    places = led(line, lexicon, at, frozenset({"in", "near", "other", "to"}), 8)
    gainers = subject(line, lexicon, verb)
    return Frame(verb.trigger, verb, "raise flag", places, gainers) if places else None


_REPEATEDLY = frozenset(
    "twice several repeatedly multiple times often frequently".split()
)


def swap(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """PLACE changes hands: one change, unless it went to and fro."""
    places = subject_places(line, verb)
    if not places or _REPEATEDLY.intersection(line.low[verb.j : verb.j + 4]):
        return None
    return Frame(verb.trigger, verb, "swap", places)


def hand(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """LOSER hands PLACE over to GAINER; PLACE is handed over to GAINER by LOSER."""
    if verb.trigger.phrase == "surrender" and not verb.passive:
        garrison = _garrison(line, lexicon, verb)
        if garrison:
            return garrison
    places = patient(line, lexicon, verb)
    gainer = party_after(line, verb.j, TO, 24)
    if not places and gainer and verb.trigger.phrase == "surrender":
        places = subject_places(line, verb)  # "the town surrendered to Y"
    if not places or (
        gainer is None
        and verb.trigger.phrase
        in {"hand", "transfer", "deliver", "yield", "give up", "turn over"}
    ):
        return None
    losers = doer(line, lexicon, verb, places)[:1]
    return Frame(
        verb.trigger,
        verb,
        "hand",
        places,
        [gainer] if gainer else [],
        [x for x in losers if x is not gainer],
    )


_GIVEN_UP_ALONE = frozenset(". , ; and but while to in on near at after".split())


def _garrison(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """Read "LOSER in PLACE surrendered to GAINER"."""
    losers = subject(line, lexicon, verb)[:1]
    after = line.low[verb.j] if verb.j < len(line.low) else "."
    dated = isinstance(line.at[min(verb.j, len(line.at) - 1)], DateMark)
    if not losers or not (dated or after in _GIVEN_UP_ALONE):
        return None  # "surrendered their weapons"
    places: list[PlaceLike] = [
        mark
        for mark in line.marks
        if isinstance(mark, PlaceMark)
        and losers[0].j <= mark.i < verb.i
        and mark.lead == "in"
    ]
    gainer = party_after(line, verb.j, TO, 6)
    if not places:
        return None
    gainers = [gainer] if gainer else []
    return Frame(verb.trigger, verb, "hand", places, gainers, losers)


def withdraw(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """LOSER withdraws from PLACE."""
    if verb.passive and verb.trigger.phrase not in {
        "evacuate",
        "pull",
        "pull out",
        "withdraw",
        "redeploy",
    }:
        return None
    losers = _forced(line, verb) or subject(line, lexicon, verb)
    places = led(line, lexicon, verb.j, frozenset({"from"}), 10) or _setting(line)
    if not losers or not places or is_person(line, lexicon, losers[0]):
        return None
    return Frame(verb.trigger, verb, "withdraw", places, [], losers[:1])


def _forced(line: Line, verb: Verb) -> list[ActorMark]:
    """Return Y of "forced Y to retreat"."""
    over = line.at[verb.i - 1] if verb.i else None
    infinitive = line.low[verb.i] == "to"
    return [over] if infinitive and isinstance(over, ActorMark) else []


def _setting(line: Line) -> list[PlaceLike]:
    """Return the place of "In X, the army pulled back"."""
    first = line.at[1] if len(line.at) > 1 else None
    led_in = isinstance(first, PlaceMark) and first.lead == "in" and first.kind is None
    return [first] if isinstance(first, PlaceMark) and led_in else []


def abandon(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """LOSER abandons PLACE; PLACE is abandoned."""
    places = (
        base_in(line, lexicon, verb) or objects(line, lexicon, verb.j, most=4)
        if not verb.passive
        else subject_places(line, verb)
    )
    losers = doer(line, lexicon, verb, places)
    if not losers and _is_given_up(line, verb, places):
        return Frame(verb.trigger, verb, "abandon", places)
    if not places or not losers:
        return None
    if losers[0].group == "pronoun" and verb.trigger.phrase not in _GIVING_UP:
        return None
    if is_person(line, lexicon, losers[0]) or "for" in line.low[verb.j : verb.j + 5]:
        return None  # anybody may leave a place; only a party's leaving is told
    return Frame(verb.trigger, verb, "abandon", places, [], losers[:1])


_GIVING_UP = frozenset({"abandon", "give up"})


def _is_given_up(line: Line, verb: Verb, places: list[PlaceLike]) -> bool:
    """Say whether "X was abandoned" tells of a place by its name, and of now."""
    giving_up = verb.trigger.phrase in _GIVING_UP
    named = bool(places) and all(isinstance(p, PlaceMark) for p in places)
    return giving_up and named and unsaid(line, verb)
