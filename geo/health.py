"""Whether a server lives and is ready is answered here, for what watches over it.

`/healthz` is answered as long as the process answers at all. `/readyz` is 200 when the
page has what it needs, else 503 with the reason in one word: the store's
(`no-store`, `schema`, `busy`, ...), `no-gazetteer`, `slow` or `stopping`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import anyio
from anyio import CapacityLimiter, to_thread
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from geo.gazetteer import read_stamp
from geo.store import StoreError, open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.requests import Request

LIVE, READY = "/healthz", "/readyz"
"""Where to ask."""

KEPT_S = 1.0
"""For how long an answer is kept: whoever asks more often costs no more."""

PATIENCE_S = 5.0
"""How long the store may take to be read."""

NO_GAZETTEER, SLOW, STOPPING = "no-gazetteer", "slow", "stopping"
_NEVER_KEPT = {"Cache-Control": "no-store"}


class Health:
    """Knows whether the server is ready, by trying once a second at most.

    Parameters
    ----------
    where
        Says where the store is.
    gazetteer
        Says where the index of place names is.
    """

    def __init__(
        self, where: Callable[[], str | Path], gazetteer: Callable[[], Path]
    ) -> None:
        self._where = where
        self._gazetteer = gazetteer
        self._word, self._until = "", 0.0
        # One at a time: a store that hangs holds up one thread, not all.
        self._one = CapacityLimiter(1)
        self.is_stopping = False

    async def word(self) -> str:
        """Return why the server is not ready, in one word; empty if it is."""
        if self.is_stopping:
            return STOPPING
        if time.monotonic() >= self._until:
            with anyio.move_on_after(PATIENCE_S) as patience:
                self._word = await to_thread.run_sync(
                    self._tried, limiter=self._one, abandon_on_cancel=True
                )
            if patience.cancelled_caught:
                self._word = SLOW
            self._until = time.monotonic() + KEPT_S
        return self._word

    def _tried(self) -> str:
        if time.monotonic() < self._until:  # somebody else has just tried
            return self._word
        try:
            with open_store(self._where(), create=False) as store:
                store.version()
        except StoreError as error:
            return error.word
        return "" if read_stamp(self._gazetteer()) else NO_GAZETTEER


def health_routes(health: Health) -> list[Route]:
    """Return the routes of health."""

    async def live(_request: Request) -> Response:
        return JSONResponse({"status": "live"}, headers=_NEVER_KEPT)

    async def ready(_request: Request) -> Response:
        if word := await health.word():
            said = {"status": "not ready", "reason": word}
            return JSONResponse(said, 503, headers=_NEVER_KEPT)
        return JSONResponse({"status": "ready"}, headers=_NEVER_KEPT)

    return [Route(LIVE, live), Route(READY, ready)]
