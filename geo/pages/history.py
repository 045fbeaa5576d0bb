"""In the reading pane: who is reported to have held one place, as bars over time."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from geo.history import SURE_DAYS, history
from geo.pages import heads, session
from geo.pages.signs import drawn, sign_html
from geo.pages.words import say, tongue
from geo.reading import text_html
from geo.wording import STATUS_NAMES, day_words

if TYPE_CHECKING:
    from datetime import date

    import geopandas as gpd

    from geo.history import Bar, History

NEWEST = 24
"""Bars that are drawn; of a place that changed hands more often, the newest."""


def draw(events: gpd.GeoDataFrame, place_id: str) -> None:
    """Draw the bars of a place; both ends of each open what they rest on."""
    found = history(events, place_id)
    if found is None:
        heads.draw(say("No event of this store tells of that place."))
        return
    told = say("Who is reported to have held it, by {n} events", n=found.n_events)
    heads.draw(found.place, f"<p>{escape(told)}</p>")
    if not found.bars:
        heads.soft(say("No report with a day says who holds this place."))
        return
    if len(found.bars) > NEWEST:
        heads.soft(
            say("The newest {n} of {all} spells.", n=NEWEST, all=f"{len(found.bars):,}")
        )
    with st.container(key="spells"):
        st.html(_axis(found))
        for number, bar in enumerate(found.bars[-NEWEST:]):
            _spell(number, bar)
    heads.soft(
        say(
            "Outlined: claimed. Filled: assessed. Hatched: disputed. A bar fades "
            "{n} days after the last report.",
            n=SURE_DAYS,
        )
    )


def _axis(found: History) -> str:
    """Return the two ends of the scale."""
    ends = (_day(day) for day in (found.first, found.last) if day)
    words = "".join(text_html(one) for one in ends)
    return f'<div class="tl-axis" dir="ltr">{words}</div>'


def _day(day: date) -> str:
    return day_words(day, language=tongue())


def _spell(number: int, bar: Bar) -> None:
    with st.container(key=f"spell_{number}"):
        st.html(_bar(bar))
        first, last = _day(bar.first_day), _day(bar.last_reported)
        with st.container(key=f"ends_{number}", horizontal=True):
            if bar.first_event_id == bar.event_id:
                _end(f"first_{number}", say("Reported on {day}", day=first), bar)
                return
            _end(f"first_{number}", say("From {day}", day=first), bar, is_first=True)
            _end(f"last_{number}", say("Last reported on {day}", day=last), bar)


def _end(key: str, words: str, bar: Bar, *, is_first: bool = False) -> None:
    st.button(
        words,
        key=key,
        type="tertiary",
        on_click=session.open_event,
        args=(bar.first_event_id, bar.first_day)
        if is_first
        else (bar.event_id, bar.last_reported),
    )


def _bar(bar: Bar) -> str:
    """Return who held the place, until when, and the bar of it."""
    name = bar.controlled_by
    who = text_html(tongue().actor(name) if name else say("Nobody known"), tag="b")
    if bar.last_day:
        until = say("until {day}", day=_day(bar.last_day))
    else:
        until = say("nothing later is reported")
    words = escape(say(STATUS_NAMES[bar.status]))
    sure = 100 * (bar.sure - bar.start) / (bar.end - bar.start)
    style = (
        f"margin-left:{bar.start:.3f}%;width:{bar.end - bar.start:.3f}%;"
        f"--actor:{escape(drawn(name).color)};--sure:{sure:.2f}%"
    )
    kind = f"tl-bar tl-{bar.status}" if name else "tl-bar tl-nobody"
    return (
        f'<p class="tl-spell">{sign_html(name)}{who}'
        f'<span class="tl-chip tl-{bar.status}">{words}</span>'
        f'<span class="tl-soft">{escape(until)}</span></p>'
        f'<div class="tl-track" dir="ltr"><div class="{kind}" style="{style}"></div>'
        "</div>"
    )
