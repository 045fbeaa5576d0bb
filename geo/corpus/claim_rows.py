"""Claims as rows of a table on their way from task to task, and back again, exactly.

All but what else a name could have meant, which would be most of their bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from extract.records import Relation, RelationKind
from geo.event_records import PlacedClaim, place_key
from geo.rows import claim_of, claim_row, location_of, location_row
from geo.schema import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extract.records import Claim

_TEXT, _DAY = pa.large_string(), pa.date32()
_SPANS = [f"at_{part}_{end}" for part in EVIDENCE for end in ("start", "end")]
_TYPES = {
    **dict.fromkeys(("char_start", "char_end", *_SPANS), pa.int32()),
    **dict.fromkeys(("date_prec", "where_prec"), pa.int8()),
    **dict.fromkeys(("confidence", "lon", "lat", "radius_m"), pa.float64()),
    **dict.fromkeys(("date_start", "date_end", "published"), _DAY),
    "seq": pa.int64(),
    "ordinal": pa.int32(),
}
_NAMES = (
    *("seq", "ordinal", "place_key", "country"),
    *("claim_id", "article_id", "event_type", "modality", "place", "place_kind"),
    *("place_relations", "gained_by", "gained_by_text", "lost_by", "lost_by_text"),
    *("associated", "date_start", "date_end", "date_prec", "date_text", "date_anchor"),
    *("claimed_by", "claimant_type", "char_start", "char_end", "sentence", *_SPANS),
    *("rule", "confidence", "extractor"),
    *("lon", "lat", "radius_m", "where_prec", "place_id", "name", "matched"),
    *("reason", "source"),
    *("article_title", "publisher", "url", "published"),
)

SCHEMA = pa.schema([(name, _TYPES.get(name, _TEXT)) for name in _NAMES])
"""A claim's columns. `seq` is the article's number in the whole corpus, `ordinal` the
claim's within it, `country` the ISO code of where its place lies; `place_key` is empty
where nobody knows where that is."""

_OF_ARTICLE = ("article_title", "publisher", "url", "published")


def rows_of(
    seq: int, claims: Iterable[tuple[PlacedClaim, str | None]]
) -> list[dict[str, Any]]:
    """Return the rows of an article's claims, each with the country of its place."""
    return [_row(seq, n, *one) for n, one in enumerate(claims)]


def _row(
    seq: int, ordinal: int, placed: PlacedClaim, country: str | None
) -> dict[str, Any]:
    is_placed = placed.location.lon is not None
    relations = [asdict(one) for one in placed.claim.place_relations]
    cells = {
        **claim_row(placed.claim, ordinal),
        **location_row(placed.claim.claim_id, placed.location, seq),
        **{name: getattr(placed, name) for name in _OF_ARTICLE},
        "place_relations": json.dumps(relations, ensure_ascii=False),
        "place_key": place_key(placed) if is_placed else "",
        "country": country,
    }
    return {name: cells[name] for name in SCHEMA.names}


def table_of(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Return rows as a table, also where there is none."""
    return pa.Table.from_pylist(list(rows), schema=SCHEMA)


def placed_of(row: dict[str, Any], copy_of: str | None) -> PlacedClaim:
    """Rebuild a claim, and say of which article its own one is a copy."""
    return PlacedClaim(
        claim=_claim_of(row),
        location=location_of({**row, "candidates": "[]"}),  # type: ignore[arg-type]
        copy_of=copy_of,
        **{name: row[name] for name in _OF_ARTICLE},
    )


def _claim_of(row: dict[str, Any]) -> Claim:
    relations = tuple(
        Relation(**{**cells, "kind": RelationKind(cells["kind"])})
        for cells in json.loads(row["place_relations"])
    )
    return claim_of(row, relations)  # type: ignore[arg-type]
