"""Quotations become claims here: each word of them is found in the text, or none is.

A model says which words of the article name what. Where they stand, whom they mean and
which days they tell are read from the text by the same marks that the rules go by.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ConfigDict

from extract.attribution import claimant_at, claimant_type, publisher_type
from extract.context import UNIDENTIFIED
from extract.marks import ActorMark, DateMark, Mark, PlaceMark
from extract.merging import merge, with_id
from extract.records import (
    Claim,
    ClaimantType,
    EventType,
    Evidence,
    Modality,
    Span,
)
from extract.timing import Timing, assumed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from extract.marks import Line
    from extract.reader import Reader

CONFIDENCE = 0.6
"""Of a model's claims: nobody has measured the user's model; neither high nor low."""

# A quotation of more than a long sentence, or a few short ones, shows nothing.
_LONGEST_QUOTE = 1_500
# Without a date, news is of the last days; what holds, holds on the day.
_RECENT_DAYS = 2

RULE = "llm"

_OPTIONAL = ("gained_by", "lost_by", "date", "claimed_by")

M = TypeVar("M", bound=Mark)


class Quotation(BaseModel):
    """What a model says of one event at one place, in the article's own words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sentence: str
    trigger: str
    event_type: EventType
    modality: Modality
    place: str
    gained_by: str | None
    lost_by: str | None
    date: str | None
    claimed_by: str | None


class LeftOut(StrEnum):
    """Why a quotation makes no claim."""

    NOT_THERE = "not word for word in the text"
    TOO_LONG = "with too long a quotation"
    NO_PLACE = "without the name of a place"


@dataclass(frozen=True, slots=True)
class _Words:
    """Words found in the text: where they stand, and in which sentence."""

    span: Span
    line: Line

    def marks(self, kind: type[M]) -> list[M]:
        """Return the marks of a kind that these words touch."""
        marks = (m for m in self.line.marks if isinstance(m, kind))
        return [m for m in marks if _touch(self.line.span_of(m), self.span)]


@dataclass(frozen=True, slots=True)
class _Found:
    """All that one quotation quotes, found; None for what it says is not told."""

    sentence: Span
    trigger: _Words
    place: _Words
    gained_by: _Words | None
    lost_by: _Words | None
    date: _Words | None
    claimed_by: _Words | None


def claims_of(
    quotations: Iterable[tuple[Quotation, Span]],
    reader: Reader,
    lines: Sequence[Line],
    extractor: str,
) -> tuple[tuple[Claim, ...], Counter[LeftOut]]:
    """Return the claims that quotations make, in the order of the text.

    Parameters
    ----------
    quotations
        Each with the span of the text that the model saw; it is looked for only there.
    reader
        That has read the article.
    lines
        The article's sentences, marked by the reader.
    extractor
        What the claims say they were found by.

    Returns
    -------
    tuple
        The claims, and how many quotations were left out for which reason. What one
        sentence tells twice of a place is one claim, as for the rules.
    """
    text = _Text(reader, lines)
    made: list[Claim] = []
    left_out: Counter[LeftOut] = Counter()
    for quotation, piece in quotations:
        found = text.find(quotation, piece)
        claim = found if isinstance(found, LeftOut) else text.claim(quotation, found)
        if isinstance(claim, LeftOut):
            left_out[claim] += 1
        else:
            made.append(with_id(replace(claim, extractor=extractor)))
    made.sort(key=lambda c: (c.char_start, c.char_end, c.evidence.trigger.start))
    sentences = groupby(made, key=lambda c: (c.char_start, c.char_end))
    return tuple(c for _, group in sentences for c in merge(list(group))), left_out


class _Text:
    """An article that the rules have marked, to find quotations in."""

    def __init__(self, reader: Reader, lines: Sequence[Line]) -> None:
        self.reader = reader
        self.text = reader.article.text
        self.published = reader.article.published
        self.lexicon = reader.lexicon
        self.lines = lines
        self.starts = [line.span.start for line in lines]

    # --- where words stand ---

    def find(self, quotation: Quotation, piece: Span) -> _Found | LeftOut:
        """Return where all words of a quotation stand, or why it is left out."""
        quote = next(self._all(quotation.sentence, piece), None)
        if quote is None:
            return LeftOut.NOT_THERE
        sentence = self._whole(quote.span)
        if sentence.end - sentence.start > _LONGEST_QUOTE:
            return LeftOut.TOO_LONG
        trigger = next(self._all(quotation.trigger, sentence), None)
        place = self._near(quotation.place, sentence, piece)
        asked = [getattr(quotation, name) or "" for name in _OPTIONAL]
        others = [self._near(words, sentence, piece) for words in asked]
        made_up = any(w.strip() and not o for w, o in zip(asked, others, strict=True))
        if trigger is None or place is None or made_up:
            return LeftOut.NOT_THERE
        return _Found(sentence, trigger, place, *others)

    def _all(self, words: str, within: Span) -> Iterator[_Words]:
        """Yield where words stand, letter for letter and not within a longer word."""
        words = words.strip()
        if not words:
            return
        left = r"\b" if re.match(r"\w", words[0]) else ""
        right = r"\b" if re.match(r"\w", words[-1]) else ""
        pattern = re.compile(left + re.escape(words) + right)
        for hit in pattern.finditer(self.text, within.start, within.end):
            span = Span(start=hit.start(), end=hit.end())
            yield _Words(span, self._line(hit.start()))

    def _near(self, words: str, sentence: Span, piece: Span) -> _Words | None:
        """Look in the sentence, then back from it, then on from it."""
        inside = next(self._all(words, sentence), None)
        if inside:
            return inside
        before = list(self._all(words, Span(start=piece.start, end=sentence.start)))
        after = Span(start=min(sentence.end, piece.end), end=piece.end)
        return before[-1] if before else next(self._all(words, after), None)

    def _line(self, at: int) -> Line:
        return self.lines[max(0, bisect_right(self.starts, at) - 1)]

    def _whole(self, quote: Span) -> Span:
        """Widen a quotation to whole sentences: a part may leave out "denied that"."""
        first, last = self._line(quote.start), self._line(quote.end - 1)
        return Span(
            start=min(first.span.start, quote.start), end=max(last.span.end, quote.end)
        )

    # --- what they mean ---

    def claim(self, quotation: Quotation, found: _Found) -> Claim | LeftOut:
        """Return the claim, without its id, or why there is none."""
        mark = _toponym(found.place)
        line = found.place.line
        name = mark.name if mark else found.place.span.of(self.text)
        if name in self.reader.no_places or name == name.lower() != name.upper():
            return LeftOut.NO_PLACE
        timing = self._timing(quotation.event_type, found.date)
        day = timing.when.last if timing else self.published
        gained, lost = (
            self._party(found.gained_by, day),
            self._party(found.lost_by, day),
        )
        if gained == lost and lost:  # two factions of one party
            found, lost = replace(found, lost_by=None), None
        return Claim(
            claim_id="",
            article_id=self.reader.article.article_id,
            event_type=quotation.event_type,
            modality=self._modality(quotation.modality, timing),
            place=name,
            place_kind=mark.kind if mark else None,
            place_relations=self.reader.where(line, mark) if mark else (),
            char_start=found.sentence.start,
            char_end=found.sentence.end,
            sentence=found.sentence.of(self.text),
            evidence=self._evidence(found, mark, timing),
            rule=RULE,
            confidence=CONFIDENCE,
            extractor="",
            gained_by=gained,
            gained_by_text=self._words(found.gained_by),
            lost_by=lost,
            lost_by_text=self._words(found.lost_by),
            claimed_by=self._words(found.claimed_by),
            claimant_type=self._claimant_type(found.claimed_by, gained, lost),
            date_start=timing.when.first if timing else None,
            date_end=timing.when.last if timing else None,
            date_prec=timing.when.prec if timing else None,
            date_text=timing.text if timing else None,
            date_anchor=timing.when.anchor if timing else None,
        )

    def _words(self, words: _Words | None) -> str | None:
        return words.span.of(self.text) if words else None

    def _timing(self, event: EventType, words: _Words | None) -> Timing | None:
        """Return the days that our own reading gives the words for a date."""
        if words is None:
            days = 0 if event is EventType.HOLDS else _RECENT_DAYS
            return assumed(self.published, days)
        mark = next(iter(words.marks(DateMark)), None)
        if mark is None:
            return None  # words that stay open
        when, day = mark.when, self.published
        if event is EventType.HOLDS and when.since and day and when.first <= day:
            when = replace(when, last=day)
        return Timing(when, words.line.words_of(mark), words.line.span_of(mark))

    def _modality(self, said: Modality, timing: Timing | None) -> Modality:
        """Return the stance; what is dated after publication cannot have happened."""
        if said is not Modality.ASSERTED or timing is None or self.published is None:
            return said
        ahead = timing.when.first > self.published + timedelta(days=1)
        return Modality.PLANNED if ahead else said

    def _party(self, words: _Words | None, day: date | None) -> str | None:
        """Return whom words name that day; None for one that the pack does not know."""
        marks = words.marks(ActorMark) if words else []
        groups = {mark.group for mark in marks}
        name = next((mark.name for mark in marks if mark.name), None)
        if name is None and "state_group" in groups and self.lexicon.state:
            name = self.lexicon.state.name
        if name is None and "armed_group" in groups:
            name = UNIDENTIFIED
        return self.lexicon.conflict.at(name, day)

    def _claimant_type(
        self, words: _Words | None, gained: str | None, lost: str | None
    ) -> ClaimantType:
        if words is None:
            return publisher_type(self.reader.article, self.lexicon, gained, lost)
        line, span = words.line, words.span
        tokens = [
            k
            for k in range(len(line.words))
            if line.starts[k] < span.end and line.ends[k] > span.start
        ]
        if not tokens:
            return ClaimantType.UNKNOWN
        claimant = claimant_at(line, self.lexicon, tokens[0], tokens[-1] + 1)
        return claimant_type(claimant, gained, lost, self.lexicon.conflict)

    def _evidence(
        self, found: _Found, mark: PlaceMark | None, timing: Timing | None
    ) -> Evidence:
        return Evidence(
            trigger=found.trigger.span,
            place=_span_of(found.place.line, mark) if mark else found.place.span,
            gained_by=found.gained_by.span if found.gained_by else None,
            lost_by=found.lost_by.span if found.lost_by else None,
            date=timing.span if timing else None,
            claimed_by=found.claimed_by.span if found.claimed_by else None,
        )


def _toponym(words: _Words) -> PlaceMark | None:
    """Return the place whose name our own reading sees there: all of its name."""
    marks = words.marks(PlaceMark)
    named = (m for m in marks if _touch(_span_of(words.line, m), words.span))
    return next(named, None)


def _span_of(line: Line, mark: PlaceMark) -> Span:
    """Return where a place's name stands, without "the village of"."""
    return Span(start=line.starts[mark.a], end=line.ends[mark.b - 1])


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
