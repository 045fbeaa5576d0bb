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
    from extract.records import Article


def find_outline(
    article: Article,
    lexicon: Lexicon,
    toponyms: Callable[[Collection[str]], set[str]],
) -> Outline:
    """Return what an article says of places; takes what `find_claims` takes."""
    _, lines = read_lines(article, lexicon, toponyms)
    named = (
        Toponym(name=mark.name, start=line.starts[mark.a])
        for line in lines
        for mark in line.marks
        if isinstance(mark, PlaceMark) and mark.known
    )
    return Outline(toponyms=tuple(named), statements=statements_of(lines, lexicon))
