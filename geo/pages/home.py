"""The one screen of the page: header, map beside the reading pane, table."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st
from streamlit_folium import st_folium

from geo.acts import last_act
from geo.basemap import offered
from geo.map import (
    ASSETS,
    base_map,
    command,
    command_group,
    told,
)
from geo.pages import (
    acts,
    adding,
    controls,
    downloads,
    gazetteers,
    layers,
    listing,
    pane,
    placing,
    queue,
    reviewing,
    search,
    session,
    signing,
    tiles,
)
from geo.pages.desk import look
from geo.pages.scene import Scene
from geo.pages.served import home_conflict, serve
from geo.pages.visitor import visitor
from geo.pages.words import dress, say, tongue, trouble
from geo.people import Deed
from geo.store import StoreError

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
    `environment` may name an online gazetteer, the folder for what is in its way, and
    tiles for the map.
    """

    # These two may hold passwords.
    where: str | Path = field(repr=False)
    gazetteer: Path
    shelf: Path
    dumps: str
    now: datetime
    clock: Callable[[], float]
    environment: Mapping[str, str] = field(repr=False)


def draw(setting: Setting) -> None:
    """Draw the page, or say in a line why the store cannot be read."""
    st.set_page_config(page_title="Tideline", page_icon=str(ICON), layout="wide")
    st.html(ASSETS / "map" / "page.css")
    try:
        with look(setting) as store:
            _page(store, setting)
    except StoreError as error:
        dress()
        controls.brand(tongue().title(home_conflict()))
        trouble(say("The store cannot be used: {error}.", error=error))


ICON = ASSETS / "map" / "icon.svg"


def _page(store: Store, setting: Setting) -> None:
    placing.obey(store, setting)
    acts.obey(store, setting)
    # Read first: what is done from here on is said to be new, if once too often.
    with store.reading() as connection:
        act = last_act(connection)
    served = serve(store, setting.where, alike=session.weighs_alike())
    there = served.facets.choices(setting.now.date())
    person = visitor(setting.environment).person
    view = session.begin(there)
    session.say_if_of_other_data(served.columns.name)
    dress()
    claims = pane.opened(store, view)
    view = pane.settled(served, view, claims)
    waiting = None
    if person.may(Deed.CONFIRM):
        waiting = queue.waits(store, setting.where)
    seen = served.facets.shown(view)
    dialogs = controls.Dialogs(
        downloads=partial(downloads.draw, served, seen, view, setting.now.date()),
        review=partial(queue.button, waiting) if waiting is not None else None,
        add=partial(adding.dialog, setting) if person.may(Deed.ADD) else None,
        places=partial(gazetteers.dialog, setting),
        ground=partial(_ground, store, setting),
        people=partial(signing.draw, setting.environment),
    )
    controls.header(view, there, served.facets.counts(view), dialogs)
    signing.note(setting.environment)
    scene = Scene(
        setting=setting,
        person=person,
        store=store,
        served=served,
        view=view,
        seen=seen,
        claims=claims,
        act=act,
    )
    left, right = st.columns([8, 5], gap="medium")
    with left:
        _map(scene)
    with right, st.container(key=pane.name(scene)), st.container(key="pane"):
        if not len(served.events) and not served.unplaced:
            adding.start(setting)
        elif waiting is not None and queue.is_on() and not search.is_on():
            reviewing.draw(scene, waiting)
        else:
            pane.draw(scene)
    listing.draw(scene)
    session.finish(replace(view, event=st.session_state.get("event")), there)


def _ground(store: Store, setting: Setting) -> None:
    """Let the reader choose what lies under the events, and beside them."""
    tiles.choose(offered(setting.environment))
    layers.choose(store)


def _map(scene: Scene) -> None:
    """Draw the map; what changes travels as one command of numbers."""
    served, view, state = scene.served, scene.view, st.session_state
    fit = [served.position(one) for one in state.get("fit", [])]
    wish = replace(
        command(
            view,
            served.columns,
            selected=served.position(view.event),
            held=served.facets.holding(view.text) if view.text else None,
        ),
        tiles=tiles.ground_number(),
        layers=layers.wanted(scene.store),
        language=tongue().code,
        moved=state["moved"],
        fit=tuple(at for at in fit if at is not None),
        at=state.get("at") or (),
        nonce=state.get("nonce", 0),
        act=scene.act,
        **placing.asked(scene),
    )
    wish = downloads.of_picture(wish, scene.setting.now.date())
    with st.container(key="map_frame"):
        st_folium(
            base_map(home_conflict()),
            key="map",
            height=MAP_HEIGHT,
            use_container_width=True,
            returned_objects=["last_active_drawing"],
            feature_group_to_add=command_group(wish),
            on_change=partial(_on_map, served),
        )


def _on_map(served: Served) -> None:
    """Follow what the browser tells of its reader."""
    said = told(st.session_state.get("map"), served.columns)
    if said is None:
        return
    what = session.hear(said)
    if what == "point":
        session.point_at(said.point)
    elif what == "event" and said.event is not None:
        session.open_event(served.events["event_id"].iloc[said.event])
