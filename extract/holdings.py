"""Verbs of holding: who has a place, keeps it, or is left with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.marks import ActorMark, DateMark, PlaceMark
from extract.parties import is_person, party_after, party_at, subject
from extract.patients import led
from extract.place_subjects import subject_places
from extract.roles import Frame, doer, patient

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.verbs import Verb


def hold(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """GAINER holds PLACE; PLACE is held by GAINER."""
    places = patient(line, lexicon, verb)
    gainers = doer(line, lexicon, verb, places)
    if (
        not places
        or not gainers
        or (
            verb.trigger.weight
            and verb.is_ing
            and verb.trigger.phrase == "hold"
            and not verb.finite
        )
    ):
        return None
    return Frame(verb.trigger, verb, "hold", places, gainers)


def keep(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """GAINER keeps PLACE.

    That ends the clause: who "keeps X supplied" need not hold it.
    """
    frame = None if verb.passive else hold(line, lexicon, verb)
    if frame is None or not all(isinstance(p, PlaceMark) for p in frame.places):
        return None
    after = max(p.j for p in frame.places)
    if after < verb.j:
        return None  # "X, which they kept closed"
    if after == len(line.low) or line.low[after] in _STOPS:
        return frame
    return frame if isinstance(line.at[after], DateMark) else None


_STOPS = frozenset(". , ; and but while".split())


def hold_out(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """GAINER holds out in PLACE."""
    if verb.passive or _IN.isdisjoint(line.low[verb.j : verb.j + 1]):
        return None
    gainers = subject(line, lexicon, verb)
    places = led(line, lexicon, verb.j, frozenset({"in", "near"}), 6)
    if not places or not gainers or is_person(line, lexicon, gainers[0]):
        return None
    return Frame(verb.trigger, verb, "hold", places, gainers)


_IN = frozenset("in inside near at around within outside on".split())


def lie_with(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """PLACE remains with GAINER, belongs to GAINER."""
    places = subject_places(line, verb)
    gainer = party_at(line, verb.j)
    if verb.passive or not places or gainer is None:
        return None
    return Frame(verb.trigger, verb, "lie_under", places, [gainer])


def lie_under(line: Line, lexicon: Lexicon, verb: Verb) -> Frame | None:
    """PLACE is under the control of GAINER; PLACE is in GAINER hands."""
    places = subject_places(line, verb)
    gainer = party_after(line, verb.i, frozenset({"of", "under", "in", "by"}), 8)
    by_it = line.low[verb.j - 1 : verb.j + 1] == ["by", "it"]
    if by_it or line.low[verb.j : verb.j + 1] in (["its"], ["their"]):
        gainer = ActorMark(verb.j, verb.j + 1, None, group="pronoun")
    if not places or gainer is None or gainer.i < verb.j - 1:
        return None
    tail = line.low[gainer.i - 3 if gainer.i > 2 else 0 : gainer.j + 3]
    if not any(
        w
        in {
            "control",
            "hands",
            "rule",
            "held",
            "controlled",
            "ruled",
            "grip",
            "authority",
        }
        for w in tail
    ):
        return None
    return Frame(verb.trigger, verb, "lie_under", places, [gainer])
