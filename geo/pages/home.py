"""The one screen of the page: header, time, map beside the reading pane, table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st
from streamlit_folium import st_folium

from geo.map import (
    ASSETS,
    base_map,
    basemap_names,
    clicked,
    command,
    command_group,
    pointed,
)
from geo.pages import adding, controls, gazetteers, listing, pane, placing, session
from geo.pages.scene import Scene
from geo.pages.served import home_conflict, serve
from geo.pages.words import trouble
from geo.store import StoreError, open_store
from geo.view import choices, days, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from geo.pages.served import Served
    from geo.store import Store

MAP_HEIGHT = 480
"""Pixels; the style sheet fits it to the window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the page is told from outside; `now` is in UTC.

    `clock` gives seconds that all processes on this machine agree on.
    `shelf` is the folder of the installed lists of places, `dumps` the address that
    GeoNames' lists lie under.
    `environment` may name an online gazetteer, and the folder for what is in its way.
    """

    where: str | Path
    gazetteer: Path
    shelf: Path
    dumps: str
    now: datetime
    clock: Callable[[], float]
    environment: Mapping[str, str]


def draw(setting: Setting) -> None:
    """Draw the page, or say in a line why the store cannot be read."""
    st.set_page_config(page_title="Tideline", page_icon=str(ICON), layout="wide")
    st.html(ASSETS / "map" / "page.css")
    try:
        with open_store(setting.where) as store:
            _page(store, setting)
    except StoreError as error:
        controls.brand(home_conflict().title)
        trouble(f"The store cannot be used: {error}.")


ICON = ASSETS / "map" / "icon.svg"


def _page(store: Store, setting: Setting) -> None:
    placing.obey(store, setting)
    served = serve(store, setting.where)
    offered = choices(served.events, setting.now.date())
    view = session.begin(offered)
    seen = shown(served.events, view)
    dialogs = controls.Dialogs(
        add=partial(adding.dialog, setting), places=partial(gazetteers.dialog, setting)
    )
    controls.header(home_conflict().title, seen, view, offered, dialogs)
    if len(served.events):
        controls.time(served.events, view, offered)
    scene = Scene(
        setting=setting,
        store=store,
        served=served,
        view=view,
        seen=seen,
        claims=pane.opened(store, served, view),
    )
    left, right = st.columns([8, 5], gap="medium")
    with left:
        _map(scene)
    with right, st.container(key="pane"):
        if not len(served.events) and not served.unplaced:
            adding.start(setting)
        else:
            pane.draw(scene)
    listing.draw(scene)
    session.finish(replace(view, event=st.session_state.get("event")), offered)


def _map(scene: Scene) -> None:
    """Draw the map; what changes travels as one command of numbers."""
    served, view = scene.served, scene.view
    fmap = base_map(home_conflict(), basemap_names())
    wish = command(
        view,
        served.columns,
        selected=served.position(view.event),
        tiles=st.session_state.get("tiles", "offline") == "online",
    )
    fit = [served.position(one) for one in st.session_state.get("fit", [])]
    wish = replace(
        wish,
        fit=tuple(at for at in fit if at is not None),
        nonce=st.session_state.get("nonce", 0),
        **placing.asked(scene),
    )
    with st.container(key="map_frame"):
        st_folium(
            fmap,
            key="map",
            height=MAP_HEIGHT,
            use_container_width=True,
            returned_objects=["last_active_drawing"],
            feature_group_to_add=command_group(wish),
            on_change=partial(_on_click, served),
        )


def _on_click(served: Served) -> None:
    answer = st.session_state.get("map")
    if (point := pointed(answer, served.columns)) is not None:
        session.point_at(point)
        return
    at = clicked(answer, served.columns, len(served.events))
    if at is None:
        return
    event = served.events.iloc[at]
    session.open_event(event["event_id"], days(served.events["date_end"])[at].item())
