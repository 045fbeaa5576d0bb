"""CSV files of articles are read here, a row an article."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

from extract.decoding import decode
from extract.found import MAX_BYTES, Unreadable
from extract.rows import checked_columns, found_in_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.found import Found, Header, Source

SEPARATORS = ",;\t|"
MAX_COLUMNS = 200


def articles(source: Source, defaults: Header) -> Iterator[Found | Unreadable]:
    """Yield the article of each row, or what is wrong with it, with its line.

    The first row has the names of the columns, and tells what separates them.
    """
    text = decode(source.content, defaults.lang, source.name)
    # One limit for the whole process: an article may be longer than Python's 131,072.
    csv.field_size_limit(MAX_BYTES)
    file = io.StringIO(text, newline="")
    rows = csv.reader(file, delimiter=_separator(text), strict=True)
    names = _names(rows)
    line = rows.line_num + 1
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Unreadable(source=source.name, line=line, reason=_fault(error))
        else:
            if any(cell.strip() for cell in row):
                yield _in_row(names, row, line, (source.name, defaults))
        line = rows.line_num + 1


def _separator(text: str) -> str:
    """Return what separates the columns: what the first line has most of."""
    head = io.StringIO(text[:20_000], newline="").readline()
    return max(SEPARATORS, key=head.count)


def _names(rows: Iterator[list[str]]) -> list[str]:
    try:
        names = next(rows, [])
    except csv.Error as error:
        raise ValueError(f"its first row cannot be read: {_fault(error)}") from error
    if len(names) > MAX_COLUMNS:
        raise ValueError(f"it has {len(names)} columns, more than {MAX_COLUMNS}")
    checked_columns(names)
    return names


def _in_row(
    names: list[str], row: list[str], line: int, asked: tuple[str, Header]
) -> Found | Unreadable:
    name, defaults = asked
    try:
        if len(row) != len(names):
            raise ValueError(f"it has {len(row)} values for {len(names)} columns")
        found = found_in_row(dict(zip(names, row, strict=True)), defaults)
    except ValueError as error:
        return Unreadable(source=name, line=line, reason=str(error))
    return replace(found, line=line)


def _fault(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "a quotation mark is opened here and never closed"
    return f"not CSV: {error}"
