"""The head of what lies open in the reading pane, with the button that closes it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from geo.pages import session
from geo.pages.words import say
from geo.reading import text_html

if TYPE_CHECKING:
    from collections.abc import Callable


def draw(
    title: str, below: str = "", close: Callable[[], None] = session.close
) -> None:
    """Draw a head: its title as text, and below it markup made by the caller."""
    with st.container(key="pane_head", horizontal=True, vertical_alignment="top"):
        st.html(f'<div class="tl-head">{text_html(title, tag="h2")}{below}</div>')
        st.button(
            say("Close"),
            icon=":material/close:",
            key="close",
            type="tertiary",
            help=say("Close this"),
            on_click=close,
        )


def notice() -> None:
    """Say once what the pane was asked to say."""
    if words := st.session_state.pop("notice", None):
        st.html(f'<p class="tl-notice" role="status">{escape(words)}</p>')


def sub(words: str, count: int | None = None) -> None:
    """Draw a heading, and a count beside it."""
    number = "" if count is None else f' <span class="tl-count">{count:,}</span>'
    st.html(f'<h3 class="tl-sub">{escape(words)}{number}</h3>')


def soft(words: str, *, is_news: bool = False) -> None:
    """Draw a quiet line; news are read out as they come."""
    role = ' role="status"' if is_news else ""
    st.html(f'<p class="tl-soft"{role}>{escape(words)}</p>')
