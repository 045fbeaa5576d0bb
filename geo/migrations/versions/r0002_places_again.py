"""Places may be found anew: by a reader's choice, by better lists, or online.

A location belongs to the act that gave it, so that nothing is overwritten; what a
reader chose, what an article states of distances, and what an online gazetteer answered
have tables of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterator

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
BEARINGS = "N NNE NE ENE E ESE SE SSE S SSW SW WSW W WNW NW NNW"


def _check(table: str, name: str, sql: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(sql, name=op.f(f"ck_{table}_{name}"))


def _one_of(table: str, column: str, values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values.split())
    return _check(table, f"{column}_known", f"{column} IN ({listed})")


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


def _reals(*names: str, nullable: bool = False) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, REAL, nullable=nullable) for name in names)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    target = "seq" if to in {"revision", "choice"} else column
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.{target}"], name=op.f(f"fk_{table}_{column}")
    )


def upgrade() -> None:
    """Make `revision` and `location` anew, and the new tables."""
    # A table that loses a constraint is made anew, by way of a plain copy.
    op.execute("CREATE TABLE revision_before AS SELECT * FROM revision")
    op.execute("CREATE TABLE location_before AS SELECT * FROM location")
    op.drop_table("location")
    op.drop_table("revision")
    _revisions()
    _locations()
    _placings()
    _findings()
    _choices()
    _lookups()
    op.execute(
        "INSERT INTO revision (seq, at, kind, article_id, digest) "
        "SELECT seq, at, kind, article_id, digest FROM revision_before"
    )
    op.execute(
        "INSERT INTO location (claim_id, seq, lon, lat, radius_m, where_prec, "
        "place_id, name, matched, reason, source, candidates) "
        "SELECT b.claim_id, r.seq, b.lon, b.lat, b.radius_m, b.where_prec, "
        "b.place_id, b.name, b.matched, b.reason, '', b.candidates "
        "FROM location_before b "
        "JOIN claim c ON c.claim_id = b.claim_id "
        "JOIN revision r ON r.article_id = c.article_id"
    )
    op.drop_table("location_before")
    op.drop_table("revision_before")


def downgrade() -> None:
    """Refuse: a store is never taken back, as that would lose what is in it."""
    raise NotImplementedError("stores are only ever migrated forward")


def _revisions() -> None:
    op.create_table(
        "revision",
        *_integers("seq"),
        sa.Column("at", MOMENT, nullable=False),
        *_texts("kind"),
        *_texts("article_id", nullable=True),
        *_texts("digest"),
        _key("revision", "seq"),
        _one_of("revision", "kind", "article placing choice undoing"),
        _check(
            "revision",
            "is_of_an_article",
            "(kind = 'placing') = (article_id IS NULL)",
        ),
        _moment("revision", "at"),
        _foreign("revision", "article_id", "article"),
        sqlite_strict=True,
    )


def _locations() -> None:
    matches = "exact fold variant relation container user online none"
    op.create_table(
        "location",
        *_texts("claim_id"),
        *_integers("seq"),
        *_reals("lon", "lat", "radius_m", nullable=True),
        *_integers("where_prec", nullable=True),
        *_texts("place_id", nullable=True),
        *_texts("name", "matched", "reason", "source", "candidates"),
        _key("location", "claim_id", "seq"),
        _one_of("location", "matched", matches),
        *_on_earth("location"),
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
        _foreign("location", "seq", "revision"),
        sqlite_strict=True,
    )


def _on_earth(table: str) -> Iterator[sa.CheckConstraint]:
    yield _check(table, "lon_in_range", "lon BETWEEN -180 AND 180")
    yield _check(table, "lat_in_range", "lat BETWEEN -90 AND 90")
    yield _check(table, "radius_on_earth", "radius_m BETWEEN 0 AND 20037509")


def _placings() -> None:
    op.create_table(
        "placing",
        *_integers("seq"),
        *_texts("article_id", "countries"),
        _key("placing", "seq", "article_id"),
        _foreign("placing", "seq", "revision"),
        _foreign("placing", "article_id", "article"),
        sqlite_strict=True,
    )


def _findings() -> None:
    op.create_table(
        "finding",
        *_texts("article_id"),
        *_integers("seq", "ordinal"),
        *_texts("place", "reference", "text"),
        *_integers("char_start", "char_end"),
        *_texts("second_reference", nullable=True),
        *_reals("stated_km", nullable=True),
        *_integers("at_most", "at_least"),
        *_texts("stated_bearing", nullable=True),
        *_reals("second_km", "apart_km", nullable=True),
        *_reals("measured_km", "measured_deg"),
        *_integers("agrees"),
        _key("finding", "article_id", "seq", "ordinal"),
        _one_of("finding", "stated_bearing", BEARINGS),
        _check("finding", "is_a_span", "0 <= char_start AND char_start <= char_end"),
        _check("finding", "stated_on_earth", "stated_km BETWEEN 0 AND 20038"),
        _check("finding", "measured_on_earth", "measured_km BETWEEN 0 AND 20038"),
        _check("finding", "is_a_direction", "measured_deg BETWEEN 0 AND 360"),
        _check("finding", "at_most_is_a_truth", "at_most IN (0, 1)"),
        _check("finding", "at_least_is_a_truth", "at_least IN (0, 1)"),
        _check(
            "finding",
            "second_is_whole",
            "(second_reference IS NULL) = (second_km IS NULL) "
            "AND (second_reference IS NULL) = (apart_km IS NULL)",
        ),
        _check("finding", "agrees_is_a_truth", "agrees IN (0, 1)"),
        _foreign("finding", "article_id", "article"),
        _foreign("finding", "seq", "revision"),
        sqlite_strict=True,
    )


def _choices() -> None:
    op.create_table(
        "choice",
        *_integers("seq"),
        *_texts("toponym", "article_id", "context", "countries", "place_id", "name"),
        *_reals("lon", "lat", "radius_m"),
        *_texts("source"),
        _key("choice", "seq"),
        _check("choice", "has_a_toponym", "toponym <> ''"),
        *_on_earth("choice"),
        _foreign("choice", "seq", "revision"),
        _foreign("choice", "article_id", "article"),
        sqlite_strict=True,
    )
    op.create_table(
        "undoing",
        *_integers("seq", "undoes"),
        _key("undoing", "seq"),
        sa.UniqueConstraint("undoes", name=op.f("uq_undoing_undoes")),
        _foreign("undoing", "seq", "revision"),
        _foreign("undoing", "undoes", "choice"),
        sqlite_strict=True,
    )


def _lookups() -> None:
    op.create_table(
        "lookup",
        *_integers("id"),
        *_texts("service", "query", "countries"),
        sa.Column("at", MOMENT, nullable=False),
        *_texts("answer"),
        _key("lookup", "id"),
        _moment("lookup", "at"),
        sqlite_strict=True,
    )
