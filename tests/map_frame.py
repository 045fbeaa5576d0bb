"""The map's layer in a real browser without the page around it: quick, and to the point.

Everything is answered from disk and from columns made by `geo.columns`; no server runs.
"""

import json
import re
from dataclasses import asdict
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.columns import columns
from geo.events import CRS, DTYPES
from geo.language import ENGLISH, catalogue_json
from geo.map import ASSETS, SCRIPTS, STYLES, command, map_file
from geo.pages.served import home_conflict
from geo.view import View, choices, ordered
from geo.wording import STATUSES, TYPES

ROOT = "http://127.0.0.1:9/"
PAGE = """<!doctype html><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{styles}<body style="background:{paper}"><div id="map_div" style="position:relative"></div>
{scripts}<script>
const map = L.map("map_div", {{ minZoom: 3, maxZoom: 16, worldCopyJump: true }});
map.setView([{lat}, {lon}], {zoom});
new tideline.Events({{ root: "tideline/" }}).addTo(map);
tideline.command({command});
</script>"""
PARTIES = (
    "Islamic State",
    "Syrian government",
    "Syrian opposition",
    "People of no pack",
)
_WORDS = re.compile(r"words/\w+/(\d+)\.json$")


def made(count, *, seed, places=40, spread=1.5, years=(2014, 2020)):
    """Return random events around Aleppo, with ties, and all that may be unknown.

    Some place ids lie at more than one point, some events have no day or no actor.
    """
    rng = np.random.default_rng(seed)
    place = rng.integers(0, places, count)
    point = rng.integers(0, 2, count) * (place % 5 == 0)
    spots = rng.normal([37.2, 36.2], spread, (2, places, 2))
    first = np.datetime64(f"{years[0]}-01-01")
    span = (np.datetime64(f"{years[1]}-12-31") - first).astype(int)
    last = first + (rng.integers(0, span // 30, count) * 30).astype("timedelta64[D]")
    start = last - rng.integers(0, 3, count).astype("timedelta64[D]")
    undated = rng.random(count) < 0.05
    days = {
        "date_start": np.where(undated, np.datetime64("NaT"), start),
        "date_end": np.where(undated, np.datetime64("NaT"), last),
        "first_reported": last,
    }
    names = [f"Place {at}" for at in range(places)]
    found = {
        "event_id": [f"e-{at:04}" for at in rng.permutation(count)],
        "place": [names[at] for at in place],
        "place_id": [f"test:{at}" for at in place],
        "radius_m": np.where(place % 7 == 0, 9_000.0, 0.0),
        "where_prec": np.where(place % 7 == 0, 3, 1),
        "event_type": rng.choice(list(TYPES), count),
        "gained_by": _some(rng, PARTIES, count),
        "lost_by": _some(rng, PARTIES, count),
        "status": rng.choice(list(STATUSES), count),
        "publisher": rng.choice(["Northern Desk", "State Agency"], count),
        "confidence": rng.choice([0.5, 0.75, 0.9], count),
        "reviewed": rng.random(count) < 0.3,
        "sentence": [f"This is said of {names[at]}." for at in place],
        "inside": rng.random(count) < 0.5,
        **{name: values.astype("datetime64[ms]") for name, values in days.items()},
    }
    return framed(found, spots[point, place])


def _some(rng, values, count):
    return np.where(rng.random(count) < 0.2, None, rng.choice(values, count))


def framed(found, spots):
    """Return columns as an events frame; what is left out gets a plain value."""
    count = len(spots)
    plain = {"object": "", "int64": 1, "Int64": 1, "float64": 0.0, "bool": False}
    made = {
        name: pd.Series(found[name] if name in found else [plain[dtype]] * count, dtype=dtype)
        for name, dtype in DTYPES.items()
        if name != "geometry"
    }  # fmt: skip
    points = gpd.points_from_xy(*np.asarray(spots, dtype=float).reshape(-1, 2).T)
    return gpd.GeoDataFrame(made, geometry=points, crs=CRS)[list(DTYPES)]


def event(number, day, spot, **changes):
    """Return the columns of one event, to be put into a frame with others."""
    moment = np.datetime64(day, "ms")
    return {
        "event_id": f"e-{number:04}", "place": f"Town {number}",
        "place_id": f"test:{number}", "radius_m": 0.0, "where_prec": 1,
        "event_type": "captured", "gained_by": "Syrian government", "lost_by": None,
        "status": "assessed", "date_start": moment, "date_end": moment,
        "first_reported": moment, "spot": spot, **changes,
    }  # fmt: skip


def these(*events):
    """Return the frame of events made by `event`."""
    names = [name for name in (events[0] if events else {}) if name != "spot"]
    found = {name: [one[name] for one in events] for name in names}
    return framed(found, [one["spot"] for one in events])


class Frame:
    """The layer on a blank page, showing events."""

    def __init__(self, page, events, view=None, *, at=(37.2, 36.2, 7), paper="#ffffff"):
        self.page = page
        self.events = ordered(events)
        self.columns = columns(self.events, home_conflict())
        self.view = view or View(day=choices(self.events, date(2020, 1, 1)).last)
        wish = asdict(command(self.view, self.columns))
        lon, lat, zoom = at
        self._html = PAGE.format(
            styles="".join(
                f'<link rel="stylesheet" href="/tideline/map/{name}">' for name in STYLES
            ),
            scripts="".join(
                f'<script src="/tideline/map/{name}"></script>' for name in SCRIPTS
            ),
            lat=lat, lon=lon, zoom=zoom, paper=paper, command=json.dumps(wish),
        )  # fmt: skip
        self.errors = []
        page.on("pageerror", lambda error: self.errors.append(error.message))
        page.route("**/*", self._answer)
        page.goto(ROOT)
        self.run("true")

    def _answer(self, route):
        path = route.request.url.removeprefix(ROOT).removeprefix("tideline/")
        kind, _, name = path.partition("/")
        if path == "":
            route.fulfill(body=self._html, content_type="text/html")
        elif kind == "map":
            route.fulfill(path=map_file(name))
        elif kind == "basemap":
            route.fulfill(path=ASSETS / "basemap" / name)
        elif path.endswith("events.bin"):
            route.fulfill(body=self.columns.payload)
        elif words := _WORDS.search(path):
            route.fulfill(body=self.columns.words(int(words[1])))
        elif kind == "language":
            route.fulfill(body=catalogue_json(ENGLISH))
        else:
            route.fulfill(status=404)

    def run(self, script):
        """Run JavaScript on `layer` and `map`, once all is drawn; return what it says."""
        self.page.wait_for_function("window.tideline?.layer?.state().ready")
        return self.page.evaluate(
            f"(() => {{ const layer = tideline.layer; return ({script}) ?? null }})()"
        )

    def state(self, script="true"):
        """Run JavaScript, and return the state that it leads to."""
        self.run(f"void ({script})")
        return self.run("layer.state()")

    def go(self, lon, lat, zoom):
        """Go to a place at once."""
        return self.state(f"map.setView([{lat}, {lon}], {zoom}, {{ animate: false }})")
