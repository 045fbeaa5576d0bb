"""The store becomes a ledger: originals, copies, reviews, proposals, others' data.

Every act now tells who did it and why, and every act can be undone; an undoing too.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
WIDE = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
KINDS = (
    "'article', 'placing', 'choice', 'undoing', 'retrieval', 'copy', 'edit', "
    "'proposal', 'publisher', 'layer'"
)
OF_AN_ARTICLE = "kind NOT IN ('article', 'choice') OR article_id IS NOT NULL"


def _check(table: str, name: str, sql: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(sql, name=op.f(f"ck_{table}_{name}"))


def _day(table: str, column: str) -> sa.CheckConstraint:
    sql = f"{column} IS date({column}, '+0 days')"
    return _check(table, f"{column}_is_a_day", sql).ddl_if(dialect="sqlite")


def _moment(table: str, column: str, *, or_none: bool = False) -> sa.CheckConstraint:
    day = f"substr({column}, 1, 10)"
    sql = (
        f"{day} IS date({day}, '+0 days') AND datetime({column}) IS NOT NULL "
        f"AND {column} LIKE '%+00:00'"
    )
    if or_none:
        sql = f"{column} IS NULL OR ({sql})"
    return _check(table, f"{column}_is_a_moment", sql).ddl_if(dialect="sqlite")


def _one_of(table: str, column: str, values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values.split())
    return _check(table, f"{column}_known", f"{column} IN ({listed})")


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    """Make `revision` and `undoing` anew, and the new tables."""
    if op.get_bind().dialect.name == "sqlite":
        _made_anew()
    else:
        _altered()
    _originals()
    _retrievals()
    _copys()
    _signatures()
    _proposals()
    _edits()
    _publishers()
    _layers()
    _layer_events()
    _event_changes()
    _drafts()
    _feeds()
    _feed_entries()
    _webhooks()
    _deliverys()
    op.create_index("ix_revision_article_id", "revision", ["article_id"])
    op.create_index("ix_location_place_id", "location", ["place_id"])
    op.create_index("ix_event_change_event_id", "event_change", ["event_id"])


def downgrade() -> None:
    """Refuse: a store is never taken back, as that would lose what is in it."""
    raise NotImplementedError("stores are only ever migrated forward")


def _made_anew() -> None:
    # SQLite cannot change a constraint. Rows elsewhere point at these; they may miss
    # them until the end of the transaction.
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute("CREATE TABLE revision_before AS SELECT * FROM revision")
    op.execute("CREATE TABLE undoing_before AS SELECT * FROM undoing")
    op.drop_table("undoing")
    op.drop_table("revision")
    op.create_table(
        "revision",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("article_id", TEXT),
        sa.Column("who", TEXT, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        _key("revision", "seq"),
        _check("revision", "kind_known", f"kind IN ({KINDS})"),
        _check("revision", "is_of_an_article", OF_AN_ARTICLE),
        _moment("revision", "at"),
        _foreign("revision", "article_id", "article.article_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "undoing",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("undoes", sa.Integer, nullable=False),
        _key("undoing", "seq"),
        sa.UniqueConstraint("undoes", name=op.f("uq_undoing_undoes")),
        _check("undoing", "is_of_an_earlier_act", "undoes < seq"),
        _foreign("undoing", "seq", "revision.seq"),
        _foreign("undoing", "undoes", "revision.seq"),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO revision (seq, at, kind, article_id, who, why, digest) "
        "SELECT seq, at, kind, article_id, '', '', digest FROM revision_before"
    )
    op.execute("INSERT INTO undoing SELECT seq, undoes FROM undoing_before")
    op.drop_table("revision_before")
    op.drop_table("undoing_before")


def _altered() -> None:
    for name in ("who", "why"):
        op.add_column(
            "revision", sa.Column(name, TEXT, nullable=False, server_default="")
        )
        op.alter_column("revision", name, server_default=None)
    for name, sql in (
        ("kind_known", f"kind IN ({KINDS})"),
        ("is_of_an_article", OF_AN_ARTICLE),
    ):
        op.drop_constraint(op.f(f"ck_revision_{name}"), "revision")
        op.create_check_constraint(op.f(f"ck_revision_{name}"), "revision", sql)
    op.drop_constraint(op.f("fk_undoing_undoes"), "undoing")
    op.create_foreign_key(
        op.f("fk_undoing_undoes"), "undoing", "revision", ["undoes"], ["seq"]
    )
    op.create_check_constraint(
        op.f("ck_undoing_is_of_an_earlier_act"), "undoing", "undoes < seq"
    )


def _originals() -> None:
    op.create_table(
        "original",
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("media_type", TEXT, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _key("original", "sha256"),
        _check("original", "is_a_digest", "length(sha256) = 64"),
        _check("original", "size_is_that_of_the_content", "size = length(content)"),
        sqlite_strict=True,
    )


def _retrievals() -> None:
    op.create_table(
        "retrieval",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("article_id", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("final_url", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("found", TEXT, nullable=False),
        _key("retrieval", "seq", "article_id"),
        _foreign("retrieval", "seq", "revision.seq"),
        _foreign("retrieval", "article_id", "article.article_id"),
        _foreign("retrieval", "sha256", "original.sha256"),
        _moment("retrieval", "at"),
        sqlite_strict=True,
    )


def _copys() -> None:
    op.create_table(
        "copy",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("article_id", TEXT, nullable=False),
        sa.Column("copy_of", TEXT, nullable=False),
        sa.Column("how", TEXT, nullable=False),
        sa.Column("likeness", REAL, nullable=False),
        sa.Column("is_copy", sa.Integer, nullable=False),
        _key("copy", "seq", "article_id", "copy_of"),
        _foreign("copy", "seq", "revision.seq"),
        _foreign("copy", "article_id", "article.article_id"),
        _foreign("copy", "copy_of", "article.article_id"),
        _one_of("copy", "how", "exact near reader"),
        _check("copy", "is_of_another", "copy_of <> article_id"),
        _check("copy", "likeness_in_range", "likeness BETWEEN 0 AND 1"),
        _check("copy", "is_copy_is_a_truth", "is_copy IN (0, 1)"),
        _check("copy", "only_readers_deny", "how = 'reader' OR is_copy = 1"),
        sqlite_strict=True,
    )


def _signatures() -> None:
    op.create_table(
        "signature",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("article_id", TEXT, nullable=False),
        sa.Column("n_shingles", sa.Integer, nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        _key("signature", "seq"),
        sa.UniqueConstraint("article_id", name=op.f("uq_signature_article_id")),
        _foreign("signature", "seq", "revision.seq"),
        _foreign("signature", "article_id", "article.article_id"),
        _check("signature", "shingles_are_counted", "n_shingles >= 0"),
        _check("signature", "is_whole", "length(sketch) = 512"),
        sqlite_strict=True,
    )
    op.create_table(
        "band",
        sa.Column("key", WIDE, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        _key("band", "key", "seq"),
        _foreign("band", "seq", "signature.seq"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _edits() -> None:
    op.create_table(
        "edit",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("claim_id", TEXT, nullable=True),
        sa.Column("before", TEXT, nullable=False),
        sa.Column("after", TEXT, nullable=False),
        sa.Column("proposal_seq", sa.Integer, nullable=True),
        sa.Column("proposal_ordinal", sa.Integer, nullable=True),
        _key("edit", "seq", "ordinal"),
        _foreign("edit", "seq", "revision.seq"),
        _foreign("edit", "claim_id", "claim.claim_id"),
        sa.ForeignKeyConstraint(
            ["proposal_seq", "proposal_ordinal"],
            ["proposal.seq", "proposal.ordinal"],
            name=op.f("fk_edit_proposal_seq_proposal_ordinal"),
        ),
        _check("edit", "is_of_a_claim", "claim_id IS NOT NULL OR action = 'dismiss'"),
        _check(
            "edit",
            "decides_on_a_proposal",
            "(proposal_seq IS NOT NULL) = (action IN ('accept', 'dismiss')) "
            "AND (proposal_seq IS NULL) = (proposal_ordinal IS NULL)",
        ),
        _one_of(
            "edit",
            "action",
            "confirm reject correct reopen split merge duplicate add accept dismiss",
        ),
        sqlite_strict=True,
    )


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("article_id", TEXT, nullable=False),
        sa.Column("claim_id", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("extractor", TEXT, nullable=False),
        sa.Column("proposed", TEXT, nullable=False),
        _key("proposal", "seq", "ordinal"),
        _foreign("proposal", "seq", "revision.seq"),
        _foreign("proposal", "article_id", "article.article_id"),
        _foreign("proposal", "claim_id", "claim.claim_id"),
        _check("proposal", "is_of_a_claim", "(kind = 'added') = (claim_id IS NULL)"),
        _one_of("proposal", "kind", "added gone changed"),
        sqlite_strict=True,
    )


def _publishers() -> None:
    op.create_table(
        "publisher",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("aliases", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("side", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("is_gone", sa.Integer, nullable=False),
        _key("publisher", "seq", "ordinal"),
        _foreign("publisher", "seq", "revision.seq"),
        _check("publisher", "has_a_name", "name <> ''"),
        _check("publisher", "is_gone_is_a_truth", "is_gone IN (0, 1)"),
        _one_of(
            "publisher",
            "kind",
            "gainer loser ally state_media monitor witness newsroom unknown",
        ),
        sqlite_strict=True,
    )


def _layers() -> None:
    op.create_table(
        "layer",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("licence", TEXT, nullable=False),
        sa.Column("attribution", TEXT, nullable=False),
        _key("layer", "seq"),
        _foreign("layer", "seq", "revision.seq"),
        _foreign("layer", "sha256", "original.sha256"),
        _check("layer", "has_a_name", "name <> ''"),
        _one_of("layer", "kind", "acled ucdp liveuamap geojson tideline"),
        sqlite_strict=True,
    )


def _layer_events() -> None:
    op.create_table(
        "layer_event",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("origin_id", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("lon", REAL, nullable=False),
        sa.Column("lat", REAL, nullable=False),
        sa.Column("radius_m", REAL, nullable=False),
        sa.Column("where_prec", sa.Integer, nullable=False),
        sa.Column("event_type", TEXT, nullable=True),
        sa.Column("gained_by", TEXT, nullable=True),
        sa.Column("lost_by", TEXT, nullable=True),
        sa.Column("date_start", DAY, nullable=True),
        sa.Column("date_end", DAY, nullable=True),
        sa.Column("date_prec", sa.Integer, nullable=True),
        sa.Column("sentence", TEXT, nullable=False),
        sa.Column("publisher", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("row", TEXT, nullable=False),
        _key("layer_event", "seq", "ordinal"),
        _foreign("layer_event", "seq", "layer.seq"),
        _day("layer_event", "date_end"),
        _check("layer_event", "date_prec_of_ucdp", "date_prec BETWEEN 1 AND 5"),
        _day("layer_event", "date_start"),
        _check(
            "layer_event",
            "dates_in_order",
            "(date_start IS NULL) = (date_end IS NULL) AND date_start <= date_end",
        ),
        _one_of(
            "layer_event",
            "event_type",
            "captured handed_over withdrew holds advanced attacked repelled besieged",
        ),
        _check("layer_event", "lat_in_range", "lat BETWEEN -90 AND 90"),
        _check("layer_event", "lon_in_range", "lon BETWEEN -180 AND 180"),
        _check("layer_event", "radius_on_earth", "radius_m BETWEEN 0 AND 20037509"),
        _check("layer_event", "where_prec_of_ucdp", "where_prec BETWEEN 1 AND 6"),
        sqlite_strict=True,
    )


def _event_changes() -> None:
    op.create_table(
        "event_change",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("became", TEXT, nullable=False),
        sa.Column("how", TEXT, nullable=False),
        _key("event_change", "seq", "event_id", "became"),
        _foreign("event_change", "seq", "revision.seq"),
        _one_of("event_change", "how", "merged split renamed ended"),
        sqlite_strict=True,
    )


def _drafts() -> None:
    op.create_table(
        "draft",
        sa.Column("draft_id", TEXT, nullable=False),
        sa.Column("who", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("found", TEXT, nullable=False),
        sa.Column("closed", MOMENT, nullable=True),
        _key("draft", "draft_id"),
        _foreign("draft", "sha256", "original.sha256"),
        _moment("draft", "at"),
        _moment("draft", "closed", or_none=True),
        _check("draft", "has_an_id", "draft_id <> ''"),
        sqlite_strict=True,
    )


def _feeds() -> None:
    op.create_table(
        "feed",
        sa.Column("url", TEXT, nullable=False),
        sa.Column("who", TEXT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("every_s", sa.Integer, nullable=False),
        sa.Column("defaults", TEXT, nullable=False),
        sa.Column("etag", TEXT, nullable=False),
        sa.Column("modified", TEXT, nullable=False),
        sa.Column("checked", MOMENT, nullable=True),
        sa.Column("next", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("said", TEXT, nullable=False),
        sa.Column("stopped", MOMENT, nullable=True),
        _key("feed", "url"),
        _moment("feed", "checked", or_none=True),
        _check("feed", "failures_are_counted", "failures >= 0"),
        _check("feed", "is_not_too_often", "every_s >= 60"),
        _moment("feed", "next", or_none=True),
        _moment("feed", "since"),
        _moment("feed", "stopped", or_none=True),
        sqlite_strict=True,
    )


def _feed_entries() -> None:
    op.create_table(
        "feed_entry",
        sa.Column("feed", TEXT, nullable=False),
        sa.Column("entry", TEXT, nullable=False),
        sa.Column("found", TEXT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next", MOMENT, nullable=True),
        sa.Column("said", TEXT, nullable=False),
        _foreign("feed_entry", "feed", "feed.url"),
        _key("feed_entry", "feed", "entry"),
        _moment("feed_entry", "next", or_none=True),
        _moment("feed_entry", "since"),
        _check("feed_entry", "tries_are_counted", "tries >= 0"),
        sqlite_strict=True,
    )


def _webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("secret", TEXT, nullable=False),
        sa.Column("filter", TEXT, nullable=False),
        sa.Column("who", TEXT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("told", TEXT, nullable=False),
        sa.Column("stopped", MOMENT, nullable=True),
        _key("webhook", "id"),
        _moment("webhook", "since"),
        _moment("webhook", "stopped", or_none=True),
        sqlite_strict=True,
    )


def _deliverys() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("webhook_id", sa.Integer, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next", MOMENT, nullable=True),
        sa.Column("done", MOMENT, nullable=True),
        sa.Column("said", TEXT, nullable=False),
        _key("delivery", "id"),
        _foreign("delivery", "webhook_id", "webhook.id"),
        _moment("delivery", "done", or_none=True),
        _moment("delivery", "next", or_none=True),
        _check("delivery", "tries_are_counted", "tries >= 0"),
        sqlite_strict=True,
    )
