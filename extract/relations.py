"""How places lie to each other: which is meant, which only says where.

"Deir Hafer, 50 km east of Aleppo" is about Deir Hafer; "the town of Tadef in Aleppo
province" about Tadef. Each place gets the class of the preposition that leads it in,
and those that hang behind another become its relations.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.descriptions import is_modifier
from extract.distances import note_distance
from extract.marks import (
    ActorMark,
    BackMark,
    CountMark,
    DateMark,
    Mark,
    PlaceLike,
    PlaceMark,
)
from extract.records import Relation, RelationKind

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line


_IN = frozenset({"in", "inside", "within", "at", "across", "throughout", "around"})
_NEAR = frozenset(
    {
        "near",
        "outside",
        "beside",
        "around",
        "surrounding",
        "overlooking",
        "nearby",
        "alongside",
        "opposite",
        "beyond",
        "bordering",
    }
)
_TO = frozenset({"to", "toward", "towards", "into", "onto", "on", "upon"})
_OTHER = frozenset(
    {
        "by",
        "for",
        "against",
        "with",
        "over",
        "through",
        "via",
        "linking",
        "after",
        "before",
        "under",
        "along",
        "like",
        "about",
        "connecting",
        "off",
        "above",
        "below",
        "past",
        "and",
        "or",
        ",",
    }
)
_PREPOSITIONS = (_IN | _NEAR | _TO | _OTHER | {"of", "from", "between"}) - {
    "and",
    "or",
    ",",
}


def relate(line: Line, lexicon: Lexicon) -> None:
    """Set each place's lead, and give places the relations that the text states."""
    before: PlaceLike | None = None
    head: PlaceLike | None = None
    for mark in line.marks:
        if isinstance(mark, PlaceLike):
            _set_lead(line, lexicon, mark, before, head)
            if isinstance(mark, PlaceMark) and mark.kind == "capital" and before:
                mark.lead = "in"  # "Al-Fulah, the West Kordofan capital"
            listed = isinstance(mark, PlaceMark) and mark.listed
            if not listed and not _hangs(line, mark, before):
                head = mark
            before = mark
        elif isinstance(mark, (ActorMark, DateMark)):
            continue
        else:
            before = head = None
    _attach(line)


_HANGING = frozenset({"in", "near", "dir", "between"})


def _hangs(line: Line, mark: PlaceLike, before: PlaceLike | None) -> bool:
    """Say whether a place belongs to the one before it: "X on the shore of Y"."""
    if before is None:
        return False
    gap = line.low[before.j : mark.i]
    close = len(gap) <= 6 and "," not in gap and "and" not in gap
    return mark.lead in _HANGING or (mark.lead in {"of", "from", "other"} and close)


def _set_lead(
    line: Line,
    lexicon: Lexicon,
    mark: PlaceLike,
    before: PlaceLike | None,
    head: PlaceLike | None,
) -> None:
    """Walk left from a place to the preposition or the list that leads it in."""
    if before is not None and line.low[before.j : mark.i] == ["("]:
        mark.lead = "alias"
        return
    joined = False
    for k in range(mark.i - 1, max(-1, mark.i - 7), -1):
        word, over = line.low[k], line.at[k]
        if over is not None and over is before and _owned_by(line, before):
            mark.lead = before.lead or "of"  # "in Marib's Sirwah district"
            return
        if over is None and word in _BESIDES and _begins_phrase(line, k):
            continue
        if over is not None and over is before and joined:
            _take_over(mark, before, head)
        elif over is None and _is_preposition(word):
            _classify(line, lexicon, mark, k)
        elif _owns(over, mark) or (over is None and _modifies(lexicon, word)):
            joined = over is None and word in _JOINS
            continue
        return


def _owned_by(line: Line, mark: Mark) -> bool:
    return line.low[mark.j : mark.j + 1] in (["'s"], ["’s"])


_BESIDES = frozenset({"nearby", "surrounding", "neighbouring", "neighboring"})


def _begins_phrase(line: Line, k: int) -> bool:
    """Say whether an article or a list's sign stands before: "the nearby town"."""
    return k == 0 or line.low[k - 1] in {"the", "a", "and", ",", "another", "two"}


def _owns(over: Mark | None, mark: PlaceLike) -> bool:
    """Say whether "ISIL-held" or "Aleppo's" stands there; note the holder."""
    if not isinstance(over, ActorMark) or not (over.held or over.possessive):
        return False
    if over.held and isinstance(mark, PlaceMark):
        mark.holder = over.name
    return True


_JOINS = frozenset({"and", ",", "&", "or"})
_GLUE = _JOINS | {"'s", "’s"}
# "the port city of X", "an oil town"
_TRADES = frozenset(
    "port oil gas garrison market resort mining railway border farming".split()
)
_OF_PLACES = ("area", "partial", "settlement")


def _modifies(lexicon: Lexicon, word: str) -> bool:
    """Say whether a word may stand between a preposition and its place."""
    if is_modifier(word) or word in lexicon.directions or word in _GLUE | _TRADES:
        return True
    return any(word in lexicon.sets[name] for name in _OF_PLACES)


def _take_over(mark: PlaceLike, before: PlaceLike, head: PlaceLike | None) -> None:
    """Take over the lead of the list that the place before belongs to."""
    hanging = before.lead not in {None, "between"}
    if hanging and head is not None and head is not before:
        before = head
    mark.lead = before.lead
    if isinstance(mark, PlaceMark):
        mark.listed = True
        if isinstance(before, PlaceMark):
            mark.bearing, mark.distance_km = before.bearing, before.distance_km
            if mark.kind is None and before.kind and before.i < before.a:
                mark.kind = before.kind  # "the towns of A and B"


def _is_preposition(word: str) -> bool:
    return word in _PREPOSITIONS


def _classify(
    line: Line, lexicon: Lexicon, mark: PlaceMark | BackMark | CountMark, k: int
) -> None:
    word = line.low[k]
    between = line.low[k + 1 : mark.i]
    if any(w in lexicon.sets["partial"] for w in between) and not isinstance(
        mark, CountMark
    ):
        mark.partial = True
    part = next(
        (lexicon.directions[w] for w in between if w in lexicon.directions), None
    )
    if word in _IN or word in _NEAR:
        mark.lead = "near" if word in _NEAR else "in"
    elif word == "of":
        _of(line, lexicon, mark, k)
    elif word == "from":
        mark.lead = "from"
        mark.lead = "dir" if note_distance(line, mark, k) else "from"
    elif word in _TO:
        mark.lead = (
            "dir"
            if note_distance(line, mark, k) or _bearing_before(line, lexicon, mark, k)
            else "to"
        )
    elif word == "between":
        mark.lead = "between"
    else:
        mark.lead = "other"
    if (
        isinstance(mark, PlaceMark)
        and part
        and mark.bearing is None
        and mark.kind is None
    ):
        mark.bearing = part


def _of(
    line: Line, lexicon: Lexicon, mark: PlaceMark | BackMark | CountMark, k: int
) -> None:
    """Read what "of" hangs on: a direction, a part, an area, or something else."""
    head = line.low[k - 1] if k else ""
    bearing = _bearing_before(line, lexicon, mark, k)
    if note_distance(line, mark, k) or bearing:
        mark.lead = "dir"
        return
    mark.lead = "from" if head == "out" else "of"
    if head in lexicon.sets["partial"] and not isinstance(mark, CountMark):
        mark.partial = True
        mark.lead = _lead_of_part(line, k)
    elif k and isinstance(line.at[k - 1], ActorMark):
        return  # "the capture by Islamic State of X"
    elif head in lexicon.sets["area"] or head in lexicon.sets["settlement"]:
        mark.lead = "in"
        if isinstance(mark, PlaceMark):
            mark.bearing = next(
                (
                    lexicon.directions[w]
                    for w in line.low[max(0, k - 4) : k - 1]
                    if w in lexicon.directions
                ),
                None,
            )


def _lead_of_part(line: Line, k: int) -> str | None:
    """Return what leads in "the outskirts of": the preposition before the part."""
    before = line.low[max(0, k - 5) : k]
    if any(w in _TO - {"on", "upon"} for w in before):
        return "to"
    if "from" in before[-3:]:
        return "from"
    return "in" if any(w in _IN | _NEAR | {"on"} for w in before) else None


def _bearing_before(line: Line, lexicon: Lexicon, mark: Mark, k: int) -> bool:
    head = line.low[k - 1] if k else ""
    point = lexicon.directions.get(head)
    if point is None or head.endswith("ern"):
        return False
    if isinstance(mark, PlaceMark):
        mark.bearing = point
        note_distance(line, mark, k - 1)
    return True


def _attach(line: Line) -> None:
    """Give each place those that follow it as container or reference."""
    places = [m for m in line.marks if isinstance(m, PlaceLike)]
    for n, mark in enumerate(places):
        if not isinstance(mark, PlaceMark):
            continue
        relations = [_relation(line, other) for other in _hanging(line, places, n)]
        mark.relations = tuple(r for r in relations if r)


def _hanging(
    line: Line, places: list[PlaceMark | BackMark | CountMark], n: int
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
        gap = line.low[at : other.i]
        if other.lead not in _HANGING or (other.listed and other.lead != "between"):
            if (
                len(gap) <= 2
                and found == []
                and (not gap or gap[0] in {",", "and"})
                and other.lead == places[n].lead
                and not other.relations
            ):
                at = other.j  # a list: what follows its last member holds for all
                continue
            break
        if len(gap) > 10 or any(
            isinstance(line.at[t], Mark)
            and not isinstance(line.at[t], (ActorMark, DateMark))
            for t in range(at, other.i)
        ):
            break
        if (
            any(w in {"and", "but", "which", "where", "who", "that", ";"} for w in gap)
            and other.lead != "between"
        ):
            break
        found.append(other)
        at = other.j
    return found


def _relation(line: Line, other: PlaceMark) -> Relation | None:
    kind = RelationKind.CONTAINER if other.lead == "in" else RelationKind.REFERENCE
    return relation_to(line, other, kind)


def relation_to(line: Line, other: PlaceMark, kind: RelationKind) -> Relation:
    """Return the record for "east of X" or "in the eastern countryside of X"."""
    k = other.i
    while (
        k > 0
        and line.at[k - 1] is None
        and other.i - k < 8
        and line.low[k - 1] not in {",", ";", "(", "and", "which", "captured"}
    ):
        k -= 1
        if (
            _is_preposition(line.low[k])
            and line.low[k] != "of"
            and (other.lead != "dir" or line.low[k] not in {"from", "to"})
        ):
            if other.lead == "in":
                k += 1
            break
    if other.lead != "in" and other.lead != "near":
        k = _trim(line, k, other)
    k += line.low[k] == "the"
    return Relation(
        kind=kind,
        toponym=other.name,
        text=line.slice(k, other.j),
        bearing=other.bearing,
        distance_km=other.distance_km,
    )


def _trim(line: Line, k: int, other: PlaceMark) -> int:
    """Start a reference's words at its number or direction."""
    for t in range(k, other.i):
        if re.match(
            r"\d|about|around|some|roughly|north|south|east|west|between|from|of",
            line.low[t],
        ):
            return t
    return k
