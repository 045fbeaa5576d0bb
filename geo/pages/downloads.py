"""The files and the picture that a reader takes along, and what they hold back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from geo.export import FORMS, TAGGED, areas_geojson
from geo.map import day_number
from geo.pages import session
from geo.pages.served import home_conflict
from geo.pages.words import say, tongue
from geo.view import days, passing
from geo.withholding import COARSEN_KM, LONGEST_DELAY, last_day, withheld
from geo.wording import day_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from geo.export import Form
    from geo.facets import Rows
    from geo.language import Language
    from geo.map import Command
    from geo.pages.served import Served
    from geo.view import View
    from geo.withholding import Outgoing


PAGE = ".html"
"""The form that is a page of its own."""

WIDTH, BUTTON = 360, 156
"""Pixels of what opens under the button, and of each button there: two in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What is written once the reader asks for it."""

    served: Served
    seen: Rows
    view: View
    today: date
    coarsen_km: int
    delay_days: int
    language: Language


def draw(served: Served, seen: Rows, view: View, today: date) -> None:
    """Draw what can be downloaded of the events that are `seen`."""
    button = st.popover(
        say("Download"), icon=":material/download:", key="download_open"
    )
    with button, st.container(width=WIDTH):
        counted = st.container()
        _choices()
        wanted = _Wanted(
            served=served,
            seen=seen,
            view=view,
            today=today,
            coarsen_km=_coarsen_km(),
            delay_days=_delay_days(),
            language=tongue(),
        )
        counted.caption(_counted(seen, view, last_day(today, wanted.delay_days)))
        _buttons(wanted)


def _coarsen_km() -> int:
    return int(st.session_state.get("coarsen_km") or 0)


def _delay_days() -> int:
    return int(st.session_state.get("delay_days") or 0)


def of_picture(wish: Command, today: date) -> Command:
    """Tell the map's command of the picture: whether it is asked for, what it hides."""
    until = last_day(today, _delay_days())
    return replace(
        wish,
        picture=st.session_state.get("picture", 0),
        coarsen_km=_coarsen_km(),
        until=None if until is None else day_number(until),
    )


def _counted(seen: Rows, view: View, until: date | None) -> str:
    left = len(seen)
    if until is not None:
        left = int((days(seen.column("date_end")) <= np.datetime64(until)).sum())
    return say("The {n} events shown, up to {day}.", n=left, day=_words(view.day))


def _words(day: date) -> str:
    return day_words(day, language=tongue())


def _choices() -> None:
    session.keep("coarsen_km", "delay_days")
    st.selectbox(
        say("Move places to a grid"),
        [0, *COARSEN_KM],
        format_func=_grid,
        key="coarsen_km",
    )
    st.number_input(
        say("Leave out the last days"),
        min_value=0,
        max_value=LONGEST_DELAY,
        step=1,
        key="delay_days",
    )
    st.caption(
        say(
            "Both hold for every file and for the picture. The sentences and the names "
            "still say which places they are about."
        )
    )


def _grid(km: int) -> str:
    return say("{distance} km", distance=km) if km else say("Places as they are")


def _buttons(wanted: _Wanted) -> None:
    name = f"tideline-{wanted.view.day.isoformat()}"
    st.session_state.setdefault("picture", 0)
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("Picture"), key="picture_wanted", on_click=_ask_picture, width=BUTTON
        )
        for ending, form in _offered():
            st.download_button(
                form.name,
                data=partial(_written, wanted, form, f"{name}{ending}"),
                file_name=f"{name}{ending}",
                mime=form.mime,
                on_click="ignore",
                width=BUTTON,
            )
        if wanted.view.areas:
            st.download_button(
                say("Areas (GeoJSON)"),
                data=partial(_areas, wanted),
                file_name=f"{name}-areas.geojson",
                mime=FORMS[".geojson"].mime,
                help=say("Areas: estimate from reported places"),
                on_click="ignore",
                width=BUTTON,
            )
    st.caption(
        say(
            "The HTML file plays all days without a server; it and the picture are "
            "read as they are, the other files by programs for maps and tables."
        )
    )


def _ask_picture() -> None:
    st.session_state["picture"] += 1


def _areas(wanted: _Wanted) -> bytes:
    """Write the areas that the map shows, of what may leave."""
    outgoing = _outgoing(wanted)
    day = min(wanted.view.day, outgoing.until or wanted.view.day)
    return areas_geojson(_passing(outgoing, wanted), day).encode()


def _offered() -> Iterator[tuple[str, Form]]:
    """Yield the forms with what their files' names end in, the page first."""
    yield PAGE, FORMS[PAGE]
    for suffix, form in FORMS.items():
        if suffix != PAGE:
            yield suffix, form
        if suffix == ".csv":
            yield "-hxl.csv", TAGGED


def _written(wanted: _Wanted, form: Form, name: str) -> bytes:
    """Write a file when a reader asks for it: of the window, or a page of all days."""
    outgoing, conflict = _outgoing(wanted), home_conflict()
    if form is not FORMS[PAGE]:
        chosen = outgoing.only(wanted.seen.column("event_id"))
        return form.content(chosen, conflict, name)
    from geo.onefile import one_file

    chosen = _passing(outgoing, wanted)
    page = one_file(chosen, conflict, view=wanted.view, language=wanted.language)
    return page.encode()


def _outgoing(wanted: _Wanted) -> Outgoing:
    return withheld(
        wanted.served.events,
        today=wanted.today,
        coarsen_km=wanted.coarsen_km,
        delay_days=wanted.delay_days,
    )


def _passing(outgoing: Outgoing, wanted: _Wanted) -> Outgoing:
    """Return what passes the reader's filters, of all days."""
    events = wanted.served.events
    return outgoing.only(events["event_id"][passing(events, wanted.view)])
