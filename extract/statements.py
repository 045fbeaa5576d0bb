"""What an article says of how its places lie to each other, from all its sentences.

Claims carry the same as relations; here it is kept whether or not anything happened
there, so that it can be held against the map.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from extract.claims import read_lines
from extract.descriptions import is_modifier
from extract.distances import Length, Offset, length_before
from extract.marks import BackMark, Mark, PlaceMark
from extract.records import Statement
from extract.whereabouts import lies_after, tie

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.records import Article


def find_statements(
    article: Article,
    lexicon: Lexicon,
    toponyms: Callable[[Collection[str]], set[str]],
) -> tuple[Statement, ...]:
    """Return each distance and direction between named places that an article states.

    Takes what `extract.claims.find_claims` takes. In the order of the text.
    """
    _, lines = read_lines(article, lexicon, toponyms)
    return statements_of(lines, lexicon)


def statements_of(lines: Iterable[Line], lexicon: Lexicon) -> tuple[Statement, ...]:
    """Return what sentences that `read_lines` has marked say of their places."""
    return tuple(found for line in lines for found in _in_line(line, lexicon))


def _in_line(line: Line, lexicon: Lexicon) -> Iterator[Statement]:
    named = (_named(mark) for mark in line.marks)
    places = [place for place in named if place is not None]
    sentence = _Sentence(line, lexicon, places)
    for n, mark in enumerate(places):
        if mark.offset is None or not _is_reference(mark):
            continue
        second = sentence.second(mark)
        if mark.lead == "between" and second is None:
            continue
        place = sentence.bearer(n, mark.offset)
        if place is not None and place.name != mark.name:
            yield _statement(line, place, mark, mark.offset, second)
    for place, mark, length in sentence.apart():
        offset = Offset(i=length.i, distance_km=length.km, bound=length.bound)
        yield _statement(line, place, mark, offset)


def _named(mark: Mark) -> PlaceMark | None:
    """Return a place, or the one that "the town" stands for, at those words."""
    if isinstance(mark, PlaceMark):
        return mark
    if not isinstance(mark, BackMark) or mark.place is None:
        return None
    i, j = mark.i, mark.j
    return PlaceMark(
        i, j, i, j, mark.place.name, mark.kind, lead=mark.lead, partial=mark.partial
    )


def _is_reference(mark: PlaceMark) -> bool:
    """Say whether words before a place measure from it, or from it and another."""
    offset = mark.offset
    if offset is None or mark.listed:
        return False
    measured = offset.bearing is not None or _stated_km(offset) is not None
    return measured or mark.lead == "between"


# Places that stand between one and the words for where it lies: "X, a town on Y, is".
_REACH = 3
_JOINERS: tuple[list[str], ...] = (
    [","], ["and"], [",", "and"], ["but"], [",", "but"], [],
)  # fmt: skip
_GROUND = frozenset(
    "countryside province governorate region area areas desert state oblast "
    "county".split()
)
# "Took X 5 km", "is in X 5 km"; but not "fled from X 5 km", "bank of X 5 km".
_BESIDE = frozenset({None, "in", "to"})
_WITHIN = frozenset(", ( a an the in of".split())
_OPENS = frozenset(", and ; : just".split())
_UNSURE = frozenset("if whether unless were".split())


@dataclass(slots=True)
class _Sentence:
    """A sentence's places, and for each reference the place that it was said of."""

    line: Line
    lexicon: Lexicon
    places: list[PlaceMark]
    bearers: dict[int, PlaceMark] = field(default_factory=dict)

    def bearer(self, n: int, offset: Offset) -> PlaceMark | None:
        """Return the place that the words before reference n are said of."""
        place = self._before(n, offset.i) or self._behind(n, offset.i)
        if place is not None:
            self.bearers[n] = place
        return place

    def second(self, mark: PlaceMark) -> PlaceMark | None:
        """Return B of "between A and B", where there are no more than these."""
        if mark.lead != "between":
            return None
        others = [m for m in self.places if m is not mark and m.offset == mark.offset]
        return others[0] if len(others) == 1 else None

    def apart(self) -> Iterator[tuple[PlaceMark, PlaceMark, Length]]:
        """Yield both places and length of "A and B are 45 km apart".

        And of "the distance between A and B is 45 km".
        """
        for place, mark in pairwise(self.places):
            if self.line.low[place.j : mark.i] != ["and"] or self._is_back(mark):
                continue
            start = place.offset.i if place.offset else 0
            led_in = place.lead == "between" and self.line.before(start)
            named = led_in == "distance"
            length = self._measured(mark.j, between=named)
            told = named or place.lead is None
            if length is not None and told and place.name != mark.name:
                yield place, mark, length

    def _measured(self, at: int, *, between: bool) -> Length | None:
        """Return "45 km" of "are 45 km apart", or "is 45 km", behind token `at`."""
        low, found = self.line.low, None
        for k in range(at + 1, min(at + 9, len(low))):
            if not between and low[k] != "apart":
                continue
            length = length_before(self.line, k + between)
            if length is None:
                continue
            how = tie(self.line, self.lexicon, at, length.i)
            if how == "is" or (how == "," and not between):
                found = length
        return found

    def _before(self, n: int, start: int) -> PlaceMark | None:
        for m in range(n - 1, max(-1, n - 1 - _REACH), -1):
            place = self.places[m]
            if m in self.bearers and self.line.low[place.j : start] in _JOINERS:
                return self.bearers[m]  # "X, north of Y and 20 km from Z"
            how = tie(self.line, self.lexicon, place.j, start)
            if how and self._may_bear(place, how):
                around = self._around(m, start) if how == "," else None
                found = around or self._whole(m, how)
                if found is not None:
                    return found
        return None

    def _may_bear(self, place: PlaceMark, how: str) -> bool:
        """Say whether what is tied to a place is said of it, not of what is in it."""
        if how == "which":
            return not place.partial
        if self._is_back(place) and not self._opens(place, how):
            return False
        if place.partial or place.lead in {"between", "dir"} or self._is_part(place):
            return False
        if how == "is":
            return self._is_subject(place)
        if self.line.low[place.j : place.j + 1] == [")"] and place.lead != "alias":
            return place.host is not None and place.lead == "in"
        if how == "beside":
            return place.lead in _BESIDE and place.kind not in _GROUND
        return True

    def _is_back(self, place: PlaceMark) -> bool:
        """Say whether "the town" stands there for a name."""
        return isinstance(self.line.at[place.i], BackMark)

    def _opens(self, place: PlaceMark, how: str) -> bool:
        """Say whether "the town" is not told apart, or added, by what follows it."""
        return how != "beside" and self.line.before(place.i) not in {",", "–", "-", "("}

    def _is_part(self, place: PlaceMark) -> bool:
        """Say whether a part may be meant: "southern Aleppo", "the Dnipro"."""
        part = place.bearing is not None and place.offset is None and not place.listed
        return part or (place.kind is None and self.line.before(place.a) == "the")

    def _is_subject(self, place: PlaceMark) -> bool:
        """Say whether a place opens its clause: not "troops in X", not "if X"."""
        before = self.line.before(place.i)
        apart = place.listed and before == ","
        return before not in _UNSURE and (place.lead is None or apart)

    def _around(self, m: int, start: int) -> PlaceMark | None:
        """Return X of "X, at the mouth of Y, 20 km from Z"; Y is place m."""
        if m == 0 or self.places[m].lead is None or self.places[m].listed:
            return None
        place = self.places[m - 1]
        tied = tie(self.line, self.lexicon, place.j, start) == ","
        fits = tied and place.kind not in _GROUND and self._may_bear(place, ",")
        return place if fits else None

    def _whole(self, m: int, how: str) -> PlaceMark | None:
        """Return the town where the words stand behind "in its province"."""
        place = self.places[m]
        if place.lead == "alias" and m:
            return self.places[m - 1]
        if place.lead != "in" or (how == "which" and place.kind not in _GROUND):
            return place
        if place.host is not None and self._is_inside(place, place.host):
            return place.host
        return None if place.kind in _GROUND and how != "which" else place

    def _is_inside(self, place: PlaceMark, host: PlaceMark) -> bool:
        """Say whether "X in Y province" stands there, or "X, the capital of Y"."""
        lexicon = self.lexicon
        return all(
            word in _WITHIN
            or is_modifier(word)
            or word in lexicon.directions
            or word in lexicon.sets["settlement"]
            for word in self.line.low[host.j : place.i]
        )

    def _behind(self, n: int, start: int) -> PlaceMark | None:
        """Return X of "some 40 km west of Y lies the town of X"."""
        if n + 1 == len(self.places) or (
            start and self.line.before(start) not in _OPENS
        ):
            return None
        place = self.places[n + 1]
        return place if lies_after(self.line, self.places[n].j, place.i) else None


def _stated_km(offset: Offset) -> float | None:
    """Return the distance if there is one that can be checked: not "a few km"."""
    return None if offset.bound == "vague" else offset.distance_km


def _statement(
    line: Line,
    place: PlaceMark,
    mark: PlaceMark,
    offset: Offset,
    second: PlaceMark | None = None,
) -> Statement:
    return Statement(
        place=place.name,
        reference=mark.name,
        text=line.text,
        char_start=line.span.start,
        char_end=line.span.end,
        place_start=line.starts[place.a],
        place_end=line.ends[place.b - 1],
        reference_start=line.starts[mark.a],
        reference_end=line.ends[mark.b - 1],
        bearing=offset.bearing,
        distance_km=_stated_km(offset),
        at_most=offset.bound == "most",
        at_least=offset.bound == "least",
        second_reference=second.name if second else None,
    )
