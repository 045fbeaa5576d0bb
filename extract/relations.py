"""How places lie to each other: which is meant, which only says where.

"Deir Hafer, 50 km east of Aleppo" is about Deir Hafer; "the town of Tadef in Aleppo
province" about Tadef. Each place gets the class of the preposition that leads it in,
and those that hang behind another become its relations.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from extract.containers import own_part, owned_by
from extract.leads import HANGING, is_preposition, set_leads
from extract.marks import (
    ActorMark,
    DateMark,
    PlaceLike,
    PlaceMark,
)
from extract.records import Relation, RelationKind
from extract.roads import ROADS, road_ends
from extract.whereabouts import tie

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line


def relate(line: Line, lexicon: Lexicon) -> None:
    """Set each place's lead, and give places the relations that the text states."""
    set_leads(line, lexicon)
    _attach(line, lexicon)


def _attach(line: Line, lexicon: Lexicon) -> None:
    """Give each place those that follow it as container or reference."""
    places = [m for m in line.marks if isinstance(m, PlaceLike)]
    for n, mark in enumerate(places):
        if not isinstance(mark, PlaceMark):
            continue
        found = _before(places, n) + _hanging(line, lexicon, places, n)
        for other in found:
            other.host = other.host or mark
        mark.relations = tuple(r for other in found for r in _relations(line, other))


def _before(places: list[PlaceLike], n: int) -> list[PlaceMark]:
    """Return "the X countryside" right before "town of Y"."""
    before = places[n - 1] if n else None
    if not isinstance(before, PlaceMark) or before.j != places[n].i:
        return []
    return [before] if before.lead == "in" else []


def _hanging(
    line: Line, lexicon: Lexicon, places: list[PlaceLike], n: int
) -> list[PlaceMark]:
    """Return the places that stand behind place n in its own noun phrase."""
    found: list[PlaceMark] = []
    at = places[n].j
    for other in places[n + 1 : n + 5]:
        if not isinstance(other, PlaceMark):
            if other.i - at <= 3:
                at = other.j
                continue
            break
        if _says_where(other):
            if not _reaches(line, lexicon, places[n], at, other):
                break
            found.append(other)
        elif found or not _is_next(line, places[n], at, other):
            break
        at = other.j  # or a list: what follows its last member holds for all
    return found


def _says_where(mark: PlaceMark) -> bool:
    """Say whether a place tells where one before it lies."""
    if mark.offset is not None and mark.offset.on_road:
        return True
    return mark.lead in HANGING and (not mark.listed or mark.lead == "between")


def _is_next(line: Line, first: PlaceLike, at: int, other: PlaceMark) -> bool:
    """Say whether a place is the next of the list that another begins."""
    gap = line.low[at : other.i]
    joined = len(gap) <= 2 and (not gap or gap[0] in {",", "and"})
    return joined and other.lead == first.lead and not other.relations


def _reaches(
    line: Line, lexicon: Lexicon, place: PlaceLike, at: int, other: PlaceMark
) -> bool:
    """Say whether what leads a place in hangs on the place that ends at token `at`."""
    offset = other.offset
    if isinstance(place, PlaceMark) and place.offset and place.offset == offset:
        return False  # the two ends of "between A and B"
    if offset is not None and offset.i < at:
        return True  # the second of them
    if offset is not None and (offset.on_road or tie(line, lexicon, at, offset.i)):
        return bool(tie(line, lexicon, at, offset.i))
    if other.i - at > 10 or owned_by(line, place):
        return False
    marked = (line.at[t] for t in range(at, other.i))
    if any(m is not None and not isinstance(m, (ActorMark, DateMark)) for m in marked):
        return False
    return other.lead == "between" or _PARTED.isdisjoint(line.low[at : other.i])


_PARTED = frozenset({"and", "but", "which", "where", "who", "that", ";"})


def _relations(line: Line, other: PlaceMark) -> list[Relation]:
    kind = RelationKind.CONTAINER if other.lead == "in" else RelationKind.REFERENCE
    relation = relation_to(line, other, kind)
    if other.offset is None or not other.offset.on_road:
        return [relation]
    return [replace(relation, toponym=end) for end in road_ends(other.name)]


def relation_to(line: Line, other: PlaceMark, kind: RelationKind) -> Relation:
    """Return the record for "east of X" or "in the eastern countryside of X"."""
    start, end = _words(line, other)
    return Relation(
        kind=kind,
        toponym=other.name,
        text=line.slice(start, end),
        bearing=other.bearing,
        distance_km=other.distance_km,
    )


def _words(line: Line, other: PlaceMark) -> tuple[int, int]:
    """Return the tokens that say where a place lies, a reference or container last.

    Of "between A and B" and "on the road from A to B" both have the whole.
    """
    if other.offset is not None:
        ends = [m for m in line.marks if isinstance(m, PlaceMark)]
        last = max(m.j for m in ends if m is other or m.offset == other.offset)
        last += any(w in ROADS for w in line.low[last : last + 1])
        return other.offset.i, last
    k = _lead_in(line, other)
    if other.lead != "in" and other.lead != "near":
        k = _trim(line, k, other)
    k += other.lead == "in" and line.low[k] == "of"
    return k + (line.low[k] == "the"), own_part(line, other)


def _lead_in(line: Line, other: PlaceMark) -> int:
    """Return where the words that lead a place in begin."""
    k = other.i
    while k > 0 and other.i - k < 8 and _leads_on(line, k - 1):
        k -= 1
        if (
            is_preposition(line.low[k])
            and line.low[k] != "of"
            and (other.lead != "dir" or line.low[k] not in {"from", "to"})
        ):
            return k + (other.lead == "in")
    return k


def _leads_on(line: Line, k: int) -> bool:
    """Say whether the word at token k may belong to what leads in a place behind."""
    over = line.at[k]
    if over is not None:
        return isinstance(over, PlaceMark) and owned_by(line, over)
    return line.low[k] not in {",", ";", "(", "and", "which", "captured"}


def _trim(line: Line, k: int, other: PlaceMark) -> int:
    """Start a reference's words at its number or direction."""
    for t in range(k, other.i):
        if re.match(
            r"\d|about|around|some|roughly|north|south|east|west|between|from|of",
            line.low[t],
        ):
            return t
    return k
