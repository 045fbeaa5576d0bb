"""What a command was given is told apart here: files, pages, and feeds."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from extract.read import STDIN, Unreadable, read_articles, unopened
from extract.rows import is_article
from extract.sources import Source
from geo.feeds import is_feed
from geo.fetching import Fetched, FetchError, fetch
from geo.following import due, is_followed, look
from geo.taking import LINES_TYPE, Taken, is_of_lines, stored, take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geo.following import Following, Looked
    from geo.taking import Taking

MAX_BYTES = 50_000_000
"""The largest file that is kept as it came; of lines of JSON there may be more."""
MAX_ADDRESSES = 10_000
"""In one list."""


@dataclass(slots=True, kw_only=True)
class Gathered:
    """What became of inputs, and which of them are feeds."""

    taken: Taken = field(default_factory=Taken)
    feeds: list[str] = field(default_factory=list)


def is_address(name: str) -> bool:
    """Say whether an input is the address of a page or feed, and no file."""
    return name.lower().startswith(("http://", "https://"))


def addresses_in(path: Path) -> list[str]:
    """Return the addresses in a file, one a line, without those behind a `#`.

    Raises
    ------
    ValueError
        With its line, if one is none, or there are too many.
    """
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    found = {
        number: line.strip()
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.lstrip().startswith("#")
    }
    for number, line in found.items():
        if not is_address(line):
            raise ValueError(f"{path}, line {number}: {line[:100]!r} is no address")
    if len(found) > MAX_ADDRESSES:
        raise ValueError(f"{path}: more than {MAX_ADDRESSES} addresses")
    return list(dict.fromkeys(found.values()))


def gather(
    names: Iterable[str],
    following: Following,
    told: Callable[[Looked], None],
    *,
    go_on: bool = False,
) -> Gathered:
    """Take files and pages, and look at feeds.

    Parameters
    ----------
    names
        Of files, or addresses.
    following
        How, and where to.
    told
        Is handed what each look at a feed came to.
    go_on
        Whether feeds that are known already are left until they are due.
    """
    gathered = Gathered()
    for name in names:
        if not is_address(name):
            gathered.taken.add(take_file(name, following.into))
        elif is_followed(following.store, name):
            gathered.feeds.append(name)
            now = following.now()
            if not go_on or due(following.store, name, now) <= now:
                told(look(name, following))
        else:
            _take_address(name, following, told, gathered)
    return gathered


def _take_address(
    url: str,
    following: Following,
    told: Callable[[Looked], None],
    gathered: Gathered,
) -> None:
    """Take a page, or look at a feed for the first time."""
    try:
        fetched = fetch(url, following.manners)
    except FetchError as error:
        failure = Unreadable(source=url, reason=error.reason)
        gathered.taken.report.failures.append(failure)
        return
    if fetched.source and is_feed(fetched.source):
        gathered.feeds.append(url)
        told(look(url, following, _already(fetched)))
    elif fetched.source:
        gathered.taken.add(take(fetched.source, following.into))


def _already(fetched: Fetched) -> Callable[[], Fetched]:
    return lambda: fetched


def take_file(name: str, into: Taking) -> Taken:
    """Take the articles of a file, or of standard input."""
    path = Path(name)
    try:
        if name == STDIN:
            return _take_stdin(sys.stdin.buffer.read(), into)
        if is_of_lines(name) and path.stat().st_size > MAX_BYTES:
            return _streamed(path, into)
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        taken = Taken()
        taken.report.failures.append(unopened(name, error))
        return taken
    return take(Source(name=as_text(name), content=content), into)


def as_text(name: str) -> str:
    """Return a file's name as it can be kept: bytes that are no text are written out.

    Such names are made by programs of other encodings, or by somebody who means harm.
    """
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _take_stdin(content: bytes, into: Taking) -> Taken:
    is_lines = is_article(content.partition(b"\n")[0])
    if is_lines and len(content) > MAX_BYTES:
        return _streamed(Path(STDIN), into, io.BytesIO(content))
    kind = LINES_TYPE if is_lines else ""
    source = Source(name="standard input", content=content, media_type=kind)
    return take(source, into)


def _streamed(path: Path, into: Taking, stdin: io.BytesIO | None = None) -> Taken:
    """Take what may be too long to be kept as it came, an article at a time."""
    articles = read_articles(path, defaults=into.defaults, dated=True, stdin=stdin)
    return Taken(report=stored(articles, into))
