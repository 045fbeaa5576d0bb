"""The real page on made-up events, for `make bench-map`.

Streamlit runs this. Everything is the program's own but for one thing: instead of what
the store holds, which is nothing, the page and the map's routes serve the events of
`bench_map_frame`.
"""

import os
from functools import lru_cache

import streamlit as st
from bench_map_frame import synthetic

import streamlit_app
from geo.basemap import offered
from geo.listening import Listener
from geo.pages import served
from geo.pages.routes import middleware, routes
from geo.pages.warming import lifespan
from geo.store import Store, open_store
from geo.where import store_at


@lru_cache(maxsize=1)
def made_up():
    return synthetic(int(os.environ["BENCH_MAP_EVENTS"]))


if __name__ == "__main__":
    streamlit_app.main()
else:
    where = store_at(None, os.environ)
    Store.events = lambda *_packs, **_how: made_up()
    # The first session shall measure the page, not how events are made up.
    with open_store(where) as store:
        served.serve(store, where)
    tiles = offered(os.environ)
    app = st.App(
        __file__,
        routes=routes(lambda: where, lambda: tiles),
        middleware=middleware(tiles),
        lifespan=lifespan(lambda: where, Listener(lambda: where)),
    )
