"""The route by which open pages learn that others have stored something since."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from geo.acts import done_since
from geo.database import UNREADABLE
from geo.store import StoreError, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from starlette.requests import Request

    from geo.listening import Listener

UNSEEN = frozenset({"retrieval", "proposal"})
"""Kinds of acts that change nothing on the map or beside it."""

_KEPT = 64
_NEVER_KEPT = {"Cache-Control": "no-store"}


def news_routes(where: Callable[[], str | Path], listener: Listener) -> list[Route]:
    """Return the route; what `listener` knows is answered without asking the store."""

    async def news(request: Request) -> Response:
        seen, latest = request.path_params["act"], listener.latest
        if latest is None or latest == seen:
            return JSONResponse(_told(seen, {}), headers=_NEVER_KEPT)
        try:
            done = await run_in_threadpool(_done, str(where()), seen, latest)
        except StoreError:
            return PlainTextResponse(UNREADABLE, status_code=503)
        return JSONResponse(_told(latest, done), headers=_NEVER_KEPT)

    return [Route("/tideline/news/{act:int}.json", news)]


@lru_cache(maxsize=_KEPT)
def _done(where: str, seen: int, latest: int) -> Mapping[str, int]:
    """Return how many acts of each kind a page has not seen, once for all pages."""
    if latest < seen:  # another store took its place
        return {"restored": 1}
    with open_store(where, create=False) as store, store.reading() as connection:
        return done_since(connection, seen)


def _told(act: int, done: Mapping[str, int]) -> dict[str, int]:
    changes = sum(n for kind, n in done.items() if kind not in {*UNSEEN, "article"})
    return {"act": act, "reports": done.get("article", 0), "changes": changes}
