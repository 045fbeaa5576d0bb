"""Publishers as people here know them: read, set and taken away, each by an act.

They count before those of the packs wherever events are weighed. What was done can be
undone by `geo.undoing`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from extract.records import ClaimantType, Publisher
from geo.acts import Act, undone, write
from geo.database import StoreError
from geo.ledger_tables import publisher as table
from geo.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from extract.records import Conflict
    from geo.acts import Written
    from geo.store import Store

KINDS = (
    ClaimantType.NEWSROOM,
    ClaimantType.STATE_MEDIA,
    ClaimantType.ALLY,
    ClaimantType.MONITOR,
    ClaimantType.WITNESS,
    ClaimantType.UNKNOWN,
)
"""What a publisher can be."""

LONGEST = 200
"""Characters that a name may have."""

_NO_TEXT = re.compile("[\\x00-\\x1f\\x7f\\ud800-\\udfff]")


class PublisherRefusedError(StoreError, ValueError):
    """A publisher cannot be set so; the message says what to do."""


def publishers(connection: Connection) -> list[Publisher]:
    """Return the publishers that people here set, in the order of their names.

    One that was taken away is among them, of kind "unknown" and of no side: it stands
    for nobody whatever the packs say.
    """
    latest = {fold(row.name): row for row in _standing(connection)}
    return [_publisher(latest[name]) for name in sorted(latest)]


def _standing(connection: Connection) -> list[Row[tuple[object, ...]]]:
    gone = undone(connection)
    rows = connection.execute(select(table).order_by(table.c.seq, table.c.ordinal))
    return [row for row in rows if row.seq not in gone]


def _publisher(row: Row[tuple[object, ...]]) -> Publisher:
    aliases = tuple(json.loads(row.aliases))
    if row.is_gone:
        kind = ClaimantType.UNKNOWN
        return Publisher(name=row.name, aliases=aliases, kind=kind)
    return Publisher(
        name=row.name,
        aliases=aliases,
        kind=ClaimantType(row.kind),
        side=row.side,
        owner=row.owner,
    )


def known(told: Iterable[Publisher], packs: Iterable[Conflict]) -> list[Publisher]:
    """Return all publishers: those set here, then those of packs that none replaces."""
    found = {fold(one.name): one for one in told}
    for pack in packs:
        for one in pack.publishers:
            found.setdefault(fold(one.name), one)
    return [found[name] for name in sorted(found)]


def set_publisher(
    store: Store, publisher: Publisher, *, now: datetime, why: str = ""
) -> int:
    """Say who a publisher is; return the number of the act.

    Parameters
    ----------
    store
        Open for writing, as whoever says so.
    publisher
        Takes the place of what was said before of one of that name.
    now
        When this is done, with a time zone.
    why
        What to tell others, if anything.

    Raises
    ------
    PublisherRefusedError
        If a name is none, or the kind is that of a party, or it stands so already.
    """
    _check(publisher)
    return _write(store, publisher, now, why, is_gone=False)


def remove_publisher(store: Store, name: str, *, now: datetime, why: str = "") -> int:
    """Say that nothing is known of a publisher, whatever the packs say.

    It then counts as a source that nobody has placed. Returns the act's number.

    Raises
    ------
    PublisherRefusedError
        If the name is none, or it stands so already.
    """
    bare = Publisher(name=name, kind=ClaimantType.UNKNOWN)
    _check(bare)
    return _write(store, bare, now, why, is_gone=True)


def is_of_publisher(connection: Connection, number: int) -> bool:
    """Tell whether the act of that number said something of a publisher."""
    found = select(table.c.seq).where(table.c.seq == number)
    return connection.execute(found).first() is not None


def _check(publisher: Publisher) -> None:
    if not publisher.name.strip():
        raise PublisherRefusedError("a publisher needs a name")
    for text in (
        *(publisher.name, publisher.side, publisher.owner),
        *publisher.aliases,
    ):
        if _NO_TEXT.search(text) or len(text) > LONGEST:
            raise PublisherRefusedError(
                f"{text[:40]!r} is no name: one line of at most {LONGEST} characters"
            )
    if publisher.kind not in KINDS:
        names = ", ".join(KINDS)
        raise PublisherRefusedError(f"{publisher.kind} is no kind; there are: {names}")


def _write(
    store: Store, publisher: Publisher, now: datetime, why: str, *, is_gone: bool
) -> int:
    row = {
        "ordinal": 0,
        "name": publisher.name,
        "aliases": json.dumps(publisher.aliases, ensure_ascii=False),
        "kind": publisher.kind.value,
        "side": publisher.side,
        "owner": publisher.owner,
        "is_gone": int(is_gone),
    }

    def after(seq: int) -> Written:
        return [(table, [{"seq": seq, **row}])]

    with store.writing() as connection:
        for old in _standing(connection)[::-1]:
            if fold(old.name) == fold(publisher.name):
                if all(getattr(old, cell) == value for cell, value in row.items()):
                    raise PublisherRefusedError(f"{publisher.name} stands so already")
                break
        act = Act(kind="publisher", now=now, who=store.who, why=why.strip())
        return write(connection, act, after)
