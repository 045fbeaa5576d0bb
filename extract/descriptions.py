"""Places that are not named: "the city", "both villages", "three more towns"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.marks import ActorMark, BackMark, CountMark, Mark

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line

_ARTICLE = re.compile(
    r"^(?:al|el|ar|as|ash|at|ad|an|az|ul|ez|es|et|ed|il)[-‑ ]?[’'‘ʿʼ`]?[A-ZÀ-ÞĀ-Ž]"
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)$")
_COUNTS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve several "
    "many dozens some few numerous various multiple a another an both other "
    "more additional".split()
)
_DETERMINERS = frozenset(
    {
        "the",
        "this",
        "that",
        "these",
        "those",
        "both",
        "its",
        "all",
        "two",
        "three",
        "four",
        "five",
    }
)
_MODIFIERS = frozenset(
    "the a an its their this that key strategic strategically important nearby "
    "ancient historic historical besieged small large larger main major central "
    "northern southern eastern western northeastern north-eastern northwestern "
    "north-western southeastern south-eastern southwestern south-western entire "
    "whole rest old contested border coastal desert rural former so-called "
    "isolated embattled war-torn devastated mountainous neighbouring neighboring "
    "adjacent symbolic vital local rebel opposition provincial twin abandoned "
    "occupied oil-rich mostly predominantly kurdish arab christian druze sunni "
    "shia shiite alawite turkmen syrian iraqi ukrainian libyan yemeni sudanese "
    "somali afghan nearly aforementioned said above-mentioned".split()
)
_AMOUNT = re.compile(r"\d[\w,-]*$")
NO_KIND = frozenset({"front", "state", "direction", "axis"})
# Words that may begin such a description.
OPENERS = _DETERMINERS | _COUNTS


def is_modifier(word: str) -> bool:
    """Say whether a word in small letters may stand before the kind of a place."""
    return word in _MODIFIERS or (word[0].isdigit() and bool(_AMOUNT.match(word)))


def is_name(line: Line, k: int) -> bool:
    """Say whether token k is written as (part of) a proper name."""
    word = line.words[k]
    if word[0].isupper():
        return True
    if word[0].isdigit():
        after = line.words[k + 1 : k + 2]
        return bool(after and after[0][0].isupper() and _ORDINAL.match(word))
    return not word.islower() and bool(_ARTICLE.match(word))


def name_at(line: Line, k: int) -> bool:
    """Say whether a name that nothing is laid over begins at token k."""
    return k < len(line.words) and line.at[k] is None and is_name(line, k)


def described(line: Line, lexicon: Lexicon, i: int) -> Mark | None:
    """Read "the city", "both villages", "three more villages", "all three"."""
    word = line.low[i]
    counted = word in _COUNTS or word.isdigit()
    if not (word in _DETERMINERS or counted):
        return None
    k = i + 1
    while k < len(line.low) and k - i <= 5 and line.at[k] is None:
        hit = lexicon.kinds.longest(line.low, line.words, k)
        if hit and not _is_kind_at(line, lexicon, hit[0]):  # not yet in "port city"
            return _back_or_count(line, lexicon, i, k, hit[0])
        if not (hit or is_modifier(line.low[k]) or line.low[k] in _COUNTS):
            break
        k += 1
    if word == "both" and not _VERBS_OF_MANY.isdisjoint(line.low[i + 1 : i + 2]):
        return BackMark(i, i + 1, None, many=True)
    if word in {"all", "the"} and line.low[i + 1 : i + 2] and _all_of(line, i):
        return BackMark(i, i + 2, None, many=True)
    return None


def _is_kind_at(line: Line, lexicon: Lexicon, k: int) -> bool:
    free = k < len(line.low) and line.at[k] is None
    return free and lexicon.kinds.longest(line.low, line.words, k) is not None


_HOW_MANY = frozenset({"two", "three", "four", "five", "six"})
_VERBS_OF_MANY = frozenset({"were", "are", "had", "have", "fell"})


def _all_of(line: Line, i: int) -> bool:
    """Say whether "all three were ...", "entered all three." stands at i."""
    after = line.low[i + 2] if i + 2 < len(line.low) else "."
    ends = line.low[i] == "all" and after in {".", ",", ";", "and", "on"}
    return line.low[i + 1] in _HOW_MANY and (ends or after in _VERBS_OF_MANY)


_DEFINITE = frozenset({"the", "this", "that", "these", "those", "both", "its", "all"})
_SINGULAR = ("oasis", "barracks", "headquarters")


def _back_or_count(
    line: Line, lexicon: Lexicon, i: int, k: int, end: int
) -> Mark | None:
    """Return "the city" as a back reference, "three villages" as a count."""
    kind = line.slice(k, end).lower()
    if kind in lexicon.sets["partial"] or kind in NO_KIND or kind == "field":
        return None
    if _is_named(line, end):
        return None
    between = line.low[i:k]
    numbered = any(w.isdigit() or (w in _COUNTS and len(w) > 2) for w in between)
    fresh = "other" in between or (numbered and "more" in between)
    if line.low[i] in _DEFINITE and not fresh:
        many = kind.endswith("s") and not kind.endswith(_SINGULAR)
        return BackMark(i, end, kind, many=many)
    if numbered or line.low[i] in {"a", "an", "another"}:
        return CountMark(i, end, kind)
    return None


def _is_named(line: Line, end: int) -> bool:
    """Say whether a name, or a possession, follows a kind that ends at `end`."""
    after = line.low[end] if end < len(line.low) else ""
    if after in {"'s", "’s"} or name_at(line, end):
        return True
    if after != "of" or end + 1 >= len(line.words) or _of_party(line, end + 1):
        return False
    return is_name(line, end + 1) or line.low[end + 1] == "the"


def _of_party(line: Line, k: int) -> bool:
    """Say whether "the city of the militants" begins at k: a party, not a name."""
    return any(
        isinstance(line.at[t], ActorMark) for t in range(k, min(k + 2, len(line.at)))
    )
