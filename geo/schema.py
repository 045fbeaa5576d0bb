"""The store's tables: what may be written, and what the database itself refuses.

Every change here or in `geo/ledger_tables.py` needs a migration; a test holds the two
against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from extract.records import (
    ClaimantType,
    DateAnchor,
    EventType,
    Evidence,
    Modality,
    RelationKind,
)
from geo.geocode import MATCHES
from geo.sql_types import (
    Day,
    Moment,
    Text,
    metadata,
    one_of,
    real,
    real_day,
    real_moment,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

BEARINGS = (
    *("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE"),
    *("S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"),
)
KINDS = (
    *("article", "placing", "choice", "undoing", "retrieval", "copy"),
    *("edit", "proposal", "publisher", "layer"),
)
"""What an act can be."""

EVIDENCE = tuple(Evidence.__dataclass_fields__)
"""The parts of a claim that have a span each; the first two always."""

MAX_RADIUS_M = 20_037_509
"""Half the equator's length: no place is less sure than "somewhere on Earth"."""

MAX_DISTANCE_KM = 20_038


def span(part: str) -> Iterator[Column[Any] | CheckConstraint]:
    """Yield the columns of one evidence span and what must be true of them."""
    start, end = f"at_{part}_start", f"at_{part}_end"
    nullable = part not in EVIDENCE[:2]
    yield Column(start, Integer, nullable=nullable)
    yield Column(end, Integer, nullable=nullable)
    yield CheckConstraint(
        f"({start} IS NULL) = ({end} IS NULL) AND {start} >= 0 AND {start} <= {end}",
        name=f"at_{part}_is_a_span",
    )


article = Table(
    "article",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("content_hash", Text, nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("published", Day),
    CheckConstraint("article_id <> ''", name="has_an_id"),
    real_day("published"),
    sqlite_strict=True,
)

claim = Table(
    "claim",
    metadata,
    Column("claim_id", Text, primary_key=True),
    Column("article_id", Text, ForeignKey("article.article_id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("modality", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("place_kind", Text),
    Column("gained_by", Text),
    Column("gained_by_text", Text),
    Column("lost_by", Text),
    Column("lost_by_text", Text),
    Column("associated", Text, nullable=False),
    Column("date_start", Day),
    Column("date_end", Day),
    Column("date_prec", Integer),
    Column("date_text", Text),
    Column("date_anchor", Text),
    Column("claimed_by", Text),
    Column("claimant_type", Text, nullable=False),
    Column("char_start", Integer, nullable=False),
    Column("char_end", Integer, nullable=False),
    Column("sentence", Text, nullable=False),
    *(item for part in EVIDENCE for item in span(part)),
    Column("rule", Text, nullable=False),
    Column("confidence", real(), nullable=False),
    Column("extractor", Text, nullable=False),
    UniqueConstraint("article_id", "ordinal"),
    CheckConstraint("claim_id <> ''", name="has_an_id"),
    one_of("event_type", EventType),
    one_of("modality", Modality),
    one_of("date_anchor", DateAnchor),
    one_of("claimant_type", ClaimantType),
    real_day("date_start"),
    real_day("date_end"),
    CheckConstraint(
        "(date_start IS NULL) = (date_end IS NULL) AND date_start <= date_end",
        name="dates_in_order",
    ),
    CheckConstraint("date_prec BETWEEN 1 AND 5", name="date_prec_of_ucdp"),
    CheckConstraint("0 <= char_start AND char_start <= char_end", name="is_a_span"),
    CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_in_range"),
    sqlite_strict=True,
)

relation = Table(
    "relation",
    metadata,
    Column("claim_id", Text, ForeignKey("claim.claim_id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("toponym", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("bearing", Text),
    Column("distance_km", real()),
    one_of("kind", RelationKind),
    one_of("bearing", BEARINGS),
    CheckConstraint(
        f"distance_km BETWEEN 0 AND {MAX_DISTANCE_KM}", name="distance_on_earth"
    ),
    sqlite_strict=True,
)

location = Table(
    "location",
    metadata,
    Column("claim_id", Text, ForeignKey("claim.claim_id"), primary_key=True),
    Column("seq", Integer, ForeignKey("revision.seq"), primary_key=True),
    Column("lon", real()),
    Column("lat", real()),
    Column("radius_m", real()),
    Column("where_prec", Integer),
    Column("place_id", Text),
    Column("name", Text, nullable=False),
    Column("matched", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("candidates", Text, nullable=False),
    one_of("matched", MATCHES),
    CheckConstraint("lon BETWEEN -180 AND 180", name="lon_in_range"),
    CheckConstraint("lat BETWEEN -90 AND 90", name="lat_in_range"),
    CheckConstraint(f"radius_m BETWEEN 0 AND {MAX_RADIUS_M}", name="radius_on_earth"),
    CheckConstraint("where_prec BETWEEN 1 AND 6", name="where_prec_of_ucdp"),
    *(
        CheckConstraint(
            f"(matched = 'none') = ({name} IS NULL)", name=f"{name}_unless_not_found"
        )
        for name in ("lon", "lat", "radius_m", "where_prec")
    ),
    Index("ix_location_place_id", "place_id"),
    sqlite_strict=True,
)
"""Where a claim's place lies, by the act that placed it; the latest counts."""

placing = Table(
    "placing",
    metadata,
    Column("seq", Integer, ForeignKey("revision.seq"), primary_key=True),
    Column("article_id", Text, ForeignKey("article.article_id"), primary_key=True),
    Column("countries", Text, nullable=False),
    sqlite_strict=True,
)
"""What articles an act placed, and the countries at hand: ISO codes, main one first."""

finding = Table(
    "finding",
    metadata,
    Column("article_id", Text, ForeignKey("article.article_id"), primary_key=True),
    Column("seq", Integer, ForeignKey("revision.seq"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("place", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("char_start", Integer, nullable=False),
    Column("char_end", Integer, nullable=False),
    Column("second_reference", Text),
    Column("stated_km", real()),
    Column("at_most", Integer, nullable=False),
    Column("at_least", Integer, nullable=False),
    Column("stated_bearing", Text),
    Column("second_km", real()),
    Column("apart_km", real()),
    Column("measured_km", real(), nullable=False),
    Column("measured_deg", real(), nullable=False),
    Column("agrees", Integer, nullable=False),
    one_of("stated_bearing", BEARINGS),
    CheckConstraint("0 <= char_start AND char_start <= char_end", name="is_a_span"),
    CheckConstraint(
        f"stated_km BETWEEN 0 AND {MAX_DISTANCE_KM}", name="stated_on_earth"
    ),
    CheckConstraint(
        f"measured_km BETWEEN 0 AND {MAX_DISTANCE_KM}", name="measured_on_earth"
    ),
    CheckConstraint("measured_deg BETWEEN 0 AND 360", name="is_a_direction"),
    CheckConstraint("at_most IN (0, 1)", name="at_most_is_a_truth"),
    CheckConstraint("at_least IN (0, 1)", name="at_least_is_a_truth"),
    CheckConstraint(
        "(second_reference IS NULL) = (second_km IS NULL) "
        "AND (second_reference IS NULL) = (apart_km IS NULL)",
        name="second_is_whole",
    ),
    CheckConstraint("agrees IN (0, 1)", name="agrees_is_a_truth"),
    sqlite_strict=True,
)
"""Distances and directions that an article states, beside those between the points
chosen; of the act that placed the article last."""

choice = Table(
    "choice",
    metadata,
    Column("seq", Integer, ForeignKey("revision.seq"), primary_key=True),
    Column("toponym", Text, nullable=False),
    Column("article_id", Text, ForeignKey("article.article_id"), nullable=False),
    Column("context", Text, nullable=False),
    Column("countries", Text, nullable=False),
    Column("place_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("lon", real(), nullable=False),
    Column("lat", real(), nullable=False),
    Column("radius_m", real(), nullable=False),
    Column("source", Text, nullable=False),
    CheckConstraint("toponym <> ''", name="has_a_toponym"),
    CheckConstraint("lon BETWEEN -180 AND 180", name="lon_in_range"),
    CheckConstraint("lat BETWEEN -90 AND 90", name="lat_in_range"),
    CheckConstraint(f"radius_m BETWEEN 0 AND {MAX_RADIUS_M}", name="radius_on_earth"),
    sqlite_strict=True,
)
"""The user's gazetteer: where a reader placed a name, and in which article."""

undoing = Table(
    "undoing",
    metadata,
    Column("seq", Integer, ForeignKey("revision.seq"), primary_key=True),
    Column("undoes", Integer, ForeignKey("revision.seq"), nullable=False, unique=True),
    CheckConstraint("undoes < seq", name="is_of_an_earlier_act"),
    sqlite_strict=True,
)
"""Which act is undone; to undo the undoing is to do it again."""

lookup = Table(
    "lookup",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("service", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("countries", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("answer", Text, nullable=False),
    real_moment("at"),
    sqlite_strict=True,
)
"""What an online gazetteer answered, as it came, and when; the latest counts."""

revision = Table(
    "revision",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("article_id", Text, ForeignKey("article.article_id")),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("digest", Text, nullable=False),
    one_of("kind", KINDS),
    CheckConstraint(
        "kind NOT IN ('article', 'choice') OR article_id IS NOT NULL",
        name="is_of_an_article",
    ),
    real_moment("at"),
    Index("ix_revision_article_id", "article_id"),
    sqlite_strict=True,
)
"""One row an act, in order; `digest` chains over all that was written so far."""
