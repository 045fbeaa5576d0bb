"""Everything done to a store is an act: who, when, what, why, and undone or not.

An act is one row of `revision`, in order; its digest chains over all that was written
before it. An act that is undone stays; so does its undoing, which can be undone too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from geo import schema
from geo.chain import chained

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection, Table

    Written = list[tuple[Table, list[dict[str, Any]]]]

CHANNEL = "tideline"
"""Whoever listens on it to a database is told the number of every act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is done, by whom and why.

    `kind` is one of `geo.schema.KINDS`; `now` has a time zone. `who` is empty for the
    program itself, and for whoever sits at a machine without accounts.
    """

    kind: str
    now: datetime
    article_id: str | None = None
    who: str = ""
    why: str = ""

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError(f"the moment {self.now} needs a time zone")


def write(
    connection: Connection,
    act: Act,
    after: Callable[[int], Written],
    before: Written | None = None,
) -> int:
    """Write an act and what it consists of, and return its number.

    What becomes of events by it is noted beside it.

    Parameters
    ----------
    connection
        In a transaction that may write (`geo.database.writing`).
    act
        What is done.
    after
        Makes, from the act's number, the rows that refer to it, by table.
    before
        Rows that the act itself refers to, by table.
    """
    # It reads claims as they stand, and so what is undone, which is known here.
    from geo.event_changes import noted

    seq = last_act(connection) + 1
    first, last = before or [], after(seq)
    head = (act.kind, act.article_id, act.who, act.why)
    row = {
        "seq": seq,
        "at": act.now,
        "kind": act.kind,
        "article_id": act.article_id,
        "who": act.who,
        "why": act.why,
        "digest": chained(_digest(connection), head, (*first, *last)),
    }
    with noted(connection, seq, [*first, *last]):
        for table, table_rows in (*first, (schema.revision, [row]), *last):
            if table_rows:
                connection.execute(table.insert(), table_rows)
    announce(connection, seq)
    return seq


def announce(connection: Connection, number: int) -> None:
    """Tell whoever listens of an act, at the moment when it counts.

    Of a file nothing needs to be told: who listens sees that it was written to.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(CHANNEL, str(number))))


def last_act(connection: Connection) -> int:
    """Return the number of the last act, 0 before the first."""
    last = connection.execute(select(func.max(schema.revision.c.seq))).scalar()
    return int(last or 0)


def done_since(connection: Connection, number: int) -> dict[str, int]:
    """Return how many acts of each kind came after one."""
    acts = schema.revision.c
    counted = select(acts.kind, func.count()).where(acts.seq > number)
    return {row[0]: row[1] for row in connection.execute(counted.group_by(acts.kind))}


def _digest(connection: Connection) -> str:
    last = select(schema.revision.c.digest).order_by(schema.revision.c.seq.desc())
    return str(connection.execute(last.limit(1)).scalar() or "")


def undone(connection: Connection) -> set[int]:
    """Return the numbers of the acts that are undone, and not done again since."""
    found = connection.execute(select(schema.undoing).order_by(schema.undoing.c.seq))
    undoes = {row.seq: row.undoes for row in found}
    gone: set[int] = set()
    # The latest first: an undoing that is itself undone undoes nothing.
    for seq in sorted(undoes, reverse=True):
        if seq not in gone:
            gone.add(undoes[seq])
    return gone


def turns(connection: Connection, number: int) -> list[int]:
    """Return an act, its undoing, the undoing of that, and so on, as far as there are.

    An odd number of them: the act stands; the last is what to undo to turn that round.
    """
    found = [number]
    while True:
        undoing = select(schema.undoing.c.seq).where(
            schema.undoing.c.undoes == found[-1]
        )
        further = connection.execute(undoing).scalar()
        if further is None:
            return found
        found.append(further)
