"""Which preposition leads each place of a sentence in, and what hangs on it.

"Deir Hafer, 50 km east of Aleppo": Aleppo is led in by a direction; "fighting in the
town of Tadef": Tadef by "in". relations.py makes of it what the text says of a place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.containers import (
    first_direction,
    note_part,
    owned_by,
    part_meant,
    set_wider,
)
from extract.descriptions import is_modifier
from extract.distances import Offset, offset_before
from extract.marks import (
    ActorMark,
    BackMark,
    CountMark,
    DateMark,
    Mark,
    PlaceLike,
    PlaceMark,
)
from extract.roads import note_road

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


def set_leads(line: Line, lexicon: Lexicon) -> None:
    """Set the lead of each place of a sentence."""
    before: PlaceLike | None = None
    head: PlaceLike | None = None
    for mark in line.marks:
        if isinstance(mark, PlaceLike):
            _set_lead(line, lexicon, mark, before, head)
            if isinstance(mark, PlaceMark) and mark.kind == "capital" and before:
                mark.lead = "in"  # "Al-Fulah, the West Kordofan capital"
            if isinstance(mark, PlaceMark) and isinstance(before, PlaceMark):
                set_wider(line, lexicon, mark, before)
            note_road(line, mark, before)
            if isinstance(mark, PlaceMark) and mark.lead == "in":
                note_part(line, lexicon, mark)
            listed = isinstance(mark, PlaceMark) and mark.listed
            if not listed and not _hangs(line, mark, before):
                head = mark
            before = mark
        elif isinstance(mark, (ActorMark, DateMark)):
            continue
        else:
            before = head = None


# What is led in so says where the place before it lies.
HANGING = frozenset({"in", "near", "dir", "between"})


def _hangs(line: Line, mark: PlaceLike, before: PlaceLike | None) -> bool:
    """Say whether a place belongs to the one before it: "X on the shore of Y"."""
    if before is None:
        return False
    gap = line.low[before.j : mark.i]
    close = len(gap) <= 6 and "," not in gap and "and" not in gap
    return mark.lead in HANGING or (mark.lead in {"of", "from", "other"} and close)


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
        if over is not None and over is before and owned_by(line, before):
            mark.lead = before.lead or "of"  # "in Marib's Sirwah district"
            return
        if over is None and word in _BESIDES and _begins_phrase(line, k):
            continue
        if over is not None and over is before and joined:
            _take_over(line, lexicon, mark, before, head)
        elif over is None and _leads(line, k):
            _classify(line, lexicon, mark, k)
        elif _owns(over, mark) or (over is None and _modifies(lexicon, word)):
            joined = over is None and word in _JOINS
            continue
        return


def _leads(line: Line, k: int) -> bool:
    """Say whether a preposition stands at token k, not "the night before, X"."""
    return is_preposition(line.low[k]) and line.low[k + 1] != ","


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
# "The Russian city of X", "the Turkish border town of Y": neighbours as well.
_NATIONS = frozenset(
    "russian belarusian moldovan polish romanian turkish israeli jordanian lebanese "
    "iranian saudi emirati kuwaiti omani qatari egyptian tunisian algerian chadian "
    "nigerien ethiopian eritrean kenyan djiboutian pakistani uzbek tajik".split()
)


def _modifies(lexicon: Lexicon, word: str) -> bool:
    """Say whether a word may stand between a preposition and its place."""
    if is_modifier(word) or word in lexicon.directions or word in _GLUE | _TRADES:
        return True
    return word in _NATIONS or any(word in lexicon.sets[name] for name in _OF_PLACES)


def _restated(line: Line, mark: PlaceLike, before: PlaceLike) -> Offset | None:
    """Return the offset of "20 km from the capital, Tripoli", named last."""
    if not isinstance(before, BackMark) or line.low[before.j : mark.i] != [","]:
        return None
    return before.offset


def _take_over(
    line: Line,
    lexicon: Lexicon,
    mark: PlaceLike,
    before: PlaceLike,
    head: PlaceLike | None,
) -> None:
    """Take over the lead of the list that the place before belongs to."""
    offset = _restated(line, mark, before)
    if offset is not None:
        mark.lead = before.lead
        _note(mark, offset)
        return
    own = first_direction(lexicon, line.low[before.j : mark.i])
    hanging = before.lead not in {None, "between"}
    if hanging and head is not None and head is not before:
        before = head
    mark.lead = before.lead
    if isinstance(mark, PlaceMark):
        mark.listed = True
        if isinstance(before, PlaceMark):
            mark.bearing = own or before.bearing
            mark.distance_km = before.distance_km
            if mark.lead == "between":
                mark.offset = before.offset
            if mark.kind is None and before.kind and before.i < before.a:
                mark.kind = before.kind  # "the towns of A and B"


def is_preposition(word: str) -> bool:
    """Say whether a word in small letters may lead a place in."""
    return word in _PREPOSITIONS


def _classify(
    line: Line, lexicon: Lexicon, mark: PlaceMark | BackMark | CountMark, k: int
) -> None:
    between = line.low[k + 1 : mark.i]
    if any(w in lexicon.sets["partial"] for w in between) and not isinstance(
        mark, CountMark
    ):
        mark.partial = True
    mark.lead = _lead(line, lexicon, mark, k)
    if isinstance(mark, PlaceMark) and mark.bearing is None:
        mark.bearing = part_meant(lexicon, mark, between)


def _lead(
    line: Line, lexicon: Lexicon, mark: PlaceMark | BackMark | CountMark, k: int
) -> str | None:
    """Return the class of the preposition at token k, and note what it measures."""
    word = line.low[k]
    if word == "of":
        return _of(line, lexicon, mark, k)
    if word == "between":
        _note(mark, Offset(i=k))
        return "between"
    offset = offset_before(line, lexicon.directions, k)
    far = offset if offset and offset.distance_km is not None else None
    if word in _IN or word in _NEAR:
        _note(mark, far if word == "outside" else None)
        return "near" if word in _NEAR else "in"
    if word == "from":
        return _from(line, mark, k, far)
    if word not in _TO:
        return "other"
    if word == "to" and line.before(k) in _CLOSE:
        _note(mark, Offset(i=k - 1))
        return "near"
    if offset and isinstance(mark, PlaceMark):  # "40 km into", which says no place
        mark.bearing, mark.distance_km = offset.bearing, offset.distance_km
    return "dir" if offset else "to"


_CLOSE = frozenset({"close", "adjacent", "next"})


def _from(line: Line, mark: PlaceLike, k: int, far: Offset | None) -> str:
    """Return the class of the "from" at token k: "not far from X" is near it."""
    start = k - (line.before(k) == "away") - 2
    if far is None and line.low[max(0, start) : start + 2] == ["not", "far"]:
        _note(mark, Offset(i=start))
        return "near"
    _note(mark, far)
    return "dir" if far else "from"


def _note(mark: PlaceLike, offset: Offset | None) -> None:
    if offset and not isinstance(mark, CountMark):
        mark.offset = offset
    if offset and isinstance(mark, PlaceMark):
        mark.bearing, mark.distance_km = offset.bearing, offset.distance_km


def _of(
    line: Line, lexicon: Lexicon, mark: PlaceMark | BackMark | CountMark, k: int
) -> str | None:
    """Read what "of" hangs on: a direction, a part, an area, or something else."""
    head = line.low[k - 1] if k else ""
    offset = offset_before(line, lexicon.directions, k)
    if offset and isinstance(mark, PlaceMark) and _is_inside(line, offset, k):
        mark.bearing = offset.bearing
        return "in"
    if offset:
        _note(mark, offset)
        return "dir"
    if head in lexicon.sets["partial"] and not isinstance(mark, CountMark):
        mark.partial = True
        return _lead_of_part(line, lexicon, mark, k)
    if k and isinstance(line.at[k - 1], ActorMark):
        return "of"  # "the capture by Islamic State of X"
    if head in lexicon.sets["area"] or head in lexicon.sets["settlement"]:
        if isinstance(mark, PlaceMark):
            mark.bearing = first_direction(lexicon, line.low[max(0, k - 4) : k - 1])
        return "in"
    return "from" if head == "out" else "of"


def _is_inside(line: Line, offset: Offset, k: int) -> bool:
    """Say whether "in the north of X" stands before token k, a part of X itself."""
    return offset.i == k - 1 and line.low[max(0, k - 3) : k - 1] == ["in", "the"]


def _lead_of_part(
    line: Line, lexicon: Lexicon, mark: PlaceMark | BackMark, k: int
) -> str | None:
    """Return what leads in "the outskirts of": the preposition before the part."""
    before = line.low[max(0, k - 5) : k]
    if any(w in _TO - {"on", "upon"} for w in before):
        return "to"
    if "from" in before[-3:]:
        start = k - before[::-1].index("from") - 1
        offset = offset_before(line, lexicon.directions, start)
        return _from(
            line, mark, start, offset if offset and offset.distance_km else None
        )
    if "out" in before[:-1] and before[before.index("out") + 1] == "of":
        return "from"  # "pulled out of the centre of X"
    return "in" if any(w in _IN | _NEAR | {"on"} for w in before) else None
