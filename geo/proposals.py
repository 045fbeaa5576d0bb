"""Where a newer extraction differs from what is stored, until somebody decides."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from extract.records import Claim, EventType, Evidence, Modality, Span
from geo import schema
from geo.acts import undone
from geo.events import PlacedClaim
from geo.fields import retold
from geo.ledger_tables import edit, proposal
from geo.locations import Location

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from extract.records import Article
    from geo.fields import Cells


class Kind(StrEnum):
    """How a newer reading differs: a claim more, one less, or one that says more."""

    ADDED = "added"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One difference, by the act that proposed it and its place there.

    `proposed` holds fields as `geo.fields.told` says them: all of a claim that would
    be added, those that would change, none of one that is gone. `decided` is "accept"
    or "dismiss", None while it is open.
    """

    seq: int
    ordinal: int
    at: datetime
    article_id: str
    claim_id: str | None
    kind: Kind
    extractor: str
    proposed: Cells
    decided: str | None = None

    @property
    def number(self) -> str:
        """What people call it by: "12.3" is the fourth of act 12."""
        return f"{self.seq}.{self.ordinal}"

    @property
    def key(self) -> tuple[int, int]:
        """The act and the place in it."""
        return self.seq, self.ordinal


def proposals(connection: Connection, article_id: str = "") -> list[Proposal]:
    """Return the proposals for all articles or one, decided or open, as made."""
    gone = undone(connection)
    decided = {
        (row.proposal_seq, row.proposal_ordinal): row.action
        for row in connection.execute(
            select(
                edit.c.seq,
                edit.c.action,
                edit.c.proposal_seq,
                edit.c.proposal_ordinal,
            )
            .where(edit.c.proposal_seq.is_not(None))
            .order_by(edit.c.seq, edit.c.ordinal)
        )
        if row.seq not in gone
    }
    query = (
        select(proposal, schema.revision.c.at)
        .join(schema.revision, schema.revision.c.seq == proposal.c.seq)
        .order_by(proposal.c.seq, proposal.c.ordinal)
    )
    if article_id:
        query = query.where(proposal.c.article_id == article_id)
    return [
        Proposal(
            seq=row.seq,
            ordinal=row.ordinal,
            at=row.at,
            article_id=row.article_id,
            claim_id=row.claim_id,
            kind=Kind(row.kind),
            extractor=row.extractor,
            proposed=json.loads(row.proposed) if row.proposed else {},
            decided=decided.get((row.seq, row.ordinal)),
        )
        for row in connection.execute(query)
    ]


def open_proposals(connection: Connection) -> list[Proposal]:
    """Return the proposals that nobody decided on, in the order made."""
    return [one for one in proposals(connection) if one.decided is None]


def proposed_claim(one: Proposal, article: Article) -> PlacedClaim:
    """Return the claim that a proposal would add, with an id of what it says."""
    blank = PlacedClaim(
        claim=_blank(article.article_id),
        location=Location(match="none", reason="", name=""),
        article_title=article.title,
        publisher=article.publisher,
        url=article.url,
        published=article.published,
    )
    found = retold(blank, one.proposed)
    return replace(found, claim=replace(found.claim, claim_id=""))


def _blank(article_id: str) -> Claim:
    """Return a claim that says nothing yet."""
    nowhere = Span(start=0, end=0)
    return Claim(
        claim_id="blank",
        article_id=article_id,
        event_type=EventType.HOLDS,
        modality=Modality.ASSERTED,
        place="",
        char_start=0,
        char_end=0,
        sentence="",
        evidence=Evidence(trigger=nowhere, place=nowhere),
        rule="",
        confidence=0.0,
        extractor="",
    )
