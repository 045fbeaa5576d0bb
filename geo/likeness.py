"""How alike two spellings are is weighed here, for names whose coarse keys agree.

The likeness is rapidfuzz's ratio, in which romanisers' choices cost little: every
letter is written several times, so that a vowel weighs less than a consonant and a
consonant's next of kin (z for d, g for q) no more than a vowel.
"""

from __future__ import annotations

import string
from bisect import bisect
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from geo.names import KIN

if TYPE_CHECKING:
    from geo.names import Keys

SURE, LOOSE = 94.5, 85.0
"""The likeness of two spellings of one name, and of a guess that needs support."""
# A long name that differs in a letter is more surely the same than a short one.
_PER_BONE, _MOST_BONES = 2.0, 6
_WEIGHED = str.maketrans(
    {letter: letter.upper() * 3 for letter in string.ascii_lowercase}
    | {letter: kin.upper() * 2 + letter for letter, kin in KIN.items()}
    | {vowel: "V" + vowel for vowel in "aiu"}
    | {"v": "Vu", "h": "h", "χ": "hχχ"}
)
# Mansurah and Mansuriyah, Nasirah and Nasiriyah are different places.
_IA = "VYVYVa"
_SCRIPTS = ("\u0400", "\u0530", "\u0600", "\u0700")
_KEPT = 1 << 14


def likeness(asked: Keys, filed: Keys) -> float:
    """Return how alike two names of one coarse key are, about 0 to 110.

    From `SURE` on they are taken for one name, from `LOOSE` on where the text supports
    it. The likeness of a to b is that of b to a.
    """
    sounds = fuzz.ratio(_weighed(asked.sound), _weighed(filed.sound))
    if _script(asked) == _script(filed):
        letters = fuzz.ratio(asked.bare, filed.bare)
    else:
        letters = fuzz.ratio(asked.sound, filed.sound)
    return (2 * sounds + letters) / 3 + _PER_BONE * min(len(asked.coarse), _MOST_BONES)


def _script(name: Keys) -> int:
    # A name is of the script of its first letter: Latin, Cyrillic, Arabic and on.
    return bisect(_SCRIPTS, name.bare[:1])


@lru_cache(_KEPT)
def _weighed(heard: str) -> str:
    stem = heard.removesuffix("ia")
    return stem.translate(_WEIGHED) + (_IA if len(stem) < len(heard) else "")
