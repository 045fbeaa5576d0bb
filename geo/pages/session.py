"""The reader's view, kept in step between the widgets and the address in the browser.

The widgets' own keys hold the filters. What lies open is an `event`, or a `claim` that
is part of none, an `article` in which no claim was found, or a `place` with its
history; `report` is the claim that is read among those of an event.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

from geo.pages import words
from geo.pages.words import say
from geo.view import Mode, View, read_query, write_query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from geo.events import Event
    from geo.map import Told
    from geo.view import Choices

FILTERS = ("actors", "types", "statuses", "publishers")
"""The filters that are lists."""
BROWSERS = ("at", "data")
"""What the browser keeps in the address by itself: where the map stands, and the
version of the data that it shows."""
SURE_M = (250, 1_000, 3_000, 10_000, 25_000)
"""How sure a reader can be of a point on the map, in metres."""
WRITTEN = 20
"""Addresses remembered: a rerun may still carry one that was since written over."""

# Ids are made by this program: letters, digits and a few signs between them.
_ID = re.compile(r"[\w:.-]{1,80}", re.ASCII)


def begin(offered: Choices) -> View:
    """Return the view to draw, and set the widgets' states to it.

    A new address in the browser counts first; then what the widgets were set to, and
    what the map told. Values that the store no longer offers fall away.
    """
    state = st.session_state
    query = _address()
    if _without_place(query) not in state.get("written", []):
        _remember(query)
        words.hear(query)
        _take(read_query(query, offered), _event_of(query))
        state["linked_data"] = (query.get("data") or [""])[-1]
    if state.pop("opened_anew", False):
        _set({"query": "", "more": None})
    asked_day = state.pop("asked_day", None)
    if state.pop("follows", False):
        asked_day = offered.last
    state["last"] = offered.last
    day = offered.clamp(asked_day or state.get("day") or offered.last)
    if asked_day or day != state.get("day"):
        since = state.get("since")
        move(day=day, since=min(since, day) if since else None)
    for name in FILTERS:
        chosen = state.get(name) or []
        _set({name: [one for one in getattr(offered, name) if one in chosen]})
    return View(
        day=state["day"],
        since=state.get("since"),
        mode=Mode(state.get("mode", Mode.EVENTS)),
        areas=state.get("areas", False),
        alike=state.get("alike", False),
        confidence=state.get("confidence", 0),
        reviewed=state.get("reviewed"),
        text=state.get("text") or "",
        box=state.get("box"),
        event=state.get("event"),
        **{name: tuple(state[name]) for name in FILTERS},
    )


def weighs_alike() -> bool:
    """Tell whether publishers are weighed alike, as the address or the widget says.

    It is asked before `begin`, since what there is to choose from depends on it.
    """
    query = _address()
    if _without_place(query) in st.session_state.get("written", []):
        return bool(st.session_state.get("alike"))
    return (query.get("alike") or [""])[-1] == "1"


def say_if_of_other_data(name: str) -> None:
    """Say in the pane if an address just opened was made of other data than `name`."""
    linked = st.session_state.pop("linked_data", "")
    if linked and linked != name:
        notice(
            say(
                "This link was made when the data were others; it may show more or "
                "less than it did."
            )
        )


def _take(asked: View, event: str | None) -> None:
    """Set all states to a view that an address asks for."""
    _open(event=event if asked.event is None else asked.event)
    st.session_state["fit"] = []
    _set({name: list(getattr(asked, name)) for name in FILTERS})
    for name in ("alike", "confidence", "reviewed", "text", "box", "at"):
        _set({name: getattr(asked, name)})
    move(day=asked.day, since=asked.since, mode=asked.mode, areas=asked.areas)
    st.session_state["fit"] = []
    st.session_state["nonce"] = st.session_state.get("nonce", 0) + 1


def move(**time: object) -> None:
    """Set day, window or way to look, and have the browser follow."""
    for name, value in time.items():
        st.session_state[name] = str(value) if name == "mode" else value
    st.session_state["moved"] = st.session_state.get("moved", 0) + 1


def hear(told: Told) -> str | None:
    """Take over what the browser tells, and return what is to be done about it.

    Its time counts unless the page moved it meanwhile. "event" and "point" stand for
    one that was opened or clicked since the last time. Who asked for what is new is
    shown it by being told anything.
    """
    state = st.session_state
    if told.moved == state.get("moved"):
        state["day"], state["since"] = told.day, told.since
        state["mode"], state["areas"] = str(told.mode), told.areas
    state["box"] = told.box
    if told.event is not None and told.opened != state.get("opened", 0):
        state["opened"] = told.opened
        return "event"
    if told.point is not None and told.pointed != state.get("pointed", 0):
        state["pointed"] = told.pointed
        return "point"
    if told.asked != state.get("asked", 0):
        state["asked"] = told.asked
        # Who stood at the end of what there was stands at the end again.
        state["follows"] = state.get("day") == state.get("last")
    return None


def finish(view: View, offered: Choices) -> None:
    """Write the view to the address in the browser, if that differs.

    Where the map stands is written by the browser itself, and left as it is.
    """
    query = {**write_query(view, offered), **words.asked()}
    # What this rerun carried may be older than what was written last.
    stale = query != st.session_state["written"][-1]
    address = _address()
    if stale or query != _without_place(address):
        _remember(query)
        kept = {name: address[name] for name in BROWSERS if name in address}
        st.query_params.from_dict({**query, **kept})


def _address() -> dict[str, list[str]]:
    return {key: st.query_params.get_all(key) for key in st.query_params}


def _without_place(query: dict[str, list[str]]) -> dict[str, list[str]]:
    return {key: values for key, values in query.items() if key not in BROWSERS}


def _remember(query: dict[str, list[str]]) -> None:
    """Keep the last addresses, so that they are not taken for new ones."""
    query = _without_place(query)
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


def _open(**what: str | None) -> None:
    """Open one thing, by the name of its kind, in place of what lay open.

    What a search found gives way to it.
    """
    for kind in ("event", "claim", "article", "place", "report"):
        st.session_state[kind] = what.get(kind)
    st.session_state["at_desk"] = None
    # The search box may be drawn by now; its words can be set before it only.
    if any(what.values()):
        st.session_state["opened_anew"] = True
    ask_point()


def close() -> None:
    """Close what lies open."""
    _open()


def keep(*keys: str) -> None:
    """Have the browser take over again what these widgets are set to.

    What stands in a popover is made when that opens. By then the browser has forgotten
    what an address set it to, and would begin without a word.
    """
    for key in keys:
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


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
    read(claim_id)
    _fit([event.event_id])


def read(claim_id: str) -> None:
    """Read this claim among those of the open event."""
    st.session_state["report"] = claim_id
    ask_point()


def _fit(event_ids: Sequence[str]) -> None:
    st.session_state["fit"], st.session_state["at"] = list(event_ids), None
    st.session_state["nonce"] = st.session_state.get("nonce", 0) + 1


def open_event(event_id: str | None, day: date | None = None) -> None:
    """Open an event; where it is outside the window, go to `day`."""
    _open(event=event_id)
    now, since = st.session_state.get("day"), st.session_state.get("since")
    if day is None or now is None:
        return
    if day > now or (since is not None and day < since):
        move(day=day, since=min(since, day) if since else None)


def open_claim(claim_id: str) -> None:
    """Open a claim that is part of no event on the map."""
    _open(claim=claim_id)


def open_article(article_id: str) -> None:
    """Open an article in which no claim was found."""
    _open(article=article_id)


def open_place(place_id: str, event_id: str | None = None) -> None:
    """Open a place's history, and have the map go to where one of its events is."""
    _open(place=place_id)
    if event_id:
        _fit([event_id])


def go_to(event_ids: Sequence[str], day: date | None) -> None:
    """Have the map show these events on that day, and open the first.

    Without a day the time stays as it is.
    """
    _open(event=event_ids[0] if event_ids else None)
    _fit(event_ids)
    if day is not None:
        st.session_state["since"] = None
        st.session_state["asked_day"] = day


def clear_filters() -> None:
    """Take all filters off."""
    _set({name: [] for name in FILTERS})
    _set({"text": "", "confidence": 0, "reviewed": None, "box": None})
