"""The tables of the ledger: where articles came from, and what people did to them.

Originals and retrievals, copies, what reviewers decided, what a newer extraction
proposes, publishers as people know them, other people's data, and what is under way:
drafts, feeds, webhooks.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
)

from extract.records import ClaimantType, EventType
from geo.schema import MAX_RADIUS_M
from geo.sql_types import (
    Day,
    Moment,
    Text,
    metadata,
    one_of,
    real,
    real_day,
    real_moment,
    wide,
)

ACTIONS = (
    *("confirm", "reject", "correct", "reopen"),
    *("split", "merge", "duplicate", "add"),
    *("accept", "dismiss"),
)
"""What a reviewer can do to a claim, or to a proposal of a newer extraction."""

original = Table(
    "original",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    CheckConstraint("length(sha256) = 64", name="is_a_digest"),
    CheckConstraint("size = length(content)", name="size_is_that_of_the_content"),
    sqlite_strict=True,
)
"""The bytes that articles were read from, as they came, by their SHA-256."""

retrieval = Table(
    "retrieval",
    metadata,
    Column("seq", Integer, ForeignKey("revision.seq"), primary_key=True),
    Column("article_id", Text, ForeignKey("article.article_id"), primary_key=True),
    Column("sha256", Text, ForeignKey("original.sha256"), nullable=False),
    Column("source", Text, nullable=False),
    Column("final_url", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("found", Text, nullable=False),
    real_moment("at"),
    sqlite_strict=True,
)
"""From which original an article was read, whence and when; `source` is the address
or file name that was asked for, `found` JSON of what was found and what was corrected
before it counted."""

copy = Table(
    "copy",
    metadata,
    Column("seq", Integer, ForeignKey("revision.seq"), primary_key=True),
    Column("article_id", Text, ForeignKey("article.article_id"), primary_key=True),
    Column("copy_of", Text, ForeignKey("article.article_id"), primary_key=True),
    Column("how", Text, nullable=False),
    Column("likeness", real(), nullable=False),
    Column("is_copy", Integer, nullable=False),
    one_of("how", ("exact", "near", "reader")),
    CheckConstraint("copy_of <> article_id", name="is_of_another"),
    CheckConstraint("likeness BETWEEN 0 AND 1", name="likeness_in_range"),
    CheckConstraint("is_copy IN (0, 1)", name="is_copy_is_a_truth"),
    CheckConstraint("how = 'reader' OR is_copy = 1", name="only_readers_deny"),
    sqlite_strict=True,
)
"""Which two articles tell the same again, or by a reader's word do not after all. Of
a pair's rows a reader's latest counts, else the program's."""

signature = Table(
    "signature",
    metadata,
    Column("seq", Integer, ForeignKey("revision.seq"), primary_key=True),
    Column(
        "article_id",
        Text,
        ForeignKey("article.article_id"),
        nullable=False,
        unique=True,
    ),
    Column("n_shingles", Integer, nullable=False),
    Column("sketch", LargeBinary, nullable=False),
    CheckConstraint("n_shingles >= 0", name="shingles_are_counted"),
    CheckConstraint("length(sketch) = 512", name="is_whole"),
    sqlite_strict=True,
)
"""By what an article's copies are found, made of its text; `seq` added the article."""

band = Table(
    "band",
    metadata,
    Column("key", wide(), primary_key=True, autoincrement=False),
    Column("seq", Integer, ForeignKey("signature.seq"), primary_key=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""The keys of signatures: articles that share one are worth comparing."""

edit = Table(
    "edit",
    metadata,
    Column("seq", Integer, ForeignKey("revision.seq"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("action", Text, nullable=False),
    Column("claim_id", Text, ForeignKey("claim.claim_id")),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("proposal_seq", Integer),
    Column("proposal_ordinal", Integer),
    one_of("action", ACTIONS),
    CheckConstraint("claim_id IS NOT NULL OR action = 'dismiss'", name="is_of_a_claim"),
    CheckConstraint(
        "(proposal_seq IS NOT NULL) = (action IN ('accept', 'dismiss')) "
        "AND (proposal_seq IS NULL) = (proposal_ordinal IS NULL)",
        name="decides_on_a_proposal",
    ),
    ForeignKeyConstraint(
        ["proposal_seq", "proposal_ordinal"], ["proposal.seq", "proposal.ordinal"]
    ),
    sqlite_strict=True,
)
"""What a reviewer did to claims; `before` and `after` are JSON objects of what changed.
Who, when and why stand in `revision`. A proposal that is dismissed has a claim unless
it was to add one."""

proposal = Table(
    "proposal",
    metadata,
    Column("seq", Integer, ForeignKey("revision.seq"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("article_id", Text, ForeignKey("article.article_id"), nullable=False),
    Column("claim_id", Text, ForeignKey("claim.claim_id")),
    Column("kind", Text, nullable=False),
    Column("extractor", Text, nullable=False),
    Column("proposed", Text, nullable=False),
    one_of("kind", ("added", "gone", "changed")),
    CheckConstraint("(kind = 'added') = (claim_id IS NULL)", name="is_of_a_claim"),
    sqlite_strict=True,
)
"""Where a newer extraction differs from what is stored; `proposed` is JSON of the
claim and its location as it would be, empty for one that is gone."""

publisher = Table(
    "publisher",
    metadata,
    Column("seq", Integer, ForeignKey("revision.seq"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("aliases", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("is_gone", Integer, nullable=False),
    one_of("kind", ClaimantType),
    CheckConstraint("name <> ''", name="has_a_name"),
    CheckConstraint("is_gone IN (0, 1)", name="is_gone_is_a_truth"),
    sqlite_strict=True,
)
"""Publishers as people here know them, before those of the packs; the latest of a name
counts. `aliases` is a JSON list."""

layer = Table(
    "layer",
    metadata,
    Column("seq", Integer, ForeignKey("revision.seq"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sha256", Text, ForeignKey("original.sha256"), nullable=False),
    Column("licence", Text, nullable=False),
    Column("attribution", Text, nullable=False),
    one_of("kind", ("acled", "ucdp", "liveuamap", "geojson", "tideline")),
    CheckConstraint("name <> ''", name="has_a_name"),
    sqlite_strict=True,
)
"""Other people's data, imported by one act; never mixed with claims."""

layer_event = Table(
    "layer_event",
    metadata,
    Column("seq", Integer, ForeignKey("layer.seq"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("origin_id", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("lon", real(), nullable=False),
    Column("lat", real(), nullable=False),
    Column("radius_m", real(), nullable=False),
    Column("where_prec", Integer, nullable=False),
    Column("event_type", Text),
    Column("gained_by", Text),
    Column("lost_by", Text),
    Column("date_start", Day),
    Column("date_end", Day),
    Column("date_prec", Integer),
    Column("sentence", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("row", Text, nullable=False),
    one_of("event_type", EventType),
    real_day("date_start"),
    real_day("date_end"),
    CheckConstraint(
        "(date_start IS NULL) = (date_end IS NULL) AND date_start <= date_end",
        name="dates_in_order",
    ),
    CheckConstraint("lon BETWEEN -180 AND 180", name="lon_in_range"),
    CheckConstraint("lat BETWEEN -90 AND 90", name="lat_in_range"),
    CheckConstraint(f"radius_m BETWEEN 0 AND {MAX_RADIUS_M}", name="radius_on_earth"),
    CheckConstraint("where_prec BETWEEN 1 AND 6", name="where_prec_of_ucdp"),
    CheckConstraint("date_prec BETWEEN 1 AND 5", name="date_prec_of_ucdp"),
    sqlite_strict=True,
)
"""An event of a layer, mapped to our columns; `row` is JSON of the row as it came."""

event_change = Table(
    "event_change",
    metadata,
    Column("seq", Integer, ForeignKey("revision.seq"), primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("became", Text, primary_key=True),
    Column("how", Text, nullable=False),
    one_of("how", ("merged", "split", "renamed", "ended")),
    Index("ix_event_change_event_id", "event_id"),
    sqlite_strict=True,
)
"""What became of an event's id by an act; `became` is empty where it ended."""

draft = Table(
    "draft",
    metadata,
    Column("draft_id", Text, primary_key=True),
    Column("who", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", Text, nullable=False),
    Column("sha256", Text, ForeignKey("original.sha256"), nullable=False),
    Column("found", Text, nullable=False),
    Column("closed", Moment),
    CheckConstraint("draft_id <> ''", name="has_an_id"),
    real_moment("at"),
    real_moment("closed", or_none=True),
    sqlite_strict=True,
)
"""What was fetched or uploaded and waits to be looked at before it counts."""

feed = Table(
    "feed",
    metadata,
    Column("url", Text, primary_key=True),
    Column("who", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("every_s", Integer, nullable=False),
    Column("defaults", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    Column("checked", Moment),
    Column("next", Moment),
    Column("failures", Integer, nullable=False),
    Column("said", Text, nullable=False),
    Column("stopped", Moment),
    CheckConstraint("every_s >= 60", name="is_not_too_often"),
    CheckConstraint("failures >= 0", name="failures_are_counted"),
    real_moment("since"),
    real_moment("checked", or_none=True),
    real_moment("next", or_none=True),
    real_moment("stopped", or_none=True),
    sqlite_strict=True,
)
"""A feed or folder that is followed, and how the last look at it ended."""

feed_entry = Table(
    "feed_entry",
    metadata,
    Column("feed", Text, ForeignKey("feed.url"), primary_key=True),
    Column("entry", Text, primary_key=True),
    Column("found", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next", Moment),
    Column("said", Text, nullable=False),
    CheckConstraint("tries >= 0", name="tries_are_counted"),
    real_moment("since"),
    real_moment("next", or_none=True),
    sqlite_strict=True,
)
"""What a feed told of, or a file in a folder: taken once. `next` is when it is to be
tried, null once it is done; `found` is JSON of what the feed itself says of it."""

webhook = Table(
    "webhook",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("filter", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("told", Text, nullable=False),
    Column("stopped", Moment),
    real_moment("since"),
    real_moment("stopped", or_none=True),
    sqlite_strict=True,
)
"""Whom to tell of new events that pass a saved filter; `told` is the store's version
up to which that was done."""

delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("webhook_id", Integer, ForeignKey("webhook.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next", Moment),
    Column("done", Moment),
    Column("said", Text, nullable=False),
    CheckConstraint("tries >= 0", name="tries_are_counted"),
    real_moment("next", or_none=True),
    real_moment("done", or_none=True),
    sqlite_strict=True,
)
"""One message to a webhook: when it is to be tried again, or when it arrived."""

MADE = frozenset({"signature", "band", "event_change"})
"""Tables that follow from the others: no act says what stands in them."""
