"""The header: the program's name, the search box and the buttons."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from geo.pages import filters, search
from geo.pages.served import home_conflict
from geo.pages.words import languages, say, tongue

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.facets import Counts
    from geo.view import Choices, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogs:
    """What opens when a button of the header is pressed; None for who may not.

    `review` draws its button itself, with the number that waits.
    """

    review: Callable[[], None] | None
    downloads: Callable[[], None]
    add: Callable[[], None] | None
    places: Callable[[], None]
    ground: Callable[[], None]
    people: Callable[[], None]


def brand(title: str) -> None:
    """Name the program and the conflict."""
    words = escape(say("Reported control of places · {title}", title=title))
    st.html(f'<div class="tl-brand"><h1>Tideline</h1><span>{words}</span></div>')


def header(
    view: View,
    offered: Choices,
    counts: Counts,
    dialogs: Dialogs,
) -> None:
    """Draw the name, the search box and the buttons beside it."""
    with st.container(key="header", horizontal=True, vertical_alignment="center"):
        with st.container(key="brand"):
            brand(tongue().title(home_conflict()))
        with st.container(key="search"):
            search.box()
        filters.draw(view, offered, counts)
        dialogs.downloads()
        with st.popover(say("Map"), icon=":material/layers:", key="base_open"):
            dialogs.ground()
        languages()
        if st.button(say("Places"), icon=":material/location_on:", key="places_open"):
            dialogs.places()
        if dialogs.add and st.button(
            say("Add a report"), icon=":material/add:", type="primary", key="add"
        ):
            dialogs.add()
        if dialogs.review:
            dialogs.review()
        dialogs.people()
