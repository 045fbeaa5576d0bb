"""Anything that articles can be read from, as bytes, and what is found in it.

What is found counts only once somebody, or an option, has said what was not found.
Each format has a module with one function `articles`, imported when it is needed:
most of them are heavy.
"""

from __future__ import annotations

import logging
import re
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from extract.found import (
    Found,
    Source,
    Unreadable,
    article_from,
    check_size,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extract.found import Header

    Reader = Callable[[Source, Header], Iterable[Found | Unreadable]]

__all__ = [
    "JSONL_SUFFIXES",
    "SUFFIXES",
    "TABLE_SUFFIXES",
    "Found",
    "Source",
    "Unreadable",
    "article_from",
    "articles_in",
]

logger = logging.getLogger(__name__)

# The format that first bytes tell, whatever the name says.
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "docx"),
    (b"PAR1", "parquet"),
)
# First bytes of files that are often handed over in place of their text.
_FOREIGN = (
    (b"PK\x05\x06", "an empty ZIP file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file, or one with a password"),
    (b"{\\rtf", "an RTF file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\0", "an image"),
    (b"MM\0*", "an image"),
    (b"SQLite format 3\0", "a database"),
)
_WEBP = re.compile(rb"RIFF....WEBP", re.DOTALL)
# A page that says so, after a byte order mark, comments or an XML declaration.
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    rb"(?:<!doctype\s+html|<html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_SUFFIXES = {
    "html": (".html", ".htm", ".xhtml"),
    "pdf": (".pdf",),
    "docx": (".docx", ".docm"),
    "jsonl": (".jsonl", ".ndjson"),
    "csv": (".csv", ".tsv"),
    "parquet": (".parquet", ".pq"),
}
JSONL_SUFFIXES = frozenset(_SUFFIXES["jsonl"])
TABLE_SUFFIXES = frozenset((*_SUFFIXES["csv"], *_SUFFIXES["parquet"]))
SUFFIXES = (".txt", ".md", *(one for many in _SUFFIXES.values() for one in many))
"""Endings of files that articles are read from; what has another is taken for text."""

_MEDIA_TYPES = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "application/x-jsonlines": "jsonl",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "application/vnd.apache.parquet": "parquet",
}
_READERS = {
    "text": "extract.plain",
    "html": "extract.web_pages",
    "pdf": "extract.pdf",
    "docx": "extract.docx_files",
    "jsonl": "extract.rows",
    "csv": "extract.tables",
    "parquet": "extract.parquet_files",
}
# The endings that a PDF may come under have to be one; a page is one by its media type
# or ending alone, since fragments do not say so themselves.
_MUST_BE = {"pdf": "a PDF file", "docx": "a Word file", "parquet": "a Parquet file"}


def articles_in(source: Source, defaults: Header) -> Iterator[Found | Unreadable]:
    """Yield the articles of a source, each as it was found.

    Nothing is raised, whatever the bytes.

    Parameters
    ----------
    source
        Text, Markdown, HTML, PDF, DOCX, JSONL, CSV or Parquet.
    defaults
        What holds where the source says nothing itself.
    """
    try:
        check_size(source.content)
        if not source.content.strip():
            raise ValueError("there is no text in it")
        yield from _reader_of(source)(source, defaults)
    except ValueError as error:
        yield Unreadable(source=source.name, reason=str(error))
    except Exception as error:
        # Libraries raise whatever comes to them at bytes that were made to break them.
        logger.debug("%s could not be read", source.name, exc_info=True)
        reason = f"damaged, or not what it seems ({type(error).__name__})"
        yield Unreadable(source=source.name, reason=reason)


def _reader_of(source: Source) -> Reader:
    reader: Reader = import_module(_READERS[_kind(source)]).articles
    return reader


def _kind(source: Source) -> str:
    """Return the format of a source: by its first bytes, media type, or name.

    Raises
    ------
    ValueError
        If it is of a format that is not read, or not what its name says.
    """
    start = source.content[:4096]
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            return kind
    for magic, words in _FOREIGN:
        if start.startswith(magic):
            raise ValueError(f"this is {words}, not text; save its text first")
    if _WEBP.match(start):
        raise ValueError("this is an image, not text; save its text first")
    told = _told(source)
    # Some PDF files have a few bytes before their beginning.
    if told == "pdf" and b"%PDF-" in start[:1024]:
        return told
    if told in _MUST_BE:
        raise ValueError(f"this is not {_MUST_BE[told]}, whatever its name says")
    return told or ("html" if _HTML.match(start) else "text")


def _told(source: Source) -> str:
    """Return what the server says that it is, or else the name."""
    essence = source.media_type.partition(";")[0].strip().lower()
    if essence in _MEDIA_TYPES:
        return _MEDIA_TYPES[essence]
    suffix = _suffix(source.name)
    return next((kind for kind, many in _SUFFIXES.items() if suffix in many), "")


def _suffix(name: str) -> str:
    path = urlsplit(name).path if "://" in name else name
    return PurePath(path).suffix.lower()
