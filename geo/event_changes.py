"""What becomes of events' ids by an act: merged, split, renamed or ended, on record.

An event is known by the id of one of its claims. When an act brings in an earlier
claim, binds, parts or moves claims, the id may pass to another event. Only the places
that the act touches are looked at, before and after it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from geo import schema
from geo.event_keeping import mark, marked
from geo.events import EVENT_ID, cluster, makers
from geo.ledger_tables import edit, event_change
from geo.neighbours import around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from geo.acts import Written
    from geo.events import Event, PlacedClaim

_OF_CLAIMS = frozenset({schema.claim.name, schema.location.name, edit.name})
"""Tables whose rows change what one claim tells, or where."""


class Change(NamedTuple):
    """What became of an event's id by an act.

    `became` is empty where the event ended. One that is split has a row for each part,
    one of them under its own id if it keeps that.
    """

    event_id: str
    became: str
    how: str


@contextmanager
def noted(connection: Connection, seq: int, written: Written) -> Iterator[None]:
    """Note what becomes of events by the act `seq`, whose rows are written within.

    Those that are kept and do not hold any more are marked. `geo.acts.write` does this
    for every act.
    """
    ids = _touched(connection, written)
    new = {
        row["claim_id"]
        for table, rows in written
        if table is schema.claim
        for row in rows
    }
    before = around(connection, ids - new, each=False) if ids - new else {}
    with marked(connection, written):
        yield
    if not ids:
        return
    mark(connection, ids, before.values())
    after = around(connection, ids, each=False)
    changes = compared(_with_rest(before, after, ids), _with_rest(after, before, ids))
    if changes:
        rows = [{"seq": seq, **one._asdict()} for one in changes]
        connection.execute(event_change.insert(), rows)


def _touched(connection: Connection, written: Written) -> set[str]:
    """Return the claims that an act's rows are about."""
    ids = {
        row["claim_id"]
        for table, rows in written
        if table.name in _OF_CLAIMS
        for row in rows
    }
    for table, rows in written:
        if table.name == schema.undoing.name:
            for row in rows:
                ids |= _of_act(connection, row["undoes"])
    return ids - {None}


def _of_act(connection: Connection, seq: int | None) -> set[str | None]:
    """Return the claims that an act edited, or the act that it undid, and so on."""
    ids: set[str | None] = set()
    while seq is not None:
        of_act = select(edit.c.claim_id).where(edit.c.seq == seq)
        ids |= set(connection.execute(of_act).scalars())
        undone = select(schema.undoing.c.undoes).where(schema.undoing.c.seq == seq)
        seq = connection.execute(undone).scalar()
    return ids


def _with_rest(
    claims: dict[str, PlacedClaim], other: dict[str, PlacedClaim], ids: set[str]
) -> list[PlacedClaim]:
    """Return claims with those that were looked at on the other side of the act only.

    What the act is not about is the same on both sides.
    """
    rest = (one for id_, one in other.items() if id_ not in ids and id_ not in claims)
    return [*claims.values(), *rest]


def compared(before: list[PlacedClaim], after: list[PlacedClaim]) -> list[Change]:
    """Return what became of the events of claims as they stood before."""
    old, new = makers(before), makers(after)
    home = {id_: event for event, ids in new.items() for id_ in ids}
    was = {id_: event for event, ids in old.items() for id_ in ids}
    found = []
    for event, ids in old.items():
        heirs = sorted({home[id_] for id_ in ids if id_ in home})
        if heirs == [event]:
            continue
        if not heirs:
            found.append(Change(event, "", "ended"))
            continue
        how = "split"
        if len(heirs) == 1:
            roots = {was[id_] for id_ in new[heirs[0]] if id_ in was}
            how = "merged" if len(roots) > 1 else "renamed"
        found += [Change(event, heir, how) for heir in heirs]
    return sorted(found)


def event_with(connection: Connection, claim_id: str) -> Event | None:
    """Return the event that a claim is part of now, or None if it is part of none.

    How it stands is not weighed by what people and packs know of publishers.
    """
    for event in cluster(around(connection, {claim_id}).values()):
        if claim_id in {placed.claim.claim_id for placed in event.claims}:
            return event
    return None


def became(connection: Connection, event_id: str) -> list[str]:
    """Return the ids under which an event is found now; none if it ended.

    An id that is in use is its own. One that was given up is followed through what is
    on record, and else to the event that its claim is part of.
    """
    now = _id_now(connection, event_id)
    if now == event_id:
        return [event_id]
    last = select(func.max(event_change.c.seq)).where(
        event_change.c.event_id == event_id
    )
    seq = connection.execute(last).scalar()
    if seq is None:
        return [now] if now else []
    heirs = dict.fromkeys(_heirs(connection, event_id, seq))
    return [heir for heir in heirs if _id_now(connection, heir) == heir]


def _id_now(connection: Connection, event_id: str) -> str | None:
    event = event_with(connection, event_id.removeprefix(EVENT_ID))
    return event.event_id if event else None


def _heirs(connection: Connection, event_id: str, first: int) -> Iterator[str]:
    """Yield the ids that an id was handed on to, from an act on, as they are now."""
    table = event_change.c
    ahead, seen = [(event_id, first)], set()
    while ahead:
        name, since = ahead.pop(0)
        query = (
            select(table.seq, table.became)
            .where(table.event_id == name, table.seq >= since)
            .order_by(table.seq, table.became)
        )
        rows = connection.execute(query).all()
        if not rows:
            yield name
        heirs = [(r.became, r.seq + 1) for r in rows if r.seq == rows[0].seq]
        ahead += [heir for heir in heirs if heir[0] and heir not in seen]
        seen.update(heirs)
