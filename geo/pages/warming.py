"""What the first reader would otherwise wait for is made when the server starts."""

from __future__ import annotations

import gc
import time
from contextlib import asynccontextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from geo.logs import tell
from geo.pages.queue import waits
from geo.pages.routes import zipped
from geo.pages.served import home_conflict, serve
from geo.store import StoreError, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    import streamlit as st

    from geo.listening import Listener
    from geo.operating import Operating


def lifespan(
    where: Callable[[], str | Path],
    listener: Listener,
    operating: Operating | None = None,
) -> Callable[[st.App], AbstractAsyncContextManager[None]]:
    """Have the server make ready beside its first answers; `where` is the store.

    It listens to the store for as long as it runs. `operating` is told of start and
    stop, and lets writes end before the latter.
    """

    @asynccontextmanager
    async def begin(_app: st.App) -> AsyncIterator[None]:
        if operating:
            operating.started()
        Thread(target=_make_ready, args=(where(),), daemon=True).start()
        listener.start()
        yield
        if operating:
            await operating.stop()
        await run_in_threadpool(listener.stop)

    return begin


def _make_ready(where: str | Path) -> None:
    begun = time.monotonic()
    warm(where)
    keep_out_of_collections()
    tell("warm", seconds=time.monotonic() - begun)


def keep_out_of_collections() -> None:
    """Spare the garbage collector all that is there now and will stay.

    Each of its full rounds otherwise looks at all code and all points of the map, while
    a reader waits: 100 ms and more of them come among every ten answers of thousands of
    rows. What nobody holds any more still goes, unless it holds itself.
    """
    gc.collect()
    gc.freeze()


def warm(where: str | Path) -> None:
    """Load the page's code, and make what is served of a store that is there.

    What is wrong with a store is told by the page.
    """
    # Not geo.pages.home, which loads streamlit-folium: outside of a session that would
    # make its frame unknown to the server. This is most of what that loads in turn.
    import folium.plugins  # noqa: F401

    import geo.pages.adding
    import geo.pages.listing
    import geo.pages.pane  # noqa: F401

    home_conflict()
    with suppress(StoreError), open_store(where, create=False) as store:
        zipped(serve(store, where).columns.payload)
        waits(store, where)
