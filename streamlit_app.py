"""The page's way in: `streamlit run streamlit_app.py`.

Streamlit imports this file for the server and runs it anew for each visit and each
change; the clock and the environment are read here and nowhere below.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from geo.where import dumps_at, gazetteer_at, gazetteers_at, store_at

if TYPE_CHECKING:
    from pathlib import Path


def main() -> None:
    """Draw the page."""
    from geo.pages.home import Setting, draw

    draw(
        Setting(
            where=store_at(None, os.environ),
            gazetteer=gazetteer_at(os.environ),
            shelf=gazetteers_at(os.environ),
            dumps=dumps_at(None, os.environ),
            now=datetime.now(UTC),
            clock=time.time,
            environment=os.environ,
        )
    )


if __name__ == "__main__":
    main()
else:
    from geo.api.serving import api_routes
    from geo.basemap import offered
    from geo.listening import Listener
    from geo.logs import speak
    from geo.operating import Operating
    from geo.pages.correcting import SHOW_REVIEWERS, correction_routes
    from geo.pages.news import news_routes
    from geo.pages.routes import middleware, routes
    from geo.pages.visitor import standing
    from geo.pages.warming import lifespan
    from geo.where import addresses_at

    def store() -> str | Path:
        """Say where the store is."""
        return store_at(None, os.environ)

    def gazetteer() -> Path:
        """Say where the index of place names is."""
        return gazetteer_at(os.environ)

    try:
        addresses = addresses_at(os.environ)
        operating = Operating(os.environ, store, gazetteer)
    except ValueError as error:
        sys.exit(str(error))
    if not operating.logs:
        sys.stderr.write(f"{standing(os.environ)}\n")
        speak(lambda words: sys.stderr.write(f"{words}\n"))

    listener = Listener(store)
    app = st.App(
        __file__,
        routes=[
            *operating.routes(),
            *routes(store, lambda: offered(os.environ)),
            *news_routes(store, listener),
            *api_routes(store, os.environ, lambda: datetime.now(UTC)),
            *correction_routes(store, lambda: os.environ.get(SHOW_REVIEWERS) == "1"),
        ],
        middleware=[
            *operating.middleware(),
            *middleware(offered(os.environ), addresses),
        ],
        lifespan=lifespan(store, listener, operating),
    )
