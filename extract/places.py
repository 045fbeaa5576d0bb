"""Toponyms are found here: all that could be a place by its form and its neighbours.

Whether a gazetteer knows a name is set by the caller; relations.py reads how places lie
to each other, descriptions.py those that are not named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.date_patterns import MONTH_WORDS
from extract.date_phrases import DAYS
from extract.descriptions import (
    NO_KIND,
    OPENERS,
    described,
    is_modifier,
    is_name,
    name_at,
)
from extract.distances import NUMBER_WORDS
from extract.marks import Mark, PlaceMark

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line

_JOIN = frozenset(
    "des du den von al el ez ed es et de ibn bin ash as ar at ad an az abu "
    "umm um del la le los las san der ul".split()
)
_DAYS = frozenset(DAYS)


def mark_places(line: Line, lexicon: Lexicon) -> None:
    """Lay a mark over each named place, back reference and count of places."""
    free = 0
    for i in _openings(line):
        if i < free or line.at[i] is not None:
            continue
        end = i
        mark: Mark | None = None
        if is_name(line, i):
            end = _run_end(line, i)
            mark = _named(line, lexicon, i, end)
        mark = mark or described(line, lexicon, i)
        if mark:
            line.put(mark)
        # a run that is no place is none in part either: "General Omar Haddad"
        free = mark.j if mark else end


def _openings(line: Line) -> list[int]:
    """Return where a place may begin: hardly ever at a plain word in small letters."""
    return [
        i
        for i, word in enumerate(line.words)
        if (word in OPENERS if word.islower() and word.isalpha() else word[0].isalnum())
    ]


def _named(line: Line, lexicon: Lexicon, i: int, j: int) -> PlaceMark | None:
    """Read the run of names from i to j."""
    a = i
    while a < j and (_is_opener(line, lexicon, a) or _ends_date(line, a, j)):
        a += 1
    if a == j or (j - a == 1 and len(line.words[a]) < 2):
        return None
    b, kind, end = _owned(line, lexicon, j) or _kind_after(line, lexicon, a, j)
    unit = _is_post(line, a, j) or (kind in _QUARTERS and line.low[j - 1] in _UNITS)
    if not unit and not _may_be_place(line, lexicon, a, min(b, j)):
        return None
    if _describes(line, lexicon, kind, end):
        return None
    start, before, feature = _kind_before(line, lexicon, a)
    home = line.before(start) == "home"  # "X, the home town of Y"
    if before and not feature and (home or _is_apposition(line, start)):
        start, before = a, None  # "X, a suburb of Tripoli": not Tripoli
    kind = kind or before
    if feature:
        a = start  # "the port of Sirte" is not Sirte
    name = line.slice(a, b)
    if kind is None and _is_bare_word(line, lexicon, a, b):
        return None
    return PlaceMark(start, end, a, b, name, kind)


_UNITS = frozenset("division brigade battalion regiment corps guard guards".split())
_QUARTERS = frozenset(
    "base bases headquarters barracks camp garrison compound depot".split()
)


def _is_post(line: Line, a: int, j: int) -> bool:
    """Say whether a number makes a place of a unit's name: "Brigade 93"."""
    return j - a == 2 and _is_numbered(line, a + 1)


def _ends_date(line: Line, a: int, j: int) -> bool:
    """Say whether "January" of "On 24 January Rabia fell" is a day's, not a name's."""
    before = line.before(a)
    if a + 1 >= j:
        return False
    if line.low[a] in _DAYS:
        return before in _BEFORE_DAYS
    return line.low[a] in MONTH_WORDS and before[:1].isdigit()


_BEFORE_DAYS = frozenset("on by since until last next late early this".split())


def _describes(line: Line, lexicon: Lexicon, kind: str | None, end: int) -> bool:
    """Say whether "the Mosul district" goes on with "of al-Zahraa": that is meant.

    Of "Harasta district of Rif Dimashq province" it is the district.
    """
    if kind is None or line.low[end : end + 1] != ["of"] or not name_at(line, end + 1):
        return False
    wider = _kind_after(line, lexicon, end + 1, _run_end(line, end + 1))[1]
    return wider not in _AREAS


def _run_end(line: Line, i: int) -> int:
    """Return where the run of names from i on ends, with what joins them."""
    j = i + 1
    while j < len(line.words) and line.at[j] is None:
        if _is_day(line, j):
            break
        if is_name(line, j) or _is_numbered(line, j):
            j += 1
        elif _continues(line, j, i):
            j += 2
        else:
            break
    return j


def _is_day(line: Line, j: int) -> bool:
    """Say whether a day follows a name: "took Zaranj Friday", "Morek Aug. 6"."""
    word = line.low[j]
    if word in _DAYS:
        return not name_at(line, j + 1)  # "Souq Friday Market"
    if word not in MONTH_WORDS:
        return False
    return any(after[0].isdigit() for after in line.words[j + 1 : j + 3])


def _continues(line: Line, j: int, i: int) -> bool:
    """Say whether "al" or "and" at token j joins two parts of one name."""
    if line.low[j] in _JOIN:
        return name_at(line, j + 1)
    return line.words[j] == "and" and _joins_name(line, j, i)


_NUMBER = re.compile(r"[A-Z]?-?\d{1,4}(?:\.\d+)?$")


def _is_numbered(line: Line, k: int) -> bool:
    """Say whether "1213" belongs to the "Hill" before it."""
    return _hill(line.low[k - 1]) and bool(_NUMBER.match(line.words[k]))


def _hill(word: str) -> bool:
    return word in _NUMBERED


# "Hill 1213", "Brigade 93": a height, or a base by the unit that lay there.
_NUMBERED = frozenset(
    "hill point height base observatory kilo brigade regiment battalion".split()
)


def _joins_name(line: Line, j: int, i: int) -> bool:
    """Say whether "and" is inside a feature's name: "Radio and Television Hill"."""
    k = j + 1
    while k < len(line.words) and is_name(line, k):
        k += 1
    hill = {
        "hill",
        "station",
        "base",
        "palace",
        "academy",
        "centre",
        "center",
        "factory",
    }
    return (
        k > j + 1
        and j - i <= 2
        and line.low[k - 1] in hill
        and line.low[j - 1] not in hill
        and k - j <= 4
        and k - j > 2
    )


def _is_opener(line: Line, lexicon: Lexicon, k: int) -> bool:
    """Say whether a capital is only the sentence's, or belongs to an article."""
    if line.low[k] in {"the", "a", "an"}:
        return True
    opens = k == 0 or line.words[k - 1] in {'"', "“", "‘", ":", "«", "("}
    return opens and line.low[k] in lexicon.sets["common"]


def _kind_after(
    line: Line, lexicon: Lexicon, a: int, j: int
) -> tuple[int, str | None, int]:
    """Return where the toponym ends, its kind, and where the whole mention ends."""
    best: tuple[int, str | None, int] = (j, None, j)
    for k in range(max(a + 1, j - 3), j + 1):
        if k >= len(line.words):
            break
        hit = lexicon.kinds.longest(line.low, line.words, k)
        if not hit or hit[0] < j or any(line.at[t] for t in range(k, hit[0])):
            continue
        kind, families = line.slice(k, hit[0]).lower(), hit[1]
        if (
            k == j
            and line.low[k] in {"front", "direction", "axis", "state", "fields"}
            and "feature" not in families
        ):
            continue
        keep = (
            "feature" in families
            or (line.words[k][0].isupper() and "area" in families)
            or kind in _AREAS
        )
        if best[1] is None or hit[0] > best[2]:
            best = (hit[0] if keep else k), kind, hit[0]
    return best


_AREAS = frozenset(
    {
        "province",
        "governorate",
        "oblast",
        "county",
        "canton",
        "raion",
        "desert",
        "valley",
        "countryside",
    }
)


def _owned(line: Line, lexicon: Lexicon, j: int) -> tuple[int, str, int] | None:
    """Read "Tripoli's old international airport" as one feature."""
    if line.low[j : j + 1] not in (["'s"], ["’s"]):
        return None
    for k in range(j + 1, min(j + 5, len(line.low))):
        hit = lexicon.kinds.longest(line.low, line.words, k)
        if hit and "feature" in hit[1]:
            return hit[0], line.slice(k, hit[0]).lower(), hit[0]
        if line.at[k] is not None or not is_modifier(line.low[k]):
            return None
    return None


def _is_apposition(line: Line, k: int) -> bool:
    """Say whether ", a" or ", an eastern" stands before a kind at token k."""
    for t in range(k - 1, max(0, k - 4), -1):
        if line.low[t] in {"a", "an"}:
            return line.low[t - 1] == ","
        if not is_modifier(line.low[t]):
            return False
    return False


_LINKS = frozenset({"of", "called", "named"})
_QUOTES = frozenset({'"', "“", "‘", "'"})


def _kind_before(line: Line, lexicon: Lexicon, a: int) -> tuple[int, str | None, bool]:
    """Return where "the village of" begins before a name, its kind, if a feature."""
    k = a - 1
    while k > 0 and line.words[k] in _QUOTES:
        k -= 1
    linked = k > 0 and line.low[k] in _LINKS
    k -= linked
    if k < 0 or line.at[k] is not None:
        return a, None, False
    for first in range(max(0, k - 2), k + 1):
        hit = lexicon.kinds.longest(line.low, line.words, first)
        if hit and hit[0] == k + 1:
            kind = line.slice(first, k + 1).lower()
            if not _is_kind(lexicon, kind, hit[1], linked):
                break
            feature = linked and "feature" in hit[1] and line.low[a - 1] == "of"
            return first, kind, feature and kind in lexicon.features
    return a, None, False


def _is_kind(lexicon: Lexicon, kind: str, families: list[str], linked: bool) -> bool:
    """Say whether a word before a name is its kind: "town of X", "the city X"."""
    if kind in lexicon.sets["partial"] and kind != "suburbs":
        return False
    if kind == "capital" and linked:
        return False  # "capital of Gezira state" is another town
    plural = "feature" not in families and kind.endswith("s")
    return linked or not (kind in NO_KIND or plural)


def _may_be_place(line: Line, lexicon: Lexicon, a: int, b: int) -> bool:
    """Say whether a capitalised run can be a place by its words and those before."""
    low, sets = line.low[a:b], lexicon.sets
    if all(w in sets["months"] or w in sets["weekdays"] for w in low):
        return False
    if low[-1:] == ["today"]:
        return False  # "Aleppo Today" is a channel
    if _is_owner(line, lexicon, a, b):
        return False
    hit = lexicon.kinds.longest(line.low, line.words, b - 1)
    is_feature = hit is not None and hit[0] == b and "feature" in hit[1] and b - a > 1
    if not is_feature and not sets["not_place"].isdisjoint(low):
        return False
    if b - a <= 2 and lexicon.publishers.longest(line.low, line.words, a):
        return False
    before = line.words[a - 1] if a else ""
    titled = before[:1].isupper() and before.lower().rstrip(".") in sets["not_place"]
    return not titled and not _is_abbreviation(line, a, b)


def _is_owner(line: Line, lexicon: Lexicon, a: int, b: int) -> bool:
    """Say whether "Somaliland" of "the Somaliland base" only says whose it is."""
    hit = lexicon.adjectives.longest(line.low, line.words, a)
    if hit is None or hit[0] != b or b >= len(line.low):
        return False
    return lexicon.kinds.longest(line.low, line.words, b) is not None


def _is_abbreviation(line: Line, a: int, b: int) -> bool:
    word = line.words[a]
    return b - a == 1 and word.isupper() and word.isalpha() and len(word) <= 6


def _is_bare_word(line: Line, lexicon: Lexicon, a: int, b: int) -> bool:
    """Say whether a lone capitalised word is a plain English word, or a road's."""
    if b - a == 1 and (_is_plain(line, lexicon, a) or _is_road(line, a)):
        return True
    if b - a == 1 and lexicon.kinds.longest(line.low, line.words, a):
        return True
    return b - a == 1 and line.low[a] in lexicon.trigger_words and a == 0


def _is_plain(line: Line, lexicon: Lexicon, a: int) -> bool:
    word = line.low[a]
    return word in lexicon.sets["common"] or (a == 0 and word in NUMBER_WORDS)


_ROAD = re.compile(r"[A-Z]-?\d{1,3}")


def _is_road(line: Line, a: int) -> bool:
    """Say whether "the M4" is named: a road, while "T4" alone is an airbase."""
    return line.before(a) == "the" and _ROAD.fullmatch(line.words[a]) is not None
