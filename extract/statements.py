"""What an article says of how its places lie to each other, from all its sentences.

Claims carry the same as relations; here it is kept whether or not anything happened
there, so that it can be held against the map.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.claims import read_lines
from extract.marks import PlaceMark
from extract.records import Statement
from extract.whereabouts import lies_after, tie

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.records import Article

# Places that stand between one and the words for where it lies: "X, a town on Y, is".
_REACH = 3
_JOINERS: tuple[list[str], ...] = (
    [","],
    ["and"],
    [",", "and"],
    ["but"],
    [",", "but"],
    [],
)
_GROUND = frozenset(
    "countryside province governorate region area areas desert state oblast "
    "county".split()
)
# "Took X 5 km", "is in X 5 km"; but not "fled from X 5 km", "bank of X 5 km".
_BESIDE = frozenset({None, "in", "to"})
_UNSURE = frozenset("if whether unless were".split())


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
    places = [mark for mark in line.marks if isinstance(mark, PlaceMark)]
    bearers: dict[int, PlaceMark] = {}
    for n, mark in enumerate(places):
        if not _is_reference(mark):
            continue
        place = _bearer(line, lexicon, places, n, bearers)
        place = place or _inverted(line, lexicon, places, n)
        if place is None or place.name == mark.name:
            continue
        bearers[n] = place
        second = _second(places, mark)
        if mark.lead != "between" or second is not None:
            yield _statement(line, place, mark, second)


def _is_reference(mark: PlaceMark) -> bool:
    """Say whether words before a place measure from it, or from it and another."""
    offset = mark.offset
    if offset is None or mark.listed:
        return False
    measured = offset.bearing is not None or offset.distance_km is not None
    return measured or mark.lead == "between"


def _bearer(
    line: Line,
    lexicon: Lexicon,
    places: list[PlaceMark],
    n: int,
    bearers: dict[int, PlaceMark],
) -> PlaceMark | None:
    """Return the place before reference n that its words are said of."""
    offset = places[n].offset
    start = offset.i if offset else 0
    for m in range(n - 1, max(-1, n - 1 - _REACH), -1):
        place = places[m]
        if m in bearers and line.low[place.j : start] in _JOINERS:
            return bearers[m]  # "X, north of Y and 20 km from Z"
        how = tie(line, lexicon, place.j, start)
        if how and _may_bear(line, place, how):
            around = _around(line, lexicon, places, m, start) if how == "," else None
            return around or _whole(places, m, how)
    return None


def _around(
    line: Line, lexicon: Lexicon, places: list[PlaceMark], m: int, start: int
) -> PlaceMark | None:
    """Return X of "X, at the mouth of Y, 20 km from Z"; Y is place m."""
    if m == 0 or places[m].lead is None or places[m].listed:
        return None
    place = places[m - 1]
    tied = tie(line, lexicon, place.j, start) == ","
    fits = tied and place.kind not in _GROUND and _may_bear(line, place, ",")
    return place if fits else None


def _may_bear(line: Line, place: PlaceMark, how: str) -> bool:
    """Say whether what is tied to a place is said of it, not of what is in it."""
    if how == "which":
        return not place.partial
    if place.partial or place.lead == "between" or _is_part(place):
        return False
    if how == "is":
        listed = place.listed and line.before(place.i) == ","
        return _is_subject(line, place) and (place.lead is None or listed)
    if place.offset is not None and place.lead == "dir":
        return False
    if line.low[place.j : place.j + 1] == [")"] and place.lead != "alias":
        return place.host is not None and place.lead == "in"
    if how == "beside":
        return place.lead in _BESIDE and place.kind not in _GROUND
    return True


def _is_part(place: PlaceMark) -> bool:
    """Say whether only "southern Aleppo" is meant."""
    return place.bearing is not None and place.offset is None and not place.listed


def _is_subject(line: Line, place: PlaceMark) -> bool:
    """Say whether a place may open its clause: not "if X is", not "as X was"."""
    return line.before(place.i) not in _UNSURE


def _whole(places: list[PlaceMark], m: int, how: str) -> PlaceMark:
    """Return the town where the words stand behind "in its province"."""
    place = places[m]
    if place.lead == "alias" and m:
        return places[m - 1]
    wide = place.kind in _GROUND or how in {",", "beside"}
    if place.lead == "in" and place.host is not None and wide:
        return place.host
    return place


def _inverted(
    line: Line, lexicon: Lexicon, places: list[PlaceMark], n: int
) -> PlaceMark | None:
    """Return X of "some 40 km west of Y lies the town of X"."""
    offset = places[n].offset
    if offset is None or n + 1 == len(places):
        return None
    opens = offset.i == 0 or line.low[offset.i - 1] in {",", "and", ";", "just", ":"}
    behind = places[n + 1]
    return behind if opens and lies_after(line, places[n].j, behind.i) else None


def _second(places: list[PlaceMark], mark: PlaceMark) -> PlaceMark | None:
    """Return B of "between A and B", where there are no more than these."""
    if mark.lead != "between":
        return None
    others = [m for m in places if m is not mark and m.offset == mark.offset]
    return others[0] if len(others) == 1 else None


def _statement(
    line: Line, place: PlaceMark, mark: PlaceMark, second: PlaceMark | None
) -> Statement:
    offset = mark.offset
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
        bearing=offset.bearing if offset else None,
        distance_km=offset.distance_km if offset else None,
        at_most=bool(offset and offset.bound == "most"),
        at_least=bool(offset and offset.bound == "least"),
        second_reference=second.name if second else None,
    )
