"""How an act of review is written: what it changes, checked against how that stands.

StoreError              (geo.database)
└── ReviewRefusedError      the store is as before; the message says what to do
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from geo import rows, schema
from geo.acts import Act, write
from geo.database import StoreError
from geo.edits import edits
from geo.events import PlacedClaim
from geo.fields import a_name, told
from geo.ledger_tables import edit
from geo.placing import Placing
from geo.querying import claims_where
from geo.review import Action, State
from geo.writing import check_fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from extract.records import Claim
    from geo.acts import Written
    from geo.fields import Cells
    from geo.locations import Location
    from geo.store import Store

MAX_WHY = 2_000
"""How many characters a reason may have."""

# What no text of the store may hold, and what would end a line of a log.
_NO_TEXT = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f\\ud800-\\udfff]")


class ReviewRefusedError(StoreError, ValueError):
    """What a reviewer asked for cannot be done; the store is as it was before."""


class Done(NamedTuple):
    """An act by its number, and the claims that it changed or added."""

    act: int
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an act sets of one claim; by `proposal`, a decision on what was proposed."""

    action: Action
    claim_id: str | None
    after: Cells
    proposal: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """A claim that an act adds, where its place lies, and who proposed it, if so."""

    claim: Claim
    location: Location
    proposal: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """All that one act consists of."""

    changes: tuple[Change, ...]
    added: tuple[NewClaim, ...] = ()


def id_of(placed: PlacedClaim) -> str:
    """Return the claim's id."""
    return placed.claim.claim_id


def change(action: Action, claim_id: str, after: Cells) -> Change:
    """Return a change of one claim."""
    return Change(action=action, claim_id=claim_id, after=after)


def signed(store: Store, now: datetime, why: str) -> Act:
    """Return an act of review, signed by whom the store was opened for.

    Raises
    ------
    ReviewRefusedError
        If the name or the reason cannot be kept.
    """
    try:
        who = a_name("the name of who does this", store.who) or ""
    except ValueError as error:
        raise ReviewRefusedError(str(error)) from error
    return Act(kind="edit", now=now, who=who, why=a_reason(why))


def a_reason(why: str) -> str:
    """Return a reason as it may be kept.

    Raises
    ------
    ReviewRefusedError
        If it is too long, or has characters that no text has.
    """
    if len(why) > MAX_WHY:
        raise ReviewRefusedError(
            f"a reason has at most {MAX_WHY:,} characters; this one has {len(why):,}"
        )
    if _NO_TEXT.search(why):
        raise ReviewRefusedError("the reason has a character that no text has")
    return why.strip()


def as_seen(
    connection: Connection, seen: Sequence[PlacedClaim]
) -> dict[str, PlacedClaim]:
    """Return claims as they stand, by id, if that is as the reviewer saw them."""
    present = _present(connection, (id_of(one) for one in seen))
    for one in seen:
        claim_id = id_of(one)
        if claim_id not in present:
            raise ReviewRefusedError(f"there is no claim {claim_id!r} any more")
        before, now = _standing(one), _standing(present[claim_id])
        if changed := [name for name in now if now[name] != before[name]]:
            raise ReviewRefusedError(
                f"{_who_changed(connection, claim_id)} changed claim {claim_id}"
                f" meanwhile ({', '.join(changed)}); look at it again"
            )
    return present


def _present(connection: Connection, ids: Iterable[str]) -> dict[str, PlacedClaim]:
    found = claims_where(connection, schema.claim.c.claim_id.in_(set(ids)))
    return {id_of(one): one for one in found}


def _standing(placed: PlacedClaim) -> Cells:
    return {
        "state": placed.state.value,
        **told(placed),
        "bound_to": placed.bound_to,
        "apart_from": dict.fromkeys(sorted(placed.apart_from), True),
        "duplicate_of": placed.duplicate_of,
    }


def _who_changed(connection: Connection, claim_id: str) -> str:
    made = [one for one in edits(connection, [claim_id]) if one.claim_id == claim_id]
    return (made[-1].who if made else "") or "somebody"


def written(connection: Connection, decision: Decision, act: Act) -> Done:
    """Write what was decided, beside how everything stood before."""
    added = [_fresh(connection, new) for new in decision.added]
    ids = [one.claim_id for one in decision.changes if one.claim_id]
    present = _present(connection, ids)
    told_of: list[tuple[Change, Cells]] = []
    for one in decision.changes:
        if one.claim_id and one.claim_id not in present:
            raise ReviewRefusedError(f"there is no claim {one.claim_id!r} any more")
        before = _before(present[one.claim_id], one.after) if one.claim_id else {}
        if one.after != before or one.proposal:
            told_of.append((one, before))
    told_of += [(_adding(new), {}) for new in added]
    if not told_of:
        raise ReviewRefusedError("nothing would change by that")
    ordinals = _next_ordinals(connection, added)

    def after(seq: int) -> Written:
        claims = [
            rows.claim_row(new.claim, n) for new, n in zip(added, ordinals, strict=True)
        ]
        near = [row for new in added for row in rows.relation_rows(new.claim)]
        places = [
            rows.location_row(new.claim.claim_id, new.location, seq) for new in added
        ]
        edit_rows = [
            {"seq": seq, "ordinal": n, **_cells(one, before)}
            for n, (one, before) in enumerate(told_of)
        ]
        return [
            (schema.claim, claims),
            (schema.relation, near),
            (schema.location, places),
            (edit, edit_rows),
        ]

    number = write(connection, act, after)
    changed = (one.claim_id for one, _ in told_of if one.claim_id)
    return Done(number, tuple(dict.fromkeys(changed)))


def _before(placed: PlacedClaim, after: Cells) -> Cells:
    """Return how that which changes stands."""
    before = {name: value for name, value in _standing(placed).items() if name in after}
    if "apart_from" in after:
        are = before["apart_from"]
        before["apart_from"] = {one: one in are for one in after["apart_from"]}
    return before


def _adding(new: NewClaim) -> Change:
    after: Cells = {"state": State.CONFIRMED.value}
    if new.location.match == "user":
        placed = PlacedClaim(
            claim=new.claim,
            location=new.location,
            article_title="",
            publisher="",
            url="",
            published=None,
        )
        after |= told(placed, ["location"])
    return Change(
        action=Action.ACCEPT if new.proposal else Action.ADD,
        claim_id=new.claim.claim_id,
        after=after,
        proposal=new.proposal,
    )


def _cells(change: Change, before: Cells) -> Cells:
    seq, ordinal = change.proposal or (None, None)
    return {
        "action": change.action.value,
        "claim_id": change.claim_id,
        "before": _json(before),
        "after": _json(change.after),
        "proposal_seq": seq,
        "proposal_ordinal": ordinal,
    }


def _json(cells: Cells) -> str:
    return json.dumps(cells, ensure_ascii=False, sort_keys=True)


def _fresh(connection: Connection, new: NewClaim) -> NewClaim:
    """Return a claim to add under an id that is free, if it fits its article."""
    claim = new.claim
    table = schema.article
    wanted = select(table).where(table.c.article_id == claim.article_id)
    row = connection.execute(wanted).mappings().first()
    if row is None:
        raise ReviewRefusedError(f"there is no article {claim.article_id!r}")
    placing = Placing(
        article_id=claim.article_id, locations={claim.claim_id: new.location}
    )
    check_fits(rows.article_of(row), [claim], placing)
    if _present(connection, [claim.claim_id]):
        raise ReviewRefusedError(
            f"claim {claim.claim_id} says that already; correct that one"
        )
    return replace(new, claim=replace(claim, claim_id=_free_id(connection, claim)))


def _free_id(connection: Connection, claim: Claim) -> str:
    """Return the claim's id, or one made of it where an undone act took that."""
    ids = select(schema.claim.c.claim_id)
    taken = set(connection.execute(ids.where(_of(claim))).scalars())
    claim_id, n = claim.claim_id, 0
    while claim_id in taken:
        n += 1
        again = f"{claim.claim_id}|{n}".encode()
        claim_id = "c" + hashlib.sha256(again).hexdigest()[:16]
    return claim_id


def _of(claim: Claim) -> ColumnElement[bool]:
    return schema.claim.c.article_id == claim.article_id


def _next_ordinals(connection: Connection, added: Sequence[NewClaim]) -> list[int]:
    last: dict[str, int] = {}
    found = []
    for new in added:
        article_id = new.claim.article_id
        if article_id not in last:
            query = select(func.max(schema.claim.c.ordinal)).where(_of(new.claim))
            most = connection.execute(query).scalar()
            last[article_id] = -1 if most is None else int(most)
        last[article_id] += 1
        found.append(last[article_id])
    return found
