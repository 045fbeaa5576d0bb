"""Short forms that an article makes itself: "the Government of Syria (GoS)"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.marks import ActorMark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.marks import Line


def mark_short_forms(lines: Sequence[Line]) -> None:
    """Lay an `ActorMark` over each mention of a party by such a short form."""
    made = {short: name for line in lines for short, name in _made(line)}
    if not made:
        return
    for line in lines:
        for k, word in enumerate(line.words):
            if line.at[k] is None and word in made and not _is_made(line, k):
                line.put(ActorMark(k, k + 1, made[word]))


def _made(line: Line) -> list[tuple[str, str]]:
    """Return the short forms that a sentence puts in brackets behind a party."""
    if "(" not in line.words:
        return []
    found = []
    for k, word in enumerate(line.words):
        before = line.at[k - 2] if k > 1 and _is_made(line, k) else None
        if isinstance(before, ActorMark) and before.name and _is_short(word):
            found.append((word, before.name))
    return found


def _is_made(line: Line, k: int) -> bool:
    """Say whether token k stands alone in brackets."""
    return line.words[k - 1 : k + 2] == ["(", line.words[k], ")"] if k else False


def _is_short(word: str) -> bool:
    return 2 <= len(word) <= 8 and sum(map(str.isupper, word)) >= 2 and word.isalpha()
