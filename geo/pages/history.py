"""In the reading pane: who is reported to have held one place, as bars over time."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from geo.history import history
from geo.pages import session
from geo.pages.signs import drawn, sign_html
from geo.pages.words import trouble
from geo.reading import text_html
from geo.view import days
from geo.wording import UNNAMED, day_words, isolated

if TYPE_CHECKING:
    from datetime import date

    import geopandas as gpd

    from geo.history import Bar, History

NEWEST = 24
"""Bars that are drawn; of a place that changed hands more often, the newest."""

NOBODY_KNOWN = "Nobody known"


def draw(events: gpd.GeoDataFrame, place_id: str) -> None:
    """Draw the bars of a place; both ends of each open what they rest on."""
    found = history(events, place_id)
    if found is None:
        trouble("No event of this store tells of that place.")
        return
    _head(found)
    if not found.bars:
        st.html(
            '<p class="tl-soft">No report with a day says who holds this place.</p>'
        )
    else:
        st.html(_axis(found))
        for number, bar in enumerate(found.bars[-NEWEST:]):
            _spell(number, bar)
        if len(found.bars) > NEWEST:
            st.caption(f"The newest {NEWEST} of {len(found.bars)}.")
        st.html(f'<p class="tl-soft">{KEY}</p>')


KEY = (
    "Outlined: claimed. Filled: assessed. Hatched: disputed. A bar fades from 90 days "
    "after the last report."
)


def _head(found: History) -> None:
    with st.container(key="pane_head", horizontal=True, vertical_alignment="top"):
        head = text_html(found.place, tag="h2")
        times = "once" if len(found.bars) == 1 else f"{len(found.bars)} times"
        told = f"Reported held {times}, by {found.n_events} events"
        st.html(f'<div class="tl-head">{head}<p>{escape(told)}</p></div>')
        session.close_button()


def _axis(found: History) -> str:
    """Return the two ends of the scale."""
    ends = (day_words(day) for day in (found.first, found.last) if day)
    words = "".join(f"<span>{escape(one)}</span>" for one in ends)
    return f'<div class="tl-axis" dir="ltr">{words}</div>'


def _spell(number: int, bar: Bar) -> None:
    with st.container(key=f"spell_{number}"):
        st.html(_bar(bar))
        with st.container(horizontal=True):
            if bar.first_event_id == bar.event_id:
                _end(f"first_{number}", "Reported on", bar.event_id, bar.last_reported)
                return
            _end(f"first_{number}", "From", bar.first_event_id, bar.first_day)
            _end(f"last_{number}", "Last reported", bar.event_id, bar.last_reported)


def _end(key: str, words: str, event_id: str, day: date) -> None:
    st.button(
        f"{words} {day_words(day)}",
        key=key,
        type="tertiary",
        on_click=session.open_event,
        args=(event_id, day),
    )


def _bar(bar: Bar) -> str:
    """Return who held the place, until when, and the bar of it."""
    name = bar.controlled_by
    until = f"until {day_words(bar.last_day)}" if bar.last_day else "nothing later"
    who = text_html(name or NOBODY_KNOWN, tag="b")
    status = f'<span class="tl-chip tl-{bar.status}">{bar.status.capitalize()}</span>'
    sure = 100 * (bar.sure - bar.start) / (bar.end - bar.start)
    style = (
        f"margin-inline-start:{bar.start:.3f}%;width:{bar.end - bar.start:.3f}%;"
        f"--actor:{escape(drawn(name).color)};--sure:{sure:.2f}%"
    )
    kind = f"tl-bar tl-{bar.status}" if name else "tl-bar tl-nobody"
    return (
        f'<p class="tl-spell">{sign_html(name)}{who}{status}'
        f"<span>{escape(until)}</span></p>"
        f'<div class="tl-track" dir="ltr"><div class="{kind}" style="{style}"></div>'
        "</div>"
    )
