"""The real page on made-up events, for `make bench-map`.

Streamlit runs this. Everything is the program's own but for one thing: instead of what
the store holds, which is nothing, the page and the map's routes serve the events of
`bench_map_frame`.
"""

import os
from functools import lru_cache

import streamlit as st
import streamlit_app
from bench_map_frame import synthetic

from extract.conflict import load_conflicts
from geo.columns import columns
from geo.pages import served
from geo.pages.routes import middleware, routes
from geo.view import ordered
from geo.where import store_at


@lru_cache(maxsize=1)
def made_up(_where, version):
    """Return what is served, the same for every version of the store."""
    events = ordered(synthetic(int(os.environ["BENCH_MAP_EVENTS"])))
    made = columns(events, served.all_actors(load_conflicts()))
    served._lately[made.name] = made
    return served.Served(version=version, events=events, unplaced=(), columns=made)


if __name__ == "__main__":
    streamlit_app.main()
else:
    # The first session shall measure the page, not how events are made up.
    made_up(None, "")
    served._served = lambda _where, _version: made_up(None, "")
    app = st.App(
        __file__,
        routes=routes(lambda: store_at(None, os.environ)),
        middleware=middleware(),
    )
