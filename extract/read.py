"""Files and streams become articles here; what cannot be read is said, not raised."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import re
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from extract.records import Article

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

logger = logging.getLogger(__name__)

MAX_BYTES = 50_000_000
"""The longest article read, in bytes: five times the longest seen in practice."""

_PIECE = 1_000_000

NO_DAY = "no day of publication; give it with --published YYYY-MM-DD"
STDIN = "-"
JSONL_SUFFIXES = frozenset({".jsonl", ".ndjson"})
FIELDS = ("id", "title", "text", "published", "publisher", "url", "lang")
HEADER_LINES = 20

# First bytes of files that are often handed over in place of their text.
_FOREIGN = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP, DOCX or ODT file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
)
_HTML = re.compile(rb"\s*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)
# UTF-32's mark begins with UTF-16's, so it is looked for first.
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# Control characters that no text has: all of C0 but tab, line ends and page break,
# and not ESC and Ctrl-Z, which terminals and DOS leave behind.
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x19\x1c-\x1f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")
# `key: value`; the value may be in quotes.
_HEADER_LINE = re.compile(r"([A-Za-z_]+)[ \t]*:[ \t]*(.*?)[ \t]*")
# An ISO day, alone or before a time; the day is taken as written, in its own zone.
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ][\d:.,]+ ?(?:Z|[+-]\d{2}:?\d{2})?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What is known of an article beside its text, where it says nothing itself."""

    title: str = ""
    published: date | None = None
    publisher: str = ""
    url: str = ""
    lang: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An input, or a line of it counted from 1, that gave no article, and why."""

    source: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.source}, line {self.line}" if self.line else self.source
        return f"{where}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Input:
    """Where articles come from, what to assume of them and what to ask of them."""

    source: str
    defaults: Header
    dated: bool


def read_articles(
    path: Path,
    *,
    defaults: Header,
    dated: bool = False,
    stdin: BinaryIO | None = None,
) -> Iterator[Article | Unreadable]:
    """Read the articles of one input, one at a time.

    A `.jsonl` file, or standard input whose first line is a JSON object with a
    `text`, holds one article a line; anything else is one article. Line ends are kept
    as they are, so that offsets point into the input's own text; a byte order mark and
    a header between two `---` lines are not part of the text.

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
    source = "standard input" if str(path) == STDIN else str(path)
    try:
        with _open(path, stdin) as file:
            asked = _Input(source=source, defaults=defaults, dated=dated)
            yield from _articles(file, asked)
    except OSError as error:
        yield Unreadable(source=source, reason=(error.strerror or str(error)).lower())


def parse_day(text: str) -> date:
    """Return the day that an ISO date, or an ISO date and time, names.

    Raises
    ------
    ValueError
        If there is no such day; the message has the text and the form wanted.
    """
    match = _DAY.fullmatch(text.strip())
    try:
        return date.fromisoformat(match[1] if match else "")
    except ValueError as error:
        message = f"{text[:40]!r} is not a date; write it as YYYY-MM-DD"
        raise ValueError(message) from error


def article_from_text(text: str, header: Header) -> Article:
    """Return an article with an id made from its contents.

    Raises
    ------
    ValueError
        If the text is empty, or holds what cannot be stored as text.
    """
    return _article({"text": text}, header)


def article_id(text: str, header: Header) -> str:
    """Return a stable id for an article that brings none.

    The same text, day, publisher and title give the same id on every machine; what is
    empty is left out, so that a field added later does not change the old ids. The
    first two digits are the version of this rule.
    """
    published = header.published.isoformat() if header.published else ""
    content = {
        "published": published,
        "publisher": header.publisher,
        "text": text,
        "title": header.title,
    }
    known = {key: value for key, value in content.items() if value}
    canonical = json.dumps(known, sort_keys=True, separators=(",", ":"))
    return "01" + hashlib.sha256(canonical.encode()).hexdigest()[:30]


@contextlib.contextmanager
def _open(path: Path, stdin: BinaryIO | None) -> Iterator[BinaryIO]:
    if stdin or str(path) == STDIN:
        yield stdin or sys.stdin.buffer
        return
    with path.open("rb") as file:
        yield file


def _articles(file: BinaryIO, asked: _Input) -> Iterator[Article | Unreadable]:
    first = file.readline(MAX_BYTES + 1)
    if _is_jsonl(asked.source, first):
        yield from _from_lines(file, first, asked)
        return
    content = first + file.read(MAX_BYTES + 1 - len(first))
    try:
        yield _from_content(content, asked)
    except ValueError as error:
        yield Unreadable(source=asked.source, reason=str(error))


def _is_jsonl(source: str, first: bytes) -> bool:
    if source != "standard input":
        return Path(source).suffix.lower() in JSONL_SUFFIXES
    try:
        record = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and "text" in record


def _from_lines(
    file: BinaryIO, first: bytes, asked: _Input
) -> Iterator[Article | Unreadable]:
    line, number, seen = first, 1, False
    while line:
        if line.strip(b" \t\r\n\xef\xbb\xbf"):
            seen = True
            yield _from_line(line, number, asked)
        _skip_rest(file, line)
        line, number = file.readline(MAX_BYTES + 1), number + 1
    if not seen:
        yield Unreadable(source=asked.source, reason="the file is empty")


def _skip_rest(file: BinaryIO, line: bytes) -> None:
    """Pass over what is left of a line that is too long, a little at a time."""
    is_cut = len(line) > MAX_BYTES
    while is_cut and line and not line.endswith(b"\n"):
        line = file.readline(_PIECE)


def _from_line(line: bytes, number: int, asked: _Input) -> Article | Unreadable:
    try:
        article = _article(_record(line, first=number == 1), asked.defaults)
        return _dated(article, asked)
    except ValueError as error:
        return Unreadable(source=asked.source, line=number, reason=str(error))


def _dated(article: Article, asked: _Input) -> Article:
    if asked.dated and article.published is None:
        raise ValueError(NO_DAY)
    return article


def _record(line: bytes, *, first: bool) -> dict[str, str]:
    _check_size(line)
    try:
        text = line.decode("utf-8-sig" if first else "utf-8")
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
    return {key: _string(key, record.get(key)) for key in FIELDS}


def _string(key: str, value: object) -> str:
    """Return a field as text; an id may be a number."""
    if value is None:
        return ""
    if key == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f"`{key}` is not a string: {json.dumps(value)[:40]}")
    if _SURROGATE.search(value) or "\0" in value:
        raise ValueError(f"`{key}` holds characters that are no text")
    return value


def _from_content(content: bytes, asked: _Input) -> Article:
    _check_size(content)
    text = _decode(content, asked.defaults.lang, asked.source)
    record, text = _split_header(text)
    return _dated(_article({**record, "text": text}, asked.defaults), asked)


def _check_size(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1_000_000} MB"
        raise ValueError(f"longer than {limit}, the most that one article may have")


def _article(record: Mapping[str, str], defaults: Header) -> Article:
    text = record["text"]
    if not text.strip():
        raise ValueError("there is no text in it")
    if "\0" in text or _SURROGATE.search(text):
        raise ValueError("it holds characters that are no text")
    header = _header(record, defaults)
    return Article(
        article_id=record.get("id", "").strip() or article_id(text, header),
        text=text,
        published=header.published,
        title=header.title,
        publisher=header.publisher,
        url=header.url,
        lang=header.lang,
    )


def _header(record: Mapping[str, str], defaults: Header) -> Header:
    own = {
        key: value
        for key in ("title", "publisher", "url", "lang")
        if (value := record.get(key, "").strip())
    }
    published = record.get("published", "").strip()
    day = parse_day(published) if published else defaults.published
    return replace(defaults, **own, published=day)


def _split_header(text: str) -> tuple[dict[str, str], str]:
    """Return the fields of a header between `---` lines, and the text after it.

    Anything that is not `key: value` down to the closing line means that the text
    only begins with a rule, and nothing is split off.
    """
    lines = text[: HEADER_LINES * 500].splitlines(keepends=True)[: HEADER_LINES + 2]
    if not lines or lines[0].rstrip() != "---":
        return {}, text
    record: dict[str, str] = {}
    length = len(lines[0])
    for line in lines[1:]:
        length += len(line)
        if line.rstrip() == "---":
            return record, text[length:]
        match = _HEADER_LINE.fullmatch(line.rstrip())
        if not match:
            break
        if match[1].lower() in FIELDS:
            record[match[1].lower()] = _unquoted(match[2])
    return {}, text


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value


def _decode(content: bytes, lang: str, source: str) -> str:
    """Return the text of a file.

    Raises
    ------
    ValueError
        If it is no text, or in an encoding that cannot be told.
    """
    _check_kind(content)
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _checked(_strict(content[len(mark) :], encoding))
    try:
        return _checked(content.decode("utf-8"))
    except UnicodeDecodeError:
        return _checked(_legacy(content, lang, source))


def _check_kind(content: bytes) -> None:
    for start, kind in _FOREIGN:
        if content.startswith(start):
            raise ValueError(f"this is {kind}, not text; save its text first")
    if _HTML.match(content):
        raise ValueError("this is a web page's source, not text; save its text first")


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"not valid {encoding}; save it as UTF-8") from error


def _legacy(content: bytes, lang: str, source: str) -> str:
    """Decode a Windows code page, but only where there is no doubt which.

    English and its neighbours have single accented letters and quotes, never three
    such bytes in a row; whole words of them are another script, which only the
    language given can tell apart.
    """
    if b"\0" in content:
        raise ValueError("this is a binary file, not text")
    if lang == "ar":
        encoding = "cp1256"
    elif not _HIGH_RUN.search(content):
        encoding = "cp1252"
    else:
        raise ValueError("not UTF-8, nor certain to be anything else; save it as UTF-8")
    text = _strict(content, encoding)
    logger.warning("%s is not UTF-8; it was read as %s", source, encoding)
    return text


def _checked(text: str) -> str:
    """Return `text`, unless a NUL or 1 % of control characters give it away."""
    if "\0" in text or len(_CONTROL.findall(text)) * 100 > len(text):
        raise ValueError("this is a binary file, not text")
    return text
