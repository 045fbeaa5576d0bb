"""How a store's database is opened: found or made, checked, migrated, or refused."""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from geo.logs import tell
from geo.stopping import WRITES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config
    from sqlalchemy import Connection, Engine

HEAD = "0003"
"""The schema that this program writes: the newest of `geo/migrations/versions`."""

APPLICATION_ID = 0x54494445
"""Marks an SQLite file as a store of Tideline's ("TIDE")."""

BUSY_S = 30.0
"""How long a writer waits for another one, in seconds."""

_MIGRATIONS = Path(__file__).resolve().parent / "migrations"
# Alembic keeps the running migration in module globals.
_migrating = threading.Lock()
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


UNREADABLE = "the store cannot be read at this moment"
"""What those who ask from elsewhere are told; where a store lies is not theirs."""


class StoreError(Exception):
    """The store cannot be used, or not for this; the message says what to do.

    `word` says why in one word, for logs and for who asks from elsewhere.
    """

    word = "refused"


class NoStoreError(StoreError):
    """There is none where it should be."""

    word = "no-store"


class SchemaError(StoreError):
    """A newer program made it, or it cannot be migrated where it is."""

    word = "schema"


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the database's errors into `StoreError`s that name the file."""
    try:
        yield
    except DBAPIError as error:
        name = _error_name(error)
        reason = next((r for n, r in _REASONS.items() if name.startswith(n)), None)
        said = StoreError(f"{path} {reason or f'failed: {error.orig}'}")
        said.word = word_of(error)
        tell("store_error", level=logging.ERROR, reason=said.word)
        raise said from error
    except (UnicodeEncodeError, OverflowError) as error:
        kind = "number" if isinstance(error, OverflowError) else "text"
        raise StoreError(f"no store can hold such a {kind}: {error}") from error


def word_of(error: DBAPIError) -> str:
    """Return a database's error in one word, without anything that it says."""
    name = _error_name(error).removeprefix("SQLITE_").lower()
    return name.replace("_", "-") or type(error).__name__.lower()


def path_of(where: str | Path) -> Path:
    """Return the file that a path or an `sqlite:///` URL names.

    Raises
    ------
    StoreError
        If it names another kind of database, or no file.
    """
    if isinstance(where, Path) or "://" not in where:
        return Path(where).expanduser()
    try:
        url = make_url(where)
    except ArgumentError as error:
        raise StoreError(f"{where!r} is neither a path nor a URL") from error
    if url.get_backend_name() != "sqlite":
        name = url.get_backend_name()
        raise StoreError(f"stores in {name} are not supported; give a path to a file")
    if not url.database or url.database == ":memory:":
        raise StoreError(f"{where!r} names no file; a store is a file")
    return Path(url.database)


def open_engine(path: Path, *, create: bool) -> Engine:
    """Open the store in a file, migrated to `HEAD`; read-only where it must be.

    Raises
    ------
    StoreError
        If there is none and `create` is not set, or it cannot be made, or the file is
        something else, or a newer program made it. It is then as it was.
    """
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old; 3.37 is needed")
    if not path.exists():
        _make_room(path, create=create)
    if path.is_dir():
        raise StoreError(f"{path} is a folder; a store is a file")
    with explained(path):
        try:
            return _opened(path, "mode=rwc" if create else "mode=rw")
        except DBAPIError as error:
            if not _error_name(error).startswith(
                ("SQLITE_READONLY", "SQLITE_CANTOPEN")
            ):
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
    connected = engine.connect().execution_options(write=True)
    with WRITES.one(), connected as connection, connection.begin():
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
    from alembic.script import ScriptDirectory

    known = ScriptDirectory.from_config(_config()).walk_revisions()
    if version and version not in {script.revision for script in known}:
        raise SchemaError(
            f"the store {path} is at schema {version}, this program knows {HEAD}; "
            "update the program or use another file"
        )
    if mode.startswith("mode=ro"):
        raise SchemaError(
            f"{path} is a store of schema {version or 'none'}, this program needs "
            f"{HEAD}, and the file cannot be written to; make it writable or copy it"
        )


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
    from alembic import command

    config = _config()
    with _migrating, writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise StoreError("a migration left a row without what it refers to")


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    # A percent sign begins an interpolation there.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _error_name(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlite_errorname", "")
