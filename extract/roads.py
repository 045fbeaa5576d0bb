"""Roads that say where a place lies: "on the road to X", "along the X-Y highway"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.distances import Offset
from extract.marks import PlaceLike, PlaceMark

if TYPE_CHECKING:
    from extract.marks import Line

ROADS = frozenset(
    "road highway motorway route autostrade expressway railway railroad".split()
)
"""Words for a road, in small letters."""
_ON = frozenset("on along astride alongside off by".split())
_LEADS = frozenset("leading running heading going".split())
_BEGINS = frozenset("to toward towards from between linking connecting joining".split())
_ENDS = (["to"], ["toward"], ["towards"], ["with"], ["and"])
_DASHES = (["-"], ["–"], ["—"])
_LONGEST = 4
_DASH = re.compile(r"\s*[-–—]\s*(?=[A-ZÀ-Þ])")
_ARTICLES = frozenset("al el ez es ar as ash at ad an az ed il".split())


def note_road(line: Line, mark: PlaceLike, before: PlaceLike | None) -> None:
    """Note on a place that a road on which something lies leads there."""
    if not isinstance(mark, PlaceMark):
        return
    if isinstance(before, PlaceMark) and _is_other_end(line, mark, before):
        mark.offset = before.offset
        return
    k = mark.i - 1
    first = mark
    if isinstance(before, PlaceMark) and line.low[before.j : mark.i] in _DASHES:
        first = before  # "on the X - Y road"
    if k > 0 and line.low[k] in _BEGINS:
        start = _road_start(line, k)
    else:
        start = _named_start(line, first.i, mark.j)
    if start is not None:
        first.offset = mark.offset = Offset(i=start, on_road=True)


def _is_other_end(line: Line, mark: PlaceMark, before: PlaceMark) -> bool:
    """Say whether a place is the other end of the road noted on the one before."""
    on_road = before.offset is not None and before.offset.on_road
    return on_road and line.low[before.j : mark.i] in _ENDS


def _named_start(line: Line, i: int, j: int) -> int | None:
    """Return where "on the" stands before a road named by tokens i to j, or None."""
    is_road = any(word in ROADS for word in line.low[j : j + 1])
    led_in = i > 1 and line.low[i - 1] == "the" and line.low[i - 2] in _ON
    return i - 2 if is_road and led_in else None


def _road_start(line: Line, k: int) -> int | None:
    """Return where "on the main road leading" before token k begins, or None."""
    k -= line.before(k) in _LEADS
    if line.before(k) not in ROADS:
        return None
    for t in range(k - 2, max(-1, k - 3 - _LONGEST), -1):
        if line.low[t] in _ON:
            return t if line.low[t + 1] in {"the", "a"} else None
    return None


def road_ends(name: str) -> tuple[str, ...]:
    """Return the places of a name that may be a road's: "Aleppo-Raqqa".

    >>> road_ends("Deir ez-Zor-Hasakah")
    ('Deir ez-Zor', 'Hasakah')
    """
    ends: list[str] = []
    start = 0
    for match in _DASH.finditer(name):
        end = name[start : match.start()]
        if end and end.split()[-1].lower() not in _ARTICLES:
            ends.append(end)
            start = match.end()
    return (*ends, name[start:])
