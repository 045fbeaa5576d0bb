"""Other people's data on the map: their routes, and the reader's choice of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from geo.columns import mercator
from geo.database import UNREADABLE
from geo.layers import layer_events, layers
from geo.pages import session
from geo.pages.tiles import WIDTH
from geo.pages.words import say
from geo.store import StoreError, open_store
from geo.view import days

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import geopandas as gpd
    from starlette.requests import Request

    from geo.layers import Layer
    from geo.store import Store

CHOICE = "layers"
"""The session's state that holds the numbers of the layers that the reader chose."""

_KEPT = 4
_KEEP = {"Cache-Control": "private, max-age=86400"}
_LONGEST = 400
_WORLD = 2.0**32


def layer_routes(where: Callable[[], str | Path]) -> list[Route]:
    """Return the routes that serve layers; `where` says where the store is."""

    async def columns(request: Request) -> Response:
        number = request.path_params["number"]
        return await run_in_threadpool(_answer, where(), number, None)

    async def words(request: Request) -> Response:
        number, event = request.path_params["number"], request.path_params["event"]
        return await run_in_threadpool(_answer, where(), number, event)

    return [
        Route("/tideline/layers/{number:int}.json", columns),
        Route("/tideline/layers/{number:int}/{event:int}.json", words),
    ]


def _answer(where: str | Path, number: int, event: int | None) -> Response:
    try:
        found = _layer(str(where), number)
    except StoreError:
        return PlainTextResponse(UNREADABLE, status_code=503)
    if found is None:
        return PlainTextResponse("there is no such layer", status_code=404)
    layer, events = found
    if event is None:
        return JSONResponse(_columns(layer, events), headers=dict(_KEEP))
    if event >= len(events):
        return PlainTextResponse("there is no such event", status_code=404)
    return JSONResponse(_words(layer, events.iloc[event]), headers=dict(_KEEP))


def _layer(where: str, number: int) -> tuple[Layer, gpd.GeoDataFrame] | None:
    """Return a layer that is not removed, and its events; None if there is none."""
    with open_store(where, create=False) as store:
        found = next((one for one in layers(store) if one.number == number), None)
        if found is None:
            return None
        return found, _events(where, number, store.version())


@lru_cache(maxsize=_KEPT)
def _events(where: str, number: int, _version: str) -> gpd.GeoDataFrame:
    """Return a layer's events, once for each version: stores are restored, too."""
    with open_store(where, create=False) as store:
        return layer_events(store, number)


def _columns(layer: Layer, events: gpd.GeoDataFrame) -> dict[str, object]:
    """Return numbers alone, and the layer's name; undated events are always shown."""
    x, y = mercator(events.geometry.x.to_numpy(), events.geometry.y.to_numpy())
    first, last = days(events["date_start"]), days(events["date_end"])
    undated = np.isnat(first)
    return {
        "name": layer.name,
        "x": (x / _WORLD).round(9).tolist(),
        "y": (y / _WORLD).round(9).tolist(),
        "first": np.where(undated, -(10**7), first.astype("i8")).tolist(),
        "last": np.where(undated, 10**7, last.astype("i8")).tolist(),
    }


def _words(layer: Layer, event: object) -> list[str]:
    """Return the lines that tell of an event; they are set as text."""
    first, last = event["date_start"], event["date_end"]  # type: ignore[index]
    dated = [str(one.date()) for one in (first, last) if one == one]
    told = event["sentence"]  # type: ignore[index]
    said = [
        event["place"],  # type: ignore[index]
        " – ".join(dict.fromkeys(dated)),
        told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…",
        " · ".join(
            filter(None, (event["publisher"], layer.attribution, layer.licence))  # type: ignore[index]
        ),
    ]
    return [line for line in said if line]


def wanted(store: Store) -> tuple[int, ...]:
    """Return the numbers of the layers that the reader chose and that are there."""
    chosen = st.session_state.get(CHOICE) or []
    there = {layer.number for layer in layers(store)} if chosen else set()
    return tuple(number for number in chosen if number in there)


def choose(store: Store) -> None:
    """Let the reader choose which layers are shown; nothing where there is none."""
    there = {layer.number: layer for layer in layers(store)}
    if not there:
        return
    chosen = st.session_state.get(CHOICE) or []
    st.session_state[CHOICE] = [one for one in chosen if one in there]
    session.keep(CHOICE)
    with st.container(width=WIDTH):
        st.multiselect(
            say("Other people's data"),
            list(there),
            format_func=lambda number: there[number].name,
            key=CHOICE,
            placeholder=say("none"),
            help=say("Imported as it is, and never counted among the reports."),
        )
