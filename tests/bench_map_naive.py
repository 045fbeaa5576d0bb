"""The naive way, for `make bench-map`: a circle marker with a popup an event, rerun.

Streamlit runs this. What a first program with folium and a slider looks like, but for
two favours: no tiles, and the scripts come from this server instead of from afar.
"""

import os
from datetime import timedelta
from functools import lru_cache
from html import escape
from importlib.resources import files

import folium
import streamlit as st
from bench_map_frame import LAST, synthetic
from starlette.responses import FileResponse
from starlette.routing import Route

STEP = timedelta(days=30)
MOVES = 4
FILES = {"leaflet.js": "leaflet", "jquery.min.js": "jquery", "leaflet.css": "leaflet"}
HEIGHT = 480


def links(kind):
    return [(name, f"../../bench/{name}") for name in FILES if name.endswith(kind)]


class LocalMap(folium.Map):
    """A map whose scripts come from here; what it does not need is left out."""

    default_js = links(".js")
    default_css = links(".css")


@lru_cache(maxsize=1)
def rows():
    """Return day, latitude, longitude and words of each dated event."""
    events = synthetic(int(os.environ["BENCH_MAP_EVENTS"]))
    events = events[events["date_end"].notna()]
    words = [
        f"<b>{escape(row.place)}</b><br>{row.date_end.date()}<br>{escape(row.sentence)}"
        for row in events.itertuples()
    ]
    points = zip(events.geometry.y, events.geometry.x, strict=True)
    days = events["date_end"].dt.date
    return list(zip(days, points, words, strict=True))


def main():
    """Draw a slider, and a map of what had happened by its day."""
    # Imported before there is a server, it would tell none of its frame.
    from streamlit_folium import st_folium

    st.set_page_config(page_title="Naive", layout="wide")
    there = rows()
    last = LAST.item()
    day = st.slider(
        "Day",
        min_value=last - MOVES * STEP,
        max_value=last,
        value=last - MOVES * STEP,
        step=STEP,
    )
    fmap = LocalMap(location=(35.2, 38.3), zoom_start=5, tiles=None)
    for on, point, words in there:
        if on <= day:
            folium.CircleMarker(
                point, radius=5, fill=True, popup=folium.Popup(words, max_width=300)
            ).add_to(fmap)
    st_folium(fmap, key="map", height=HEIGHT, use_container_width=True)


async def file(request):
    """Answer with a file of Leaflet or jQuery."""
    name = request.path_params["name"]
    folder = files(f"xstatic.pkg.{FILES[name]}") / "data"
    return FileResponse(str(folder / name))


if __name__ == "__main__":
    main()
else:
    app = st.App(__file__, routes=[Route("/bench/{name}", file)])
