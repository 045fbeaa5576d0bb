"""The page's way in: `streamlit run streamlit_app.py`.

Streamlit imports this file for the server and runs it anew for each visit and each
change; the clock and the environment are read here and nowhere below.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

import streamlit as st

from geo.where import dumps_at, gazetteer_at, gazetteers_at, store_at


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
    from geo.basemap import offered
    from geo.pages.correcting import SHOW_REVIEWERS, correction_routes
    from geo.pages.routes import middleware, routes
    from geo.pages.warming import lifespan

    app = st.App(
        __file__,
        routes=[
            *routes(lambda: store_at(None, os.environ), lambda: offered(os.environ)),
            *correction_routes(
                lambda: store_at(None, os.environ),
                lambda: os.environ.get(SHOW_REVIEWERS) == "1",
            ),
        ],
        middleware=middleware(offered(os.environ)),
        lifespan=lifespan(lambda: store_at(None, os.environ)),
    )
