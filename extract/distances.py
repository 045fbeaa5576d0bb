"""How far a place lies from another: "45 km west of X"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.marks import Mark, PlaceMark

if TYPE_CHECKING:
    from extract.marks import Line

_UNITS = {
    "km": 1.0,
    "kms": 1.0,
    "kilometers": 1.0,
    "kilometres": 1.0,
    "kilometer": 1.0,
    "kilometre": 1.0,
    "miles": 1.609,
    "mile": 1.609,
    "mi": 1.609,
    "meters": 0.001,
    "metres": 0.001,
    "m": 0.001,
}


# "45km", "45-kilometre"
_GLUED = re.compile(r"([\d.,]+)(?:(km|kms|mi|m)|-(km|kilometer|kilometre|mile)s?)")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,6}(?:\.\d+)?\.?")


def note_distance(line: Line, mark: Mark, k: int) -> bool:
    """Find "45 km" in the few words before token k and note it on the place."""
    for t in range(max(0, k - 5), k):
        word = line.low[t]
        if word in _UNITS:
            unit, number = (
                _UNITS[word],
                (line.low[t - 1] if t else "").removesuffix("-"),
            )
        elif glued := _GLUED.fullmatch(word):
            unit, number = _UNITS[glued[2] or glued[3]], glued[1]
        else:
            continue
        if not _NUMBER.fullmatch(number):
            continue
        if isinstance(mark, PlaceMark):
            mark.distance_km = round(
                float(number.replace(",", "").rstrip(".")) * unit, 3
            )
        return True
    return False
