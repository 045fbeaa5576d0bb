"""Words for time become days here: a first and a last day, and what they rest on.

Offsets and intervals only; which date belongs to which event is decided in timing.py.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.date_offsets import weekly
from extract.date_patterns import (
    AGED,
    COUNTED,
    LEADS,
    LED,
    MONTH_WORDS,
    PATTERNS,
    THREE,
    TWO,
    YEAR,
)
from extract.date_phrases import DAYS, Interval, Reckoning, dated, numeric
from extract.tokens import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from extract.date_phrases import Resolver
    from extract.records import DateAnchor

__all__ = ["Interval", "Reckoning", "When", "dateline_of", "find_dates", "read_dates"]


@dataclass(frozen=True, slots=True)
class When:
    """A resolved expression: inclusive days, UCDP precision, anchor, and its place.

    `start` and `end` are offsets in the text given to `find_dates`.
    """

    start: int
    end: int
    first: date
    last: date
    anchor: DateAnchor
    since: bool = False

    @property
    def prec(self) -> int:
        """UCDP's precision: 1 a day, 2 to six days, 3 a week, 4 a month, 5 longer."""
        days = (self.last - self.first).days + 1
        return next(
            (p for p, most in ((1, 1), (2, 6), (3, 7), (4, 31)) if days <= most), 5
        )


# The parts of "mid-March" and "17.3.2016".
_PART = re.compile(r"[^\W\d_]+|\d+")
_FOR = re.compile(r"\bfor (?:about |nearly |almost )?$")
# Years before 1900 are told by fewer words: see date_patterns.py.
_FIRST_YEAR, _FIRST_RECENT = 500, 1900
# Between a weekday and its date: "Friday, August 13", "Saturday (October 5)".
_ADJACENT = re.compile(r",? \(?(?:the )?")
# A dateline: a place and a comma, then a day, then the agency and a dash or a colon.
_DATELINE = 100
_WORD = r"(?:(?:al|el|ad|ar|as)-)?[A-ZÀ-Þ][\w'’./-]*"
_OPENED = re.compile(
    rf"\W*(?!(?i:{'|'.join(DAYS)})\b){_WORD}(?: {_WORD}){{0,3}}"
    rf"(?:, ?{_WORD}(?: {_WORD})?)*(?: \([A-Z][\w ]*\))?,? ?\(?"
)
_FILED = re.compile(r"\)?,?(?: ?[(/\[][^()/\[\]]{2,30}[)/\]])?(?: ?[–—]| --?|:) ")
_SINCE = re.compile(r"\bsince (?:the )?\S")


def find_dates(text: str, reckoning: Reckoning) -> list[When]:
    """Return the resolved expressions of one sentence, in order, without overlap.

    Each one becomes the `previous` date of those after it, so that "on 3 May ... the
    next day" works within a sentence too.
    """
    low = [word.lower() for word in words_of(text)]
    return [when for _start, _end, when in read_dates(text, low, reckoning) if when]


def read_dates(
    text: str, low: list[str], reckoning: Reckoning
) -> Iterator[tuple[int, int, When | None]]:
    """Yield every expression with its offsets; None for one that stays open.

    `low` are the text's tokens in small letters.
    Open are those that need a date nobody gave ("last year" without a publication
    date, "the next day" after nothing) and those that cannot be ("31 February").
    """
    at, previous = 0, reckoning.previous
    hits = _matches(text.replace("İ", "I").lower(), low)
    for n, (match, resolve) in enumerate(hits):
        start, end = match.span()
        if start < at or _is_none(text, match) or _is_told(n, hits):
            continue
        when = None
        with suppress(ValueError, OverflowError):  # 31 February, year 0
            resolved = resolve(match, Reckoning(reckoning.published, previous))
            if resolved:
                when = _when(match, *resolved)
                previous = resolved[0]
        at = end
        yield start, end, when


def dateline_of(texts: Iterable[str], published: date | None) -> date | None:
    """Return the day that a report was filed: "KYIV, Oct 2 (Reuters) - ...".

    `texts` are an article's first sentences. None where no dateline is, or one of a
    day that publication has not reached.
    """
    for text in texts:
        head = text[:_DATELINE]
        if not (any(map(str.isdigit, head)) and _FILED.search(head)):
            continue
        for when in find_dates(head, Reckoning(published, None))[:1]:
            opened, day = _OPENED.fullmatch(head, 0, when.start), when.last
            late = published is not None and (day - published).days > 1
            if opened and when.prec == 1 and _FILED.match(head, when.end) and not late:
                return day
    return None


def _when(match: re.Match[str], interval: Interval, anchor: DateAnchor) -> When:
    led_in = match.string[max(0, match.start() - 12) : match.start()] + match[0]
    since = bool(_SINCE.search(led_in))
    return When(match.start(), match.end(), *interval, anchor, since)


def _is_told(n: int, hits: list[tuple[re.Match[str], Resolver]]) -> bool:
    """Say whether hit n is a weekday whose date follows: "Friday, August 13, 2021"."""
    match, resolve = hits[n]
    if resolve is not weekly:
        return False
    return any(
        later in (dated, numeric)
        and _ADJACENT.fullmatch(match.string, match.end(), other.start())
        for other, later in hits[n + 1 : n + 4]
    )


def _matches(text: str, low: list[str]) -> list[tuple[re.Match[str], Resolver]]:
    holds = _what_is_in(low)
    hits = [
        (match, resolve)
        for needed, patterns in PATTERNS
        if not holds.isdisjoint(needed)
        for also_needed, pattern, resolve in patterns
        if not holds.isdisjoint(also_needed)
        for match in pattern.finditer(text)
    ]
    hits.sort(key=lambda hit: (hit[0].start(), -hit[0].end()))
    return hits


def _what_is_in(low: list[str]) -> set[str]:
    """Return a text's words, and marks for its numbers, as patterns may need them."""
    holds = set(low)
    numbers = 0
    for word in [word for word in low if not word.isalpha() and word[-1].isalnum()]:
        for part in _PART.findall(word):
            numbers += part[0].isdigit()
            holds.add(YEAR if part.startswith(("19", "20")) else part)
            if part.isdecimal() and _FIRST_YEAR <= int(part[:5]) < _FIRST_RECENT:
                holds.add(AGED)
    holds.update([TWO, THREE][: max(0, numbers - 1)])
    if not holds.isdisjoint(MONTH_WORDS):
        holds.update(_around_months(low))
    return holds


def _around_months(low: list[str]) -> Iterator[str]:
    """Yield the marks for what stands before and behind the months of a text."""
    for k, word in enumerate(low):
        if word in MONTH_WORDS:
            if any(after[0].isdigit() for after in low[k + 1 : k + 4]):
                yield COUNTED
            if k and low[k - 1] in LEADS:
                yield LED
        elif not (word.isalpha() or MONTH_WORDS.isdisjoint(_PART.findall(word))):
            yield from (COUNTED, LED)  # "May/June": both may be


def _is_none(text: str, match: re.Match[str]) -> bool:
    """Say whether words are no date: a length, "for two days", or a name's part.

    Media are called "Russia Today"; a day in the middle of a sentence is "today".
    """
    start = match.start()
    if match[0] == "today" and text[start] == "T" and text[:start][-2:-1].isalnum():
        return True
    return "unit" in match.groupdict() and bool(
        _FOR.search(text[max(0, match.start() - 20) : match.start()])
    )
