"""How a store's database is opened, read and written, whichever it is."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError

from geo import sqlite_files
from geo.logs import tell
from geo.migrating import HEAD
from geo.sqlite_files import APPLICATION_ID
from geo.stopping import WRITES
from geo.store_address import (
    BUSY_S,
    NoSuchTextError,
    StoreError,
    UnreachableError,
    Whereabouts,
    whereabouts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine, Table

__all__ = [
    "APPLICATION_ID",
    "BUSY_S",
    "HEAD",
    "UNREADABLE",
    "NoSuchTextError",
    "StoreError",
    "explained",
    "insert_new",
    "open_engine",
    "reading",
    "said",
    "whereabouts",
    "writing",
]

UNREADABLE = "the store cannot be read at this moment"
"""What those who ask from elsewhere are told; where a store lies is not theirs."""


_WORDS = {
    **dict.fromkeys(("08", "57P", "25P03"), "connection"),
    **dict.fromkeys(("42501", "25006"), "readonly"),
    **dict.fromkeys(("58", "XX"), "ioerr"),
    "55P03": "busy",
    "40": "conflict",
    "53": "full",
    "57014": "slow",
    "23": "constraint",
}
"""PostgreSQL's codes by how they begin, as words that SQLite has for the same."""


@contextmanager
def explained(where: Whereabouts) -> Iterator[None]:
    """Turn the database's errors into `StoreError`s that name the store."""
    try:
        yield
    except UnreachableError as error:
        _tell(error)
        raise
    except DBAPIError as error:
        reason = _reason(error.orig) or f"failed: {said(error)}"
        kind = NoSuchTextError if isinstance(error, DataError) else StoreError
        refused = kind(f"{where} {reason}")
        refused.word = _word(error.orig)
        _tell(refused)
        raise refused from error
    except (UnicodeEncodeError, OverflowError) as error:
        what = "number" if isinstance(error, OverflowError) else "text"
        raise NoSuchTextError(f"no store can hold such a {what}: {error}") from error


def _reason(error: BaseException | None) -> str | None:
    if isinstance(error, sqlite3.Error):
        return sqlite_files.reason(error)
    # Not above: who only ever opens files does not wait for a client of servers.
    from geo import postgres

    return postgres.reason(error)


def _tell(error: StoreError) -> None:
    tell("store_error", level=logging.ERROR, reason=error.word)


def _word(error: BaseException | None) -> str:
    """Return why in one word, without anything that the database says."""
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", "") or "failed"
        return name.removeprefix("SQLITE_").lower().replace("_", "-")
    code = getattr(error, "sqlstate", None) or ""
    found = (word for begins, word in _WORDS.items() if code.startswith(begins))
    return next(found, "failed") if code else "connection"


def said(error: DBAPIError) -> str:
    """Return what the database says itself, without the row that it is about."""
    return str(error.orig).partition("\n")[0]


def open_engine(where: Whereabouts, *, create: bool) -> Engine:
    """Open the store, migrated to `HEAD`; read-only where it must be.

    Raises
    ------
    StoreError
        If there is none and `create` is not set, or it cannot be reached or made, or
        something else is there, or a newer program made it. It is then as it was.
    """
    with explained(where):
        if where.path is None:
            from geo import postgres

            return postgres.opened(where, create=create)
        return sqlite_files.opened(where.path, create=create)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Hold the one right to write; commit at the end, roll back on any exception."""
    with WRITES.one(), _writing(engine) as connection:
        yield connection


def _writing(engine: Engine) -> AbstractContextManager[Connection]:
    if engine.dialect.name == "sqlite":
        return sqlite_files.writing(engine)
    from geo import postgres

    return postgres.writing(engine)


def reading(engine: Engine) -> AbstractContextManager[Connection]:
    """See one state of the store, whoever writes meanwhile."""
    if engine.dialect.name == "sqlite":
        return sqlite_files.reading(engine)
    from geo import postgres

    return postgres.reading(engine)


def insert_new(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]]
) -> None:
    """Insert those of some rows whose keys are not there yet."""
    sqlite_s, others = sqlite.insert(table), postgresql.insert(table)
    insert = sqlite_s if connection.dialect.name == "sqlite" else others
    connection.execute(insert.on_conflict_do_nothing(), rows)
