"""The tiles under the events: their routes, and the reader's choice of them."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from geo.basemap import OSM, BasemapError, Ground, Offered
from geo.pages import session
from geo.pages.words import plain, say, trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from geo.basemap import Archive

CHOICE = "tiles"
"""The session's state that holds the reader's choice, a `Ground`."""

WIDTH = 380
_KEPT = {"Cache-Control": "private, max-age=86400"}
# A picture of nothing: where a file has no tile nothing is wrong.
_NOTHING = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR4nGNgYAAAAAMAAbitOmMA"
    "AAAASUVORK5CYII="
)


def tile_routes(offered: Callable[[], Offered]) -> list[Route]:
    """Return the routes that tell of the tiles set up, and serve those of a file."""

    async def told(_: Request) -> Response:
        found = await run_in_threadpool(offered)
        return JSONResponse(_told(found), headers={"Cache-Control": "no-cache"})

    async def tile(request: Request) -> Response:
        found = await run_in_threadpool(offered)
        if found.archive is None:
            return PlainTextResponse("no file of tiles is set up", status_code=404)
        at = request.path_params
        return await run_in_threadpool(_tile, found.archive, at["z"], at["x"], at["y"])

    return [
        Route("/tideline/tiles.json", told),
        Route("/tideline/tiles/{z:int}/{x:int}/{y:int}", tile),
    ]


def _told(found: Offered) -> dict[str, object]:
    address, archive = found.address, found.archive
    return {
        "address": address and {"url": address.url, "credit": address.credit},
        "archive": archive
        and {
            "credit": archive.credit,
            "box": archive.box,
            "least": archive.least,
            "most": archive.most,
            "version": archive.version,
        },
    }


def _tile(archive: Archive, z: int, x: int, y: int) -> Response:
    try:
        picture = archive.tile(z, x, y)
    except BasemapError as error:
        return PlainTextResponse(str(error), status_code=500)
    if picture is None:
        return Response(_NOTHING, 200, dict(_KEPT), "image/png")
    return Response(picture, 200, dict(_KEPT), archive.kind)


def ground_number() -> int:
    """Return the reader's choice as the browser knows it."""
    chosen = st.session_state.get(CHOICE, Ground.OUTLINES)
    return list(Ground).index(chosen)


def choose(offered: Offered) -> None:
    """Let the reader choose what lies under the events, and say what each asks."""
    with st.container(width=WIDTH):
        _choose(offered)


def _choose(offered: Offered) -> None:
    for words in offered.troubles:
        trouble(words)
    if st.session_state.get(CHOICE) not in offered.grounds:
        st.session_state[CHOICE] = Ground.OUTLINES
    names = {
        Ground.OUTLINES: say("Outlines"),
        Ground.OSM: say("OpenStreetMap"),
        Ground.ADDRESS: say("Your own tiles"),
        Ground.ARCHIVE: say("Tiles from a file"),
    }
    session.keep(CHOICE)
    st.radio(
        say("What lies under the events"),
        offered.grounds,
        captions=[_asks(ground, offered) for ground in offered.grounds],
        format_func=names.__getitem__,
        key=CHOICE,
    )
    st.caption(
        say(
            "The borders drawn and the names used on this map do not express any"
            " opinion on the legal status of a country, territory, city or area, on its"
            " authorities, or on where its borders run. Broken lines are borders that"
            " are disputed or not agreed. Who is reported to hold a place is what the"
            " reports say."
        )
    )


def _asks(ground: Ground, offered: Offered) -> str:
    """Say what a choice asks, and of which host."""
    if ground is Ground.OSM:
        return say("Asks {host}", host=plain(_host(OSM)))
    if ground is Ground.ADDRESS and offered.address:
        return say("Asks {host}", host=plain(_host(offered.address.origin)))
    if ground is Ground.ARCHIVE:
        return say("A PMTiles file on this server; asks no other host")
    return say("Natural Earth, from this server; asks no other host")


def _host(origin: str) -> str:
    return origin.split("//")[1]
