"""The folium map and its event layer, and what passes between page and browser.

Only numbers and ids pass through folium, which runs what it is given as a template;
the words go beside it (`geo.columns`).
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

import folium
import numpy as np
from branca.element import MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template

from geo.view import Mode, box_of, holding
from geo.wording import STATUSES, TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extract.records import Conflict
    from geo.columns import Columns
    from geo.view import View

EPOCH = date(1970, 1, 1)
ASSETS = Path(__file__).resolve().parent.parent / "assets"
ROOT = "../../tideline/"
"""The page's own routes, seen from the frame that streamlit-folium serves."""

SCRIPTS = (
    "guard.js",
    "leaflet.js",
    "calendar.js",
    "say.js",
    "source.js",
    "data.js",
    "index.js",
    "control.js",
    "clock.js",
    "element.js",
    "signs.js",
    "atlas.js",
    "towns.js",
    "tiles.js",
    "credit.js",
    "basemap.js",
    "canvas.js",
    "clusters.js",
    "marks.js",
    "painting.js",
    "labels.js",
    "hits.js",
    "legend.js",
    "words.js",
    "placing.js",
    "rectangle.js",
    "others.js",
    "address.js",
    "toolbar.js",
    "held.js",
    "picture.js",
    "scale.js",
    "histogram.js",
    "lane.js",
    "playing.js",
    "timebar.js",
    "dragging.js",
    "keys.js",
    "timeline.js",
    "talking.js",
    "news.js",
    "nearest.js",
    "territory.js",
    "events.js",
    "naming.js",
)
"""In the order in which they are loaded: each uses only what stands before it."""

FIRST_SCRIPTS = SCRIPTS[:2]
"""Loaded one by one: what tells of a failure, and what is not this program's."""

JOINED = "tideline.js"
"""What the other scripts are served as: one request instead of forty in a row."""

STYLES = ("leaflet.css", "map.css")


def map_file(name: str) -> Path:
    """Return where a script or a style lies: Leaflet's in its installed wheel."""
    if name.startswith("leaflet."):
        return Path(str(files("xstatic.pkg.leaflet"))) / "data" / name
    return ASSETS / "map" / name


def joined_scripts() -> bytes:
    """Return this program's own scripts as they stand, one after the other."""
    own = (map_file(name) for name in SCRIPTS if name not in FIRST_SCRIPTS)
    return b"\n".join(path.read_bytes() for path in own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What the page wants the layer to show, in numbers and ids of this program.

    `day` and `since` count from 1970-01-01, None is from the beginning; `mode` is a
    position in `geo.view.Mode`. The browser takes them over when `moved` is new, and
    keeps its own time otherwise. The filters are positions in the columns' tables,
    None for all; `matching` tells by bits, in base64, which events hold the text;
    `box` is (west, south, east, north) in degrees. `selected` is -1 for none. A new
    `nonce` moves the view to the events `fit`, or to `at`: (lon, lat, zoom).
    `candidates` are (lon, lat) in degrees of what the open claim's name could mean,
    `around` and `point` (lon, lat, radius in metres) of the ground that the text names
    and of what the reader points to while `placing`, empty for none. `layers` are the
    numbers of other people's data to show. A new `picture` makes one, which holds back
    what files do: `coarsen_km` 0 for nothing, `until` the
    last day, None for no end. `act` is the number of the last act that is shown.
    """

    data: str
    language: str = "en"
    day: int
    since: int | None = None
    mode: int = 0
    areas: int = 0
    moved: int = 0
    actors: tuple[int, ...] | None = None
    types: tuple[int, ...] | None = None
    statuses: tuple[int, ...] | None = None
    publishers: tuple[int, ...] | None = None
    confidence: int = 0
    reviewed: int | None = None
    matching: str | None = None
    box: tuple[float, ...] = ()
    selected: int = -1
    fit: tuple[int, ...] = ()
    at: tuple[float, ...] = ()
    nonce: int = 0
    tiles: int = 0
    candidates: tuple[tuple[float, float], ...] = ()
    around: tuple[float, ...] = ()
    placing: int = 0
    point: tuple[float, ...] = ()
    layers: tuple[int, ...] = ()
    picture: int = 0
    act: int = 0
    coarsen_km: int = 0
    until: int | None = None


def _links(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, f"{ROOT}map/{name}") for name in names]


class EventLayer(JSCSSMixin, folium.map.Layer):
    """The event layer of assets/map as a folium layer; it passes no data."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = new tideline.Events({{ this.options|tojson }});
            {{ this.get_name() }}.addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )
    default_js = _links([JOINED])
    default_css = _links(STYLES[1:])

    def __init__(self) -> None:
        super().__init__(name="events", overlay=True, control=False, show=False)
        self._name = "EventLayer"
        self.options = {"root": ROOT}


class CommandScript(MacroElement):
    """Hands a `Command` to the layer, as numbers in JSON."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            tideline.command({{ this.numbers|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, command: Command) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "CommandScript"
        self.numbers = asdict(command)


class LocalMap(folium.Map):
    """A folium map whose scripts come from this server alone."""

    default_js = _links(FIRST_SCRIPTS)
    default_css = _links(STYLES[:1])


def base_map(conflict: Conflict) -> folium.Map:
    """Build the map that stays the same for all days, filters and data."""
    fmap = LocalMap(
        location=_latitude_first(conflict.lon, conflict.lat),
        zoom_start=conflict.zoom,
        tiles=None,
        control_scale=True,
        min_zoom=3,
        max_zoom=16,
        world_copy_jump=True,
    )
    fmap._name = "Map"
    EventLayer().add_to(fmap)
    return fmap


def command_group(command: Command) -> folium.FeatureGroup:
    """Wrap a command so that streamlit-folium passes it to the map as it stands."""
    group = folium.FeatureGroup(name="command", control=False)
    CommandScript(command).add_to(group)
    return group


def _latitude_first(lon: float, lat: float) -> tuple[float, float]:
    """Swap to folium's order; nothing else in the program puts latitude first."""
    return lat, lon


def command(
    view: View,
    data: Columns,
    *,
    selected: int | None = None,
    held: np.ndarray | None = None,
) -> Command:
    """Put a view into numbers.

    Parameters
    ----------
    view
        What is to be shown.
    data
        The columns that the browser has.
    selected
        The open event's position, or None.
    held
        Which events hold the view's text, as `geo.view.holding` says, where that is
        known already.
    """
    if view.text and held is None:
        held = holding(data.events, view.text)
    return Command(
        data=data.name,
        day=day_number(view.day),
        since=day_number(view.since) if view.since else None,
        mode=list(Mode).index(view.mode),
        areas=int(view.areas),
        actors=_positions(view.actors, data.actors),
        types=_positions(view.types, list(TYPES)),
        statuses=_positions(view.statuses, list(STATUSES)),
        publishers=_positions(view.publishers, data.publishers),
        confidence=view.confidence,
        reviewed=None if view.reviewed is None else int(view.reviewed),
        matching=None if held is None else _bits(held),
        box=view.box or (),
        selected=-1 if selected is None else selected,
    )


def day_number(day: date) -> int:
    """Count the days from 1970-01-01."""
    return (day - EPOCH).days


def _bits(which: np.ndarray) -> str:
    """Return booleans as bits, the first in the lowest bit of the first byte."""
    return b64encode(np.packbits(which, bitorder="little").tobytes()).decode()


def _positions(wanted: Sequence[str], table: Sequence[str]) -> tuple[int, ...] | None:
    if not wanted:
        return None
    return tuple(at for at, value in enumerate(table) if value in set(wanted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the browser tells of its reader; None where it tells nothing.

    `moved` is the `Command.moved` that its time goes back to. `event` is the position
    of the event that was opened at the moment `opened`, `point` the (lon, lat) in
    degrees that was clicked while placing at the moment `pointed`. At the moment
    `asked` the reader asked to be shown what is new.
    """

    moved: int
    day: date
    since: date | None
    mode: Mode
    areas: bool
    box: tuple[float, float, float, float] | None
    event: int | None = None
    opened: int = 0
    point: tuple[float, float] | None = None
    pointed: int = 0
    asked: int = 0


def told(answer: Mapping[str, object] | None, data: Columns) -> Told | None:
    """Read what the layer tells from what streamlit-folium returns.

    None if it tells nothing, if it speaks of other data than these, or if what it
    says makes no sense.
    """
    drawing = (answer or {}).get("last_active_drawing")
    said = drawing.get("properties") if isinstance(drawing, dict) else None
    if not isinstance(said, dict) or said.get("data") != data.name:
        return None
    day, modes = _day(said.get("day")), list(Mode)
    mode, moved = said.get("mode"), said.get("moved")
    if day is None or not _is_number(mode, len(modes)) or not _is_number(moved):
        return None
    event = said.get("event")
    return Told(
        moved=moved,
        day=day,
        since=_day(said.get("since")),
        mode=modes[mode],
        areas=said.get("areas") is True,
        box=_box(said.get("box")),
        event=event if _is_number(event, len(data.events)) else None,
        opened=_stamp(said.get("opened")),
        point=_point(said.get("point")),
        pointed=_stamp(said.get("pointed")),
        asked=_stamp(said.get("asked")),
    )


def _is_number(value: object, below: int = 2**53) -> TypeGuard[int]:
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return 0 <= value < below


def _stamp(value: object) -> int:
    return value if _is_number(value) else 0


def _day(value: object) -> date | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    try:
        return EPOCH + timedelta(days=value)
    except OverflowError:
        return None


def _floats(value: object, count: int) -> tuple[float, ...] | None:
    if not isinstance(value, list | tuple) or len(value) != count:
        return None
    if not all(isinstance(one, int | float) for one in value):
        return None
    return tuple(map(float, value))


def _box(value: object) -> tuple[float, float, float, float] | None:
    return box_of(_floats(value, 4))


def _point(value: object) -> tuple[float, float] | None:
    """Read a point, longitude first; what does not lie on Earth is none."""
    found = _floats(value, 2)
    if found is None or not (-180 <= found[0] <= 180 and -90 <= found[1] <= 90):
        return None
    return found[0], found[1]
