"""What a claim looks like when it leaves the process is decided here."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, TypeAlias

from extract.records import Evidence

if TYPE_CHECKING:
    from datetime import date

    from extract.records import Claim

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


def claim_record(claim: Claim) -> dict[str, Json]:
    """Return a claim as a JSON object; the names are stable, unknown is None.

    Days are ISO and inclusive; `evidence` and `char_start`, `char_end` are half-open
    offsets in characters into the article's text.
    """
    return {
        "claim_id": claim.claim_id,
        "article_id": claim.article_id,
        "event_type": str(claim.event_type),
        "modality": str(claim.modality),
        "place": claim.place,
        "place_context": claim.place_context,
        "place_kind": claim.place_kind,
        "place_relations": [
            {**asdict(relation), "kind": str(relation.kind)}
            for relation in claim.place_relations
        ],
        "gained_by": claim.gained_by,
        "gained_by_text": claim.gained_by_text,
        "lost_by": claim.lost_by,
        "lost_by_text": claim.lost_by_text,
        "associated": list(claim.associated),
        **_dates(claim),
        "claimed_by": claim.claimed_by,
        "claimant_type": str(claim.claimant_type),
        "sentence": claim.sentence,
        "char_start": claim.char_start,
        "char_end": claim.char_end,
        "evidence": _evidence(claim.evidence),
        "rule": claim.rule,
        "confidence": claim.confidence,
        "extractor": claim.extractor,
    }


def _dates(claim: Claim) -> dict[str, Json]:
    return {
        "date_start": _iso(claim.date_start),
        "date_end": _iso(claim.date_end),
        "date_prec": claim.date_prec,
        "date_text": claim.date_text,
        "date_anchor": str(claim.date_anchor) if claim.date_anchor else None,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _evidence(evidence: Evidence) -> dict[str, Json]:
    spans = {field.name: getattr(evidence, field.name) for field in fields(Evidence)}
    return {name: [s.start, s.end] if s else None for name, s in spans.items()}
