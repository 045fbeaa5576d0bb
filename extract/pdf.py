"""PDF files are read here: their text by page, their metadata as hints."""

from __future__ import annotations

import io
import logging
import re
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader, apply_configuration
from pypdf.errors import PyPdfError

from extract.found import clean, found_as
from extract.wrapped import unwrapped, with_gaps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PageObject

    from extract.found import Found, Header, Source

# Faults of files are told by what comes of them.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

MAX_PAGES = 200
"""The longest file read. A part of one would pass for the whole, so it is not read."""

MAX_TEXT = 5_000_000
"""The most characters of one file."""

# What one page may cost: 20 MB unpacked, 60,000 operators (a full one has 5,000), each
# some microseconds.
_LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": 20_000_000,
    "lzw_maximum_output_length": 20_000_000,
    "run_length_maximum_output_length": 20_000_000,
    "array_based_stream_maximum_output_length": 20_000_000,
    "stream_decoding_work_maximum_length": 60_000_000,
    "stream_parsing_work_maximum_count": 60_000,
    "xform_maximum_invocations_per_extraction": 200,
    "stream_filters_maximum_length": 4,
}
_MADE = re.compile(r"D?:?((?:19|20)\d\d)(\d\d)(\d\d)")
_BY_PROGRAM = re.compile(r"microsoft (?:word|powerpoint) - |untitled|\.docx?$", re.I)
_SENTENCE_END = (".", "!", "?", "…")


def articles(source: Source, defaults: Header) -> Iterator[Found]:
    """Yield the one article of a PDF file, a paragraph a line.

    When a file was made is no day of publication, and is only noted.
    """
    try:
        with apply_configuration(**_LIMITS):
            reader = _opened(source.content)
            pages = _pages(reader)
            metadata = _metadata(reader)
    except PyPdfError as error:
        kind = type(error).__name__
        raise ValueError(f"this is a PDF file, but a damaged one ({kind})") from error
    text = clean(unwrapped(pages))
    if not text.strip():
        raise ValueError("there is no text in it, only pictures; save its text first")
    own, how = _titled(metadata, text)
    notes = (*_made(metadata), *_empty(pages))
    yield found_as({"text": text, **own}, defaults, how, notes)


def _opened(content: bytes) -> PdfReader:
    """Return a reader of a file that needs no password and is not too long."""
    reader = PdfReader(io.BytesIO(content))
    # Many files are locked with an empty password, against changes only.
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("this PDF file has a password; save it without one first")
    n_pages = len(reader.pages)
    if n_pages > MAX_PAGES:
        most = f"more than the {MAX_PAGES} that are read"
        raise ValueError(f"it has {n_pages} pages, {most}; split it first")
    return reader


def _pages(reader: PdfReader) -> list[list[str]]:
    pages, length = [], 0
    for page in reader.pages:
        lines = _lines(page)
        length += sum(len(words) for words, _height in lines)
        if length > MAX_TEXT:
            most = f"{MAX_TEXT:,} characters, the most of one file"
            raise ValueError(f"its text is longer than {most}; split it first")
        pages.append(lines)
    return with_gaps(pages)


def _lines(page: PageObject) -> list[tuple[str, float]]:
    """Return the lines of a page in the order of its text, each with its height."""
    lines, words, height = [], "", None

    def visit(text: str, cm: list[float], tm: list[float], *_font: object) -> None:
        nonlocal words, height
        first, *others = text.split("\n")
        words += first
        if height is None and words.strip():
            height = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        for other in others:
            lines.append((words, height or 0.0))
            words, height = other, None

    page.extract_text(visitor_text=visit)
    return [*lines, (words, height or 0.0)]


def _metadata(reader: PdfReader) -> dict[str, str]:
    """Return the title and the day of making as the file has them, if it has any."""
    known: Any = reader.metadata or {}
    values = {key: known.get(key) for key in ("/Title", "/CreationDate")}
    return {key: clean(str(value or ""))[:500] for key, value in values.items()}


def _titled(
    metadata: dict[str, str], text: str
) -> tuple[dict[str, str], dict[str, str]]:
    title = metadata["/Title"].strip()
    if title and not _BY_PROGRAM.search(title):
        return {"title": title}, {"title": "PDF metadata"}
    first = text.partition("\n")[0].strip()
    if len(first) < 150 and not first.endswith(_SENTENCE_END):
        return {"title": first}, {"title": "first line"}
    return {}, {}


def _made(metadata: dict[str, str]) -> Iterator[str]:
    if made := _MADE.match(metadata["/CreationDate"]):
        day = "-".join(made.groups())
        yield f"the file was made on {day}, which need not be the day of publication"


def _empty(pages: list[list[str]]) -> Iterator[str]:
    """Tell which pages gave no text: pypdf passes over what it cannot read."""
    empty = [str(number) for number, page in enumerate(pages, 1) if not any(page)]
    if empty:
        shown = ", ".join(empty[:10]) + (" and others" if len(empty) > 10 else "")
        yield f"there is no text on page {shown}: a picture, or damaged"
