"""What an article states of distances and directions is held against the map here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a sentence states of how two places lie, beside what the map says.

    `text` is the sentence, `text[char_start:char_end]` of the article. Distances are in
    kilometres, in a straight line; `stated_bearing` is a compass point and
    `measured_deg` the direction from the reference to the place, clockwise from north.
    """

    place: str
    reference: str
    text: str
    char_start: int
    char_end: int
    stated_km: float | None
    at_most: bool
    stated_bearing: str | None
    measured_km: float
    measured_deg: float
    agrees: bool
