"""Whether words tie a place to what they say of where it lies.

"X, a town 12 km", "X, which lies", "X is located some": what follows is said of X.
"Troops in X are", "fighters left X and": it is not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.marks import TriggerMark

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line

_STANDS = r"(?:lies|lie|lay|sits|sit|sat|stands|stand|stood)"
_LIES = rf"(?:{_STANDS}|is|was|are|were)"
_SET = (
    r"(?:located|situated|lying|sitting|standing|based|set|found|positioned|perched|"
    r"nestled|sandwiched|squeezed)"
)
_GROUND = r"(?:road|highway|motorway|river|desert|hills|mountains|plain|valley|area)"
_HOW = (
    rf"(?:(?:on|along|astride|in) the (?:[^\s,;:.()]+ )?{_GROUND}|both|all|just|only|"
    r"also|itself|immediately|directly|strategically|well|far|slightly|roughly|about|"
    r"some|mere|halfway|midway|half way|due|to the|in the|on the)"
)
_WORDS = r"(?:[^\s,;:.()]+ )"
_NOUN = rf"(?P<noun>(?:an?|the|another|one of|\S+ '?s) {_WORDS}{{1,8}}?)"
_AT = r"(?:in|on|at|near|inside|along|close to) [^,;:()]{1,60} "
_SIGN = r"[,(–—-] "
_GAP = re.compile(
    rf"(?:\) )?(?P<sign>{_SIGN})?"
    rf"(?P<aside>{_WORDS}[^;]{{0,90}}?[,)–—-] (?={_LIES} ))?"
    rf"(?P<at>(?<=, ){_AT}(?:, )?)?"
    rf"(?:(?<={_SIGN}){_NOUN}(?:, )?)?"
    rf"(?P<which>(?:which|that) (?:{_WORDS}{{1,6}}and )?(?={_LIES} |{_SET} ))?"
    rf"(?P<lies>(?:{_LIES} {_SET} |{_STANDS} )(?:{_AT})?|{_LIES} {_AT}(?=, )|{_LIES} )?"
    rf"(?P<set>{_SET} )?(?:, )?(?P<how>(?:{_HOW} )*)"
)
"""What may stand between a place and the words for where it lies."""


def tie(line: Line, lexicon: Lexicon, i: int, j: int) -> str:
    """Return how tokens i to j tie a place before them to its whereabouts behind.

    Returns
    -------
    str
        "which" for a relative clause, "is" for a main clause, "," for an apposition,
        "beside" where nothing stands between, and "" where they do not tie.
    """
    if i > j:
        return ""
    match = _GAP.fullmatch("".join(f"{word} " for word in line.low[i:j]))
    if match is None or _tells(line, lexicon, i, j, told=match["aside"] is None):
        return ""
    if match["which"]:
        return "which"
    if match["lies"]:  # "in X, lies" ends what was set off by commas
        return "" if match["sign"] and not match["aside"] else "is"
    if match["aside"]:
        return ""
    if match["sign"] or match["set"]:
        return ","
    moves = "the" in match["how"]  # "moved guns from X to the north of Y"
    return "" if moves else "beside"


def _tells(line: Line, lexicon: Lexicon, i: int, j: int, *, told: bool) -> bool:
    """Say whether somebody speaks between, or with `told` something happens there."""
    said = any(word in lexicon.saying for word in line.low[i:j])
    marks = (line.at[t] for t in range(i, j))
    return said or (told and any(isinstance(mark, TriggerMark) for mark in marks))


_AFTER = re.compile(rf"(?:, )?{_LIES} (?:the |an? )?")


def lies_after(line: Line, i: int, j: int) -> bool:
    """Say whether tokens i to j are "lies the": the place that lies there follows."""
    return _AFTER.fullmatch("".join(f"{word} " for word in line.low[i:j])) is not None
