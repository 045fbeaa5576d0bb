"""The map alone on a blank page, with events given to it: no server, no Streamlit."""

import base64
import json
from contextlib import contextmanager
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from extract.conflict import load_conflicts
from geo.columns import columns
from geo.map import ASSETS, SCRIPTS, STYLES, Command

BLANK = """<!doctype html><html lang="en"><title>Map</title>
<style>html, body, #map { height: 100%; margin: 0; background: #ffffff }</style>
<div id="map"></div></html>"""

OPEN = """async ({ payload, outlines, command, spot }) => {
  const bytes = Uint8Array.from(atob(payload), (sign) => sign.charCodeAt(0));
  tideline.source = {
    events: async () => bytes.buffer,
    words: async () => [],
    outline: async (name) => outlines[name],
    language: async () => null,
  };
  const map = L.map("map", { zoomAnimation: false, fadeAnimation: false }).setView([spot[1], spot[0]], spot[2]);
  new tideline.Events({ root: "", basemap: Object.keys(outlines) }).addTo(map);
  tideline.command(command);
}"""


def where(name):
    """Return the file of a script or style."""
    if name.startswith("leaflet"):
        return Path(str(files("xstatic.pkg.leaflet"))) / "data" / name
    return ASSETS / "map" / name


@contextmanager
def bare_map(browser, events, spot, **wishes):
    """Open the map on ordered events at `spot`: (lon, lat, zoom); yields the page."""
    made = columns(events, load_conflicts()["syria"])
    folder = ASSETS / "basemap"
    outlines = {
        path.stem: json.loads(path.read_text("utf-8"))
        for path in sorted(folder.glob("*json"))
    }
    command = asdict(Command(**{"data": made.name, "day": 0, **wishes}))
    with browser.new_context(viewport={"width": 900, "height": 640}) as context:
        page = context.new_page()
        page.set_content(BLANK)
        for name in STYLES:
            page.add_style_tag(path=where(name))
        for name in SCRIPTS:
            page.add_script_tag(path=where(name))
        payload = base64.b64encode(made.payload).decode()
        page.evaluate(OPEN, {"payload": payload, "outlines": outlines, "command": command, "spot": spot})  # fmt: skip
        page.wait_for_function("tideline.layer.state().ready")
        yield page
