"""How sure a claim is: a probability, fitted on the labelled texts.

Each sign below is something that the words of a claim have or lack. Its weight is near
the one that a logistic regression gives it on the labelled texts, rounded down, since
rules were learnt from some of them; tests/calibrate.py prints the regression anew. What
that is worth is shown by texts that it never saw: the reliability table of the part
"sealed" in `make evaluate`.
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from extract.context import UNIDENTIFIED
from extract.marks import BackMark
from extract.records import CHANGES, EventType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extract.marks import PlaceMark
    from extract.telling import Telling

WEIGHTS: dict[str, float] = {
    "always": 2.1,
    "strong verb": 0.55,
    "weak verb": -0.3,
    "noun": -0.6,
    "contest": -0.2,
    "unknown name": -0.7,
    "unknown with a kind": -0.6,
    "back reference": -0.8,
    "far from verb": -0.7,
    "no date": -0.4,
    "no side": -0.4,
}


def confidence(found: Iterable[str]) -> float:
    """Return how likely a claim with these signs is right, from 0 to 1."""
    total = sum(WEIGHTS.get(sign, 0.0) for sign in found)
    return round(1 / (1 + exp(-total)), 2)


def signs(telling: Telling, place: PlaceMark, event: EventType) -> list[str]:
    """Return the signs of one claim, each once."""
    return [
        "always",
        *_of_event(telling, event),
        *_of_place(telling, place),
        *_of_sides(telling),
        *_of_words(telling, place),
    ]


def _of_event(telling: Telling, event: EventType) -> Iterable[str]:
    frame = telling.frame
    if event not in CHANGES:
        yield "holds" if event is EventType.HOLDS else "contest"
    if frame.weight < 0.8:
        yield "weak verb"
    if frame.weight >= 0.9:
        yield "strong verb"
    if frame.verb.is_noun:
        yield "noun"
    if frame.verb.passive:
        yield "passive"
    if not (frame.verb.finite or frame.verb.is_noun):
        yield "not finite"


def _of_place(telling: Telling, place: PlaceMark) -> Iterable[str]:
    if not place.known:
        yield "unknown with a kind" if place.kind else "unknown name"
    if place.listed:
        yield "listed"
    if place.partial:
        yield "part"
    if any(isinstance(p, BackMark) for p in telling.frame.places):
        yield "back reference"


def _of_sides(telling: Telling) -> Iterable[str]:
    sides = telling.sides
    if sides.inferred:
        yield "inferred side" if sides.gained else "no side"
    if sides.gainer is not None and sides.gainer.name is None:
        yield "described side"
    if sides.loser is not None:
        yield "loser named"
    if UNIDENTIFIED in {sides.gained, sides.lost}:
        yield "unidentified"


def _of_words(telling: Telling, place: PlaceMark) -> Iterable[str]:
    line, verb = telling.line, telling.frame.verb
    if telling.when is None or telling.when.text is None:
        yield "no date"
    if len(line.words) > 45:
        yield "long sentence"
    if max(place.i - verb.j, verb.i - place.j) > 6:
        yield "far from verb"
