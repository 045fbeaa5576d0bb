"""A store in a database of PostgreSQL's with PostGIS: opened, made, migrated, refused.

Its tables are in a schema of their own, `tideline`, and the comment on one of them
marks them as a store's. Who writes holds a lock of the database, so that acts follow
one another and their digests chain as they do in a file.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from geo.migrating import HEAD, check_known, migrate, not_writable
from geo.store_address import BUSY_S, NoStoreError, StoreError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from geo.store_address import Whereabouts

SCHEMA = "tideline"
"""The schema that a store's tables are in."""

MARK = "A Tideline store"
"""The comment on `alembic_version` that tells a store from other programs' tables."""

_OLDEST = 13
_CONNECT = {
    "connect_timeout": 10,
    "application_name": "tideline",
    "client_encoding": "utf8",
    # A machine that is gone without a word is found out within two minutes.
    "keepalives_idle": 60,
    "keepalives_interval": 10,
    "keepalives_count": 6,
}
"""What counts unless the URL says otherwise; times in seconds."""

_SESSION = """
SELECT set_config('search_path', 'tideline, ' || current_setting('search_path'), false),
    set_config('lock_timeout', %(busy)s, false),
    set_config('tcp_keepalives_idle', '60', false),
    set_config('TimeZone', 'UTC', false),
    set_config('DateStyle', 'ISO', false)
"""
# Of this database alone; 0x54494445 is "TIDE", as in the files. The transaction's
# number is asked for with it, to find out what became of the transaction.
_LOCK = """
SELECT pg_advisory_xact_lock(1414087749), pg_current_xact_id()::text
"""
_LOOK = """
SELECT current_setting('server_version_num')::int / 10000 AS server,
    (SELECT pg_encoding_to_char(encoding) FROM pg_database
        WHERE datname = current_database()) AS encoding,
    (SELECT obj_description(c.oid, 'pg_class') FROM pg_class c
        WHERE c.relname = 'alembic_version' AND c.relnamespace = ours.oid) AS mark,
    EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = ours.oid) AS full,
    ours.oid IS NOT NULL OR NOT EXISTS (
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'f', 'm')
            AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            AND NOT EXISTS (
                SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                AND d.objid = c.oid AND d.deptype = 'e'
            )
    ) AS free
FROM (SELECT 1) one LEFT JOIN pg_namespace ours ON ours.nspname = 'tideline'
"""
_MARKED = "COMMENT ON TABLE tideline.alembic_version IS 'A Tideline store'"
_POSTGIS = "CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public"

_WRITING = {"isolation_level": "READ COMMITTED", "postgresql_readonly": False}
_READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

_OTHERS = (
    "is not a Tideline store and holds other tables; make a database for the store, or "
    "let it have a schema in this one: CREATE SCHEMA tideline"
)
_NO_POSTGIS = (
    "needs PostGIS: install it on the server (Debian: apt-get install "
    "postgresql-postgis), then have a superuser run CREATE EXTENSION postgis in this "
    "database"
)
_LOST = "lost the connection; nothing of this was stored; try again"
_REASONS = {
    "08": _LOST,
    "57P": _LOST,
    "25P03": _LOST,
    "25006": "is a copy for reading, or its role may only read; nothing was stored",
    "55P03": "is being written to by another program; try again later",
    "40": "was changed by another program at that moment; try again",
    "53100": "has no room left on its disk; nothing of this was stored",
    "53": "has not enough memory or connections; try again later",
    "57014": "took longer than its server allows; nothing of this was stored",
    "42501": "does not let this role do that; ask its owner for the right",
    "58": "is on a disk that is failing; nothing of this was stored",
    "XX": "is damaged; go back to a copy of it",
    "42P01": "lacks a table; go back to a copy of it",
    "22003": "cannot hold such a number; nothing of this was stored",
    "22021": "cannot hold such a text; nothing of this was stored",
}
"""What errors mean, by how their code begins; the first that fits counts."""

_CANNOT_CONNECT = {
    "password|authentication": "check the role and its password, which PGPASSWORD or a "
    "file ~/.pgpass may give",
    "no pg_hba.conf entry": "the server does not let this machine and role in",
    'database ".*" does not exist': "make it with createdb",
    'role ".*" does not exist': "make it with createuser, or name another one",
    "starting up|shutting down|recovery": "try again in a moment",
    "too many|remaining connection": "try again later, or let the server take more",
}
"""What to do, by what client and server say when there is no connection."""


def reason(error: BaseException | None) -> str | None:
    """Return what an error means for the store, and what to do; None if unknown."""
    if not isinstance(error, psycopg.Error):
        return None
    code = error.sqlstate
    if code is not None:
        return next((r for n, r in _REASONS.items() if code.startswith(n)), None)
    if isinstance(error, psycopg.DataError):
        return f"cannot hold such a text, and nothing was stored: {error}"
    return _LOST if isinstance(error, psycopg.OperationalError) else None


def opened(where: Whereabouts, *, create: bool) -> Engine:
    """Open the store in a database, migrated to `HEAD`.

    Raises
    ------
    StoreError
        If the database cannot be reached, or has no store and `create` is not set or
        none can be made, or something else is in it, or a newer program made it. It is
        then as it was.
    sqlalchemy.exc.DBAPIError
        If the server fails.
    """
    engine = _engine(where)
    try:
        version = _version(engine, where, create=create)
        if version != HEAD:
            check_known(where, version)
            _migrate(engine, where, version)
    except BaseException:
        engine.dispose()
        raise
    return engine


def connected(where: Whereabouts) -> psycopg.Connection[Any]:
    """Return a connection to the database, on which every statement counts at once.

    Raises
    ------
    StoreError
        If the database cannot be reached.
    """
    names: dict[str, Any] = {**_CONNECT, **conninfo_to_dict(where.url)}
    try:
        connection = psycopg.connect("", autocommit=True, **names)
    except psycopg.OperationalError as error:
        raise UnreachableError(_unreachable(where, error)) from error
    connection.execute(_SESSION, {"busy": f"{BUSY_S * 1000:.0f}ms"})
    return connection


def _engine(where: Whereabouts) -> Engine:
    def connect() -> psycopg.Connection[Any]:
        connection = connected(where)
        connection.autocommit = False
        return connection

    # A connection that died since it was last used is found out before it is used.
    return create_engine("postgresql+psycopg://", creator=connect, pool_pre_ping=True)


def _unreachable(where: Whereabouts, error: psycopg.Error) -> str:
    lines = [line for line in str(error).splitlines() if not line[:1].isspace()]
    said = re.sub(".*(failed|FATAL|bad): *", "", lines[-1])
    advised = (a for words, a in _CANNOT_CONNECT.items() if re.search(words, said))
    advice = next(advised, "is the address right, and does the server run?")
    return f"{where} cannot be opened: {said}; {advice}"


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Hold the one right to write; commit at the end, roll back on any exception.

    Raises
    ------
    StoreError
        If the connection is lost so late that nobody can tell what became of it.
    sqlalchemy.exc.DBAPIError
        If the server fails; nothing is kept then.
    """
    with (
        engine.connect().execution_options(**_WRITING) as connection,
        connection.begin() as transaction,
    ):
        number = connection.exec_driver_sql(_LOCK).one()[1]
        yield connection
        try:
            transaction.commit()
        except DBAPIError as error:
            if not error.connection_invalidated or not _is_kept(engine, number):
                raise


def _is_kept(engine: Engine, number: str) -> bool:
    """Say whether a transaction was committed, though nobody was told so any more."""
    query = "SELECT pg_xact_status(%(number)s::xid8)"
    try:
        with engine.connect() as connection:
            found = connection.exec_driver_sql(query, {"number": number}).scalar()
    except (DBAPIError, StoreError):
        found = None
    if found not in ("committed", "aborted"):
        raise StoreError(
            "the connection was lost at the very end: all of this was stored, or "
            "nothing; look before trying again"
        )
    return bool(found == "committed")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """See one state of the store, whoever writes meanwhile."""
    with (
        engine.connect().execution_options(**_READING) as connection,
        connection.begin(),
    ):
        yield connection


def _version(engine: Engine, where: Whereabouts, *, create: bool) -> str | None:
    """Return the schema's version, None for a database with nothing in it."""
    with reading(engine) as connection:
        found = connection.exec_driver_sql(_LOOK).one()
        if found.mark == MARK:
            query = "SELECT version_num FROM tideline.alembic_version"
            return str(connection.exec_driver_sql(query).scalar())
    if found.full:
        raise StoreError(
            f"the schema {SCHEMA} of {where} is not a Tideline store; choose another "
            "database"
        )
    if not create:
        raise NoStoreError(f"there is no store at {where}; ingest a report to make one")
    if not found.free:
        raise StoreError(f"{where} {_OTHERS}")
    _check_server(where, found.server, found.encoding)
    return None


def _check_server(where: Whereabouts, server: int, encoding: str) -> None:
    if server < _OLDEST:
        raise StoreError(
            f"the server of {where} is PostgreSQL {server}; {_OLDEST} is needed"
        )
    if encoding != "UTF8":
        raise StoreError(
            f"{where} keeps its text as {encoding}; make a database with "
            "createdb --encoding UTF8 --template template0"
        )


def _migrate(engine: Engine, where: Whereabouts, version: str | None) -> None:
    try:
        with writing(engine) as connection:
            _add_postgis(connection, where)
            connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS tideline")
            migrate(connection)
            connection.exec_driver_sql(_MARKED)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in ("42501", "25006"):
            advice = "open it once as the role that owns it"
            raise not_writable(where, version, advice) from error
        raise


def _add_postgis(connection: Connection, where: Whereabouts) -> None:
    there = "SELECT FROM pg_extension WHERE extname = 'postgis'"
    if connection.exec_driver_sql(there).first() is not None:
        return
    try:
        connection.exec_driver_sql(_POSTGIS)
    except DBAPIError as error:
        raise StoreError(f"{where} {_NO_POSTGIS}") from error
