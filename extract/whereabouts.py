"""Whether words tie a place to what they say of where it lies.

"X, a town 12 km", "X, which lies", "X is located some": what follows is said of X.
"Troops in X are", "fighters left X and": it is not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.marks import PlaceMark, TriggerMark

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line

_LIES = r"(?:lies|lie|lay|is|was|are|were|sits|sit|sat|stands|stand|stood)"
_SET = (
    r"(?:located|situated|lying|sitting|standing|based|set|found|positioned|perched|"
    r"nestled|sandwiched|squeezed)"
)
_ROAD = r"(?:on|along|astride) the (?:[^\s,;:.()]+ )?(?:road|highway|motorway|river)"
_HOW = (
    rf"(?:{_ROAD}|both|all|just|only|also|itself|immediately|directly|strategically|"
    r"well|far|slightly|roughly|about|some|mere|halfway|midway|half way|due|to the|"
    r"in the|on the)"
)
_WORDS = r"(?:[^\s,;:.()]+ )"
_NOUN = rf"(?P<noun>(?:an?|the|another|one of) {_WORDS}{{1,8}}?)"
_SIGN = r"[,(–—-] "
_GAP = re.compile(
    rf"(?P<sign>{_SIGN})?(?P<aside>{_WORDS}[^;]{{0,90}}?[,)–—-] (?={_LIES} ))?"
    rf"(?:(?<={_SIGN}){_NOUN}(?:, )?)?"
    rf"(?P<which>(?:which|that) (?:{_WORDS}{{1,6}}and )?(?={_LIES} |{_SET} ))?"
    rf"(?P<lies>{_LIES} )?(?P<set>{_SET} )?(?:, )?(?P<how>(?:{_HOW} )*)"
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
    if match["lies"]:
        return "is"
    if match["aside"] or (match["noun"] and _names(line, i, j)):
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


def _names(line: Line, i: int, j: int) -> bool:
    return any(isinstance(line.at[t], PlaceMark) for t in range(i, j))


_AFTER = re.compile(rf"(?:, )?{_LIES} (?:the |an? )?")


def lies_after(line: Line, i: int, j: int) -> bool:
    """Say whether tokens i to j are "lies the": the place that lies there follows."""
    return _AFTER.fullmatch("".join(f"{word} " for word in line.low[i:j])) is not None
