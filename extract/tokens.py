"""A sentence is cut into words here; each keeps its offset."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# A plain word, which is most of a text, or its possessive; a dotted abbreviation, a
# number with its separators and unit ("4.5km"), a word with inner hyphens, apostrophes
# or slashes ("Ra'ida", "YPG/YPJ", "al-Bab"), or one other character.
_TOKEN = re.compile(
    r"[A-Za-z][a-z]++(?=[ ,.]|(?<=[A-Za-z][a-z]{2})['’]s[ ,.])|"
    r"(?<=[A-Za-z][a-z]{2})['’]s(?=[ ,.])|"
    r"(?:[A-Za-z]\.){2,}|\d+(?:[.,:]\d+)*(?:-[^\W\d_]+)+|"
    r"\d++(?:[.,:]\d++)*+(?:st|nd|rd|th|kms?|mi|m)?+(?!\w)|"
    r"[^\W_]+(?:[-'’‘ʿʼ`´/‑]{1,2}[^\W_]+)*|\S"
)
_POSSESSIVE = ("'s", "’s")
_CONTRACTED = ("n't", "n’t", "'ve", "’ve", "'ll", "’ll")
_ENDINGS = _POSSESSIVE + _CONTRACTED
# "Ra's al-Ayn" is a name; no possessor is that short.
_SHORTEST_OWNER = 3


def words_of(text: str) -> list[str]:
    """Return the words and signs of a text, as `tokenize` cuts it, without offsets."""
    words: list[str] = _TOKEN.findall(text)
    if _owners_left(text, words):
        return _parted(words, [0] * len(words))[0]
    return words


def tokenize(text: str, base: int = 0) -> tuple[list[str], list[int]]:
    """Return the words and signs of a text, and where each starts, from `base` on.

    A possessive "'s", and the "n't" of "hasn't", are words of their own.
    """
    matches = list(_TOKEN.finditer(text))
    words = [match[0] for match in matches]
    starts = [base + match.start() for match in matches]
    if _owners_left(text, words):
        return _parted(words, starts)
    return words, starts


def lowered(words: Iterable[str]) -> list[str]:
    """Return words in small letters, every apostrophe the straight one."""
    return [word.lower().replace("’", "'") for word in words]


def _owners_left(text: str, words: list[str]) -> bool:
    """Say whether some ending may not be parted yet: "al-Bab's", "hasn't"."""
    for mark in _ENDINGS:
        if mark in text and text.count(mark) > words.count(mark):
            return True
    return False


def _parted(words: list[str], starts: list[int]) -> tuple[list[str], list[int]]:
    """Part each possessive from its owner, and "n't" from its verb."""
    parts: list[str] = []
    offsets: list[int] = []
    for word, start in zip(words, starts, strict=True):
        at = len(word) - _ending(word)
        if 0 < at < len(word):
            parts += (word[:at], word[at:])
            offsets += (start, start + at)
        else:
            parts.append(word)
            offsets.append(start)
    return parts, offsets


def _ending(word: str) -> int:
    """Return the length of what is to be parted from a word; 0 for nothing."""
    if word.endswith(_POSSESSIVE):
        return 2 if len(word) - 2 >= _SHORTEST_OWNER else 0
    return 3 if word.endswith(_CONTRACTED) else 0
