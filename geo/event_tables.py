"""The tables of what follows from claims: events, control by day, and what is stale.

No act says what stands in them: `geo/event_keeping.py` writes them with every act, so
that a database can be asked for events as one asks for rows.
"""

from __future__ import annotations

from sqlalchemy import DDL, Column, Index, Integer, Table
from sqlalchemy.event import listen

from geo.sql_types import Day, Text, metadata, real

event = Table(
    "event",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("claim_id", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("place_id", Text, nullable=False),
    Column("lon", real(), nullable=False),
    Column("lat", real(), nullable=False),
    Column("radius_m", real()),
    Column("where_prec", Integer),
    Column("place_source", Text),
    Column("event_type", Text, nullable=False),
    Column("inside", Integer, nullable=False),
    Column("gained_by", Text),
    Column("lost_by", Text),
    Column("date_start", Day),
    Column("date_end", Day),
    Column("date_prec", Integer),
    Column("status", Text, nullable=False),
    Column("status_reason", Text),
    Column("contradicts", Text),
    Column("says_otherwise", Text),
    Column("n_claims", Integer, nullable=False),
    Column("n_publishers", Integer, nullable=False),
    Column("n_independent", Integer, nullable=False),
    Column("first_reported", Day),
    Column("confidence", real(), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("article_id", Text, nullable=False),
    Column("char_start", Integer, nullable=False),
    Column("char_end", Integer, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("acled_sub_event", Text),
    Column("plover", Text),
    Column("reviewed", Integer, nullable=False),
    Column("claim_ids", Text, nullable=False),
    Index("ix_event_place_id", "place_id"),
    Index("ix_event_date_end", "date_end"),
    Index("ix_event_lat", "lat", "lon"),
    sqlite_strict=True,
)
"""The events as `geo.events.frame` has them, one row each; `claim_id` is the best
claim's, `claim_ids` are those of all, the best first, as JSON. In PostgreSQL there is
`geom` besides, a point made of `lon` and `lat`."""

control = Table(
    "control",
    metadata,
    Column("place_id", Text, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("until", Day, nullable=False),
    Column("node", Integer, nullable=False),
    Column("place", Text, nullable=False),
    Column("lon", real(), nullable=False),
    Column("lat", real(), nullable=False),
    Column("radius_m", real()),
    Column("where_prec", Integer),
    Column("controlled_by", Text),
    Column("since", Day, nullable=False),
    Column("last_reported", Day, nullable=False),
    Column("status", Text, nullable=False),
    Column("attacked", Integer, nullable=False),
    Column("contested", Integer, nullable=False),
    Column("event_id", Text, nullable=False),
    Index("ix_control_node_day", "node", "day"),
    Index("ix_control_node_until", "node", "until"),
    sqlite_strict=True,
)
"""Who is reported to hold each place, as `geo.timeline.states` says: `until` is the
last day on which it stands so, 9999-12-31 while nothing else is reported. `node` is
where the days from one to the other hang in a tree of all days
(`geo.event_queries.node`). In PostgreSQL there is `geom` besides."""

stale = Table(
    "stale",
    metadata,
    Column("claim_id", Text, primary_key=True),
    sqlite_strict=True,
)
"""Claims whose events, and those of what lies at their places, are to be made again."""

weighing = Table(
    "weighing",
    metadata,
    Column("digest", Text, primary_key=True),
    sqlite_strict=True,
)
"""One row: by which rules and packs the events here were weighed."""

KEPT = frozenset({"event", "control", "stale", "weighing"})
"""The names of these tables."""

_POINT = (
    "ALTER TABLE %(table)s ADD COLUMN geom geometry(Point, 4326) "
    "GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED",
    "CREATE INDEX ix_%(table)s_geom ON %(table)s USING gist (geom)",
)
for _table in (event, control):
    for _sql in _POINT:
        _ddl = DDL(_sql)  # type: ignore[no-untyped-call]
        listen(_table, "after_create", _ddl.execute_if(dialect="postgresql"))
