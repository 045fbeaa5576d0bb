"""Text is cut into sentences here, by offsets; its words are never changed."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from extract.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

# Before a stop these end no sentence. Military ranks and wire abbreviations first.
_ABBREVIATIONS = frozenset(
    "lt gen maj col brig capt sgt cpl adm cmdr cdr pvt rear vice mr mrs ms "
    "dr prof st gov sen rep rev hon pres supt insp no nos vol fig approx ca "
    "cf al etc vs v eg ie jan feb mar apr jun jul aug sep sept oct nov dec "
    "mt ft art est inc ltd co corp dept univ ave blvd km sq".split()
)
# A stop, closing quotes or brackets, white space, and what may open a sentence. The
# lookahead keeps every match to a few characters, so cost is linear in the text.
_END = re.compile(r"[.!?…؟۔]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[]*[^\W_]|\s*\Z)")
_WORD_BEFORE = re.compile(r"((?<![^\W\d_])[^\W\d_]++|(?<!\d)\d++)[.!?…]+$")


def paragraphs(text: str) -> Iterator[Span]:
    """Yield the runs of text between line breaks, without white space at their ends."""
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        left, right = len(line) - len(line.lstrip()), len(line.rstrip())
        if right > left:
            yield Span(start=start + left, end=start + right)
        start = end


def sentences(text: str, within: Span) -> Iterator[Span]:
    """Yield the sentences of one paragraph, in order, without overlap."""
    part = within.of(text)
    cuts = [0, *(m.end() for m in _END.finditer(part) if _ends(part, m)), len(part)]
    for start, end in _bounded(part, cuts):
        piece = part[start:end]
        left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
        if right > left:
            base = within.start + start
            yield Span(start=base + left, end=base + right)


# No sentence of news is longer. What is, is cut at a space, so that the work on one
# sentence stays bounded whatever the text.
_LONGEST = 1_500


def _bounded(part: str, cuts: list[int]) -> Iterator[tuple[int, int]]:
    for start, end in pairwise(cuts):
        while end - start > _LONGEST:
            space = part.rfind(" ", start + 1, start + _LONGEST)
            middle = space if space > 0 else start + _LONGEST
            yield start, middle
            start = middle
        yield start, end


def _ends(part: str, match: re.Match[str]) -> bool:
    if match.end() == len(part) or not match[0].startswith("."):
        return True
    after = part[match.end() : match.end() + 12].lstrip()
    before = _WORD_BEFORE.search(part[max(0, match.start() - 24) : match.start() + 1])
    word = before[1] if before else ""
    if len(word) == 1 and word.isalpha():  # an initial, or the last of "U.S."
        return _after_initials(part, match.start(), after)
    if word.lower() in _ABBREVIATIONS:
        return word.lower() in {"etc", "km"} and after[:1].isupper()
    opens = after.lstrip("\"'“‘«([")[:1]
    return not opens.islower() or _is_article_prefix(after)


def _after_initials(part: str, stop: int, after: str) -> bool:
    """Say whether "U.S." or "J." ends a sentence: only before a clear opener."""
    dotted = stop >= 3 and part[stop - 2] == "."
    first = re.match(r"\W*(\w+)", after)
    openers = {"The", "On", "In", "It", "He", "They", "But", "A", "Meanwhile"}
    return dotted and bool(first) and first[1] in openers if first else True


def _is_article_prefix(after: str) -> bool:
    """Say whether a name like "al-Bab" opens what follows."""
    return bool(
        re.match(r"[\"'“‘«(\[]*(?:al|el|ar|as|ash|at|ad|an|az)-\W?[A-Z]", after)
    )
