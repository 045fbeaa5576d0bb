"""The first tables: articles, claims, where their places lie, and what was written.

A migration is never edited once released; the tables as they are now stand in
`geo/schema.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterator

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def _check(table: str, name: str, sql: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(sql, name=op.f(f"ck_{table}_{name}"))


def _one_of(table: str, column: str, values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values.split())
    return _check(table, f"{column}_known", f"{column} IN ({listed})")


def _day(table: str, column: str) -> sa.CheckConstraint:
    sql = f"{column} IS date({column}, '+0 days')"
    return _check(table, f"{column}_is_a_day", sql).ddl_if(dialect="sqlite")


def _moment(table: str, column: str) -> sa.CheckConstraint:
    day = f"substr({column}, 1, 10)"
    sql = (
        f"{day} IS date({day}, '+0 days') AND datetime({column}) IS NOT NULL "
        f"AND {column} LIKE '%+00:00'"
    )
    return _check(table, f"{column}_is_a_moment", sql).ddl_if(dialect="sqlite")


def _texts(*names: str, nullable: bool = False) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, TEXT, nullable=nullable) for name in names)


def _integers(*names: str, nullable: bool = False) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, sa.Integer, nullable=nullable) for name in names)


def _span(part: str, *, nullable: bool = True) -> Iterator[Any]:
    start, end = f"at_{part}_start", f"at_{part}_end"
    yield from _integers(start, end, nullable=nullable)
    sql = f"({start} IS NULL) = ({end} IS NULL) AND {start} >= 0 AND {start} <= {end}"
    yield _check("claim", f"at_{part}_is_a_span", sql)


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.{column}"], name=op.f(f"fk_{table}_{column}")
    )


def upgrade() -> None:
    """Make the tables."""
    _articles()
    _claims()
    _revisions()
    _locations()
    _relations()


def downgrade() -> None:
    """Refuse: a store is never taken back, as that would lose what is in it."""
    raise NotImplementedError("stores are only ever migrated forward")


def _articles() -> None:
    op.create_table(
        "article",
        *_texts("article_id", "content_hash", "text", "title", "publisher", "url"),
        *_texts("lang"),
        sa.Column("published", DAY),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_article")),
        _check("article", "has_an_id", "article_id <> ''"),
        _day("article", "published"),
        sa.UniqueConstraint("content_hash", name=op.f("uq_article_content_hash")),
        sqlite_strict=True,
    )


def _claims() -> None:
    op.create_table(
        "claim",
        *_texts("claim_id", "article_id"),
        *_integers("ordinal"),
        *_texts("event_type", "modality", "place"),
        *_texts("place_kind", "gained_by", "gained_by_text", nullable=True),
        *_texts("lost_by", "lost_by_text", nullable=True),
        *_texts("associated"),
        sa.Column("date_start", DAY),
        sa.Column("date_end", DAY),
        *_integers("date_prec", nullable=True),
        *_texts("date_text", "date_anchor", "claimed_by", nullable=True),
        *_texts("claimant_type"),
        *_integers("char_start", "char_end"),
        *_texts("sentence"),
        *_span("trigger", nullable=False),
        *_span("place", nullable=False),
        *_span("gained_by"),
        *_span("lost_by"),
        *_span("date"),
        *_span("claimed_by"),
        *_texts("rule"),
        sa.Column("confidence", REAL, nullable=False),
        *_texts("extractor"),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_claim")),
        sa.UniqueConstraint(
            "article_id", "ordinal", name=op.f("uq_claim_article_id_ordinal")
        ),
        *_claim_checks(),
        _foreign("claim", "article_id", "article"),
        sqlite_strict=True,
    )


def _claim_checks() -> Iterator[sa.CheckConstraint]:
    types = "captured handed_over withdrew holds advanced attacked repelled besieged"
    claimants = "gainer loser ally state_media monitor witness newsroom unknown"
    anchors = "absolute publication previous_event assumed"
    in_order = "(date_start IS NULL) = (date_end IS NULL) AND date_start <= date_end"
    yield _check("claim", "has_an_id", "claim_id <> ''")
    yield _one_of("claim", "event_type", types)
    yield _one_of("claim", "modality", "asserted denied planned")
    yield _one_of("claim", "date_anchor", anchors)
    yield _one_of("claim", "claimant_type", claimants)
    yield _day("claim", "date_start")
    yield _day("claim", "date_end")
    yield _check("claim", "dates_in_order", in_order)
    yield _check("claim", "date_prec_of_ucdp", "date_prec BETWEEN 1 AND 5")
    yield _check("claim", "is_a_span", "0 <= char_start AND char_start <= char_end")
    yield _check("claim", "confidence_in_range", "confidence BETWEEN 0 AND 1")


def _revisions() -> None:
    op.create_table(
        "revision",
        *_integers("seq"),
        sa.Column("at", MOMENT, nullable=False),
        *_texts("kind", "article_id", "digest"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_revision")),
        _one_of("revision", "kind", "article"),
        _moment("revision", "at"),
        _foreign("revision", "article_id", "article"),
        sqlite_strict=True,
    )


def _locations() -> None:
    matches = "exact fold variant relation container user online none"
    op.create_table(
        "location",
        *_texts("claim_id"),
        *(sa.Column(name, REAL) for name in ("lon", "lat", "radius_m")),
        *_integers("where_prec", nullable=True),
        *_texts("place_id", nullable=True),
        *_texts("name", "matched", "reason", "candidates"),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_location")),
        _one_of("location", "matched", matches),
        _check("location", "lon_in_range", "lon BETWEEN -180 AND 180"),
        _check("location", "lat_in_range", "lat BETWEEN -90 AND 90"),
        _check("location", "radius_on_earth", "radius_m BETWEEN 0 AND 20037509"),
        _check("location", "where_prec_of_ucdp", "where_prec BETWEEN 1 AND 6"),
        *(
            _check(
                "location",
                f"{name}_unless_not_found",
                f"(matched = 'none') = ({name} IS NULL)",
            )
            for name in ("lon", "lat", "radius_m", "where_prec")
        ),
        _foreign("location", "claim_id", "claim"),
        sqlite_strict=True,
    )


def _relations() -> None:
    bearings = "N NNE NE ENE E ESE SE SSE S SSW SW WSW W WNW NW NNW"
    op.create_table(
        "relation",
        *_texts("claim_id"),
        *_integers("ordinal"),
        *_texts("kind", "toponym", "text"),
        *_texts("bearing", nullable=True),
        sa.Column("distance_km", REAL),
        sa.PrimaryKeyConstraint("claim_id", "ordinal", name=op.f("pk_relation")),
        _one_of("relation", "kind", "container reference"),
        _one_of("relation", "bearing", bearings),
        _check("relation", "distance_on_earth", "distance_km BETWEEN 0 AND 20038"),
        _foreign("relation", "claim_id", "claim"),
        sqlite_strict=True,
    )
