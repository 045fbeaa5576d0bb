"""Which field a named value of a row is, and JSON lines, are decided here.

JSON lines, CSV and Parquet have the same names: those in `FIELDS`, or a synonym.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from extract import found as finding
from extract.found import (
    FIELDS,
    Unreadable,
    check_size,
    checked_field,
    found_as,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from extract.found import Found, Header, Source

SYNONYMS = {
    "id": ("article_id",),
    "title": ("headline",),
    "text": ("body", "content", "article_text", "full_text"),
    "published": ("date", "publication_date", "published_at", "date_published"),
    "publisher": ("source", "outlet", "site_name"),
    "url": ("link", "address"),
    "lang": ("language",),
}
"""Other names of a field, tried in this order where its own is not there."""

_PIECE = 1_000_000


class Lines(Protocol):
    """A file of lines, or what reads like one."""

    def readline(self, size: int, /) -> bytes:
        """Return the next line, of at most so many bytes; nothing at the end."""
        ...


def columns_of(names: Iterable[str]) -> dict[str, str]:
    """Return which column holds each field, whatever the case of its name."""
    folded = {name.strip().lower(): name for name in reversed(list(names))}
    chosen = {}
    for field in FIELDS:
        known = (field, *SYNONYMS[field])
        if own := next((name for name in known if name in folded), None):
            chosen[field] = folded[own]
    return chosen


def checked_columns(names: Iterable[str]) -> dict[str, str]:
    """Return which column holds each field, as `columns_of`, and one the text.

    Raises
    ------
    ValueError
        If no column has the text; the message tells how it may be called.
    """
    chosen = columns_of(names)
    if "text" not in chosen:
        words = ", ".join(f"`{name}`" for name in ("text", *SYNONYMS["text"]))
        raise ValueError(f"there is no column with the text; call it one of {words}")
    return chosen


def found_in_row(row: Mapping[str, object], defaults: Header) -> Found:
    """Return the article of a row of named values.

    Raises
    ------
    ValueError
        If a field is of the wrong kind, or the article has no text.
    """
    chosen = columns_of(row)
    own = {
        field: _string(name, row[name])
        for field, name in chosen.items()
        # Under another name there may be another thing.
        if name.strip().lower() == field or not isinstance(row[name], dict | list)
    }
    how = {field: f"`{name}`" for field, name in chosen.items()}
    return found_as({"text": "", **own}, defaults, how)


def articles(source: Source, defaults: Header) -> Iterator[Found | Unreadable]:
    """Yield the articles of JSON lines, and what is wrong with the others."""
    yield from in_lines(io.BytesIO(source.content), b"", source.name, defaults)


def is_article(line: bytes) -> bool:
    """Say whether a line is a JSON object with a text."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and "text" in record


def in_lines(
    file: Lines, first: bytes, source: str, defaults: Header
) -> Iterator[Found | Unreadable]:
    """Yield the article of each line as it comes; `first` was read from it before."""
    line, number, seen = first or _line(file), 1, False
    while line:
        if line.strip(b" \t\r\n\xef\xbb\xbf"):
            seen = True
            yield _in_line(line, number, source, defaults)
        _skip_rest(file, line)
        line, number = _line(file), number + 1
    if not seen:
        yield Unreadable(source=source, reason="the file is empty")


def _line(file: Lines) -> bytes:
    return file.readline(finding.MAX_BYTES + 1)


def _skip_rest(file: Lines, line: bytes) -> None:
    """Pass over what is left of a line that is too long, a little at a time."""
    is_cut = len(line) > finding.MAX_BYTES
    while is_cut and line and not line.endswith(b"\n"):
        line = file.readline(_PIECE)


def _in_line(
    line: bytes, number: int, source: str, defaults: Header
) -> Found | Unreadable:
    try:
        found = found_in_row(_record(line), defaults)
    except ValueError as error:
        return Unreadable(source=source, line=number, reason=str(error))
    return replace(found, line=number)


def _record(line: bytes) -> dict[str, object]:
    check_size(line)
    try:
        # Files that were joined have such a mark on any line.
        text = line.decode("utf-8-sig")
        record = json.loads(text.rstrip("\r\n"))
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8; save the file as UTF-8") from error
    except json.JSONDecodeError as error:
        fault = error.msg.removesuffix(" at").lower()
        reason = f"not JSON: {fault} at character {error.colno}"
        raise ValueError(reason) from error
    except RecursionError as error:
        raise ValueError("not JSON that can be read: nested too deep") from error
    if not isinstance(record, dict):
        raise ValueError("not a JSON object with the article's text under `text`")
    return record


def _string(key: str, value: object) -> str:
    """Return a field as text; an id may be a number, a day a date or a time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if key.lower() in _IDS and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        shown = json.dumps(value, default=repr)[:40]
        raise ValueError(f"`{key}` is not a string: {shown}")
    checked_field(key, value)
    return value


_IDS = frozenset(("id", *SYNONYMS["id"]))
