"""The header's buttons, and the filters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from geo.pages.session import clear_filters
from geo.pages.words import languages
from geo.view import TEXT_LIMIT
from geo.wording import STATUSES, TYPES, day_words

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    from geo.view import Choices, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogs:
    """What opens when a button of the header is pressed."""

    add: Callable[[], None]
    places: Callable[[], None]


def brand(title: str) -> None:
    """Name the program and the conflict."""
    st.html(
        '<div class="tl-brand"><h1>Tideline</h1>'
        f"<span>Reported control of places · {escape(title)}</span></div>"
    )


def header(
    title: str,
    seen: gpd.GeoDataFrame,
    view: View,
    offered: Choices,
    dialogs: Dialogs,
) -> None:
    """Draw the name and the buttons beside it."""
    with st.container(key="header", horizontal=True, vertical_alignment="center"):
        with st.container(key="brand"):
            brand(title)
        _filters(view, offered)
        _downloads(seen, view)
        with st.popover("Map", icon=":material/layers:", key="base_open"):
            st.radio(
                "What lies under the events",
                ["offline", "online"],
                captions=[
                    "Natural Earth, from this server",
                    "OpenStreetMap tiles: asks tile.openstreetmap.org",
                ],
                format_func={"offline": "Outlines", "online": "Online map"}.get,
                key="tiles",
            )
        languages()
        if st.button("Places", icon=":material/location_on:", key="places_open"):
            dialogs.places()
        if st.button("Add a report", icon=":material/add:", type="primary", key="add"):
            dialogs.add()


def _filters(view: View, offered: Choices) -> None:
    label = f"Filters: {view.n_filters}" if view.n_filters else "Filters"
    with st.popover(label, icon=":material/filter_alt:", key="filters_open"):
        st.text_input(
            "Text",
            key="text",
            max_chars=TEXT_LIMIT,
            placeholder="in place, sentence or publisher",
        )
        st.multiselect("Actors", offered.actors, key="actors", placeholder="all")
        st.multiselect(
            "Types",
            offered.types,
            key="types",
            format_func=TYPES.__getitem__,
            placeholder="all",
        )
        st.multiselect(
            "Status",
            offered.statuses,
            key="statuses",
            format_func=str.capitalize,
            help="  \n".join(
                f"**{name}**: {words}" for name, words in STATUSES.items()
            ),
            placeholder="all",
        )
        st.multiselect(
            "Publishers", offered.publishers, key="publishers", placeholder="all"
        )
        st.button(
            "Clear all filters", on_click=clear_filters, disabled=not view.n_filters
        )


def _downloads(seen: gpd.GeoDataFrame, view: View) -> None:
    name = f"tideline-{view.day.isoformat()}"
    with st.popover("Download", icon=":material/download:", key="download_open"):
        st.caption(f"The {len(seen)} events shown, up to {day_words(view.day)}.")
        st.download_button(
            "GeoJSON",
            data=partial(_written, seen, "geojson"),
            file_name=f"{name}.geojson",
            mime="application/geo+json",
            on_click="ignore",
            width="stretch",
        )
        st.download_button(
            "CSV",
            data=partial(_written, seen, "csv"),
            file_name=f"{name}.csv",
            mime="text/csv",
            on_click="ignore",
            width="stretch",
        )


def _written(seen: gpd.GeoDataFrame, form: str) -> str:
    """Write the events only when a reader asks for them."""
    from geo.export import to_csv, to_geojson

    return to_csv(seen) if form == "csv" else to_geojson(seen)
