"""The search box of the header, and what it finds, in the reading pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo.language import isolated
from geo.pages import heads, session
from geo.pages.served import home_conflict
from geo.pages.words import plain, say, tongue
from geo.search import QUERY_LIMIT, SHOWN, Index, Kind
from geo.wording import point_words

if TYPE_CHECKING:
    from geo.pages.served import Served
    from geo.search import Entry, Found
    from geo.store import Store

KEPT = 2
"""Versions of the data whose names stay at hand."""

MORE = 30
"""Results of one kind that are listed when a reader asks for more."""

_indexes: dict[str, Index] = {}


def box() -> None:
    """Draw the box that takes a query."""
    st.text_input(
        say("Search places, reports and actors"),
        key="query",
        max_chars=QUERY_LIMIT,
        icon=":material/search:",
        placeholder=say("Search places, reports, actors"),
        label_visibility="collapsed",
        on_change=_ask_more,
    )


def is_on() -> bool:
    """Tell whether a reader searches for something."""
    return bool((st.session_state.get("query") or "").strip())


def clear() -> None:
    """Take the query back."""
    st.session_state["query"] = ""
    _ask_more()


def draw(store: Store, served: Served) -> None:
    """Draw what the query finds."""
    more = st.session_state.get("more")
    heads.draw(say("Search"), close=clear)
    found = _index(store, served).find(
        st.session_state["query"], MORE if more else SHOWN
    )
    if not found:
        heads.soft(
            say("No place, report or actor here has a name like that."), is_news=True
        )
    for one in found:
        _kind(one, is_long=more == one.kind)


def _index(store: Store, served: Served) -> Index:
    """Return the names of the data that are served, made once for each version."""
    name = f"{store.where}\n{served.version}"
    index = _indexes.get(name)
    if index is None:
        index = Index(
            served.events, served.unplaced, store.articles(), home_conflict().actors
        )
        _indexes[name] = index
        for old in list(_indexes)[:-KEPT]:
            _indexes.pop(old, None)
    return index


def _ask_more(kind: str | None = None) -> None:
    st.session_state["more"] = kind


def _kind(found: Found, *, is_long: bool) -> None:
    """Draw the results of one kind, and offer the rest."""
    titles = {
        Kind.PLACE: say("Places"),
        Kind.ARTICLE: say("Reports"),
        Kind.ACTOR: say("Actors"),
    }
    heads.sub(titles[found.kind], found.total)
    shown = found.entries[: MORE if is_long else SHOWN]
    names = [entry.name for entry in shown]
    for number, entry in enumerate(shown):
        st.button(
            _label(entry, is_alone=names.count(entry.name) == 1),
            key=f"found_{found.kind}_{number}",
            type="tertiary",
            on_click=_open,
            args=(entry,),
        )
    left = found.total - len(shown)
    if left and is_long:
        heads.soft(say("{n} more; a longer query finds fewer.", n=left))
    elif left:
        st.button(
            say("{n} more", n=left),
            key=f"more_{found.kind}",
            on_click=_ask_more,
            args=(str(found.kind),),
        )


def _label(entry: Entry, *, is_alone: bool) -> str:
    """Return a result's name, what tells it from others, and its count."""
    language = tongue()
    if entry.kind is Kind.ACTOR:
        name = language.actor(entry.name)
    else:
        name = entry.name or say("Untitled report")
    notes = [isolated(note, language.direction) for note in entry.notes if note]
    if entry.kind is Kind.PLACE and entry.point is None:
        notes.append(say("not on the map"))
    elif entry.kind is Kind.PLACE and not is_alone:
        notes.append(point_words(*(entry.point or (0.0, 0.0)), language=language))
    if entry.kind is Kind.ARTICLE:
        notes.append(say("{n} claims", n=entry.count))
    elif entry.count:
        notes.append(say("{n} events", n=entry.count))
    told = plain(isolated(name, language.direction))
    return f"**{told}** :gray[{plain(' · '.join(notes))}]"


def _open(entry: Entry) -> None:
    """Open what was found, and take the query back."""
    clear()
    if entry.kind is Kind.ACTOR:
        st.session_state["actors"] = [entry.key]
    elif entry.kind is Kind.ARTICLE:
        session.wish(article=entry.key)
    elif entry.point is None:
        session.open_claim(entry.key)
    else:
        session.open_place(entry.key, entry.event_id)
