"""The page's words in the reader's language, and the words of others made safe.

Streamlit reads labels as Markdown, so what others wrote goes through `plain`.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

import streamlit as st

from geo.language import ENGLISH, Language, load_languages
from geo.pages.served import home_conflict

LANGUAGE = "lang"
"""The session's state, and the parameter of the address, that name the language."""


def tongue() -> Language:
    """Return the language that the reader chose; English if none."""
    return _tongue(st.session_state.get(LANGUAGE) or ENGLISH.code)


@lru_cache(maxsize=4)
def _tongue(code: str) -> Language:
    language = load_languages().get(code, ENGLISH)
    return language.naming(home_conflict().actors)


def say(text: str, **values: object) -> str:
    """Say an English text in the reader's language; see `geo.language.Language.say`."""
    return tongue().say(text, **values)


def trouble(words: str) -> None:
    """Show a line about what went wrong, as plain text."""
    st.html(f'<div class="tl-trouble" role="alert" dir="auto">{escape(words)}</div>')


def plain(words: str) -> str:
    """Return words so that Streamlit's Markdown shows them as they are."""
    marks = "\\`*_{}[]()<>#+-.!|~$:^="
    escaped = "".join(f"\\{sign}" if sign in marks else sign for sign in words)
    return escaped.replace("\n", " ")
