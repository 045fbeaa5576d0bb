"""The original bytes of articles, and whence and when they came, are kept here."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from geo.acts import Act, write
from geo.ledger_tables import original, retrieval

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from extract.records import Article
    from geo.acts import Written
    from geo.store import Store

    Cells = dict[str, Any]

MAX_BYTES = 500_000_000
"""The largest original kept: SQLite takes a cell of up to twice as many bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """An article, and the bytes that it was read from as they came.

    `source` is the address or file name that was asked for, `final_url` where the
    bytes came from after redirects, `at` when. `found` is what was found, how, and what
    was corrected before it counted: texts, numbers and lists only.
    """

    article: Article
    content: bytes
    media_type: str
    source: str
    at: datetime
    final_url: str = ""
    found: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"the moment {self.at} needs a time zone")
        if len(self.content) > MAX_BYTES:
            limit = f"{MAX_BYTES // 1_000_000} MB"
            raise ValueError(f"{self.source} has more than {limit}, the most to keep")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """Whence an article came, when, and what its original is; `at` is in UTC."""

    article_id: str
    sha256: str
    media_type: str
    size: int
    source: str
    final_url: str
    at: datetime
    found: Mapping[str, Any]


@lru_cache(maxsize=1)
def digest_of(content: bytes) -> str:
    """Return the SHA-256 of bytes; of a file of many articles it is made but once."""
    return sha256(content).hexdigest()


def article_in(what: Article | Retrieved) -> Article:
    """Return the article, with or without its original."""
    return what.article if isinstance(what, Retrieved) else what


def original_rows(connection: Connection, retrieved: Retrieved) -> Written:
    """Return the row of the original bytes, or none if the same are there already."""
    digest = digest_of(retrieved.content)
    same = select(original.c.sha256).where(original.c.sha256 == digest)
    if connection.execute(same).first():
        return []
    row = {
        "sha256": digest,
        "media_type": retrieved.media_type,
        "size": len(retrieved.content),
        "content": retrieved.content,
    }
    return [(original, [row])]


def retrieval_row(retrieved: Retrieved, article_id: str, seq: int) -> Cells:
    """Return the row of whence an article came, by act `seq`."""
    return {
        "seq": seq,
        "article_id": article_id,
        "sha256": digest_of(retrieved.content),
        "source": retrieved.source,
        "final_url": retrieved.final_url,
        "at": retrieved.at,
        "found": json.dumps(dict(retrieved.found), ensure_ascii=False, sort_keys=True),
    }


def keep_again(
    connection: Connection, retrieved: Retrieved, article_id: str, act: Act
) -> bool:
    """Keep that a stored article came once more, if it came from somewhere new.

    Parameters
    ----------
    connection
        In a transaction that may write.
    retrieved
        As it came now.
    article_id
        What the article is stored as.
    act
        When, and by whom; its kind becomes "retrieval".

    Returns
    -------
    bool
        False if it came from there before; then nothing changes.
    """
    table = retrieval.c
    whence = [one for one in (retrieved.source, retrieved.final_url) if one]
    known = select(table.seq).where(
        table.article_id == article_id,
        or_(table.source.in_(whence), table.final_url.in_(whence)),
    )
    if connection.execute(known).first():
        return False
    again = Act(
        kind="retrieval", now=act.now, article_id=article_id, who=act.who, why=act.why
    )
    write(
        connection,
        again,
        lambda seq: [(retrieval, [retrieval_row(retrieved, article_id, seq)])],
        original_rows(connection, retrieved),
    )
    return True


def retrievals(store: Store, article_id: str | None = None) -> list[Retrieval]:
    """Return whence one article came, or all did, in the order that was kept."""
    query = (
        select(retrieval, original.c.media_type, original.c.size)
        .join(original, original.c.sha256 == retrieval.c.sha256)
        .order_by(retrieval.c.seq)
    )
    if article_id is not None:
        query = query.where(retrieval.c.article_id == article_id)
    with store.reading() as connection:
        found = connection.execute(query).mappings().all()
    names = [name for name in Retrieval.__dataclass_fields__ if name != "found"]
    return [
        Retrieval(**{name: row[name] for name in names}, found=json.loads(row["found"]))
        for row in found
    ]


def content_of(store: Store, digest: str) -> bytes | None:
    """Return the original with this SHA-256, or None."""
    query = select(original.c.content).where(original.c.sha256 == digest)
    with store.reading() as connection:
        found = connection.execute(query).scalar()
    return None if found is None else bytes(found)
