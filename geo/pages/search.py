"""The search box of the header, and what it finds, in the reading pane."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from geo.pages import session
from geo.pages.served import home_conflict
from geo.pages.words import plain
from geo.search import QUERY_LIMIT, SHOWN, Index, Kind
from geo.wording import isolated, point_words

if TYPE_CHECKING:
    from geo.pages.served import Served
    from geo.search import Entry, Found
    from geo.store import Store

KEPT = 2
"""Versions of the data whose names stay at hand."""

MORE = 30
"""Results of one kind that are listed when a reader asks for more."""

TITLES = {Kind.PLACE: "Places", Kind.ARTICLE: "Reports", Kind.ACTOR: "Actors"}


def box() -> None:
    """Draw the box that takes a query."""
    st.text_input(
        "Search places, reports and actors",
        key="query",
        max_chars=QUERY_LIMIT,
        icon=":material/search:",
        placeholder="Search places, reports, actors",
        label_visibility="collapsed",
        on_change=st.session_state.__setitem__,
        args=("more", None),
    )


def is_on() -> bool:
    """Tell whether a reader searches for something."""
    return bool((st.session_state.get("query") or "").strip())


_indexes: dict[str, Index] = {}


def _index(store: Store, served: Served) -> Index:
    """Return the names of the data that are served, made once for each version."""
    name = f"{store.path}\n{served.version}"
    if name not in _indexes:
        _indexes[name] = Index(
            served.events, served.unplaced, store.articles(), home_conflict().actors
        )
        for old in list(_indexes)[:-KEPT]:
            _indexes.pop(old, None)
    return _indexes[name]


def draw(store: Store, served: Served) -> None:
    """Draw what the query finds."""
    query, more = st.session_state["query"], st.session_state.get("more")
    index = _index(store, served)
    with st.container(key="pane_head", horizontal=True, vertical_alignment="top"):
        st.html('<div class="tl-head"><h2>Found</h2></div>')
        st.button(
            "Close",
            icon=":material/close:",
            key="close",
            type="tertiary",
            help="Clear the search",
            on_click=clear,
        )
    found = index.find(query, MORE if more else SHOWN)
    if not found:
        st.html(
            '<p class="tl-soft" role="status">No place, report or actor of this store '
            "has a name like that.</p>"
        )
    for one in found:
        _kind(one, more)


def clear() -> None:
    """Take the query back."""
    st.session_state["query"] = ""
    st.session_state["more"] = None


def _kind(found: Found, more: str | None) -> None:
    st.html(
        f'<h3 class="tl-sub">{TITLES[found.kind]} '
        f'<span class="tl-count">{found.total}</span></h3>'
    )
    shown = found.entries[: MORE if more == found.kind else SHOWN]
    names = [entry.name for entry in shown]
    for number, entry in enumerate(shown):
        st.button(
            _label(entry, is_ambiguous=names.count(entry.name) > 1),
            key=f"found_{found.kind}_{number}",
            type="tertiary",
            on_click=_open,
            args=(entry,),
        )
    left = found.total - len(shown)
    if left and more != found.kind:
        st.button(
            f"{left} more",
            key=f"more_{found.kind}",
            type="tertiary",
            on_click=st.session_state.__setitem__,
            args=("more", str(found.kind)),
        )
    elif left:
        st.caption(f"{left} more; a longer query finds fewer.")
