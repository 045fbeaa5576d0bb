"""One verb for several places, each with its own date: "A fell on Monday, B later"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from extract.marks import DateMark, Mark, OpenDateMark, PlaceMark, TriggerMark

if TYPE_CHECKING:
    from extract.marks import Line, PlaceLike
    from extract.roles import Frame

_GAPPING = frozenset({"captured", "withdrew", "handed_over", "advanced"})


def gapped(line: Line, frame: Frame) -> list[Frame]:
    """Return the frames of places whose date is not that of the frame's verb.

    Such places leave the frame; each gets one of its own, at its own words.
    """
    if not frame.places:
        return []
    if same := _as_well(line, frame):
        return same
    if frame.trigger.type not in _GAPPING:
        return []
    own = [p for p in frame.places[1:] if _dated_apart(line, frame, p)]
    frame.places = [p for p in frame.places if p not in own]
    last = max(frame.verb.j, *(p.j for p in frame.places))
    own = own or _next_subject(line, last)
    verbs = [replace(frame.verb, i=p.i, j=p.j) for p in own]
    return [
        replace(frame, verb=verb, places=[place])
        for verb, place in zip(verbs, own, strict=True)
    ]


def _is_date(over: Mark | None) -> bool:
    return isinstance(over, DateMark | OpenDateMark)


def _dated_apart(line: Line, frame: Frame, place: PlaceLike) -> bool:
    """Say whether a date follows this place, and another stands before it."""
    before = line.at[frame.places[0].j : place.i]
    after = line.at[place.j : place.j + 2]
    return any(map(_is_date, after)) and any(map(_is_date, before))


def _next_subject(line: Line, at: int) -> list[PlaceLike]:
    """Return Y and Z of "X fell on Monday, Y on Tuesday; Z followed in May"."""
    found: list[PlaceLike] = []
    dated = False
    for k in range(at, len(line.at)):
        over = line.at[k]
        if isinstance(over, TriggerMark):
            break
        if isinstance(over, PlaceMark) and k == over.i and _begins(line, k):
            if _is_next(line, over, dated=dated):
                found.append(over)
            elif not found:
                break
        dated = dated or _is_date(over)
    return found


def _is_next(line: Line, place: PlaceMark, *, dated: bool) -> bool:
    """Say whether a date makes a place the subject of a verb that is left out.

    Where the verb had no date, this one must end the clause.
    """
    if dated and _has_date(line, place.j):
        return True
    j = _behind(line, place)
    over = next(filter(_is_date, line.at[j : j + 2]), None)
    if over is None or place.lead is not None:
        return False
    if not dated and isinstance(line.at[place.i - 2], PlaceMark):
        return False  # "captured X after talks in Y and Z on Monday"
    return dated or line.low[over.j : over.j + 1] in ([], ["."], [";"], [","], ["and"])


def _behind(line: Line, place: PlaceMark) -> int:
    """Return where ", west of Sennar," ends behind a place; else its own end."""
    if line.low[place.j : place.j + 1] != [","]:
        return place.j
    for k in range(place.j + 1, min(place.j + _REACH, len(line.low))):
        if isinstance(line.at[k], TriggerMark) or line.low[k] in {";", "and", "."}:
            break
        if line.low[k] == ",":
            return k + 1
    return place.j


# Tokens of an apposition between two commas, at most.
_REACH = 14


def _begins(line: Line, k: int) -> bool:
    return k > 0 and line.low[k - 1] in {",", "and", ";"}


def _has_date(line: Line, j: int) -> bool:
    """Say whether a date follows at token j, with "followed" before it or not."""
    dated = any(map(_is_date, line.at[j : j + 2]))
    if dated or "later" in line.low[j : j + 5] or _at_bound(line, j):
        return True
    ahead = line.low[j : j + 10]
    if "followed" not in ahead:
        return False
    after = j + ahead.index("followed")
    return any(map(_is_date, line.at[after : after + 3]))


def _at_bound(line: Line, j: int) -> bool:
    """Say whether "at the end of the month" stands at token j."""
    ahead = line.low[j : j + 3]
    return ahead[:2] == ["at", "the"] and not _BOUNDS.isdisjoint(ahead)


_BOUNDS = frozenset({"end", "start", "beginning"})


_DOES = frozenset("is are was were did do does has have had".split())


def _as_well(line: Line, frame: Frame) -> list[Frame]:
    """Return the frames of Y and Z in "X fell, as did Y and Z"."""
    end = max(frame.verb.j, *(p.j for p in frame.places))
    for k in range(end, len(line.low) - 2):
        if line.low[k] in {"as", "so"} and line.low[k + 1] in _DOES:
            over = line.at[k + 2] or line.at[min(k + 3, len(line.at) - 1)]
            return _same(line, frame, over) if isinstance(over, PlaceMark) else []
        if _is_verb(line.at[k]):
            return []
    return []


def _is_verb(over: Mark | None) -> bool:
    """Say whether a trigger tells an event of its own: not "hands", "control"."""
    options = over.options if isinstance(over, TriggerMark) else []
    nouns = any(o.form == "noun" and o.frame == "hold" for o in options)
    return bool(options) and not nouns


def _same(line: Line, frame: Frame, first: PlaceMark) -> list[Frame]:
    places: list[PlaceLike] = [first]
    for mark in line.marks[line.marks.index(first) + 1 :]:
        if not isinstance(mark, PlaceMark) or not _begins(line, mark.i):
            break
        places.append(mark)
    verb = replace(frame.verb, i=first.i, j=first.j)
    return [replace(frame, verb=verb, places=places)]
