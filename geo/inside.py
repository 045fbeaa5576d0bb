"""Whether a force is reported inside a place that it does not hold is decided here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.records import EventType

if TYPE_CHECKING:
    from extract.records import Claim

# What says "in" between the words for the advance and the place, either included:
# entered, pushed into, took parts of. "Advanced on", "reached" and "the outskirts of"
# stay before it.
_IN = re.compile(
    r"\b(?:(?:re-?)?enter(?:s|ed|ing)?|into|inside|within|penetrat\w+|infiltrat\w+"
    r"|br(?:eak|eaks|oke|oken)\s+into|(?:parts?|half|districts?|neighbou?rhoods?"
    r"|quarters?|streets?|cent(?:re|er)|heart)\s+of)\b",
    re.IGNORECASE,
)
_BEFORE_IT = re.compile(
    r"\b(?:outskirts|edges?|gates?|entrances?|periphery|fringes?)\b", re.IGNORECASE
)


def is_inside(claim: Claim) -> bool:
    """Tell whether a claim says that a named force came into a place, no more."""
    if claim.event_type is not EventType.ADVANCED or claim.gained_by is None:
        return False
    spans = (claim.evidence.trigger, claim.evidence.place)
    start = min(span.start for span in spans) - claim.char_start
    end = max(span.end for span in spans) - claim.char_start
    words = claim.sentence[max(start, 0) : max(end, 0)]
    return bool(_IN.search(words)) and not _BEFORE_IT.search(words)
