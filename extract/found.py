"""An article as it was found, and how it becomes an article, are decided here."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from extract.records import Article

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES = 50_000_000
"""The longest file or article read, in bytes: five times the longest seen in use."""

NO_DAY = "no day of publication; give it with --published YYYY-MM-DD"
FIELDS = ("id", "title", "text", "published", "publisher", "url", "lang")
CORRECTABLE = frozenset(FIELDS) - {"text"}
"""What may be said of an article otherwise than it was found; its text never is."""

SURROGATE = re.compile(r"[\ud800-\udfff]")
_ENGLISH = "en"
# An ISO day, alone or before a time; the day is taken as written, in its own zone.
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ][\d:.,]+ ?(?:Z|[+-]\d{2}:?\d{2})?)?")
# What no text has a use for: control characters but tab and line end, those of C1 and
# what Unicode says is no character. Marks of direction are text.
_NO_TEXT = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What is known of an article beside its text, where it says nothing itself."""

    title: str = ""
    published: date | None = None
    publisher: str = ""
    url: str = ""
    lang: str = _ENGLISH


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
class Source:
    """Bytes as they came.

    `name` is the file's name or the address asked for, `media_type` what the server
    said they are (empty if nobody did), `url` where they finally came from.
    """

    name: str
    content: bytes
    media_type: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article as it was found, to be looked at before it counts.

    `how` says for a field where it was found ("meta tag", "first heading", "option").
    `asks` names the fields that somebody has to give: without a day of publication
    nothing is stored. `notes` are plain sentences on what may be wrong. `line` is the
    line of the source that it stood in, counted from 1, where there are several.
    """

    text: str
    article_id: str = ""
    title: str = ""
    publisher: str = ""
    url: str = ""
    published: date | None = None
    lang: str = _ENGLISH
    how: Mapping[str, str] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    line: int | None = None


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


def found_as(
    own: Mapping[str, str],
    defaults: Header,
    how: Mapping[str, str] = _NOTHING,
    notes: tuple[str, ...] = (),
) -> Found:
    """Return what was found, filled up by what holds where nothing was.

    Parameters
    ----------
    own
        The text, and what the source itself says, by the names in `FIELDS`; what is
        blank is not said.
    defaults
        What holds for the rest.
    how
        Where each field of `own` stood.
    notes
        What may be wrong, in plain sentences.

    Raises
    ------
    ValueError
        If there is no text, or a field cannot be stored or is no day.
    """
    _check_text(own["text"])
    said = {key: own[key].strip() for key in FIELDS if own.get(key, "").strip()}
    published = parse_day(said["published"]) if "published" in said else None
    where = {key: how[key] for key in said if key in how} | _where_else(said, defaults)
    day = published or defaults.published
    return Found(
        text=own["text"],
        article_id=said.get("id", ""),
        title=said.get("title", defaults.title),
        publisher=said.get("publisher", defaults.publisher),
        url=said.get("url", defaults.url),
        published=day,
        lang=said.get("lang", defaults.lang),
        how=where,
        asks=() if day else ("published",),
        notes=notes,
    )


def article_from(
    found: Found, corrections: Mapping[str, str] = _NOTHING, *, dated: bool = True
) -> Article:
    """Return the article that was found, as somebody corrected it.

    Parameters
    ----------
    found
        From `extract.sources.articles_in`.
    corrections
        What somebody says of it, by the names in `CORRECTABLE`; days are ISO. A blank
        one takes away what was found, but for the day of publication and the language.
    dated
        Whether what was found without a day of publication has to get one.

    Raises
    ------
    ValueError
        If something that was asked for is still missing, or a correction is of no
        field or holds what is no text or no day.
    """
    if wrong := sorted(set(corrections) - CORRECTABLE):
        known = ", ".join(sorted(CORRECTABLE))
        raise ValueError(f"{wrong[0]!r} cannot be corrected; these can: {known}")
    _check_text(found.text)
    given = {key: checked_field(key, value) for key, value in corrections.items()}
    header = Header(
        title=given.get("title", found.title),
        publisher=given.get("publisher", found.publisher),
        url=given.get("url", found.url),
        lang=given.get("lang") or found.lang,
        published=_corrected_day(found, given.get("published", "")),
    )
    if dated and header.published is None:
        raise ValueError(NO_DAY)
    return Article(
        article_id=given.get("id", found.article_id) or article_id(found.text, header),
        text=found.text,
        published=header.published,
        title=header.title,
        publisher=header.publisher,
        url=header.url,
        lang=header.lang,
    )


def article_from_text(text: str, header: Header) -> Article:
    """Return an article with an id made from its contents.

    Raises
    ------
    ValueError
        If the text is empty, or holds what cannot be stored as text.
    """
    return article_from(found_as({"text": text}, header), dated=False)


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


def checked_field(key: str, value: str) -> str:
    """Return a field without white space around it, unless it cannot be stored."""
    if "\0" in value or SURROGATE.search(value):
        raise ValueError(f"`{key}` holds characters that are no text")
    return value.strip()


def check_size(content: bytes, most: int = 0) -> None:
    """Raise a ValueError if an input has more bytes than `most`, or than any may."""
    most = most or MAX_BYTES
    if len(content) > most:
        limit = f"{most // 1_000_000} MB"
        raise ValueError(f"longer than {limit}, the most that one article may have")


def check_length(text: str) -> None:
    """Raise a ValueError if a text has more bytes than one article may."""
    if len(text) * 4 > MAX_BYTES:
        check_size(text.encode("utf-8", "surrogatepass"))


def clean(text: str) -> str:
    """Return text that a reader of a format made, with spaces for what is no text."""
    return _NO_TEXT.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def _check_text(text: str) -> None:
    if not text.strip():
        raise ValueError("there is no text in it")
    if "\0" in text or SURROGATE.search(text):
        raise ValueError("it holds characters that are no text")


def _where_else(said: Mapping[str, str], defaults: Header) -> dict[str, str]:
    """Say of the fields that come from the defaults that they do."""
    fields = ("title", "publisher", "url", "published", "lang")
    given = {key: "option" for key in fields if key not in said}
    where = {key: how for key, how in given.items() if getattr(defaults, key)}
    if "lang" in where and defaults.lang == _ENGLISH:
        where["lang"] = "assumed"
    return where


def _corrected_day(found: Found, given: str) -> date | None:
    return parse_day(given) if given else found.published
