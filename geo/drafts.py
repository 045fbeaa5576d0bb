"""What was fetched or uploaded waits here to be looked at before it counts.

A draft is its owner's: to everybody else it is as if it were not there.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, cast, func, select

from extract.sources import Found, Source
from geo.database import insert_new
from geo.ledger_tables import draft as table
from geo.ledger_tables import original

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, RowMapping

    from geo.store import Store


class DraftError(Exception):
    """There is no such draft, or it cannot count yet; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was found in a source, at what moment, for whom."""

    number: int
    who: str
    at: datetime
    source: Source
    found: Found


def keep(store: Store, source: Source, found: Found, *, who: str, at: datetime) -> int:
    """Keep what was found until somebody looks at it; return its number.

    The same from the same source waits once for each owner.
    """
    sha256 = hashlib.sha256(source.content).hexdigest()
    row = {
        "who": who,
        "at": at,
        "source": source.name,
        "sha256": sha256,
        "found": _written(source, found),
        "closed": None,
    }
    same = [table.c[name] == row[name] for name in ("who", "source", "sha256", "found")]
    with store.writing() as connection:
        waiting = select(table.c.draft_id).where(*same, table.c.closed.is_(None))
        if number := connection.execute(waiting).scalar():
            return int(number)
        content = {
            "sha256": sha256,
            "media_type": source.media_type,
            "size": len(source.content),
            "content": source.content,
        }
        insert_new(connection, original, [content])
        last = select(func.max(cast(table.c.draft_id, Integer)))
        number = int(connection.execute(last).scalar() or 0) + 1
        connection.execute(table.insert(), [{"draft_id": str(number), **row}])
    return number


def waiting(store: Store, who: str | None) -> list[Draft]:
    """Return the drafts of somebody that are neither accepted nor dropped, in order.

    Parameters
    ----------
    store
        That they are in.
    who
        Whose; None for everybody's, for whom the file is open.
    """
    return _drafts(store, *_of(who))


def draft(store: Store, number: int, who: str | None) -> Draft:
    """Return one draft of somebody, as `waiting` does.

    Raises
    ------
    DraftError
        If there is none of that number that is theirs.
    """
    found = _drafts(store, table.c.draft_id == str(number), *_of(who))
    if not found:
        raise DraftError(f"there is no draft {number} that waits")
    return found[0]


def close(store: Store, draft: Draft, *, at: datetime) -> None:
    """Have a draft wait no longer; what came stays in the store.

    Raises
    ------
    DraftError
        If somebody closed it meanwhile.
    """
    change = (
        table.update()
        .where(table.c.draft_id == str(draft.number), table.c.closed.is_(None))
        .values(closed=at)
    )
    with store.writing() as connection:
        if not connection.execute(change).rowcount:
            raise DraftError(f"draft {draft.number} does not wait any more")


def settle(store: Store, content: bytes, *, who: str, at: datetime) -> None:
    """Have no draft of somebody's wait any more for what is stored from these bytes."""
    sha256 = hashlib.sha256(content).hexdigest()
    same = (table.c.sha256 == sha256, table.c.who == who, table.c.closed.is_(None))
    with store.writing() as connection:
        connection.execute(table.update().where(*same).values(closed=at))


def _of(who: str | None) -> tuple[ColumnElement[bool], ...]:
    return () if who is None else (table.c.who == who,)


def _drafts(store: Store, *where: ColumnElement[bool]) -> list[Draft]:
    query = (
        select(table, original.c.content)
        .join(original, original.c.sha256 == table.c.sha256)
        .where(table.c.closed.is_(None), *where)
        .order_by(cast(table.c.draft_id, Integer))
    )
    with store.reading() as connection:
        return [_read(row) for row in connection.execute(query).mappings()]


def _written(source: Source, found: Found) -> str:
    fields = asdict(found)
    fields["published"] = found.published.isoformat() if found.published else None
    kept = {"media_type": source.media_type, "url": source.url, "found": fields}
    return json.dumps(kept, sort_keys=True, ensure_ascii=False)


def _read(row: RowMapping) -> Draft:
    kept: Mapping[str, Any] = json.loads(row["found"])
    fields = dict(kept["found"])
    if fields["published"]:
        fields["published"] = date.fromisoformat(fields["published"])
    for name in ("asks", "notes"):
        fields[name] = tuple(fields[name])
    return Draft(
        number=int(row["draft_id"]),
        who=row["who"],
        at=row["at"],
        source=Source(
            name=row["source"],
            content=row["content"],
            media_type=kept["media_type"],
            url=kept["url"],
        ),
        found=Found(**fields),
    )
