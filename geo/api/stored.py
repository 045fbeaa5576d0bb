"""One state of the store, read whole and at once, whoever writes meanwhile."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from geo import schema
from geo.ledger_tables import edit
from geo.publishers import publishers
from geo.querying import (
    ArticleHeader,
    added,
    as_they_stand,
    placed_claim,
    placed_claims,
    relations_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from extract.records import Publisher
    from geo.events import PlacedClaim
    from geo.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a store holds at one version.

    `added` says of each claim when its article was stored, `changed` when it was last
    stored, placed or reviewed; both in UTC. `publishers` are those that people set.
    """

    version: str
    claims: tuple[PlacedClaim, ...]
    articles: tuple[ArticleHeader, ...]
    added: Mapping[str, datetime]
    changed: Mapping[str, datetime]
    publishers: tuple[Publisher, ...] = ()


def read_stored(store: Store) -> Stored:
    """Read all claims, articles without their texts, and when they changed."""
    last = select(schema.revision.c.digest).order_by(schema.revision.c.seq.desc())
    with store.reading() as connection:
        version = connection.execute(last.limit(1)).scalar() or "empty"
        relations = relations_of(connection, None)
        found = connection.execute(placed_claims()).mappings().all()
        claims = as_they_stand(
            connection,
            [placed_claim(row, relations[row["claim_id"]]) for row in found],
        )
        articles = _articles(connection, claims)
        changed = _changed(connection)
        told = publishers(connection)
    when = {article.article_id: article.added_at for article in articles}
    stored_at = {
        placed.claim.claim_id: when[placed.claim.article_id] for placed in claims
    }
    return Stored(
        version=version,
        claims=tuple(claims),
        articles=articles,
        added=stored_at,
        changed={
            claim_id: max(at, changed.get(claim_id, at))
            for claim_id, at in stored_at.items()
        },
        publishers=tuple(told),
    )


def _articles(
    connection: Connection, claims: list[PlacedClaim]
) -> tuple[ArticleHeader, ...]:
    """Return the articles in the order they were added; no text is even read."""
    n_claims = _counted(claims)
    names = ("article_id", "title", "publisher", "url", "published", "lang")
    query = (
        select(
            *(schema.article.c[name] for name in names),
            schema.revision.c.at.label("added_at"),
        )
        .join(schema.revision, added())
        .order_by(schema.revision.c.seq)
    )
    return tuple(
        ArticleHeader(**row, n_claims=n_claims[row["article_id"]])
        for row in connection.execute(query).mappings()
    )


def _counted(claims: list[PlacedClaim]) -> Counter[str]:
    return Counter(placed.claim.article_id for placed in claims)


def _changed(connection: Connection) -> dict[str, datetime]:
    """Return when each claim was last placed, reviewed, or had a review turned."""
    turned = _turned(connection)
    last: dict[str, datetime] = {}
    for table in (schema.location, edit):
        query = select(table.c.claim_id, table.c.seq, schema.revision.c.at).join(
            schema.revision, schema.revision.c.seq == table.c.seq
        )
        for claim_id, seq, at in connection.execute(query):
            last[claim_id] = max(turned.get(seq, at), last.get(claim_id, at))
    return last


def _turned(connection: Connection) -> dict[int, datetime]:
    """Return when each act that was undone was last undone or done again."""
    undoing, acts = schema.undoing.c, schema.revision.c
    query = (
        select(undoing.seq, undoing.undoes, acts.at)
        .join(schema.revision, acts.seq == undoing.seq)
        .order_by(undoing.seq)
    )
    first: dict[int, int] = {}
    last: dict[int, datetime] = {}
    for seq, undoes, at in connection.execute(query):
        first[seq] = first.get(undoes, undoes)
        last[first[seq]] = at
    return last
