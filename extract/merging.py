"""Claims that tell the same become one: of one sentence, or of rules and a model."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from extract.context import Context
from extract.records import CHANGES, Claim, EventType

if TYPE_CHECKING:
    from collections.abc import Sequence

_STRENGTH = {
    EventType.CAPTURED: 4,
    EventType.HANDED_OVER: 4,
    EventType.WITHDREW: 3,
    EventType.REPELLED: 2,
    EventType.BESIEGED: 1,
}
_FIGHT = {EventType.REPELLED, EventType.ATTACKED, EventType.ADVANCED}


def with_id(claim: Claim) -> Claim:
    """Give a claim that was changed the id that goes with what it says now."""
    return replace(claim, claim_id="")


def merge(claims: list[Claim]) -> list[Claim]:
    """Make one claim of what one sentence tells twice of a place.

    "Captured X and drove the militants out" is one capture; "captured X after ISIL
    withdrew from it" is a capture from ISIL; an assault that took the place, or failed
    to, is told by its outcome.
    """
    kept: list[Claim] = []
    for claim in claims:
        twin = next((n for n, k in enumerate(kept) if _tells_same(k, claim)), None)
        if twin is None:
            kept.append(claim)
        else:
            kept[twin] = _joined(kept[twin], claim)
    return kept


def agreed(rules: Sequence[Claim], model: Sequence[Claim]) -> tuple[Claim, ...]:
    """Return the claims of both, in the order of the text, and once if they agree.

    They agree where both quote the same words, of the same place, in the same sense,
    with the same taker, and with types that are both changes of control, both `holds`,
    or both neither. The claim of the rules then stands as it is, dates and loser
    included, and `extractor` names both: "rules-en 1 + llm NAME".
    """
    kept = list(rules)
    alone: list[Claim] = []
    places: defaultdict[str, list[int]] = defaultdict(list)
    for n, claim in enumerate(rules):
        places[Context.key(claim.place)].append(n)
    for claim in model:
        there = places[Context.key(claim.place)]
        twin = next((n for n in there if _agree(rules[n], claim)), None)
        if twin is None:
            alone.append(claim)
        else:
            both = f"{rules[twin].extractor} + {claim.extractor}"
            kept[twin] = replace(rules[twin], extractor=both)
    return tuple(sorted((*kept, *alone), key=lambda claim: claim.char_start))


def _agree(one: Claim, other: Claim) -> bool:
    overlap = one.char_start < other.char_end and other.char_start < one.char_end
    same = one.modality is other.modality and one.gained_by == other.gained_by
    same = same and _sort(one) == _sort(other)
    loser = one.gained_by is not None or one.lost_by == other.lost_by
    return overlap and same and loser


def _sort(claim: Claim) -> str:
    if claim.event_type in CHANGES:
        return "change"
    return "holds" if claim.event_type is EventType.HOLDS else "contest"


def _joined(one: Claim, other: Claim) -> Claim:
    strong, weak = sorted((one, other), key=lambda c: -_STRENGTH.get(c.event_type, 0))
    gained = strong.gained_by
    if gained is None and weak.event_type in CHANGES:
        gained = weak.gained_by
    lost = strong.lost_by or (weak.lost_by if weak.lost_by != gained else None)
    words = strong.lost_by_text
    if lost == weak.lost_by and words is None:
        words = weak.lost_by_text
    evidence = strong.evidence
    if evidence.lost_by is None and words == weak.lost_by_text:
        evidence = replace(evidence, lost_by=weak.evidence.lost_by)
    return with_id(
        replace(
            strong,
            gained_by=gained,
            lost_by=lost,
            lost_by_text=words,
            evidence=evidence,
            associated=tuple(dict.fromkeys((*strong.associated, *weak.associated))),
        )
    )


def _tells_same(one: Claim, other: Claim) -> bool:
    if one.place != other.place or one.modality is not other.modality:
        return False
    kinds = {one.event_type, other.event_type}
    takers = one.gained_by == other.gained_by or None in {
        one.gained_by,
        other.gained_by,
    }
    if len(kinds) == 1:
        return takers
    if EventType.HOLDS in kinds:
        return False
    if kinds <= CHANGES:
        return takers or EventType.WITHDREW in kinds
    if EventType.REPELLED in kinds:
        return kinds <= _FIGHT
    return takers and bool(kinds & CHANGES) and bool(kinds & _FIGHT)
