"""Parquet files of articles are read here, a row an article."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract.found import Found, Unreadable, check_length
from extract.rows import checked_columns, found_in_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from extract.found import Header, Source

MAX_UNPACKED = 200_000_000
"""The most bytes that the columns may have, unpacked, and all texts together."""

MAX_RATIO = 100
"""How many times its packed bytes the texts of a group of rows may have."""
BROKEN = (pa.ArrowException, OSError)
"""What comes of bytes that are not as they should be."""

_BATCH = 16


def articles(source: Source, defaults: Header) -> Iterator[Found | Unreadable]:
    """Yield the article of each row, or what is wrong with it, with the row's number.

    Only columns that hold a field are read, a few rows at a time.
    """
    try:
        table = Table(io.BytesIO(source.content), source.name, defaults)
        if sum(group.unpacked for group in table.groups) > MAX_UNPACKED:
            raise ValueError(f"unpacked it is {_too_much()}, too large; split it first")
        length, rows = 0, chain.from_iterable(map(table.rows, table.groups))
        for item in rows:
            length += _length(item)
            if length > MAX_UNPACKED:
                raise ValueError(
                    f"its texts up to row {item.line} are {_too_much()}; split it"
                )
            yield _without_line(item)
    except BROKEN as error:
        raise ValueError(damaged(error)) from error


def in_rows(
    file: BinaryIO, name: str, defaults: Header, wanted: range
) -> Iterator[Found | Unreadable]:
    """Yield the articles of some rows of a file of any size.

    Their `line` is the number of the row, counted from 1. A damaged group of rows, or
    one that unpacks to far more than it should, is told and costs no other.

    Parameters
    ----------
    file
        Fit to be read in any order.
    name
        What the file is called where something is wrong.
    defaults
        What holds where a row says nothing itself.
    wanted
        Numbers of rows, counted from 0.

    Raises
    ------
    ValueError
        If it is no Parquet file of articles.
    """
    try:
        table = Table(file, name, defaults)
    except BROKEN as error:
        raise ValueError(damaged(error)) from error
    for group in table.groups:
        first = max(group.start, wanted.start)
        last = min(group.stop, wanted.stop)
        if first < last:
            yield from _in_group(table, group, range(first, last), name)


def _in_group(
    table: Table, group: Group, wanted: range, name: str
) -> Iterator[Found | Unreadable]:
    done, length, reason = 0, 0, "it has fewer rows than it says"
    most = max(MAX_UNPACKED, MAX_RATIO * group.packed)
    rows = table.rows(group, wanted.start - group.start)
    try:
        for item in islice(rows, len(wanted)):
            length += _length(item)
            if length > most:
                reason = f"their texts unpack to more than {most // 1_000_000} MB"
                break
            yield item
            done += 1
    except BROKEN as error:
        reason = damaged(error)
    if done < len(wanted):
        where = f"rows {wanted.start + done + 1} to {wanted.stop}"
        yield Unreadable(source=name, reason=f"{where}: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows of a file that stand together, and their bytes as the file tells them.

    Rows are counted from 0, `stop` is behind the last one.
    """

    number: int
    start: int
    stop: int
    packed: int
    unpacked: int


class Table:
    """A Parquet file of articles; opening one reads its footer alone.

    Raises
    ------
    ValueError
        If no column has the text, or one holds more than a value a row.
    """

    def __init__(self, file: BinaryIO, name: str, defaults: Header) -> None:
        self._name, self._defaults = name, defaults
        plain = pq.ParquetFile(file)
        schema = plain.schema_arrow
        self._columns = sorted(checked_columns(schema.names).values())
        _check_types(schema, self._columns)
        self.groups = _groups(plain.metadata, self._columns)
        # Left as a dictionary, a text that a million rows share is in memory once.
        self._file = pq.ParquetFile(
            file, read_dictionary=self._columns, metadata=plain.metadata
        )

    def rows(self, group: Group, skipped: int = 0) -> Iterator[Found | Unreadable]:
        """Yield the article of each row of a group but the first ones."""
        number = group.start
        batches = self._file.iter_batches(
            batch_size=_BATCH, row_groups=[group.number], columns=self._columns
        )
        for batch in batches:
            for values in zip(*map(batch.column, self._columns), strict=True):
                number += 1
                if number > group.start + skipped:
                    row = dict(zip(self._columns, values, strict=True))
                    yield _in_row(row, number, self._name, self._defaults)


def _groups(metadata: Any, columns: list[str]) -> tuple[Group, ...]:  # noqa: ANN401
    """Return the groups of rows of a file, by its footer, which may lie."""
    groups, start = [], 0
    for number in range(metadata.num_row_groups):
        told = metadata.row_group(number)
        chunks = [
            chunk
            for chunk in map(told.column, range(told.num_columns))
            if chunk.path_in_schema.partition(".")[0] in columns
        ]
        group = Group(
            number=number,
            start=start,
            stop=start + told.num_rows,
            packed=sum(chunk.total_compressed_size for chunk in chunks),
            unpacked=sum(chunk.total_uncompressed_size for chunk in chunks),
        )
        groups.append(group)
        start = group.stop
    return tuple(groups)


def damaged(error: Exception) -> str:
    """Return what is told of a file that cannot be read."""
    return f"this is a Parquet file, but a damaged one ({type(error).__name__})"


def _length(item: Found | Unreadable) -> int:
    return len(item.text) if isinstance(item, Found) else 0


def _check_types(schema: Any, columns: list[str]) -> None:  # noqa: ANN401 - untyped
    for name in columns:
        if pa.types.is_nested(schema.field(name).type):
            raise ValueError(f"`{name}` holds lists or records, not one value a row")


def _in_row(
    row: Mapping[str, Any], number: int, name: str, defaults: Header
) -> Found | Unreadable:
    try:
        plain = {column: value.as_py() for column, value in row.items()}
        found = found_in_row(plain, defaults)
        check_length(found.text)
    except UnicodeDecodeError:
        return Unreadable(source=name, line=number, reason="its text is not UTF-8")
    except (ValueError, OverflowError) as error:
        return Unreadable(source=name, line=number, reason=str(error))
    return replace(found, line=number)


def _without_line(item: Found | Unreadable) -> Found | Unreadable:
    """Say "row" of what is wrong with one: a row of a whole file is no line of it."""
    if isinstance(item, Unreadable):
        return replace(item, line=None, reason=f"row {item.line}: {item.reason}")
    return replace(item, line=None)


def _too_much() -> str:
    return f"more than {MAX_UNPACKED // 1_000_000} MB"
