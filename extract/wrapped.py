"""Lines of printed pages become paragraphs here."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Lines at the top and the bottom of a page where headers and footers stand.
_EDGE = 3
# A line shorter than this share of a full one ends its paragraph, or is a heading.
_SHORT = 0.75
# More than this many times the usual distance of lines is a gap between paragraphs.
_GAP = 1.3
_NUMBERS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page\s+)?[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:of|/)\s*\d{1,4})?"
)
_BULLET = re.compile(r"[•▪●‣◦·*–—-]\s")
_ENDED = re.compile(r"[.!?:;…؟۔][\"'”’»)\]]*\s*$")
_FIRST_LETTER = re.compile(r"[^\W_]")
# A word that is cut at the end of a line, and how it goes on.
_CUT = re.compile(r"([^\W_]+)[-\u2010\u00ad]$")
_LONGEST_WORD = 60
_REST = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")


def unwrapped(pages: list[list[str]]) -> str:
    """Return the text of pages of lines, each paragraph on a line of its own.

    Headers, footers and page numbers are left out; a paragraph goes on over the end of
    a page, and a word that was cut in two is whole again.
    """
    lines = [line for page in without_repeats(pages) for line in page]
    words = {word.lower() for line in lines for word in _WORD.findall(line)}
    full = _full(lines)
    paragraphs: list[list[str]] = []
    for before, line in pairwise(["", *lines]):
        if not before or _ends(before, line, full):
            paragraphs.append([line])
        else:
            paragraphs[-1][-1] = _leading(before, line, words)
            paragraphs[-1].append(line)
    return "\n".join(filter(None, map("".join, paragraphs)))


def with_gaps(pages: list[list[tuple[str, float]]]) -> list[list[str]]:
    """Return the lines of pages, with an empty one where more room is left than usual.

    Each line comes with its height above the foot of its page.
    """
    pages = [[line for line in page if line[0].strip()] for page in pages]
    steps = sorted(
        above - below
        for page in pages
        for (_, above), (_, below) in pairwise(page)
        if above > below
    )
    # Of short paragraphs, half of the steps may be gaps; few are less than a line.
    usual = steps[len(steps) // 4] if steps else 0.0
    return [list(_spread(page, usual)) for page in pages]


def _spread(page: list[tuple[str, float]], usual: float) -> Iterator[str]:
    for (before, above), (words, height) in pairwise([("", 0.0), *page]):
        is_gap = bool(before) and above - height > _GAP * usual
        if is_gap and not (_goes_on(words) and not _ENDED.search(before[-10:])):
            yield ""
        yield words


def _goes_on(line: str) -> bool:
    """Say whether a line begins in the middle of a sentence."""
    first = _FIRST_LETTER.search(line)
    return first is not None and first[0].islower()


def without_repeats(pages: list[list[str]]) -> list[list[str]]:
    """Return pages without the lines at their edges that most of them share.

    Numbers in them may differ. A line that is a page's number goes as well.
    """
    pages = [[_spaced(line) for line in page] for page in pages]
    shown = Counter(key for page in pages for key in _edges(page))
    often = max(2, len(pages) // 2 + 1)
    repeated = {key for key, n in shown.items() if n >= often}
    return [_without(page, repeated) for page in pages]


def _spaced(line: str) -> str:
    return " ".join(line.split())


def _edges(page: list[str]) -> set[str]:
    lines = [line for line in page if line]
    return {_key(line) for line in lines[:_EDGE] + lines[-_EDGE:]}


def _key(line: str) -> str:
    return _NUMBERS.sub("#", line.lower())


def _without(page: list[str], repeated: set[str]) -> list[str]:
    there = [number for number, line in enumerate(page) if line]
    edges = {*there[:_EDGE], *there[-_EDGE:]}
    outermost = {*there[:1], *there[-1:]}

    def goes(number: int, line: str) -> bool:
        if number in edges and _key(line) in repeated:
            return True
        return number in outermost and bool(_PAGE_NUMBER.fullmatch(line.lower()))

    kept = [line for number, line in enumerate(page) if not goes(number, line)]
    # The room beside a footer is no gap between paragraphs.
    there = [number for number, line in enumerate(kept) if line]
    return kept[there[0] : there[-1] + 1] if there else []


def _full(lines: list[str]) -> int:
    """Return how long a full line is: what nine in ten lines do not exceed."""
    lengths = sorted(len(line) for line in lines if line)
    return lengths[len(lengths) * 9 // 10] if lengths else 0


def _ends(line: str, following: str, full: int) -> bool:
    """Say whether a paragraph ends between two lines."""
    if not following or _BULLET.match(following):
        return True
    if _CUT.search(line[-_LONGEST_WORD:]):
        return False
    return len(line) < _SHORT * full and not _goes_on(following)


def _leading(line: str, following: str, words: set[str]) -> str:
    """Return a line as it leads on to the next; a hyphen may have cut a word there."""
    cut = _CUT.search(line[-_LONGEST_WORD:])
    rest = _REST.match(following[:_LONGEST_WORD])
    if not cut or not rest:
        return f"{line} "
    whole, hyphened = f"{cut[1]}{rest[0]}", f"{cut[1]}-{rest[0]}"
    keeps = (
        not rest[0].islower()
        or cut[1][-1].isdigit()
        or (hyphened.lower() in words and whole.lower() not in words)
    )
    return f"{line[:-1]}-" if keeps else line[:-1]
