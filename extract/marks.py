"""A sentence under analysis: its words, and the typed marks that lie over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import add
from typing import TYPE_CHECKING

from extract.records import Relation, Span
from extract.tokens import lowered, tokenize

if TYPE_CHECKING:
    from extract.dates import When
    from extract.distances import Offset
    from extract.lexicon import Trigger


@dataclass(slots=True)
class Mark:
    """Tokens i to j (half-open) that are one thing."""

    i: int
    j: int


@dataclass(slots=True)
class ActorMark(Mark):
    """A party: `name` is canonical, or None where only the context can tell.

    `group` says what kind of description a nameless one is: state_group, armed_group,
    any_group, pronoun. `allies` are those of "US-backed". `possessive` is "ISIL's".
    """

    name: str | None
    group: str | None = None
    possessive: bool = False
    allies: tuple[str, ...] = ()
    held: bool = False


@dataclass(slots=True)
class PlaceMark(Mark):
    """A named place; tokens a to b are the toponym itself, `kind` its type word.

    `lead` is the preposition class before it: in, near, dir, from, to, of, between,
    other or None. `known` is set when a gazetteer has the name.
    """

    a: int
    b: int
    name: str
    kind: str | None = None
    lead: str | None = None
    partial: bool = False
    known: bool = False
    bearing: str | None = None
    distance_km: float | None = None
    relations: tuple[Relation, ...] = ()
    holder: str | None = None
    listed: bool = False
    offset: Offset | None = None
    host: PlaceMark | None = field(default=None, compare=False, repr=False)


@dataclass(slots=True)
class BackMark(Mark):
    """A definite description of places named elsewhere: "the city", "both villages".

    `place` is the one that it stands for, where the sentence says how far it lies from
    another.
    """

    kind: str | None
    many: bool = False
    partial: bool = False
    lead: str | None = None
    offset: Offset | None = None
    place: PlaceMark | None = field(default=None, compare=False, repr=False)


@dataclass(slots=True)
class CountMark(Mark):
    """Places counted but not named there: "three more villages"."""

    kind: str
    lead: str | None = None


# What may stand where a sentence names a place.
PlaceLike = PlaceMark | BackMark | CountMark


@dataclass(slots=True)
class DateMark(Mark):
    """A time expression, resolved."""

    when: When


@dataclass(slots=True)
class OpenDateMark(Mark):
    """A time expression that nothing resolves."""


@dataclass(slots=True)
class TriggerMark(Mark):
    """Words for an event; `options` are the families that use them."""

    options: list[Trigger]


@dataclass(slots=True)
class Line:
    """One sentence: tokens by index, marks in order, and the mark over each token."""

    span: Span
    text: str
    words: list[str] = field(default_factory=list)
    low: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    at: list[Mark | None] = field(default_factory=list)
    paragraph: int = 0

    @classmethod
    def of(cls, text: str, span: Span, paragraph: int = 0) -> Line:
        """Tokenize one sentence of an article; offsets stay the article's."""
        part = span.of(text)
        words, starts = tokenize(part, span.start)
        return cls(
            span=span,
            text=part,
            words=words,
            low=lowered(words),
            starts=starts,
            ends=list(map(add, starts, map(len, words))),
            at=[None] * len(words),
            paragraph=paragraph,
        )

    def before(self, k: int) -> str:
        """Return the word before token k in small letters; "" at the beginning."""
        return self.low[k - 1] if k else ""

    def put(self, mark: Mark) -> None:
        """Lay a mark over its tokens; what lay there before gives way."""
        for old in self.at[mark.i : mark.j]:
            if old is not None:
                self.at[old.i : old.j] = [None] * (old.j - old.i)
        self.at[mark.i : mark.j] = [mark] * (mark.j - mark.i)

    def order(self) -> None:
        """Collect the marks that lie, in the order of the text."""
        last: Mark | None = None
        self.marks = []
        for mark in self.at:
            if mark is not None and mark is not last:
                self.marks.append(mark)
                last = mark

    def span_of(self, mark: Mark) -> Span:
        """Return a mark's offsets in the article."""
        return Span(start=self.starts[mark.i], end=self.ends[mark.j - 1])

    def words_of(self, mark: Mark) -> str:
        """Return a mark's words as written."""
        return self.slice(mark.i, mark.j)

    def slice(self, i: int, j: int) -> str:
        """Return the text of tokens i to j as written."""
        base = self.span.start
        return self.text[self.starts[i] - base : self.ends[j - 1] - base]
