"""The edits in a store: what reviewers did to claims, undone or not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from geo import schema
from geo.acts import undone
from geo.ledger_tables import edit
from geo.review import Action, Edit, reviewed

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection

    from geo.events import PlacedClaim

_FEW = 500
"""Up to how many claims their edits are asked for by id; more are read with all."""


def as_reviewed(connection: Connection, claims: list[PlacedClaim]) -> list[PlacedClaim]:
    """Return claims as `geo.review.reviewed` does, after the edits of the store."""
    ids = [one.claim.claim_id for one in claims]
    return reviewed(claims, edits(connection, ids if len(ids) <= _FEW else None))


def edits(
    connection: Connection, claim_ids: Collection[str] | None = None
) -> list[Edit]:
    """Return the edits of all claims or of some, in the order made.

    Those of some come with all that say what is a duplicate of what.
    """
    query = (
        select(edit, schema.revision.c.at, schema.revision.c.who, schema.revision.c.why)
        .join(schema.revision, schema.revision.c.seq == edit.c.seq)
        .order_by(edit.c.seq, edit.c.ordinal)
    )
    if claim_ids is not None:
        query = query.where(
            or_(
                edit.c.claim_id.in_(claim_ids),
                edit.c.action == Action.DUPLICATE.value,
            )
        )
    gone = undone(connection)
    return [
        Edit(
            seq=row.seq,
            at=row.at,
            who=row.who,
            why=row.why,
            action=Action(row.action),
            claim_id=row.claim_id,
            before=json.loads(row.before),
            after=json.loads(row.after),
            proposal=None
            if row.proposal_seq is None
            else (row.proposal_seq, row.proposal_ordinal),
            undone=row.seq in gone,
        )
        for row in connection.execute(query)
    ]


def taken_back(connection: Connection) -> set[str]:
    """Return the claims that are not there, as the act that added each is undone."""
    query = select(edit.c.seq, edit.c.claim_id).where(
        edit.c.action.in_((Action.ADD.value, Action.ACCEPT.value)),
        edit.c.before == "{}",
    )
    gone = undone(connection)
    return {row.claim_id for row in connection.execute(query) if row.seq in gone}


def has_been_moved() -> ColumnElement[bool]:
    """Say of a claim that an edit, perhaps one that is undone, tells where it lies."""
    moved = select(edit.c.claim_id).where(
        edit.c.after.contains('"location"'), edit.c.claim_id.is_not(None)
    )
    return schema.claim.c.claim_id.in_(moved)


def kept_in_place(connection: Connection, claim_ids: Collection[str]) -> set[str]:
    """Return those of claims that lie where an edit says; they are not placed anew."""
    return {
        one.claim_id
        for one in edits(connection, claim_ids)
        if one.claim_id and not one.undone and "location" in one.after
    }
