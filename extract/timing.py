"""Which date belongs to which event: its sentence's, or the one spoken of before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from extract.dates import When
from extract.marks import DateMark, Mark, OpenDateMark
from extract.records import DateAnchor, Span

if TYPE_CHECKING:
    from extract.context import Context
    from extract.marks import Line
    from extract.roles import Frame

# A narrative goes on over a paragraph break when it tells of days long past; fresh news
# does not. Days between the last date named and publication, and its precision.
_NARRATIVE_AGE = 10
_NARRATIVE_PREC = 2


@dataclass(frozen=True, slots=True)
class Timing:
    """A claim's date fields, and the date's words where the sentence has them."""

    when: When
    text: str | None = None
    span: Span | None = None


def timing_of(
    line: Line,
    frame: Frame,
    triggers: list[int],
    context: Context,
    published: date | None,
) -> Timing | None:
    """Return the date of a frame; `triggers` are where the sentence's verbs begin."""
    mark = _own(line, frame, triggers)
    if isinstance(mark, OpenDateMark):
        return None  # the sentence dates it, in words that stay open
    if mark:
        return Timing(mark.when, line.words_of(mark), line.span_of(mark))
    lasting = _lasting(line, published) if frame.type == "besieged" else None
    if lasting:
        return lasting
    if frame.type == "holds":
        return _lasting(line, published) or assumed(published, 0)
    carried = _carried(line, context, published)
    return carried or assumed(published, 2)


def _own(
    line: Line, frame: Frame, triggers: list[int]
) -> DateMark | OpenDateMark | None:
    """Choose among a sentence's dates: behind the verb in its clause, else before."""
    dates = [
        m
        for m in line.marks
        if isinstance(m, OpenDateMark) or (isinstance(m, DateMark) and not m.when.since)
    ]
    for mark in dates:
        between = [t for t in triggers if frame.verb.j <= t < mark.i]
        if mark.i >= frame.verb.j and not between and not _cut(line, frame, mark):
            return mark
    before = [m for m in dates if m.j <= frame.verb.j]
    return before[-1] if before else None


def _lasting(line: Line, published: date | None) -> Timing | None:
    """Return the time from "since June" to publication, for what still holds."""
    since = [m for m in line.marks if isinstance(m, DateMark) and m.when.since]
    if published is None or not since or since[0].when.first > published:
        return None
    mark = since[0]
    if "first" in line.low[max(0, mark.i - 4) : mark.i]:
        return None  # "for the first time since 2012" tells when it was not so
    when = replace(mark.when, last=published)
    return Timing(when, line.words_of(mark), line.span_of(mark))


def _cut(line: Line, frame: Frame, mark: Mark) -> bool:
    words = line.low[frame.verb.j : mark.i]
    return any(w in {";", "but", "while", "after", "before", "until"} for w in words)


def _carried(line: Line, context: Context, published: date | None) -> Timing | None:
    """Return the date that the story is at, where it goes on."""
    if context.event_date is None:
        return None
    first, last = context.event_date
    when = When(0, 0, first, last, DateAnchor.PREVIOUS_EVENT)
    same = context.event_paragraph == line.paragraph
    old = published is None or (published - last).days > _NARRATIVE_AGE
    goes_on = old and when.prec <= _NARRATIVE_PREC
    near = line.paragraph - context.event_paragraph == 1
    return Timing(when) if same or (goes_on and near) else None


def assumed(published: date | None, days: int) -> Timing | None:
    """Return the last days up to publication, for news without a date."""
    if published is None:
        return None
    first = date.fromordinal(max(published.toordinal() - days, 1))
    return Timing(When(0, 0, first, published, DateAnchor.ASSUMED))
