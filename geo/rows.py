"""Records as rows of the store and back again, exactly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from extract.records import (
    Article,
    Claim,
    ClaimantType,
    DateAnchor,
    EventType,
    Evidence,
    Modality,
    Relation,
    RelationKind,
    Span,
)
from geo.checks import Finding
from geo.choices import Choice
from geo.geocode import Candidate, Location
from geo.schema import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import RowMapping

    Cells = dict[str, Any]

_SAME = (
    *("claim_id", "article_id", "place", "place_kind", "gained_by", "gained_by_text"),
    *("lost_by", "lost_by_text", "date_start", "date_end", "date_prec", "date_text"),
    *("claimed_by", "char_start", "char_end", "sentence", "rule", "confidence"),
    "extractor",
)
"""The fields of a claim that are columns as they are."""

_PLACE = (
    *("lon", "lat", "radius_m", "where_prec", "place_id", "name", "reason"),
    "source",
)
_CHOICE = (
    *("toponym", "article_id", "context", "place_id", "name", "lon", "lat"),
    *("radius_m", "source"),
)


def content_hash(article: Article) -> str:
    """Return what two copies of an article share, whatever their ids and addresses.

    The "1:" in front is the version of this recipe.
    """
    published = article.published.isoformat() if article.published else None
    content = [article.title, article.publisher, published, article.text]
    return f"1:{_digest(content)}"


def chained(before: str, written: Sequence[Any]) -> str:
    """Return a digest of rows and of all that was written before them."""
    return _digest([before, *written])


def _digest(content: list[Any]) -> str:
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def article_row(article: Article) -> Cells:
    """Return an article's row."""
    return {**asdict(article), "content_hash": content_hash(article)}


def article_of(row: RowMapping) -> Article:
    """Rebuild an article."""
    return Article(**{name: row[name] for name in Article.__dataclass_fields__})


def claim_row(claim: Claim, ordinal: int) -> Cells:
    """Return a claim's row; its relations have rows of their own."""
    row: Cells = {name: getattr(claim, name) for name in _SAME}
    row["ordinal"] = ordinal
    row["event_type"] = claim.event_type.value
    row["modality"] = claim.modality.value
    row["claimant_type"] = claim.claimant_type.value
    row["date_anchor"] = claim.date_anchor.value if claim.date_anchor else None
    row["associated"] = json.dumps(claim.associated, ensure_ascii=False)
    for part in EVIDENCE:
        found: Span | None = getattr(claim.evidence, part)
        row[f"at_{part}_start"] = found.start if found else None
        row[f"at_{part}_end"] = found.end if found else None
    return row


def claim_of(row: RowMapping, relations: tuple[Relation, ...]) -> Claim:
    """Rebuild a claim from its row and its relations."""
    anchor = row["date_anchor"]
    return Claim(
        **{name: row[name] for name in _SAME},
        event_type=EventType(row["event_type"]),
        modality=Modality(row["modality"]),
        claimant_type=ClaimantType(row["claimant_type"]),
        date_anchor=DateAnchor(anchor) if anchor else None,
        associated=tuple(json.loads(row["associated"])),
        evidence=_evidence(row),
        place_relations=relations,
    )


def _evidence(row: RowMapping) -> Evidence:
    spans: Cells = {part: _span(row, part) for part in EVIDENCE}
    return Evidence(**spans)


def _span(row: RowMapping, part: str) -> Span | None:
    start = row[f"at_{part}_start"]
    return None if start is None else Span(start=start, end=row[f"at_{part}_end"])


def relation_rows(claim: Claim) -> list[Cells]:
    """Return the rows of a claim's relations, in their order."""
    return [
        {"claim_id": claim.claim_id, "ordinal": n, **asdict(found), "kind": found.kind}
        for n, found in enumerate(claim.place_relations)
    ]


def relation_of(row: RowMapping) -> Relation:
    """Rebuild one relation."""
    names = ("toponym", "text", "bearing", "distance_km")
    return Relation(kind=RelationKind(row["kind"]), **{n: row[n] for n in names})


def location_row(claim_id: str, location: Location, seq: int) -> Cells:
    """Return the row of where a claim's place was found, by act `seq`."""
    row: Cells = {name: getattr(location, name) for name in _PLACE}
    row["seq"] = seq
    candidates = [asdict(candidate) for candidate in location.candidates]
    row["claim_id"] = claim_id
    row["matched"] = str(location.match)
    row["candidates"] = json.dumps(candidates, ensure_ascii=False)
    return row


def location_of(row: RowMapping) -> Location:
    """Rebuild where a claim's place was found."""
    return Location(
        **{name: row[name] for name in _PLACE},
        match=row["matched"],
        candidates=tuple(Candidate(**c) for c in json.loads(row["candidates"])),
    )


def choice_row(choice: Choice, seq: int) -> Cells:
    """Return the row of a reader's choice, made by act `seq`."""
    row: Cells = {name: getattr(choice, name) for name in _CHOICE}
    return {**row, "seq": seq, "countries": " ".join(choice.countries)}


def choice_of(row: RowMapping) -> Choice:
    """Rebuild a reader's choice."""
    return Choice(
        **{name: row[name] for name in _CHOICE},
        countries=tuple(row["countries"].split()),
        number=row["seq"],
    )


def finding_row(finding: Finding, key: tuple[str, int, int]) -> Cells:
    """Return the row of a finding; `key` is its article, act and place in order."""
    article_id, seq, ordinal = key
    row = {"article_id": article_id, "seq": seq, "ordinal": ordinal}
    return {**row, **asdict(finding)}


def finding_of(row: RowMapping) -> Finding:
    """Rebuild a finding."""
    cells = {name: row[name] for name in Finding.__dataclass_fields__}
    truths = {n: bool(row[n]) for n in ("at_most", "at_least", "agrees")}
    return Finding(**{**cells, **truths})
