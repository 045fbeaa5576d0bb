"""How acts are written to a store: an article with its claims, and placing it anew.

Within the transaction of the caller. Every act is one row of `revision`, whose digest
chains over all that was written so far.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from geo import rows, schema
from geo.acts import Act, write
from geo.copies import by_act, catch_up, rows_of_copies, sign, text_of
from geo.database import StoreError
from geo.ledger_tables import copy, retrieval
from geo.originals import (
    Retrieved,
    article_in,
    keep_again,
    original_rows,
    retrieval_row,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from extract.records import Article, Claim
    from geo.acts import Written
    from geo.choices import Choice
    from geo.geocode import Location
    from geo.placing import Placing

# NUL ends a text in most formats that a store is handed on in; a lone surrogate is no
# character at all.
_UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")


class ArticleRefusedError(StoreError, ValueError):
    """An article cannot be stored as it is; the store is as it was before."""

    def __init__(self, article_id: str, reason: str) -> None:
        super().__init__(f"article {article_id!r} {reason}")
        self.article_id = article_id


def check_fits(article: Article, claims: Sequence[Claim], placing: Placing) -> None:
    """Refuse an article whose claims or characters cannot be stored.

    Raises
    ------
    ArticleRefusedError
        With what does not fit.
    """
    if placing.article_id != article.article_id:
        raise ArticleRefusedError(
            article.article_id, f"comes with the places of {placing.article_id!r}"
        )
    for name in ("article_id", "text", "title", "publisher", "url", "lang"):
        if _UNSTORABLE.search(getattr(article, name)):
            raise ArticleRefusedError(
                article.article_id, f"has a character that is none in its {name}"
            )
    for claim in claims:
        if fault := _fault(article, claim, placing.locations):
            raise ArticleRefusedError(
                article.article_id, f"does not fit claim {claim.claim_id}: {fault}"
            )


def _fault(
    article: Article, claim: Claim, locations: Mapping[str, Location]
) -> str | None:
    if claim.article_id != article.article_id:
        return f"that is of article {claim.article_id!r}"
    if article.text[claim.char_start : claim.char_end] != claim.sentence:
        return "its sentence does not stand at its offsets"
    spans = (getattr(claim.evidence, part) for part in schema.EVIDENCE)
    if any(span and span.end > len(article.text) for span in spans):
        return "its evidence lies beyond the end of the text"
    if claim.claim_id not in locations:
        return "it has no location"
    return None


def stored_as(connection: Connection, article: Article) -> str | None:
    """Return the id under which an article, or the same content, is stored, or None.

    Raises
    ------
    ArticleRefusedError
        If its id is taken by another text.
    """
    table = schema.article.c
    text = select(table.text).where(table.article_id == article.article_id)
    stored = connection.execute(text).scalar()
    if stored is None:
        same = table.content_hash == rows.content_hash(article)
        return connection.execute(select(table.article_id).where(same)).scalar()
    if stored != article.text:
        raise ArticleRefusedError(
            article.article_id,
            "is stored with another text; give the new one an id of its own",
        )
    return article.article_id


def insert_article(
    connection: Connection,
    what: Article | Retrieved,
    claims: Sequence[Claim],
    placing: Placing,
    act: Act,
) -> bool:
    """Write an article, its claims, where their places are, and whence it came.

    Whatever tells the same is linked to it. If it is stored already, only that it came
    from somewhere new is kept, and False is returned.
    """
    article = article_in(what)
    if stored := stored_as(connection, article):
        if isinstance(what, Retrieved):
            keep_again(connection, what, stored, act)
        return False
    found = {claim.claim_id: placing.locations[claim.claim_id] for claim in claims}
    placing = replace(placing, locations=found)
    catch_up(connection, act.now)
    text = text_of(article.article_id, article.text)
    links = rows_of_copies(connection, text)
    before: Written = [(schema.article, [rows.article_row(article)])]
    if isinstance(what, Retrieved):
        before += original_rows(connection, what)

    def after(seq: int) -> Written:
        told = [rows.claim_row(claim, n) for n, claim in enumerate(claims)]
        near = [row for claim in claims for row in rows.relation_rows(claim)]
        came: Written = []
        if isinstance(what, Retrieved):
            came = [(retrieval, [retrieval_row(what, article.article_id, seq)])]
        return [
            (schema.claim, told),
            (schema.relation, near),
            *placing_rows(placing, seq),
            (copy, by_act(links, seq)),
            *came,
        ]

    seq = write(connection, act, after, before)
    sign(connection, seq, text)
    return True


def insert_placings(
    connection: Connection,
    placings: Sequence[Placing],
    act: Act,
    *,
    choice: Choice | None = None,
    undoes: Choice | None = None,
) -> int:
    """Write where the claims of articles are now; return the act's number.

    The reason is a reader's choice, or its undoing, or neither.
    """
    if choice is not None:
        act = replace(act, kind="choice", article_id=choice.article_id)
    elif undoes is not None:
        act = replace(act, kind="undoing", article_id=undoes.article_id)

    def after(seq: int) -> Written:
        reason: Written = []
        if choice is not None:
            reason = [(schema.choice, [rows.choice_row(choice, seq)])]
        elif undoes is not None:
            row = {"seq": seq, "undoes": undoes.number}
            reason = [(schema.undoing, [row])]
        moved = (one for placing in placings for one in placing_rows(placing, seq))
        return [*reason, *moved]

    return write(connection, act, after)


def placing_rows(placing: Placing, seq: int) -> Written:
    """Return the rows of where an article's claims are, and of what it states."""
    head = {
        "seq": seq,
        "article_id": placing.article_id,
        "countries": " ".join(placing.countries),
    }
    locations = [
        rows.location_row(claim_id, location, seq)
        for claim_id, location in placing.locations.items()
    ]
    findings = [
        rows.finding_row(finding, (placing.article_id, seq, ordinal))
        for ordinal, finding in enumerate(placing.findings)
    ]
    return [
        (schema.placing, [head]),
        (schema.location, locations),
        (schema.finding, findings),
    ]
