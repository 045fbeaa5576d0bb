"""Parquet files of articles are read here, a row an article."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract.found import Found, Unreadable
from extract.rows import checked_columns, found_in_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extract.found import Header, Source

MAX_UNPACKED = 200_000_000
"""The most bytes that the columns may have, unpacked, and all texts together."""

_BATCH = 16


def articles(source: Source, defaults: Header) -> Iterator[Found | Unreadable]:
    """Yield the article of each row, or what is wrong with it, with the row's number.

    Only columns that hold a field are read, a few rows at a time.
    """
    try:
        yield from _rows(source, defaults)
    except (pa.ArrowException, OSError) as error:
        kind = type(error).__name__
        raise ValueError(
            f"this is a Parquet file, but a damaged one ({kind})"
        ) from error


def _rows(source: Source, defaults: Header) -> Iterator[Found | Unreadable]:
    file = pq.ParquetFile(io.BytesIO(source.content))
    columns = sorted(checked_columns(file.schema_arrow.names).values())
    _check_types(file.schema_arrow, columns)
    _check_size(file.metadata, columns)
    # Left as a dictionary, a text that a million rows share is in memory once.
    shared = pq.ParquetFile(io.BytesIO(source.content), read_dictionary=columns)
    number, length = 0, 0
    for batch in shared.iter_batches(batch_size=_BATCH, columns=columns):
        for values in zip(*map(batch.column, columns), strict=True):
            number += 1
            row = dict(zip(columns, values, strict=True))
            item = _in_row(row, number, source.name, defaults)
            length += len(item.text) if isinstance(item, Found) else 0
            if length > MAX_UNPACKED:
                raise ValueError(
                    f"its texts up to row {number} are {_too_much()}; split it"
                )
            yield item


def _check_types(schema: Any, columns: list[str]) -> None:  # noqa: ANN401 - untyped
    for name in columns:
        if pa.types.is_nested(schema.field(name).type):
            raise ValueError(f"`{name}` holds lists or records, not one value a row")


def _check_size(metadata: Any, columns: list[str]) -> None:  # noqa: ANN401 - untyped
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    chunks = [group.column(n) for group in groups for n in range(group.num_columns)]
    unpacked = sum(
        chunk.total_uncompressed_size
        for chunk in chunks
        if chunk.path_in_schema.partition(".")[0] in columns
    )
    if unpacked > MAX_UNPACKED:
        raise ValueError(f"unpacked it is {_too_much()}, too large; split it first")


def _in_row(
    row: Mapping[str, Any], number: int, name: str, defaults: Header
) -> Found | Unreadable:
    try:
        plain = {column: value.as_py() for column, value in row.items()}
        return found_in_row(plain, defaults)
    except UnicodeDecodeError:
        return Unreadable(source=name, reason=f"row {number}: its text is not UTF-8")
    except (ValueError, OverflowError) as error:
        return Unreadable(source=name, reason=f"row {number}: {error}")


def _too_much() -> str:
    return f"more than {MAX_UNPACKED // 1_000_000} MB"
