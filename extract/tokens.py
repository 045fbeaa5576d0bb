"""A sentence is cut into words here; each keeps its offset."""

from __future__ import annotations

import re
from typing import NamedTuple

# A dotted abbreviation, a number with its separators, a word with inner hyphens,
# apostrophes or slashes ("Ra'ida", "YPG/YPJ", "al-Bab"), or one other character.
_TOKEN = re.compile(
    r"(?:[A-Za-z]\.){2,}|\d+(?:[.,:]\d+)*(?:-[^\W\d_]+)+|"
    r"\d+(?:[.,:]\d+)*(?:st|nd|rd|th)?(?![^\W\d])|"
    r"[^\W_]+(?:[-'’‘ʿʼ`´/‑]{1,2}[^\W_]+)*|\S"
)
_POSSESSIVE = re.compile(r"['’]s$")


class Token(NamedTuple):
    """One word or sign, with its offset in the text given to `tokenize`."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset just behind the token."""
        return self.start + len(self.text)


def tokenize(text: str, base: int = 0) -> list[Token]:
    """Return the tokens of a text; a possessive "'s" is a token of its own."""
    tokens = []
    for match in _TOKEN.finditer(text):
        word, start = match[0], base + match.start()
        # "Ra's al-Ayn" is a name; no possessor is that short
        if len(word) > 4 and _POSSESSIVE.search(word):
            tokens += [Token(word[:-2], start), Token(word[-2:], start + len(word) - 2)]
        else:
            tokens.append(Token(word, start))
    return tokens
