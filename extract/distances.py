"""How far a place lies from another, and which way: "about 45 km to the west of X"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extract.marks import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """How a place lies to the one named next; the words begin at token i.

    `bound` is "most" for "less than 10 km", "least" for "more than", "vague" for "a
    few", which says no number, else empty.
    `on_road` says that it lies on the road that leads there.
    """

    i: int
    bearing: str | None = None
    distance_km: float | None = None
    bound: str = ""
    on_road: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A length in words that begin at token i; `bound` is an offset's."""

    i: int
    km: float
    bound: str = ""
    metric: bool = True


_MILE = 1.609
# No two places on Earth lie farther apart: what says more is no length.
_FARTHEST_KM = 20_000.0
_UNITS = {
    **dict.fromkeys("km kms kilometers kilometres kilometer kilometre".split(), 1.0),
    **dict.fromkeys("miles mile mi".split(), _MILE),
    **dict.fromkeys("meters metres meter metre m".split(), 0.001),
}
# "45km", "45-kilometre"
_GLUED = re.compile(r"(\d[\d.,]*)(?:(km|kms|mi|m)|-(km|kilometer|kilometre|mile)s?)")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,6}(?:\.\d+)?\.?")
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_COUNTS = {
    **{word: float(n) for n, word in enumerate(_ONES)},
    **{word: 20.0 + 10 * n for n, word in enumerate(_TENS)},
}
_TIMES = {"dozen": 12.0, "hundred": 100.0, "thousand": 1000.0}
# "A few kilometres" says no number; there are about as many.
_VAGUE = {("a", "few"): 5.0, ("several",): 7.0, ("a", "short", "few"): 5.0}
_WHOLE = {
    ("a",): 1.0, ("an",): 1.0, ("half", "a"): 0.5, ("a", "half"): 0.5, ("half",): 0.5,
    ("a", "couple", "of"): 2.0, ("a", "couple"): 2.0, ("couple",): 2.0,
}  # fmt: skip
_NUMBER_WORDS = frozenset(
    [*_COUNTS, *_TIMES, *"a an half few several couple of short and".split()]
)
NUMBER_WORDS = frozenset([*_COUNTS, *_TIMES])
"""Words for a number, in small letters, that may open a sentence."""

_HEDGES = {
    **dict.fromkeys(
        "about around some roughly approximately nearly almost just only barely "
        "approx circa ~ reportedly another".split(),
        "",
    ),
    **dict.fromkeys(("an estimated", "a mere", "at a distance of"), ""),
    **dict.fromkeys(("within", "under", "below", "up to", "at most"), "most"),
    **dict.fromkeys(("less than", "fewer than", "no more than"), "most"),
    **dict.fromkeys(("not more than", "no further than", "no farther than"), "most"),
    **dict.fromkeys(("over", "beyond", "at least", "more than", "upwards of"), "least"),
    **dict.fromkeys(("no less than", "not less than", "no closer than"), "least"),
    **dict.fromkeys(("further than", "farther than", "in excess of"), "least"),
}
_LONGEST_HEDGE = 4
# What may stand between "45 km" and "west of", or before "from".
_FILLERS = frozenset(
    "to the in due just directly straight or so deep inland away off further farther "
    "distance down out up short upstream downstream".split()
)
# By road it is farther than on the map: no more than that in a straight line.
_BY_ROAD = (["by", "road"], ["by", "car"], ["on", "foot"])
_POINTS = frozenset(
    "N S E W NE NW SE SW NNE ENE ESE SSE SSW WSW WNW NNW".split()
)  # fmt: skip


def offset_before(line: Line, directions: Mapping[str, str], k: int) -> Offset | None:
    """Read "about 45 km to the west" before the preposition at token k.

    `directions` has the compass point of each word for one.
    """
    i, bearing = _bearing_before(line, directions, k)
    length = length_before(line, i)
    if length is None:
        return Offset(i=i, bearing=bearing) if bearing else None
    return Offset(
        i=length.i, bearing=bearing, distance_km=length.km, bound=length.bound
    )


def _bearing_before(
    line: Line, directions: Mapping[str, str], k: int
) -> tuple[int, str | None]:
    """Return where a direction that ends before token k begins, and its point."""
    point = _point(line.before(k), directions)
    if point is None:
        return k, None
    joined = (_point(line.before(k - 1), directions) or "") + point
    if joined != point and joined in _POINTS:  # "north west of"
        return k - 2, joined
    return k - 1, point


def _point(word: str, directions: Mapping[str, str]) -> str | None:
    """Return the point of "north-west" or "south-southwest", not of "northern"."""
    if word.endswith("ern"):
        return None
    if word in directions:
        return directions[word]
    first, _, rest = word.partition("-")
    joined = directions.get(first, "") + directions.get(rest, "")
    return joined if joined in _POINTS and rest in directions else None


def length_before(line: Line, k: int) -> Length | None:
    """Return the length whose words end before token k, but for what fills up.

    That is "45 km" of "45 km to the", or None.
    """
    by_road = False
    for _ in range(4):
        length = _bracketed(line, k) or _quantity(line, k)
        if length is not None:
            bound = "most" if by_road else ""
            return _hedged(line, length, bound)
        if line.low[max(0, k - 2) : k] in _BY_ROAD:
            by_road, k = True, k - 2
        elif k and line.low[k - 1] in _FILLERS and line.at[k - 1] is None:
            k -= 1
        else:
            return None
    return None


def _bracketed(line: Line, k: int) -> Length | None:
    """Read "12 miles (19 km)": the kilometres of both."""
    if line.before(k) != ")":
        return None
    inner = _quantity(line, k - 1)
    if inner is None:
        return None
    at = _hedged(line, inner, "").i
    if line.before(at) != "(":
        return None
    outer = _quantity(line, at - 1)
    if outer is None:
        return Length(i=at - 1, km=inner.km)
    return Length(i=outer.i, km=inner.km if inner.metric else outer.km)


def _quantity(line: Line, k: int) -> Length | None:
    """Read "45 km", "45km", "50 to 60 kilometres" or "forty miles" before token k."""
    k -= line.before(k) == "."  # "45 km. west"
    word = line.before(k)
    if glued := _GLUED.fullmatch(word):
        unit = _UNITS[glued[2] or glued[3]]
        last = _digits(glued[1])
        number = None if last is None else (k - 1, last, "")
    elif word in _UNITS and line.before(k - 1) not in {"square", "nautical", "sq"}:
        unit = _UNITS[word]
        number = _number(line, k - 1)
    else:
        return None
    if number is None:
        return None
    i, value, bound = number
    i, value = _range(line, i, value)
    km = round(value * unit, 3)
    if km > _FARTHEST_KM:
        return None
    return Length(i=i, km=km, bound=bound, metric=unit != _MILE)


def _number(line: Line, k: int) -> tuple[int, float, str] | None:
    """Return where a number that ends before token k begins, its value, and bound."""
    value = _digits(line.before(k).removesuffix("-odd"))
    if value is not None:
        return k - 1, value, ""
    i = k
    while i and k - i < 6 and _NUMBER_WORDS.issuperset(_parts([line.low[i - 1]])):
        i -= 1
    for start in range(i, k):  # "and a few": the longest that is a number
        words = _parts(line.low[start:k])
        if words in _VAGUE:
            return start, _VAGUE[words], "vague"
        value = _WHOLE.get(words) or _spelled(words)
        if value is not None:
            return start, value, ""
    return None


def _parts(words: Iterable[str]) -> tuple[str, ...]:
    """Part "twenty-five", and "fifty-odd" from what is odd about it."""
    return tuple(p for w in words for p in w.removesuffix("-odd").split("-"))


def _digits(word: str) -> float | None:
    if not _NUMBER.fullmatch(word):
        return None
    return float(word.replace(",", "").rstrip("."))


def _spelled(words: tuple[str, ...]) -> float | None:
    """Return the value of "a hundred and twenty five" or "two dozen"."""
    if words[0] == "and" or words[-1] not in NUMBER_WORDS:
        return None
    total = value = 0.0
    for at, word in enumerate(words):
        if word in _COUNTS:
            value += _COUNTS[word]
        elif word in _TIMES:
            value = max(value, 1.0) * _TIMES[word]
        elif word == "and" or (word == "a" and at == 0):
            total, value = total + value, 0.0
        else:
            return None
    return total + value


def _range(line: Line, i: int, last: float) -> tuple[int, float]:
    """Return the middle of "50 to 60", where a lower number stands before token i."""
    word = line.before(i)
    if word not in {"to", "-", "–", "—", "or", "and"}:
        return i, last
    first = _number(line, i - 1)
    if first is None or not 0 < first[1] < last:
        return i, last
    between = line.before(first[0]) == "between"
    if word == "and" and not between:
        return i, last
    return first[0] - between, (first[1] + last) / 2


def _hedged(line: Line, length: Length, bound: str) -> Length:
    """Take "around", "less than" and the like before a length into it."""
    i, bound = length.i, bound or length.bound
    while True:
        for n in range(_LONGEST_HEDGE, 0, -1):
            words = " ".join(line.low[max(0, i - n) : i])
            if i >= n and words in _HEDGES:
                i, bound = i - n, bound or _HEDGES[words]
                break
        else:
            return Length(i=i, km=length.km, bound=bound, metric=length.metric)
