"""From an article to its claims: the one way in.

Every sentence is marked (parties, places, dates, triggers), its frames are found, and
the context fills what a sentence leaves open. See frames.py for the triggers, roles.py
for who stands where, context.py for what "the city" and "they" stand for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from extract.actors import mark_actors
from extract.dates import dateline_of
from extract.marks import ActorMark, Line, PlaceMark
from extract.places import mark_places
from extract.reader import Reader
from extract.sentences import paragraphs, sentences
from extract.shortforms import mark_short_forms
from extract.sides import is_neighbour
from extract.telling import EXTRACTOR
from extract.topic import other_topic
from extract.tracing import SILENT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from extract.lexicon import Lexicon
    from extract.records import Article, Claim
    from extract.tracing import Trace

    Finder = Callable[
        [Article, Lexicon, Callable[[Collection[str]], set[str]]], tuple[Claim, ...]
    ]

__all__ = ["EXTRACTOR", "find_claims", "read_lines"]


def find_claims(
    article: Article,
    lexicon: Lexicon,
    toponyms: Callable[[Collection[str]], set[str]],
    trace: Trace = SILENT,
) -> tuple[Claim, ...]:
    """Return what an article claims about who controls which place.

    Parameters
    ----------
    article
        The report; `published` may be None, then only absolute dates are resolved.
    lexicon
        The words of a language and a conflict, from `load_lexicon`.
    toponyms
        Given names as written, returns those that a gazetteer knows.
    trace
        Is told each step; see extract/explain.py.

    Returns
    -------
    tuple[Claim, ...]
        In the order of the text; each quotes its sentence to the letter.
    """
    reader, _ = read_lines(article, lexicon, toponyms, trace)
    return tuple(reader.claims)


def read_lines(
    article: Article,
    lexicon: Lexicon,
    toponyms: Callable[[Collection[str]], set[str]],
    trace: Trace = SILENT,
) -> tuple[Reader, list[Line]]:
    """Return the reader of an article, done, and its sentences as it marked them."""
    lines = list(_lines(article.text))
    for line in lines:
        mark_actors(line, lexicon)
    mark_short_forms(lines)
    for line in lines:
        mark_places(line, lexicon)
        line.order()
    places = [m for line in lines for m in line.marks if isinstance(m, PlaceMark)]
    known = toponyms({mark.name for mark in places})
    parties = Counter(_names(lines, lexicon))
    filed = dateline_of((line.text for line in lines[:3]), article.published)
    article = replace(article, published=filed or article.published)
    reader = Reader(article, lexicon, known, _persons(lines, lexicon, known))
    reader.context.prominent = parties
    reader.trace = trace
    reader.inside = {mark.name for mark in places if mark.a > 0}
    reader.other_topic = other_topic(lines, lexicon)
    for number, line in enumerate(lines):
        reader.read(number, line)
    return reader, lines


def _names(lines: list[Line], lexicon: Lexicon) -> Iterator[str]:
    """Yield the parties that a text names; "the army" stands for the state's."""
    for line in lines:
        for mark in line.marks:
            if not isinstance(mark, ActorMark):
                continue
            if mark.name and not is_neighbour(line, mark, lexicon):
                yield mark.name
            elif mark.group == "state_group" and lexicon.state:
                yield lexicon.state.name


def _lines(text: str) -> Iterator[Line]:
    for number, paragraph in enumerate(paragraphs(text)):
        for span in sentences(text, paragraph):
            yield Line.of(text, span, number)


_TITLES = frozenset("mr mrs ms dr spokesman spokesperson spokeswoman".split())


def _persons(lines: list[Line], lexicon: Lexicon, known: set[str]) -> set[str]:
    """Return names that speak or bear a title, and their last parts: no places."""
    found: set[str] = set()
    for line in lines:
        for mark in line.marks:
            if not isinstance(mark, PlaceMark) or mark.kind is not None:
                continue
            after = line.low[mark.b] if mark.b < len(line.low) else ""
            before = line.low[mark.a - 1] if mark.a else ""
            titled = before in lexicon.sets["person"] or before in _TITLES
            if titled or after in lexicon.sets["say"] or after in lexicon.sets["deny"]:
                found |= {mark.name, mark.name.split()[-1]}
    return found - known
