"""Whether an article is about war at all: teams and parties win and lose towns too."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from extract.marks import ActorMark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.lexicon import Lexicon
    from extract.marks import Line


def other_topic(lines: Sequence[Line], lexicon: Lexicon) -> str:
    """Say why marked lines are not about war; "" if they are.

    A text without armed men tells no change of control, whatever falls or is captured
    in it: shares, the title, a refinery bought by a rival.
    """
    parties = [m for line in lines for m in line.marks if _is_party(m, lexicon)]
    war, peace = lexicon.sets["war"], lexicon.sets["peace"]
    of_war = of_peace = 0
    for line in lines:
        words = set(line.low)
        of_war += len(words & war)
        of_peace += len(words & peace)
    states = lexicon.sets["countries"]
    if not of_war and all(m.name in states and m.possessive for m in parties):
        return "no armed men in the text"
    if of_peace > of_war:
        return "the text is about sport, votes, trade or art"
    return ""


def _is_party(mark: object, lexicon: Lexicon) -> TypeGuard[ActorMark]:
    """Say whether a mark is a party that holds ground, or armed men of any kind."""
    if not isinstance(mark, ActorMark):
        return False
    if mark.name is None:
        return mark.group in {"armed_group", "state_group", "speaker"}
    return mark.name not in lexicon.backers
