"""The filters of the header, each choice with the number of events it would leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from geo.facets import CONFIDENCES
from geo.language import isolated
from geo.pages.session import FILTERS, clear_filters, keep
from geo.pages.words import plain, say, tongue
from geo.view import TEXT_LIMIT
from geo.wording import STATUS_NAMES, STATUSES, TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo.facets import Counts
    from geo.view import Choices, View

PILLS = 16
"""Choices up to which all lie open; of more, a box lets one look for them."""

REVIEW: dict[str, bool | None] = {"all": None, "reviewed": True, "not reviewed": False}
"""Review states to choose from, with the value of each in a view."""


def draw(view: View, offered: Choices, counts: Counts) -> None:
    """Draw the button that opens the filters, and the filters."""
    n = view.n_filters
    label = say("Filters: {n}", n=n) if n else say("Filters")
    keep("text", *FILTERS, "confidence", "review", "alike")
    with st.popover(label, icon=":material/filter_alt:", key="filters_open"):
        st.caption(
            say(
                "{n} of {all} events of these days",
                n=counts.shown,
                all=f"{counts.window:,}",
            )
        )
        st.text_input(
            say("Text"),
            key="text",
            max_chars=TEXT_LIMIT,
            placeholder=say("in place, sentence or publisher"),
        )
        _box(view)
        _lists(offered, counts)
        _confidence(view, counts)
        _review(view, counts)
        _alike()
        st.button(
            say("Clear all filters"),
            on_click=clear_filters,
            disabled=not n,
            key="clear",
        )


def _alike() -> None:
    """Offer to leave aside for whom publishers speak."""
    st.toggle(
        say("Weigh all publishers alike"),
        key="alike",
        help=say(
            "A publisher that leans to a side counts fully only against that side. "
            "This switches the rule off: each counts as an independent newsroom "
            "does. What a side says itself stays its own word."
        ),
    )


class _Facet(NamedTuple):
    """A filter that is a list: its name in the view, its label, how values are said."""

    name: str
    label: str
    words: Callable[[str], str] = str
    meaning: str | None = None


def _lists(offered: Choices, counts: Counts) -> None:
    meanings = (f"**{say(STATUS_NAMES[s])}**: {say(STATUSES[s])}" for s in STATUSES)
    for facet in (
        _Facet("actors", say("Actors"), tongue().actor),
        _Facet("types", say("Types"), lambda one: say(TYPES[one])),
        _Facet(
            "statuses",
            say("Status"),
            lambda one: say(STATUS_NAMES[one]),
            "  \n".join(meanings),
        ),
        _Facet("publishers", say("Publishers")),
    ):
        _choose(facet, getattr(offered, facet.name), getattr(counts, facet.name))


def _box(view: View) -> None:
    """Say that a rectangle is drawn on the map, and let it be taken off."""
    if view.box is None:
        return
    with st.container(key="box_line", horizontal=True, vertical_alignment="center"):
        st.caption(say("Within the rectangle drawn on the map"))
        st.button(
            say("Remove it"),
            key="box_clear",
            on_click=st.session_state.__setitem__,
            args=("box", None),
        )


def _choose(facet: _Facet, options: Sequence[str], counts: Mapping[str, int]) -> None:
    """Offer to choose among values, with the number of events beside each."""
    if not options:
        return
    direction = tongue().direction
    told = {
        value: f"{isolated(facet.words(value), direction)} ({counts.get(value, 0):,})"
        for value in options
    }
    if len(options) <= PILLS:
        st.pills(
            facet.label,
            options,
            key=facet.name,
            selection_mode="multi",
            format_func={
                value: plain(label) for value, label in told.items()
            }.__getitem__,
            help=facet.meaning,
        )
        return
    _relabel(facet.name, told)
    st.multiselect(
        facet.label,
        options,
        key=facet.name,
        format_func=told.__getitem__,
        placeholder=say("all"),
        help=facet.meaning,
    )


def _relabel(name: str, told: Mapping[str, str]) -> None:
    """Send chosen values anew once their labels have other counts.

    The browser knows the values of this widget by their labels: what it was sent with
    one count would not be known with another.
    """
    chosen = st.session_state.get(name) or []
    labels = [told[value] for value in chosen]
    if labels != st.session_state.get(f"{name}_labels", labels):
        st.session_state[name] = list(chosen)
    st.session_state[f"{name}_labels"] = labels


def _confidence(view: View, counts: Counts) -> None:
    told = {}
    for least in sorted({*CONFIDENCES, view.confidence}):
        words = say("{n} %", n=least) if least else say("any")
        told[least] = f"{words} ({counts.confidence.get(least, counts.shown):,})"
    st.segmented_control(
        say("Confidence at least"),
        list(told),
        key="confidence",
        format_func=told.__getitem__,
        required=True,
    )


def _review(view: View, counts: Counts) -> None:
    """Offer the review states; their widget has words where the view has none."""
    state = next(one for one, value in REVIEW.items() if value is view.reviewed)
    if st.session_state.get("review") != state:
        st.session_state["review"] = state
    words = {
        "all": say("all"),
        "reviewed": say("reviewed"),
        "not reviewed": say("not reviewed"),
    }
    told = {
        one: f"{words[one]} ({counts.reviewed[value]:,})"
        for one, value in REVIEW.items()
    }
    st.segmented_control(
        say("Review"),
        list(told),
        key="review",
        format_func=told.__getitem__,
        required=True,
        on_change=_on_review,
    )


def _on_review() -> None:
    st.session_state["reviewed"] = REVIEW[st.session_state["review"]]
