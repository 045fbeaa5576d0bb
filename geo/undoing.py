"""Any act that people can take back is undone here by its number, and done again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from geo import schema
from geo.acts import turns, write
from geo.deciding import Done, ReviewRefusedError, signed
from geo.ledger_tables import edit
from geo.replacing import redo as redo_choice
from geo.replacing import undo as undo_choice

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from geo.acts import Written
    from geo.replacing import StepsWith
    from geo.store import Store

REVERSIBLE = frozenset({"choice", "edit", "copy", "publisher", "layer"})
"""The kinds of acts that can be undone. An undoing is undone by doing its act again."""

_FOR_GOOD = {
    "article": "added an article, which stays; reject its claims instead",
    "placing": "placed claims by what was known; choose another place instead",
    "retrieval": "kept an original, which stays as it came",
    "proposal": "kept proposals; dismiss them instead",
    "undoing": "is an undoing; redo the act that it undid",
}


def undo(
    store: Store,
    number: int,
    *,
    now: datetime,
    why: str = "",
    steps: StepsWith | None = None,
) -> Done:
    """Take back an act; it stays on record, and so does this.

    Parameters
    ----------
    store
        Open for writing, as whoever does this.
    number
        The act's.
    now
        When this is done, with a time zone.
    why
        What to tell others, if anything.
    steps
        Makes what places claims anew; needed for readers' choices of places.

    Raises
    ------
    ReviewRefusedError
        If there is no such act, it is undone already, or it is one that stays.
    """
    return _turned(store, number, (now, why, steps), to_stand=False)


def redo(
    store: Store,
    number: int,
    *,
    now: datetime,
    why: str = "",
    steps: StepsWith | None = None,
) -> Done:
    """Do again the act of that number, which was undone; the parameters are `undo`'s.

    Raises
    ------
    ReviewRefusedError
        If there is no such act, or it is not undone.
    """
    return _turned(store, number, (now, why, steps), to_stand=True)


def _turned(
    store: Store,
    number: int,
    how: tuple[datetime, str, StepsWith | None],
    *,
    to_stand: bool,
) -> Done:
    now, why, steps = how
    by = signed(store, now, why)
    with store.reading() as connection:
        kind = _checked(connection, number, to_stand=to_stand)["kind"]
    if kind == "choice":
        if steps is None:
            raise ReviewRefusedError(f"act {number} is a choice; undo it as a choice")
        turn = redo_choice if to_stand else undo_choice
        moved = turn(number, store, steps, now=now, why=by.why)
        return Done(moved.act or 0, moved.claim_ids)
    with store.writing() as connection:
        act = _checked(connection, number, to_stand=to_stand)
        last = turns(connection, number)[-1]

        def after(seq: int) -> Written:
            return [(schema.undoing, [{"seq": seq, "undoes": last}])]

        undoing = replace(by, kind="undoing", article_id=act["article_id"])
        changed = select(edit.c.claim_id).where(edit.c.seq == number).distinct()
        ids = connection.execute(changed).scalars()
        return Done(write(connection, undoing, after), tuple(id_ for id_ in ids if id_))


def _checked(connection: Connection, number: int, *, to_stand: bool) -> RowMapping:
    """Return the act of that number, if it can be turned that way."""
    table = schema.revision
    query = select(table).where(table.c.seq == number)
    act = connection.execute(query).mappings().first()
    if act is None:
        raise ReviewRefusedError(f"there is no act {number}")
    if act["kind"] not in REVERSIBLE:
        said = _FOR_GOOD.get(act["kind"], "stays")
        raise ReviewRefusedError(f"act {number} cannot be undone: it {said}")
    chain = turns(connection, number)
    stands = len(chain) % 2 == 1
    if stands and to_stand:
        raise ReviewRefusedError(f"act {number} stands; there is nothing to do again")
    if not stands and not to_stand:
        raise ReviewRefusedError(f"act {number} is undone already, by act {chain[-1]}")
    return act
