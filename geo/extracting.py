"""Articles become claims here for the command: one at a time, or in many processes.

Nothing is stored and nothing is printed. One article that breaks something is told
and costs no other.
"""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from extract.claims import find_claims
from extract.packs import Lexicons
from extract.read import JSONL_SUFFIXES, NO_DAY, TABLE_SUFFIXES, Unreadable
from geo.gazetteer import Gazetteer

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Generator,
        Iterable,
        Iterator,
        Mapping,
    )
    from pathlib import Path

    from extract.explain import Explained
    from extract.lexicon import Lexicon
    from extract.records import Article, Claim, Conflict
    from geo.engines import FinderFor

    Known = Callable[[Collection[str]], set[str]]

logger = logging.getLogger(__name__)

Item: TypeAlias = "tuple[Path, Article | Unreadable]"

MUCH = 1_000_000
"""Input of more bytes is read by all cores: some two seconds of work for one, while a
process more takes half a second to start."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one input: its claims, and what is to be said about it."""

    name: str
    claims: tuple[Claim, ...] = ()
    said: tuple[str, ...] = ()
    failed: bool = False


class Extractor:
    """Reads articles, each with the conflict pack that fits it.

    By the rules, unless a finder is given (`geo.engines.finder`).
    """

    def __init__(
        self,
        packs: Mapping[str, Conflict],
        gazetteer: Gazetteer,
        finder: FinderFor | None = None,
    ) -> None:
        self._notes: list[str] = []
        self._find = finder(self._notes.append) if finder else None
        self._lexicons = Lexicons(packs, gazetteer.known)
        self._gazetteer = gazetteer

    def read(self, item: Item) -> Reading:
        """Return the claims of an article, or why there are none."""
        path, article = item
        if isinstance(article, Unreadable):
            return Reading(str(path), said=(str(article),), failed=True)
        name = name_of(item)
        no_day = f"{name}: {NO_DAY}; dates such as 'a day earlier' stay open"
        said = () if article.published else (no_day,)
        self._notes.clear()
        try:
            claims = (self._find or find_claims)(article, *self._words(article))
        except Exception as error:  # noqa: BLE001 - one article must not cost the others
            return broken(item, f"{type(error).__name__}: {error}")
        return Reading(name, claims, (*said, *self._notes))

    def explained(self, article: Article) -> tuple[Conflict, list[Explained]]:
        """Return the pack that an article is read with, and how it is read."""
        from extract.explain import explain

        lexicon, known = self._words(article)
        return lexicon.conflict, explain(article, lexicon, known)

    def _words(self, article: Article) -> tuple[Lexicon, Known]:
        lexicon = self._lexicons.of(article)
        countries = lexicon.conflict.countries
        return lexicon, partial(self._gazetteer.known, countries=countries)


def broken(item: Item, why: str) -> Reading:
    """Return the reading of an article that could not be read, and log the error."""
    path, article = item
    logger.debug("%s could not be read", path, exc_info=True)
    number = "" if isinstance(article, Unreadable) else f" ({article.article_id})"
    words = f"{path}{number}: could not be read: {' '.join(why.split())}"
    return Reading(name_of(item), said=(words,), failed=True)


def read_all(
    items: Iterable[Item],
    packs: Mapping[str, Conflict],
    index: Path,
    jobs: int,
    finder: FinderFor | None = None,
) -> Generator[Reading, None, None]:
    """Yield the reading of each input, in their order, while they stream in.

    Parameters
    ----------
    items
        Where each article comes from, and the article or why there is none.
    packs
        The conflict packs to choose from.
    index
        The gazetteer's file; each process opens it for itself.
    jobs
        How many processes read; with 1 it is this one.
    finder
        What finds claims; the rules if not given.
    """
    reader = partial(_reader, packs, index, finder)
    if jobs == 1:
        with reader() as read:
            yield from map(read, items)
        return
    from geo.workers import in_order

    yield from in_order(items, reader, jobs=jobs, lost=broken, size=_size)


@contextmanager
def _reader(
    packs: Mapping[str, Conflict], index: Path, finder: FinderFor | None
) -> Iterator[Callable[[Item], Reading]]:
    with Gazetteer(index) as gazetteer:
        yield Extractor(packs, gazetteer, finder).read


def jobs_for(files: Collection[Path]) -> int:
    """Return how many processes are worth starting: one, or one a core for much."""
    of_many = JSONL_SUFFIXES | TABLE_SUFFIXES
    many = len(files) > 1 or any(f.suffix.lower() in of_many for f in files)
    return _cores() if many and sum(map(_bytes, files)) > MUCH else 1


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _bytes(path: Path) -> int:
    """Return a file's size; none for standard input, which may come slowly."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _size(item: Item) -> int:
    article = item[1]
    return 100 if isinstance(article, Unreadable) else len(article.text)


def name_of(item: Item) -> str:
    """Return what an article is called: its title, else its file and id."""
    path, article = item
    if isinstance(article, Unreadable):
        return str(path)
    return article.title or f"{path} ({article.article_id})"
