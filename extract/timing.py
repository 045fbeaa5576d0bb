"""Which date belongs to which event: its sentence's, or the one spoken of before."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from extract.date_offsets import shifted
from extract.date_patterns import LENGTH
from extract.dates import When
from extract.marks import BackMark, DateMark, Mark, OpenDateMark, PlaceMark
from extract.records import DateAnchor, Span

if TYPE_CHECKING:
    from extract.context import Context
    from extract.dates import Interval
    from extract.marks import Line
    from extract.roles import Frame

# A narrative goes on over a paragraph break when it tells of days long past; fresh news
# does not. Days between the last date named and publication, and its precision.
_NARRATIVE_AGE = 10
_NARRATIVE_PREC = 2
# A date this near its sentence's head dates the main clause.
_HEAD = 2
_LASTING = frozenset({"holds", "besieged"})
_UNTIL = frozenset({"until", "till"})
# Dates behind these are those of the telling: "footage published on October 11".
_SHOWN = frozenset(
    "published posted released circulated shared aired broadcast uploaded dated "
    "footage video videos images imagery photos photographs confirmed acknowledged "
    "admitted conceded".split()
)
_OVER = frozenset({"had", "once", "formerly", "previously", "used"})
_PERFECT = frozenset({"has", "have", "'s", "’ve", "'ve"})
_EVER_SINCE = re.compile(r"\b(?:ever since|since then|since(?= ?[.,;]|$))")


def _begun_before(base: Interval, length: re.Match[str]) -> date:
    """Return the day so long before a time; its first day where no calendar has it."""
    with suppress(ValueError, OverflowError):
        return shifted(base, length, -1)[0]
    return base[0]


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
    mark = _own(line, frame, triggers, context.lexicon.sets["say"])
    if isinstance(mark, OpenDateMark):
        return None  # the sentence dates it, in words that stay open
    if frame.type in _LASTING:
        state = _State(line, frame, mark, context, published)
        stretch = state.stretch()
        if stretch or state.is_over():
            return stretch
        if frame.type == "holds":
            return assumed(published, 0)
    elif mark:
        return Timing(mark.when, line.words_of(mark), line.span_of(mark))
    since = _since(line, frame, triggers)
    if since and published and since.when.first <= published:
        when = replace(since.when, last=published)
        return Timing(when, line.words_of(since), line.span_of(since))
    shown = [m for m in line.marks if isinstance(m, DateMark) and _is_shown(line, m)]
    carried = None if shown else _carried(line, context, published)
    return carried or assumed(shown[-1].when.last if shown else published, 2)


def _own(
    line: Line, frame: Frame, triggers: list[int], saying: frozenset[str]
) -> DateMark | OpenDateMark | None:
    """Choose among a sentence's dates: behind the verb in its clause, else before."""
    dates = [
        m
        for m in line.marks
        if isinstance(m, OpenDateMark)
        or (isinstance(m, DateMark) and not m.when.since and not _is_shown(line, m))
    ]
    before = [m for m in dates if m.j <= frame.verb.j]
    for mark in dates:
        between = [t for t in triggers if frame.verb.j <= t < mark.i]
        if mark.i >= frame.verb.j and not between and not _cut(line, frame, mark):
            said = not saying.isdisjoint(line.low[max(0, mark.i - 3) : mark.i])
            near = said and before and _is_beside(frame, triggers, before[-1])
            return before[-1] if near else mark
    return before[-1] if before else None


def _since(line: Line, frame: Frame, triggers: list[int]) -> DateMark | None:
    """Return the date of "since Monday" where the verb tells what has been done."""
    if _PERFECT.isdisjoint(line.low[max(0, frame.verb.i - 3) : frame.verb.j]):
        return None
    for mark in line.marks:
        if not (isinstance(mark, DateMark) and mark.when.since):
            continue
        opens = mark.i <= _HEAD and mark.j <= frame.verb.i
        behind = mark.i >= frame.verb.j and _is_reached(line, frame, mark)
        between = [t for t in triggers if frame.verb.j <= t < mark.i]
        first = "first" in line.low[max(0, mark.i - 4) : mark.i]
        if (opens or (behind and not between)) and not first:
            return mark
    return None


def _is_reached(line: Line, frame: Frame, mark: DateMark) -> bool:
    """Say whether "since 2014" is still the verb's: no "X, out of use since 2014"."""
    k = mark.i - (line.low[mark.i] != "since") - 1
    listed = isinstance(line.at[k], (PlaceMark, BackMark))
    apart = "," in line.low[frame.verb.j : mark.i] and not listed
    return not apart and not _cut(line, frame, mark)


def _is_beside(frame: Frame, triggers: list[int], mark: Mark) -> bool:
    """Say whether a date before a verb is its own: no other verb stands between."""
    return not any(mark.j <= t < frame.verb.i for t in triggers)


def _is_shown(line: Line, mark: Mark) -> bool:
    """Say whether a date is that of footage or an admission: what it tells is older."""
    return not _SHOWN.isdisjoint(line.low[max(0, mark.i - 3) : mark.i])


def _cut(line: Line, frame: Frame, mark: Mark) -> bool:
    last = mark.i - (frame.type in _LASTING and _is_end(line, mark))
    words = line.low[frame.verb.j : last]
    return any(w in {";", "but", "while", "after", "before", "until"} for w in words)


def _is_end(line: Line, mark: Mark) -> bool:
    """Say whether a date is "until 2016", in one mark or behind the word."""
    return not _UNTIL.isdisjoint(line.low[max(0, mark.i - 1) : mark.i + 1])


@dataclass(frozen=True, slots=True)
class _State:
    """What lasts, "held" or "besieged", with the date that its sentence gives it."""

    line: Line
    frame: Frame
    mark: DateMark | None
    context: Context
    published: date | None

    def stretch(self) -> Timing | None:
        """Return from when to when it lasted, as far as the sentence tells."""
        since = self._since()
        if since:
            return since
        if self.mark is None:
            return self._ever_since(self.context.event_date) or self._so_far()
        when = self.mark.when
        if _is_end(self.line, self.mark):
            when = replace(when, first=min(self._begun(when), when.first))
        timing = Timing(
            when, self.line.words_of(self.mark), self.line.span_of(self.mark)
        )
        return self._ever_since((when.first, when.last)) or timing

    def is_over(self) -> bool:
        """Say whether it lasted in a past that has no date: "had long controlled"."""
        if self.frame.type != "holds":
            return False
        before = self._before()
        length = LENGTH.search(self._after())
        return not before.isdisjoint(_OVER) or bool(
            length and before.isdisjoint(_PERFECT)
        )

    def _since(self) -> Timing | None:
        """Return the time from "since June" to publication, or to "until August"."""
        line, mark = self.line, self.mark
        since = next(
            (m for m in line.marks if isinstance(m, DateMark) and m.when.since), None
        )
        if since is None or self.published is None or since.when.first > self.published:
            return None
        if "first" in line.low[max(0, since.i - 4) : since.i]:
            return None  # "for the first time since 2012" tells when it was not so
        if mark and not _is_end(line, mark) and since.i < self.frame.verb.i:
            return None
        last = mark.when.last if mark and self._is_past(mark) else self.published
        when = replace(since.when, last=max(last, since.when.first))
        return Timing(when, line.words_of(since), line.span_of(since))

    def _is_past(self, mark: DateMark) -> bool:
        """Say whether a state ended on a date: "until then", "had held it since"."""
        return _is_end(self.line, mark) or "had" in self._before()

    def _ever_since(self, begun: Interval | None) -> Timing | None:
        """Return the time from a date to publication: "have held it ever since"."""
        if begun is None or self.published is None or begun[0] > self.published:
            return None
        if not _EVER_SINCE.search(self._after()):
            return None
        anchor = DateAnchor.PREVIOUS_EVENT
        return Timing(When(0, 0, begun[0], self.published, anchor))

    def _so_far(self) -> Timing | None:
        """Return the time of what "has held it for three years"."""
        length = LENGTH.search(self._after())
        if not (length and length["count"] and self.published):
            return None
        if self._before().isdisjoint(_PERFECT):
            return None
        first = _begun_before((self.published, self.published), length)
        return Timing(When(0, 0, first, self.published, DateAnchor.PUBLICATION))

    def _begun(self, until: When) -> date:
        """Return the first day of what lasted "for five years until April 2018"."""
        length = LENGTH.search(self._after())
        if length and length["count"]:
            return _begun_before((until.first, until.last), length)
        dates = (m for m in self.line.marks if isinstance(m, DateMark))
        return min(
            (m.when.first for m in dates if m.j <= self.frame.verb.i),
            default=until.first,
        )

    def _before(self) -> set[str]:
        return set(self.line.low[max(0, self.frame.verb.i - 3) : self.frame.verb.j])

    def _after(self) -> str:
        return " ".join(self.line.low[self.frame.verb.j : self.frame.verb.j + 14])


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
