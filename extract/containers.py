"""Ground that holds a place: its province, or the part of one that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.lexicon import Lexicon
    from extract.marks import Line, Mark, PlaceMark

# Ground that holds towns; after a town and a comma it says where that is.
_WIDE = frozenset(
    "province governorate district county oblast raion region canton subdistrict "
    "sub-district state countryside prefecture municipality".split()
)
_OF_MORE = frozenset({"and", "or", "&"})


def own_part(line: Line, mark: PlaceMark) -> int:
    """Return where "Aleppo's eastern countryside" ends, or the mark."""
    if not owned_by(line, mark):
        return mark.j
    k = mark.j + 1
    k += any(word.endswith("ern") for word in line.low[k : k + 1])
    return k + 1 if any(word in _WIDE for word in line.low[k : k + 1]) else mark.j


def note_part(line: Line, lexicon: Lexicon, mark: PlaceMark) -> None:
    """Note which part "in Aleppo's eastern countryside" means."""
    part = first_direction(lexicon, line.low[mark.j : own_part(line, mark)])
    mark.bearing = part or mark.bearing


def set_wider(line: Line, lexicon: Lexicon, mark: PlaceMark, before: PlaceMark) -> None:
    """Set the lead of what holds the place before: "X, Y province", "X (Y state)"."""
    gap = line.low[before.j : mark.i]
    if not gap and before.kind in _WIDE and mark.i < mark.a:
        mark.lead, before.lead = before.lead, "in"  # "the X countryside town of Y"
        return
    if before.kind in _WIDE or not gap or gap[0] not in {",", "("}:
        return
    parts = [w for w in gap[1:] if w != "the"]
    if any(w not in lexicon.directions for w in parts):
        return
    after = line.low[mark.j : mark.j + 1]
    part = parts[-1] if parts and parts[-1].endswith("ern") else None
    wide = mark.kind in _WIDE
    # "X, northern Aleppo" is in its north; "Homs, northern Hama and" is a list
    if not wide and (part is None or after == [","]):
        return
    if after and after[0] in _OF_MORE:
        return
    mark.lead, mark.listed = "in", False
    mark.bearing = lexicon.directions[part] if part else None


def owned_by(line: Line, mark: Mark) -> bool:
    """Say whether what follows a mark is its own: "Marib's Sirwah district"."""
    return line.low[mark.j : mark.j + 1] in (["'s"], ["’s"])


def first_direction(lexicon: Lexicon, words: Sequence[str]) -> str | None:
    """Return the compass point of the first word that names one."""
    return next((lexicon.directions[w] for w in words if w in lexicon.directions), None)


# Before a name these make a part of it: "the eastern countryside of X"; "the eastern
# province of X" is all of it.
_AROUND = frozenset("countryside hinterland suburbs outskirts surroundings".split())


def part_meant(lexicon: Lexicon, mark: PlaceMark, between: Sequence[str]) -> str | None:
    """Return the part that the words between a preposition and its place mean.

    "In northern X province" is a part, "in the northern X province" tells which one.
    """
    part = first_direction(lexicon, between)
    if mark.kind is None:
        return part
    if mark.i < mark.a:
        return part if mark.kind in _AROUND else None
    wide = mark.kind in _WIDE and between[:1] != ["the"]
    return part if wide else None
