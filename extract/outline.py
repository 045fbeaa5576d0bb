"""What a whole article says of places besides its claims.

Which known places it names anywhere, and how it says that places lie to each other:
both help to tell which place a claim means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.claims import read_lines
from extract.marks import PlaceMark
from extract.records import Outline, Toponym
from extract.statements import statements_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from extract.lexicon import Lexicon
    from extract.records import Article, Claim


def find_outline(
    article: Article,
    lexicon: Lexicon,
    toponyms: Callable[[Collection[str]], set[str]],
) -> Outline:
    """Return what an article says of places; takes what `find_claims` takes."""
    return read_whole(article, lexicon, toponyms)[1]


def read_whole(
    article: Article,
    lexicon: Lexicon,
    toponyms: Callable[[Collection[str]], set[str]],
) -> tuple[tuple[Claim, ...], Outline]:
    """Return the claims of an article with its outline; to read it once is enough."""
    reader, lines = read_lines(article, lexicon, toponyms)
    named = (
        Toponym(name=mark.name, start=line.starts[mark.a])
        for line in lines
        for mark in line.marks
        if isinstance(mark, PlaceMark) and mark.known
    )
    outline = Outline(toponyms=tuple(named), statements=statements_of(lines, lexicon))
    return tuple(reader.claims), outline
