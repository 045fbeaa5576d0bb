"""Events and control by day become rows, kept with every act.

They are filled by the program (`geo/event_keeping.py`), since they follow from claims
by its rules.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
POINT = "ST_SetSRID(ST_MakePoint(lon, lat), 4326)"


def upgrade() -> None:
    """Make the tables, and in PostgreSQL their points."""
    make_events()
    _control()
    for name, column in (("stale", "claim_id"), ("weighing", "digest")):
        op.create_table(
            name,
            sa.Column(column, TEXT, nullable=False),
            sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{name}")),
            sqlite_strict=True,
        )


def downgrade() -> None:
    """Refuse: a store is never taken back, as that would lose what is in it."""
    raise NotImplementedError("stores are only ever migrated forward")


def _point(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN geom geometry(Point, 4326) "
            f"GENERATED ALWAYS AS ({POINT}) STORED"
        )
        op.execute(f"CREATE INDEX ix_{table}_geom ON {table} USING gist (geom)")


def make_events(*more: sa.Column[str]) -> None:
    """Make the table of events, with more columns than it had at first."""
    op.create_table(
        "event",
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("claim_id", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("place_id", TEXT, nullable=False),
        sa.Column("lon", REAL, nullable=False),
        sa.Column("lat", REAL, nullable=False),
        sa.Column("radius_m", REAL),
        sa.Column("where_prec", sa.Integer),
        sa.Column("place_source", TEXT),
        sa.Column("event_type", TEXT, nullable=False),
        sa.Column("inside", sa.Integer, nullable=False),
        sa.Column("gained_by", TEXT),
        sa.Column("lost_by", TEXT),
        sa.Column("date_start", DAY),
        sa.Column("date_end", DAY),
        sa.Column("date_prec", sa.Integer),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("status_reason", TEXT),
        sa.Column("contradicts", TEXT),
        sa.Column("says_otherwise", TEXT),
        sa.Column("n_claims", sa.Integer, nullable=False),
        sa.Column("n_publishers", sa.Integer, nullable=False),
        sa.Column("n_independent", sa.Integer, nullable=False),
        sa.Column("first_reported", DAY),
        sa.Column("confidence", REAL, nullable=False),
        sa.Column("sentence", TEXT, nullable=False),
        sa.Column("article_id", TEXT, nullable=False),
        sa.Column("char_start", sa.Integer, nullable=False),
        sa.Column("char_end", sa.Integer, nullable=False),
        sa.Column("publisher", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("acled_sub_event", TEXT),
        sa.Column("plover", TEXT),
        sa.Column("reviewed", sa.Integer, nullable=False),
        *more,
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event")),
        sqlite_strict=True,
    )
    op.create_index("ix_event_place_id", "event", ["place_id"])
    op.create_index("ix_event_date_end", "event", ["date_end"])
    op.create_index("ix_event_lat", "event", ["lat", "lon"])
    _point("event")


def _control() -> None:
    op.create_table(
        "control",
        sa.Column("place_id", TEXT, nullable=False),
        sa.Column("day", DAY, nullable=False),
        sa.Column("until", DAY, nullable=False),
        sa.Column("node", sa.Integer, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("lon", REAL, nullable=False),
        sa.Column("lat", REAL, nullable=False),
        sa.Column("radius_m", REAL),
        sa.Column("where_prec", sa.Integer),
        sa.Column("controlled_by", TEXT),
        sa.Column("since", DAY, nullable=False),
        sa.Column("last_reported", DAY, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("attacked", sa.Integer, nullable=False),
        sa.Column("contested", sa.Integer, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("place_id", "day", name=op.f("pk_control")),
        sqlite_strict=True,
    )
    op.create_index("ix_control_node_day", "control", ["node", "day"])
    op.create_index("ix_control_node_until", "control", ["node", "until"])
    _point("control")
