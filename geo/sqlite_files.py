"""A store in a file of SQLite's: opened, made, migrated, or refused."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError

from geo.migrating import HEAD, check_known, migrate, not_writable
from geo.store_address import BUSY_S, NoStoreError, StoreError, Whereabouts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

APPLICATION_ID = 0x54494445
"""Marks an SQLite file as a store of Tideline's ("TIDE")."""

# STRICT tables.
_OLDEST_SQLITE = (3, 37, 0)

_REASONS = {
    "SQLITE_NOTADB": "is not a Tideline store; choose another file",
    "SQLITE_CORRUPT": "is damaged; go back to a copy of it",
    "SQLITE_BUSY": "is being written to by another program; try again later",
    "SQLITE_READONLY": "cannot be written to; choose a file and folder that can",
    "SQLITE_CANTOPEN": "cannot be opened; its folder must exist and be yours to use",
    "SQLITE_FULL": "has no room left on its disk; nothing of this was stored",
    "SQLITE_IOERR": "is on a disk that is full or failing; nothing of this was stored",
}


def reason(error: sqlite3.Error) -> str | None:
    """Return what an error means for the store, and what to do; None if unknown."""
    name = _name(error)
    return next((r for n, r in _REASONS.items() if name.startswith(n)), None)


def _name(error: object) -> str:
    return getattr(error, "sqlite_errorname", "")


def opened(path: Path, *, create: bool) -> Engine:
    """Open the store in a file, migrated to `HEAD`; read-only where it must be.

    Raises
    ------
    StoreError
        If there is none and `create` is not set, or it cannot be made, or the file is
        something else, or a newer program made it. It is then as it was.
    sqlalchemy.exc.DBAPIError
        If SQLite fails.
    """
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old; 3.37 is needed")
    if not path.exists():
        _make_room(path, create=create)
    if path.is_dir():
        raise StoreError(f"{path} is a folder; a store is a file")
    try:
        return _opened(path, "mode=rwc" if create else "mode=rw")
    except DBAPIError as error:
        if not _name(error.orig).startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
            raise
        return _opened_read_only(path, error)


def _make_room(path: Path, *, create: bool) -> None:
    if not create:
        raise NoStoreError(f"there is no store at {path}; ingest a report to make one")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the folder {path.parent} cannot be made; choose another place"
        ) from error


def _opened_read_only(path: Path, error: DBAPIError) -> Engine:
    if not path.exists():
        raise StoreError(
            f"no store can be made in {path.parent}, which cannot be written to; "
            "choose another folder"
        ) from error
    try:
        return _opened(path, "mode=ro")
    except DBAPIError:
        # A store at rest in a folder that cannot hold the files of a running one.
        if path.with_name(f"{path.name}-wal").exists():
            raise
        return _opened(path, "mode=ro&immutable=1")


def _opened(path: Path, mode: str) -> Engine:
    engine = _engine(path, mode)
    try:
        version = _version(engine, path)
        if version != HEAD:
            _check_can_migrate(path, version, mode)
            _use_wal(engine)
            _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _engine(path: Path, mode: str) -> Engine:
    def connect() -> sqlite3.Connection:
        # Without isolation_level=None the driver would begin transactions by itself.
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{mode}",
            uri=True,
            timeout=BUSY_S,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("write") else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Hold the one right to write; commit at the end, roll back on any exception."""
    with engine.connect().execution_options(write=True) as connection:  # noqa: SIM117 - begins inside
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """See one state of the store, whoever writes meanwhile."""
    with engine.connect() as connection, connection.begin():
        yield connection


def _version(engine: Engine, path: Path) -> str | None:
    """Return the schema's version, None for a file with nothing in it."""
    with reading(engine) as connection:
        mark = connection.exec_driver_sql("PRAGMA application_id").scalar()
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master")
        if not tables.first():
            return None
        if mark != APPLICATION_ID:
            raise StoreError(f"{path} is not a Tideline store; choose another file")
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
        return str(found.scalar())


def _check_can_migrate(path: Path, version: str | None, mode: str) -> None:
    where = Whereabouts(path=path)
    check_known(where, version)
    if mode.startswith("mode=ro"):
        raise not_writable(where, version, "make it writable or copy it")


def _use_wal(engine: Engine) -> None:
    """Let readers read while one writes; kept in the file from then on."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):  # pragma: no cover
            raise TypeError("the store's driver is not sqlite3")
        try:
            driver.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # Somebody else makes the same store at this moment, and will set it.
            if error.sqlite_errorname != "SQLITE_BUSY":
                raise


def _migrate(engine: Engine) -> None:
    with writing(engine) as connection:
        migrate(connection)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise StoreError("a migration left a row without what it refers to")
