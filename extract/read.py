"""Files and streams become articles here; what cannot be read is said, not raised."""

from __future__ import annotations

import contextlib
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from extract import found as finding
from extract.found import (
    NO_DAY,
    Header,
    Source,
    Unreadable,
    article_from,
    article_from_text,
    article_id,
    parse_day,
)
from extract.rows import in_lines, is_article
from extract.sources import JSONL_SUFFIXES, TABLE_SUFFIXES, articles_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.found import Found
    from extract.records import Article

__all__ = [
    "JSONL_SUFFIXES",
    "NO_DAY",
    "STDIN",
    "TABLE_SUFFIXES",
    "Header",
    "Unreadable",
    "article_from_text",
    "article_id",
    "parse_day",
    "read_articles",
    "unopened",
]

logger = logging.getLogger(__name__)

STDIN = "-"
_STDIN_NAME = "standard input"


def read_articles(
    path: Path,
    *,
    defaults: Header,
    dated: bool = False,
    stdin: BinaryIO | None = None,
) -> Iterator[Article | Unreadable]:
    """Read the articles of one input, one at a time.

    A `.jsonl` file, or standard input whose first line is a JSON object with a
    `text`, holds one article a line, and is read as it comes; anything else is what
    `extract.sources.articles_in` takes it for. Whatever may be wrong with an article
    that is read is logged as a warning.

    Parameters
    ----------
    path
        A file, or `Path("-")` for standard input.
    defaults
        What to take where the article itself says nothing.
    dated
        Whether an article without a day of publication is refused.
    stdin
        What is read in place of the file; "-" reads the process's own if None.
    """
    name = _STDIN_NAME if str(path) == STDIN else str(path)
    try:
        with _open(path, stdin) as file:
            for item in _found(file, name, defaults):
                yield _article(item, name, dated=dated)
    except OSError as error:
        yield unopened(name, error)


def unopened(name: str, error: OSError) -> Unreadable:
    """Say why an input cannot be opened, and of a folder what to do."""
    reason = (error.strerror or str(error)).lower()
    if isinstance(error, IsADirectoryError):
        reason = f"is a folder; name the files in it, such as {Path(name) / '*.txt'}"
    return Unreadable(source=name, reason=reason)


@contextlib.contextmanager
def _open(path: Path, stdin: BinaryIO | None) -> Iterator[BinaryIO]:
    if stdin or str(path) == STDIN:
        yield stdin or sys.stdin.buffer
        return
    with path.open("rb") as file:
        yield file


def _found(file: BinaryIO, name: str, defaults: Header) -> Iterator[Found | Unreadable]:
    first = file.readline(finding.MAX_BYTES + 1)
    if _is_jsonl(name, first):
        yield from in_lines(file, first, name, defaults)
        return
    content = first + file.read(finding.MAX_BYTES + 1 - len(first))
    yield from articles_in(Source(name=name, content=content), defaults)


def _is_jsonl(name: str, first: bytes) -> bool:
    if name == _STDIN_NAME:
        return is_article(first)
    return Path(name).suffix.lower() in JSONL_SUFFIXES


def _article(
    item: Found | Unreadable, name: str, *, dated: bool
) -> Article | Unreadable:
    if isinstance(item, Unreadable):
        return item
    try:
        article = article_from(item, dated=dated)
    except ValueError as error:
        hints = "; ".join((str(error), *item.notes))
        return Unreadable(source=name, line=item.line, reason=hints)
    for note in item.notes:
        logger.warning("%s: %s", name, note)
    return article
