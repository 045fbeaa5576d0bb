"""Articles that tell another one again are found here, so that they count once.

Whoever adds an article compares it with those that are stored and share a key with it,
whatever came first: which articles tell the same follows from their texts alone, and
from what readers said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import select

from geo import schema
from geo.acts import Act, undone, write
from geo.ledger_tables import band, copy, signature
from geo.shingles import Signature, compared, may_be_alike, worded
from geo.shingles import signature as signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from sqlalchemy import Connection

    from geo.shingles import Worded
    from geo.store import Store

    Pair = tuple[str, str]
    Cells = dict[str, Any]

COMPARED = 64
"""Copies of one text beyond this number are linked to those that are most like it."""
OLDER = "compared with what was stored before"
"""Why articles of a store that a program without copies made are linked."""


def copies(connection: Connection) -> dict[str, str]:
    """Return, for each article that is a copy, the article that it tells again.

    That is never a copy itself: of the articles that tell the same it is the one that
    was published first, or has the least id, in whatever order they came.
    """
    found = groups(connection)
    if not found:
        return {}
    table = schema.article.c
    linked = select(copy.c.article_id).union(select(copy.c.copy_of))
    query = select(table.article_id, table.published)
    query = query.where(table.article_id.in_(linked))
    days = {row.article_id: row.published for row in connection.execute(query)}
    root = {
        article_id: min(group, key=lambda one: _rank(one, days[one]))
        for article_id, group in found.items()
    }
    return {one: other for one, other in root.items() if one != other}


def _rank(article_id: str, published: date | None) -> tuple[bool, str, str]:
    return published is None, str(published), article_id


def groups(connection: Connection) -> dict[str, frozenset[str]]:
    """Return, for each article that has copies or is one, all that tell the same.

    The surest links count first; none joins what a reader said is not the same.
    """
    said = _said(connection)
    apart = [set(pair) for pair, (likeness, _) in said.items() if not likeness]
    links = sorted(
        ((-likeness, *pair) for pair, (likeness, _) in said.items() if likeness),
    )
    group: dict[str, frozenset[str]] = {}
    for _, one, other in links:
        both = group.get(one, frozenset((one,))) | group.get(other, frozenset((other,)))
        if not any(pair <= both for pair in apart):
            group |= dict.fromkeys(both, both)
    return group


def _said(connection: Connection) -> dict[Pair, tuple[float, bool]]:
    """Return how alike pairs of articles are, 0 for not at all, and who says so.

    A reader's word is worth more than any likeness that was measured.
    """
    gone = undone(connection)
    said: dict[Pair, tuple[float, bool]] = {}
    for row in connection.execute(select(copy).order_by(copy.c.seq)):
        if row.seq in gone:
            continue
        by_reader = row.how == "reader"
        pair = _pair(row.article_id, row.copy_of)
        if by_reader or not said.get(pair, (0.0, False))[1]:
            sure = 2.0 if by_reader else row.likeness
            said[pair] = (sure * row.is_copy, by_reader)
    return said


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


# Finding copies


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """An article's text, ready to be compared."""

    article_id: str
    words: Worded
    signature: Signature


def text_of(article_id: str, text: str) -> Text:
    """Return an article's text as words, with its signature."""
    words = worded(text)
    return Text(article_id, words, signed(words))


def rows_of_copies(connection: Connection, mine: Text) -> list[Cells]:
    """Return the rows, still without an act, that link an article to its copies.

    The article need not be stored yet; what is stored must have its signature.
    """
    candidates = _candidates(connection, mine.signature)
    table = schema.article.c
    query = select(table.article_id, table.text).where(table.article_id.in_(candidates))
    found = sorted((row.article_id, row.text) for row in connection.execute(query))
    return list(_links(mine, found))


def _links(mine: Text, others: Iterable[tuple[str, str]]) -> Iterator[Cells]:
    for other_id, text in others:
        if likeness := compared(mine.words, worded(text)):
            yield {
                "article_id": mine.article_id,
                "copy_of": other_id,
                "how": likeness.how,
                "likeness": likeness.share,
                "is_copy": 1,
            }


def _candidates(connection: Connection, mine: Signature) -> list[str]:
    """Return the articles that are worth comparing, by keys and sketches."""
    sharing = select(band.c.seq).where(band.c.key.in_(mine.keys)).distinct()
    query = select(signature).where(signature.c.seq.in_(sharing))
    alike = []
    for row in connection.execute(query):
        theirs = Signature(
            keys=(),
            sketch=np.frombuffer(row.sketch, dtype="<u4"),
            n_shingles=row.n_shingles,
        )
        if may_be_alike(mine, theirs):
            same = int(np.count_nonzero(mine.sketch == theirs.sketch))
            alike.append((-same, row.article_id))
    return [article_id for _, article_id in sorted(alike)[:COMPARED]]


def sign(connection: Connection, seq: int, text: Text) -> None:
    """Keep by what an article's copies are found; `seq` is the act that added it."""
    mine = text.signature
    row = {
        "seq": seq,
        "article_id": text.article_id,
        "n_shingles": mine.n_shingles,
        "sketch": mine.sketch.astype("<u4").tobytes(),
    }
    connection.execute(signature.insert(), [row])
    keys = [{"key": key, "seq": seq} for key in mine.keys]
    if keys:
        connection.execute(band.insert(), keys)


def catch_up(connection: Connection, now: datetime) -> None:
    """Sign and compare the articles of a store that an older program made.

    Their links are one act of the program's own.
    """
    if not (missing := _unsigned(connection)):
        return
    table = schema.article.c
    links: list[Cells] = []
    for seq, article_id in missing:
        query = select(table.text).where(table.article_id == article_id)
        text = text_of(article_id, connection.execute(query).scalar_one())
        links += rows_of_copies(connection, text)
        sign(connection, seq, text)
    if links:
        act = Act(kind="copy", now=now, why=OLDER)
        write(connection, act, lambda seq: [(copy, by_act(links, seq))])


def _unsigned(connection: Connection) -> list[tuple[int, str]]:
    """Return the articles that are not signed: all at first, and then never one.

    So it is known from the one that was added last.
    """
    acts = schema.revision.c
    added = (
        select(acts.seq, acts.article_id, signature.c.seq.label("signed"))
        .outerjoin(signature, signature.c.seq == acts.seq)
        .where(acts.kind == "article")
    )
    last = connection.execute(added.order_by(acts.seq.desc()).limit(1)).first()
    if last is None or last.signed is not None:
        return []
    query = added.where(signature.c.seq.is_(None)).order_by(acts.seq)
    return [(row.seq, row.article_id) for row in connection.execute(query)]


def by_act(links: Iterable[Cells], seq: int) -> list[Cells]:
    """Return links as rows of the act with this number."""
    return [{"seq": seq, **link} for link in links]


# Readers


def mark(
    store: Store, pair: Pair, *, is_copy: bool, now: datetime, why: str = ""
) -> int:
    """Keep a reader's word that one article tells another again, or does not.

    Parameters
    ----------
    store
        Signs the act.
    pair
        The ids of the two articles. One that is not a copy of the other is none of
        what tells the same as the other either.
    is_copy
        What the reader says.
    now
        When, with a time zone.
    why
        The reader's reason.

    Returns
    -------
    int
        The act's number.

    Raises
    ------
    ValueError
        If an article is not stored, or both are one.
    """
    one, other = pair
    with store.writing() as connection:
        _check_pair(connection, pair)
        others = {other} | _alike(connection, one, other, apart=is_copy)
        links = [
            {
                "article_id": one,
                "copy_of": copy_of,
                "how": "reader",
                "likeness": float(is_copy),
                "is_copy": int(is_copy),
            }
            for copy_of in sorted(others)
        ]
        act = Act(kind="copy", now=now, article_id=one, who=store.who, why=why)
        return write(connection, act, lambda seq: [(copy, by_act(links, seq))])


def _alike(connection: Connection, one: str, other: str, *, apart: bool) -> set[str]:
    """Return what tells the same as `other`; only what is `apart` from `one` if set.

    So to say no, and then yes, leaves no other no behind.
    """
    alike = set(groups(connection).get(other, frozenset())) - {one}
    if not apart:
        return alike
    said = _said(connection)
    return {
        third for third in alike if not said.get(_pair(one, third), (1.0, False))[0]
    }


def _check_pair(connection: Connection, pair: Pair) -> None:
    if pair[0] == pair[1]:
        raise ValueError(f"{pair[0]!r} is one article; a copy needs two")
    table = schema.article.c
    for article_id in pair:
        query = select(table.article_id).where(table.article_id == article_id)
        if connection.execute(query).first() is None:
            raise ValueError(f"there is no article {article_id!r} in this store")
