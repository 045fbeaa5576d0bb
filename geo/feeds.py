"""RSS and Atom feeds are read here: where their entries are, and what they say of them.

feedparser reads bytes that were fetched before; it never asks a server.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import re
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_tz
from typing import TYPE_CHECKING, Any

import httpx

from extract.found import Header, parse_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.sources import Source

MAX_LENGTH = 2_000_000
"""Characters of a feed that are read; feedparser takes ever more time over some."""
MAX_ENTRIES = 200
"""Entries of one feed that are looked at, at one time."""
MAX_TAGS = 20_000
"""Of one feed; what is beyond is not read, since nested tags take ever more time."""
LONGEST = 500
"""Characters of a title, a name or an id, at most."""

# The root of a feed, behind declarations and comments.
_ROOT = re.compile(r"<(?:rss|feed|rdf:RDF|\w+:feed)[\s>]", re.IGNORECASE)
_HTML = re.compile(r"<(?:html|!doctype\s+html)[\s>]", re.IGNORECASE)
_ENTITY = re.compile(r"<!\s*ENTITY", re.IGNORECASE)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}encoding=["']([\w.:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset=["']?([\w.:-]{1,40})""", re.IGNORECASE)
# Encodings that feeds are in. Python knows others, some of which hide what they say.
_KNOWN = re.compile(
    r"utf-?8|us-ascii|latin-?1|iso-?8859-?\d+|(?:windows|cp)-?\d+|koi8-?[ru]|gb\w+|"
    r"big5|euc-\w+|shift_?jis",
    re.IGNORECASE,
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_HEAD = 4_000
_TAG = re.compile(r"<[^<>]{0,500}>")


class FeedError(Exception):
    """A feed cannot be read; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed: by what it is known, where it is, what the feed says."""

    key: str
    url: str
    header: Header


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed holds, the first first; if it is cut, it holds more than that."""

    title: str
    entries: tuple[Entry, ...]
    is_cut: bool = False


def is_feed(source: Source) -> bool:
    """Say whether bytes look like a feed."""
    start = _text(source)[:_HEAD]
    root = _ROOT.search(start)
    page = _HTML.search(start)
    return bool(root) and not (page and root and page.start() < root.start())


def read_feed(source: Source) -> Feed:
    """Return the entries of a feed.

    Raises
    ------
    FeedError
        If it is none, or defines entities, by which a small feed can grow huge.
    """
    import feedparser

    text = _text(source)
    if _ENTITY.search(text):
        raise FeedError(f"{source.name!r} defines XML entities, and is not read")
    # feedparser takes time without end over what stands before the root.
    if not _ROOT.search(text[:_HEAD]):
        raise FeedError(f"{source.name!r} is no feed that can be read")
    short = _cut(text)
    # As UTF-8, so that what was looked at above is what is read.
    parsed = feedparser.parse(
        io.BytesIO(_DECLARATION.sub("", short).encode("utf-8", "replace")),
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": source.url,
        },
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.version and not parsed.entries:
        raise FeedError(f"{source.name!r} is no feed that can be read")
    # The entry in which it was cut may lack its end.
    whole = parsed.entries[:-1] if short != text else parsed.entries
    title = _line(parsed.feed.get("title"))
    read = [_entry(entry, source.url, title) for entry in whole[:MAX_ENTRIES]]
    return Feed(
        title=title,
        # A feed may list one entry twice.
        entries=tuple({entry.key: entry for entry in read}.values()),
        is_cut=short != text or len(whole) > MAX_ENTRIES,
    )


def _cut(text: str) -> str:
    """Return the text of a feed as far as it is read."""
    beyond = next(itertools.islice(re.finditer("<", text), MAX_TAGS, None), None)
    return text[: beyond.start() if beyond else MAX_LENGTH][:MAX_LENGTH]


def _text(source: Source) -> str:
    content = source.content
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace").lstrip("\ufeff")
    declared = _DECLARED.match(content[:400].lstrip())
    charset = _CHARSET.search(source.media_type)
    name = declared[1].decode("ascii") if declared else charset[1] if charset else ""
    try:
        return content.decode(name if _KNOWN.fullmatch(name) else "utf-8", "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _entry(entry: Mapping[str, Any], base: str, publisher: str) -> Entry:
    url = _joined(base, str(entry.get("link") or ""))
    key = str(entry.get("id") or "") or url or _line(entry.get("title"))
    if len(key) > LONGEST:
        key = hashlib.sha256(key.encode()).hexdigest()
    header = Header(
        title=_line(entry.get("title")),
        published=_day(entry),
        publisher=_line(entry.get("publisher")) or publisher,
        url=url,
    )
    return Entry(key=key, url=url, header=header)


def _joined(base: str, link: str) -> str:
    try:
        return str(httpx.URL(base).join(link.strip())) if link.strip() else ""
    except (httpx.InvalidURL, ValueError):
        return ""


def _line(value: object) -> str:
    """Return a text of a feed as one line without tags."""
    words = " ".join(_TAG.sub(" ", str(value or "")).split())
    return words.encode("utf-8", "ignore").decode()[:LONGEST]


def _day(entry: Mapping[str, Any]) -> date | None:
    """Return the day of publication as it is written, in its own zone.

    feedparser's own reading is not taken: it makes 3 March of 31 February.
    """
    # Its own `get` takes one for the other, and warns of that.
    told = {name: value for name, value in entry.items() if value}
    written = str(told.get("published") or told.get("updated") or "").strip()
    try:
        return parse_day(written)
    except ValueError:
        moment = parsedate_tz(written)
    try:
        return date(*moment[:3]) if moment else None
    except ValueError:
        return None
