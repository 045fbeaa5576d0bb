"""The reader's view, kept in step between the widgets and the address in the browser.

The widgets' own keys hold day and filters; `event` or `claim` is what lies open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

from geo.view import View, read_query, write_query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from geo.events import Event
    from geo.view import Choices

FILTERS = ("actors", "types", "statuses", "publishers")
SURE_M = (250, 1_000, 3_000, 10_000, 25_000)
"""How sure a reader can be of a point on the map, in metres."""
WRITTEN = 20
"""Addresses remembered: a rerun may still carry one that was since written over."""

# Ids are made by this program: letters, digits and a few signs between them.
_ID = re.compile(r"[\w:.-]{1,80}", re.ASCII)


def begin(offered: Choices) -> View:
    """Return the view to draw, and set the widgets' states to it.

    A new address in the browser counts first; then what the widgets were set to.
    Values that the store no longer offers fall away.
    """
    state = st.session_state
    query = _address()
    if query not in state.get("written", []):
        _remember(query)
        asked = read_query(query, offered)
        _open(event=_event_of(query) if asked.event is None else asked.event)
        _set({"day": asked.day, "place": asked.place})
        _set({name: list(getattr(asked, name)) for name in FILTERS})
    asked_day = state.pop("asked_day", None)
    _set({"day": offered.clamp(asked_day or state.get("day") or offered.last)})
    for name in FILTERS:
        chosen = state.get(name) or []
        _set({name: [one for one in getattr(offered, name) if one in chosen]})
    return View(
        day=state["day"],
        place=state.get("place") or "",
        event=state.get("event"),
        **{name: tuple(state[name]) for name in FILTERS},
    )


def finish(view: View, offered: Choices) -> None:
    """Write the view to the address in the browser, if that differs."""
    query = write_query(view, offered)
    # What this rerun carried may be older than what was written last.
    stale = query != st.session_state["written"][-1]
    if stale or query != _address():
        _remember(query)
        st.query_params.from_dict(query)


def _address() -> dict[str, list[str]]:
    return {key: st.query_params.get_all(key) for key in st.query_params}


def _remember(query: dict[str, list[str]]) -> None:
    """Keep the last addresses, so that they are not taken for new ones."""
    written = [one for one in st.session_state.get("written", []) if one != query]
    st.session_state["written"] = [*written, query][-WRITTEN:]


def _event_of(query: dict[str, list[str]]) -> str | None:
    wanted = (query.get("event") or [""])[-1]
    return wanted if _ID.fullmatch(wanted) else None


def _set(values: dict[str, object]) -> None:
    """Set states that differ; setting a widget again would interrupt its user."""
    for key, value in values.items():
        if st.session_state.get(key) != value:
            st.session_state[key] = value


def _open(*, event: str | None = None, claim: str | None = None) -> None:
    st.session_state["event"] = event
    st.session_state["claim"] = claim
    st.session_state["report"] = 0
    ask_point()


def ask_point(claim_id: str | None = None) -> None:
    """Ask the reader to point to the place of a claim; None to ask no more."""
    st.session_state["placing"] = claim_id
    st.session_state["point"] = None
    st.session_state["point_text"] = ""
    st.session_state["sure"] = SURE_M[1]


def point_at(point: tuple[float, float] | None) -> None:
    """Take a point (lon, lat) for the place that is asked for; None for no point."""
    if st.session_state.get("placing") is None:
        return
    st.session_state["point"] = point
    if point is not None:
        st.session_state["point_text"] = f"{point[1]:.5f}, {point[0]:.5f}"


def wish(**what: object) -> None:
    """Ask for an act on a claim's place, to be done before the page is drawn."""
    st.session_state["wish"] = what


def notice(words: str) -> None:
    """Have the pane say something once."""
    st.session_state["notice"] = words


def show(claim_id: str, event: Event | None) -> None:
    """Open a claim, on the map where it is part of an event."""
    if event is None:
        open_claim(claim_id)
        return
    open_event(event.event_id, event.date_end)
    st.session_state["fit"] = [event.event_id]
    st.session_state["nonce"] = st.session_state.get("nonce", 0) + 1


def open_event(event_id: str | None, day: date | None = None) -> None:
    """Open an event; where it is later than the chosen day, go to `day`."""
    _open(event=event_id)
    now = st.session_state.get("day")
    if day and now and day > now:
        st.session_state["day"] = day


def open_claim(claim_id: str) -> None:
    """Open a claim that is part of no event on the map."""
    _open(claim=claim_id)


def go_to(event_ids: Sequence[str], day: date | None) -> None:
    """Have the map show these events on that day, and open the first."""
    _open(event=event_ids[0] if event_ids else None)
    st.session_state["fit"] = list(event_ids)
    st.session_state["nonce"] = st.session_state.get("nonce", 0) + 1
    st.session_state["asked_day"] = day


def clear_filters() -> None:
    """Take all filters off."""
    _set({name: [] for name in FILTERS})
    _set({"place": ""})
