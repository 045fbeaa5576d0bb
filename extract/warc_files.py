"""Pages kept by a crawler are read from WARC files here, a record a page.

Where one record ends and the next begins is decided here, since files are cut off, and
lengths lie; warcio reads the record itself.
"""

from __future__ import annotations

import io
import re
import zlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from extract.found import MAX_BYTES, Source, Unreadable, check_size
from extract.sources import articles_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from extract.found import Found, Header

MAX_HEAD = 1_000_000
"""The most bytes before a record's content; crawlers write some hundred."""

_READ = frozenset(
    (
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
)
_BROKEN = (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError)
_MARK = b"WARC/1."
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.I | re.M)
_PIECE = 1_000_000
_NAMED = 5


def in_records(
    file: BinaryIO, name: str, defaults: Header
) -> Iterator[Found | Unreadable]:
    """Yield the article of each answer that holds a page, or what is wrong with it.

    Pages are read as `extract.sources.articles_in` reads them from a server; their
    `line` is the number of the record. Pictures and the like are counted, and told in
    one line at the end.

    Parameters
    ----------
    file
        A WARC file, unpacked.
    name
        What it is called where something is wrong.
    defaults
        What holds where a page says nothing itself.
    """
    aside: Counter[str] = Counter()
    for number, framed in enumerate(_framed(file), 1):
        try:
            record = framed.opened()
            other = _no_page(record)
            if not other:
                source = _page(framed, record)
        except _BROKEN as error:
            reason = " ".join(str(error).split())[:200]
            yield Unreadable(source=name, line=number, reason=reason)
            continue
        if other:
            aside[other] += 1
            continue
        for item in articles_in(source, defaults):
            yield _numbered(item, number, name)
    if aside:
        yield Unreadable(source=name, reason=_told(aside))


@dataclass(frozen=True, slots=True)
class _Framed:
    """A record as it stands in a file, and what is wrong with that."""

    head: bytes
    content: bytes
    fault: str = ""

    def opened(self) -> Any:  # noqa: ANN401 - warcio has no types
        """Return the record as warcio reads it.

        Raises
        ------
        ValueError
            If it is not whole; warcio has errors of its own.
        """
        if self.fault:
            raise ValueError(self.fault)
        # What is too long is told once it is known to be a page.
        length = b"Content-Length: %d" % len(self.content)
        head = _LENGTH.sub(length, self.head, count=1)
        return next(ArchiveIterator(io.BytesIO(head + self.content)))


def _framed(file: BinaryIO) -> Iterator[_Framed]:
    """Yield the records of a file; after a broken one it goes on with the next."""
    line = _next_line(file)
    while line:
        if not line.startswith(_MARK):
            yield _Framed(b"", b"", "not a record of WARC")
            line = _skipped(file, line)
            continue
        head, line, fault = _head(file, line)
        length = _LENGTH.search(head)
        if fault or not length:
            yield _Framed(head, b"", fault or "it does not say how long it is")
            line = _skipped(file, line)
            continue
        content, is_whole = _content(file, int(length[1]))
        behind = file.readline(_PIECE)
        line = b""
        if not is_whole:
            fault = "the file ends in the middle of it"
        elif behind.strip():
            fault, line = "it is not as long as it says", behind
        yield _Framed(head, content, fault)
        line = line or _next_line(file)


def _next_line(file: BinaryIO) -> bytes:
    """Return the next line that is not blank; nothing at the end of the file."""
    while line := file.readline(_PIECE):
        if line.strip():
            return line
    return b""


def _skipped(file: BinaryIO, line: bytes) -> bytes:
    """Return the next line that begins a record, from `line` on; nothing at the end."""
    while line and not line.startswith(_MARK):
        line = file.readline(_PIECE)
    return line


def _head(file: BinaryIO, line: bytes) -> tuple[bytes, bytes, str]:
    """Return the lines before a record's content, the last, and what is wrong."""
    lines, length = [line], len(line)
    while line.strip():
        line = file.readline(MAX_HEAD)
        length += len(line)
        if not line:
            return b"".join(lines), line, "the file ends in the middle of it"
        if length > MAX_HEAD or line.startswith(_MARK):
            return b"".join(lines), line, "its head does not end where it should"
        lines.append(line)
    return b"".join(lines), line, ""


def _content(file: BinaryIO, length: int) -> tuple[bytes, bool]:
    """Return what of a content is kept at most, and whether the file has all of it."""
    content = _read(file, min(length, MAX_BYTES + MAX_HEAD))
    left = length - len(content)
    while left > 0 and (piece := file.read(min(left, _PIECE))):
        left -= len(piece)
    return content, left == 0


def _read(file: BinaryIO, length: int) -> bytes:
    """Read a little at a time: a length that lies would take memory for nothing."""
    pieces = []
    while length > 0 and (piece := file.read(min(length, _PIECE))):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def _no_page(record: Any) -> str:  # noqa: ANN401
    """Say what a record is, if it holds no page; nothing if it does."""
    if record.rec_type != "response":
        return f"{str(record.rec_type)[:20]} records"
    if record.http_headers is None:
        return "answers of no web server"
    code = record.http_headers.get_statuscode()
    if code != "200":
        return f"answers with status {code[:3]}"
    kind = _media_type(record).partition(";")[0].strip().lower()
    return "" if kind in _READ else kind[:40] or "answers of no kind"


def _media_type(record: Any) -> str:  # noqa: ANN401
    return record.http_headers.get_header("Content-Type") or ""


def _page(framed: _Framed, record: Any) -> Source:  # noqa: ANN401
    """Return the page that a record holds, as if its server had sent it now.

    Raises
    ------
    ValueError
        If it is not whole, or too long.
    """
    if record.rec_headers.get_header("WARC-Truncated"):
        raise ValueError("its page was cut off when it was fetched")
    encoding = (record.http_headers.get_header("Content-Encoding") or "").lower()
    record.http_headers.remove_header("Content-Encoding")
    packed = record.content_stream().read()
    check_size(packed)
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    return Source(
        name=url,
        content=_unpacked(packed, encoding),
        media_type=_media_type(record),
        url=url,
    )


def _unpacked(packed: bytes, encoding: str) -> bytes:
    """Return a page as its server meant it; some crawlers unpack it themselves."""
    if encoding in ("gzip", "x-gzip") and packed.startswith(b"\x1f\x8b"):
        return _inflated(packed, 16 + zlib.MAX_WBITS)
    if encoding == "deflate":
        is_wrapped = packed[:1] == b"\x78"
        return _inflated(packed, zlib.MAX_WBITS if is_wrapped else -zlib.MAX_WBITS)
    return packed


def _inflated(packed: bytes, bits: int) -> bytes:
    unpacker = zlib.decompressobj(bits)
    try:
        content = unpacker.decompress(packed, MAX_BYTES + 1)
    except zlib.error as error:
        raise ValueError("its page is not packed as it says") from error
    check_size(content)
    if not unpacker.eof:
        raise ValueError("its page was cut off when it was fetched")
    return content


def _numbered(item: Found | Unreadable, number: int, name: str) -> Found | Unreadable:
    """Say where the page of an article stands, and of what is wrong with it its url."""
    if isinstance(item, Unreadable):
        reason = f"{item.reason} ({item.source[:200]})"
        return Unreadable(source=name, line=number, reason=reason)
    return replace(item, line=number)


def _told(aside: Counter[str]) -> str:
    """Return a line on what is no page: the most frequent kinds, and how many."""
    most = sorted(aside.items(), key=lambda one: (-one[1], one[0]))
    named = ", ".join(f"{number} {kind}" for kind, number in most[:_NAMED])
    rest = sum(number for _, number in most[_NAMED:])
    return f"no pages, and not read: {named}" + (f", {rest} others" if rest else "")
