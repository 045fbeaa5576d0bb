"""What was found in a source becomes an article here, once nothing about it is asked.

Whoever gives what was not found, or corrects what was, is told apart from the source.
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from extract.found import Header, Unreadable, article_from
from extract.sources import JSONL_SUFFIXES, articles_in
from geo import drafts
from geo.ingest import Report, ingest
from geo.originals import Retrieved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date, datetime

    from extract.records import Article
    from extract.sources import Found, Source
    from geo.ingest import Steps
    from geo.store import Store

FIELDS = ("title", "publisher", "published", "lang", "url")
"""What of an article can be corrected before it counts."""
LINES_TYPE = "application/jsonl"
"""The media type of what has an article in each line."""
_GUESSES = {("publisher", "address"), ("lang", "assumed")}
OPTION, FEED = "option", "feed"
"""How a field was found that the source itself did not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Where articles go: by which steps, into which store, for whom.

    `clock` gives the moment, with its zone; `advance` is called after each article.
    """

    store: Store
    steps: Steps
    clock: Callable[[], datetime]
    defaults: Header = field(default_factory=Header)
    advance: Callable[[], None] = lambda: None

    @property
    def who(self) -> str:
        """Whose the drafts are."""
        return self.store.who


@dataclass(slots=True, kw_only=True)
class Taken:
    """What became of sources: what `ingest` reports, and drafts by their numbers.

    Of each draft there is the name of its source, and what is asked. `notes` are lines
    on what may be wrong with what was found.
    """

    report: Report = field(default_factory=Report)
    drafts: dict[int, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing failed, and nothing waits for somebody to look at it."""
        return not self.report.failures and not self.drafts

    def add(self, other: Taken) -> None:
        """Take up what became of another source."""
        for name in ("added", "already_there", "failures", "inexact"):
            getattr(self.report, name).extend(getattr(other.report, name))
        self.drafts |= other.drafts
        self.notes.extend(other.notes)


def found_in(
    source: Source, defaults: Header, feed: Header | None = None
) -> Iterator[Found | Unreadable]:
    """Yield the articles of a source; what it does not tell is filled in.

    Parameters
    ----------
    source
        Bytes as they came.
    defaults
        What somebody said holds where the source tells nothing.
    feed
        What the feed that led to it tells of it; it comes before `defaults`.
    """
    # Some encodings are told by the language alone.
    for one in articles_in(source, Header(lang=defaults.lang)):
        if isinstance(one, Unreadable):
            yield one
            continue
        told = filled(one, feed, FEED) if feed else one
        yield filled(told, defaults, OPTION)


def filled(found: Found, header: Header, how: str) -> Found:
    """Return what was found, with what is missing from a header."""
    own = {
        name: value
        for name in FIELDS
        if (value := getattr(header, name))
        and (not getattr(found, name) or (name, found.how.get(name)) in _GUESSES)
        and value != getattr(found, name)
    }
    return _with(found, own, how)


def corrected(found: Found, changes: Mapping[str, str | date | None]) -> Found:
    """Return what was found as a reader corrected it.

    Parameters
    ----------
    found
        As it was found.
    changes
        What counts of the `FIELDS`; those that are as found are no corrections.
    """
    own = {
        name: value for name, value in changes.items() if value != getattr(found, name)
    }
    return _with(found, own, "reader")


def _with(found: Found, own: Mapping[str, Any], how: str) -> Found:
    return replace(
        found,
        **own,
        how={**found.how, **dict.fromkeys(own, how)},
        asks=tuple(name for name in found.asks if not own.get(name)),
    )


def retrieved(
    found: Found, source: Source, at: datetime, before: Found | None = None
) -> Retrieved:
    """Return the article, with the bytes that it was read from.

    Parameters
    ----------
    found
        As it is to count.
    source
        What it was found in.
    at
        When that came.
    before
        As it was found, if it was corrected.

    Raises
    ------
    ValueError
        If something is still asked, or a field cannot be stored.
    """
    changed = {
        name: str(getattr(before, name) or "")
        for name in FIELDS
        if before and getattr(before, name) != getattr(found, name)
    }
    # What is said of it is checked anew, whoever said it.
    said = {name: str(getattr(found, name) or "") for name in FIELDS}
    return Retrieved(
        article=article_from(found, said),
        content=_own_bytes(found, source),
        media_type=source.media_type or _kind_by_name(source.name),
        source=_without_folder(source.name),
        at=at,
        final_url=source.url,
        found={
            "how": dict(found.how),
            "notes": list(found.notes),
            "corrected": changed,
        },
    )


def _kind_by_name(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _without_folder(name: str) -> str:
    """Return an address as it is, and of a path the name: stores are handed on."""
    return name if "://" in name else PurePath(name).name


def is_of_lines(name: str) -> bool:
    """Say whether each line of a file is an article, by its name."""
    return PurePath(name).suffix.lower() in JSONL_SUFFIXES


def _own_bytes(found: Found, source: Source) -> bytes:
    """Return the bytes that an article was read from: its own line, where it has one.

    Lines of JSON stand for themselves; the rows of other tables do not.
    """
    is_lines = source.media_type == LINES_TYPE or is_of_lines(source.name)
    if found.line is None or not is_lines:
        return source.content
    return source.content.split(b"\n", found.line)[found.line - 1]


def take(source: Source, into: Taking, feed: Header | None = None) -> Taken:
    """Store the articles of a source; what still asks becomes a draft."""
    now, taken = into.clock(), Taken()
    ready: list[Retrieved | Unreadable] = []
    for one in found_in(source, into.defaults, feed):
        if isinstance(one, Unreadable):
            ready.append(one)
            continue
        taken.notes.extend(f"{source.name}: {note}" for note in one.notes)
        if one.asks and one.line is None:
            number = drafts.keep(into.store, source, one, who=into.who, at=now)
            taken.drafts[number] = (source.name, one.asks)
        else:
            ready.append(_ready(one, source, now))
    taken.report = stored(ready, into)
    if taken.report.added and not taken.drafts:
        # An earlier look at the same bytes lacked what is known now.
        drafts.settle(into.store, source.content, who=into.who, at=now)
    return taken


def _ready(found: Found, source: Source, now: datetime) -> Retrieved | Unreadable:
    """Return an article that may count; of a table's rows, those that ask are refused.

    They would be too many to be looked at one by one.
    """
    try:
        return retrieved(found, source, now)
    except ValueError as error:
        return Unreadable(source=source.name, reason=str(error), line=found.line)


def stored(ready: Iterable[Retrieved | Article | Unreadable], into: Taking) -> Report:
    """Store what may count."""
    return ingest(
        ready,
        into.steps,
        store=into.store,
        now=into.clock(),
        on_progress=lambda _done: into.advance(),
    )


def accept(
    draft: drafts.Draft,
    changes: Mapping[str, str | date | None],
    into: Taking,
) -> Report:
    """Have a draft count as corrected; it is closed once its article is stored.

    Raises
    ------
    DraftError
        If something is still asked; the draft stays.
    """
    right = corrected(draft.found, changes)
    try:
        whole = retrieved(right, draft.source, draft.at, draft.found)
    except ValueError as error:
        raise drafts.DraftError(f"draft {draft.number}: {error}") from error
    report = stored([whole], into)
    if not report.failures:
        drafts.close(into.store, draft, at=into.clock())
    return report
