"""Words that others wrote, made safe for Streamlit, which reads labels as Markdown."""

from __future__ import annotations

from html import escape

import streamlit as st


def trouble(words: str) -> None:
    """Show a line about what went wrong, as plain text."""
    st.html(f'<div class="tl-trouble" role="alert" dir="auto">{escape(words)}</div>')


def plain(words: str) -> str:
    """Return words so that Streamlit's Markdown shows them as they are."""
    marks = "\\`*_{}[]()<>#+-.!|~$:^="
    escaped = "".join(f"\\{sign}" if sign in marks else sign for sign in words)
    return escaped.replace("\n", " ")
