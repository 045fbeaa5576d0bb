"""The page's words in the reader's language, and the words of others made safe.

Streamlit reads labels as Markdown, so what others wrote goes through `plain`.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from geo.language import ENGLISH, Language, load_languages
from geo.map import ASSETS
from geo.pages.served import home_conflict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

LANGUAGE = "lang"
"""The session's state, and the parameter of the address, that name the language."""


def tongue() -> Language:
    """Return the language that the reader chose, else the browser's, else English."""
    return _tongue(st.session_state.get(LANGUAGE) or _usual())


@lru_cache(maxsize=4)
def _tongue(code: str) -> Language:
    language = load_languages().get(code, ENGLISH)
    return language.naming(home_conflict().actors)


def _usual() -> str:
    """Return the code of the language that the reader's browser prefers."""
    code = (st.context.locale or "").split("-")[0]
    return code if code in load_languages() else ENGLISH.code


def hear(query: Mapping[str, Sequence[str]]) -> None:
    """Speak the language that an address asks for, or the browser's."""
    asked = (query.get(LANGUAGE) or [""])[-1]
    code = asked if asked in load_languages() else _usual()
    if st.session_state.get(LANGUAGE) != code:
        st.session_state[LANGUAGE] = code


def asked() -> dict[str, list[str]]:
    """Return what an address says of the language: nothing if it is the browser's."""
    code = tongue().code
    return {} if code == _usual() else {LANGUAGE: [code]}


def dress() -> None:
    """Turn the page for a language that runs from right to left."""
    if tongue().direction == "rtl":
        st.html(ASSETS / "map" / "rtl.css")


def laid(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its first column where the reader's language begins."""
    # Streamlit's own grid runs from left to right only.
    return table if tongue().direction == "ltr" else table[table.columns[::-1]]


def languages() -> None:
    """Let the reader choose the page's language; each is called as it calls itself."""
    now = tongue()
    with st.popover(now.name, icon=":material/language:", key="languages_open"):
        for code, language in load_languages().items():
            chosen = code == now.code
            st.button(
                language.name,
                icon=":material/check:" if chosen else None,
                key=f"language_{code}",
                type="tertiary",
                on_click=_speak,
                args=(code,),
            )


def _speak(code: str) -> None:
    st.session_state[LANGUAGE] = code


def say(text: str, **values: object) -> str:
    """Say an English text in the reader's language; see `geo.language.Language.say`."""
    return tongue().say(text, **values)


def trouble(words: str) -> None:
    """Show a line about what went wrong, as plain text."""
    st.html(f'<div class="tl-trouble" role="alert" dir="auto">{escape(words)}</div>')


def plain(words: str) -> str:
    """Return words as one line that Streamlit's Markdown shows as it is.

    Addresses of the web still become links where Streamlit allows links at all: not in
    the labels of buttons and choices, but in captions and running text.
    """
    marks = "\\`*_{}[]()<>#+-.!|~$:^=&"
    line = " ".join(words.split())
    return "".join(f"\\{sign}" if sign in marks else sign for sign in line)
