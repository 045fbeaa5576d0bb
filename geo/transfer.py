"""A whole store copied to another place, and held against what it came from.

Either may be a file or a database in PostgreSQL. All of it arrives, in one transaction,
or nothing does. Tables are taken as they are declared, so new ones come along.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal_column, select, text
from sqlalchemy.exc import DBAPIError

from geo import schema  # noqa: F401 - it fills `metadata`
from geo.acts import announce, last_act
from geo.chain import broken
from geo.event_keeping import lay_out
from geo.event_tables import KEPT
from geo.ledger_tables import MADE
from geo.sql_types import metadata
from geo.store_address import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from psycopg import Copy
    from sqlalchemy import Column, Connection, Select, Table

    from geo.store import Store
    from geo.store_address import Whereabouts

    Row = tuple[Any, ...]

_TOLD_EVERY = 1_000
# What is put into a file at once: so many rows, or so many bytes and characters.
_BATCH_ROWS, _BATCH_SIZE = 500, 8_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """What was copied: rows by table, and the version that both stores are now at.

    `unsound` are the acts that are not what was written, in the one as in the other.
    """

    rows: Mapping[str, int]
    version: str
    unsound: tuple[int, ...]


def transfer(
    origin: Store,
    target: Store,
    *,
    on_progress: Callable[[int], None] = lambda _done: None,
) -> Transferred:
    """Copy all that a store holds at one moment to another one that holds nothing.

    Both may be read and `origin` written to meanwhile. At the end every row is read
    again from `target`, compared with what was sent, and the chain of acts is made
    anew; only then does it count. Memory is bounded by the largest row.

    Parameters
    ----------
    origin
        The store to copy; it is only read.
    target
        An empty one, at the same schema.
    on_progress
        Called with the rows done, each of which is done twice: sent and compared.

    Raises
    ------
    StoreError
        If `target` holds anything, or cannot hold what is sent, or came out
        otherwise; it is empty then.
    """
    _check_are_two(origin.where, target.where)
    done = _Counter(on_progress)
    with origin.reading() as source, target.writing() as sink:
        _check_is_empty(sink)
        _clear(sink)
        sent = {}
        for table in metadata.sorted_tables:
            sent[table.name] = tally = _Tally()
            _put(sink, table, done.through(tally.through(_rows(source, table))))
        _settle(sink)
        for table in metadata.sorted_tables:
            tally = _Tally()
            for _ in done.through(tally.through(_rows(sink, table))):
                pass
            if tally != sent[table.name]:
                raise StoreError(
                    f"the rows of {table.name} came out otherwise; nothing is kept"
                )
        unsound = tuple(sorted(set(broken(sink))))
        announce(sink, last_act(sink))
    rows = {name: tally.n for name, tally in sent.items()}
    return Transferred(rows=rows, version=target.version(), unsound=unsound)


def _check_are_two(one: Whereabouts, other: Whereabouts) -> None:
    """Refuse to copy a store onto itself; by another name it is not empty, or is."""
    if one.path and other.path:
        is_one = one.path.samefile(other.path)
    else:
        is_one = str(one) == str(other)
    if is_one:
        raise StoreError(f"{one} is the same store; name another one to copy it to")


def rows_of(store: Store) -> int:
    """Return how many rows a store holds, in all of its tables."""
    with store.reading() as connection:
        counted = (
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        )
        return sum(counted)


def _check_is_empty(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if table.name in MADE | KEPT:
            continue
        if connection.execute(select(*table.primary_key).limit(1)).first():
            raise StoreError(
                "there is a store with something in it already, which stays as it is; "
                "name a new file or an empty database"
            )


def _clear(connection: Connection) -> None:
    """Take out what a new store makes for itself, and room that a broken copy left.

    In PostgreSQL rows would otherwise be put into that room, out of their order, which
    the digests of older programs count on.
    """
    quote = connection.dialect.identifier_preparer
    named = [quote.format_table(table) for table in metadata.sorted_tables]
    if connection.dialect.name != "postgresql":
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        return
    sizes = " + ".join(f"pg_relation_size('{name}')" for name in named)
    if connection.execute(text(f"SELECT {sizes}")).scalar():
        connection.execute(text(f"TRUNCATE {', '.join(named)}"))


class _Counter:
    """Tells now and then how many rows have passed."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell
        self._done = 0

    def through(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the same rows."""
        for row in rows:
            yield row
            self._done += 1
            if self._done % _TOLD_EVERY == 0:
                self._tell(self._done)
        self._tell(self._done)


class _Tally:
    """Counts rows, and adds up a digest of each, in whatever order they come."""

    def __init__(self) -> None:
        self.n = 0
        self._sum = 0

    def through(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the same rows."""
        for row in rows:
            told = repr([_cell(value) for value in row]).encode()
            digest = blake2b(told, digest_size=16).digest()
            self.n += 1
            self._sum = (self._sum + int.from_bytes(digest)) % 2**128
            yield row

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Tally):
            return NotImplemented
        return (self.n, self._sum) == (other.n, other._sum)

    __hash__ = None  # type: ignore[assignment]


def _cell(value: object) -> object:
    """Return a value in the one form that all stores give it."""
    if isinstance(value, float):
        return value + 0.0  # SQLite keeps no sign of zero
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes | memoryview):
        return sha256(value).hexdigest()
    return value


# Rows out and in, as each kind of database is quickest at it


def _columns(table: Table) -> list[Column[Any]]:
    """Return the columns that are written; others the database makes of these."""
    return [column for column in table.c if column.computed is None]


def _query(table: Table) -> Select[Any]:
    return select(*_columns(table))


def _rows(connection: Connection, table: Table) -> Iterator[Row]:
    """Yield the rows of a table one by one, in the order in which they were written."""
    if connection.dialect.name == "postgresql":
        yield from _copied_out(connection, table)
        return
    query = _query(table)
    if table.dialect_options["sqlite"]["with_rowid"]:
        query = query.order_by(literal_column("rowid"))
    for row in connection.execute(query):
        yield tuple(row)


def _put(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    if connection.dialect.name == "postgresql":
        _copied_in(connection, table, rows)
        return
    names = [column.name for column in _columns(table)]
    for batch in _batches(rows):
        found = [dict(zip(names, row, strict=True)) for row in batch]
        connection.execute(table.insert(), found)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(one) for one in row if isinstance(one, str | bytes))
        if len(batch) >= _BATCH_ROWS or size >= _BATCH_SIZE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _copied_out(connection: Connection, table: Table) -> Iterator[Row]:
    # A table is read from its beginning, whoever else is reading it.
    connection.execute(text("SET LOCAL synchronize_seqscans = off"))
    with _copy(connection, table, "TO STDOUT") as copy:
        yield from copy.rows()


def _copied_in(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    with _copy(connection, table, "FROM STDIN") as copy:
        for row in rows:
            _check_has_no_nul(table, row)
            copy.write_row(row)


@contextmanager
def _copy(connection: Connection, table: Table, way: str) -> Iterator[Copy]:
    """Begin a COPY in binary, in which numbers arrive to the last bit."""
    quote = connection.dialect.identifier_preparer
    names = ", ".join(quote.quote(column.name) for column in _columns(table))
    statement = f"COPY {quote.format_table(table)} ({names}) {way} (FORMAT BINARY)"
    driver: Any = connection.connection.driver_connection
    errors: type[Exception] = connection.dialect.dbapi.Error  # type: ignore[union-attr]
    try:
        with driver.cursor() as cursor:
            cursor.execute(f"{_query(table).compile(connection)} LIMIT 0")
            types = [column.type_code for column in cursor.description]
            with cursor.copy(statement) as copy:
                copy.set_types(types)
                yield copy
    except errors as error:
        if driver.closed:
            connection.invalidate()
        raise DBAPIError(statement, None, error) from error


def _check_has_no_nul(table: Table, row: Row) -> None:
    """Refuse by name the one character that PostgreSQL has no place for in a text."""
    for column, value in zip(_columns(table), row, strict=True):
        if isinstance(value, str) and "\0" in value:
            told = dict(zip((c.name for c in _columns(table)), row, strict=True))
            keys = [c.name for c in table.primary_key]
            keys += ["article_id"] if told.get("article_id") else []
            which = ", ".join(f"{name} {told[name]!r}" for name in dict.fromkeys(keys))
            raise StoreError(
                f"{column.name} of a row of {table.name} ({which}) has a NUL in it, "
                "for which PostgreSQL has no place; keep this store in a file"
            )


def _settle(connection: Connection) -> None:
    """Have numbers go on after the last one, and queries know how much there is."""
    if connection.dialect.name != "postgresql":
        return
    lay_out(connection)
    quote = connection.dialect.identifier_preparer
    for table in metadata.sorted_tables:
        connection.execute(text(f"ANALYZE {quote.format_table(table)}"))
        column = table.autoincrement_column
        if column is None:
            continue
        last = connection.execute(select(func.max(column))).scalar()
        sequence = func.pg_get_serial_sequence(quote.format_table(table), column.name)
        if last is not None:
            connection.execute(select(func.setval(sequence, last)))
