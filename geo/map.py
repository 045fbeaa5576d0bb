"""The folium map and its event layer, and what passes between page and browser.

Only numbers and ids pass through folium, which runs what it is given as a template;
the words go beside it (`geo.columns`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import folium
import numpy as np
from branca.element import MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template

from geo.view import matches
from geo.wording import STATUSES, TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extract.records import Conflict
    from geo.columns import Columns
    from geo.view import View

ASSETS = Path(__file__).resolve().parent.parent / "assets"
ROOT = "../../tideline/"
"""The page's own routes, seen from the frame that streamlit-folium serves."""

SCRIPTS = (
    *("guard.js", "leaflet.js", "signs.js", "basemap.js", "words.js", "placing.js"),
    "events.js",
)
STYLES = ("leaflet.css", "map.css")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What the page wants the layer to show, in numbers.

    `day` counts from 1970-01-01; the filters are positions in the columns' tables,
    None for all; `selected` is -1 for none; a new `nonce` moves the view to `fit`.
    `candidates` are (lon, lat) in degrees of what the open claim's name could mean,
    `around` and `point` (lon, lat, radius in metres) of the ground that the text names
    and of what the reader points to while `placing`, empty for none.
    """

    data: str
    day: int
    actors: tuple[int, ...] | None = None
    types: tuple[int, ...] | None = None
    statuses: tuple[int, ...] | None = None
    publishers: tuple[int, ...] | None = None
    places: tuple[int, ...] | None = None
    selected: int = -1
    fit: tuple[int, ...] = ()
    nonce: int = 0
    tiles: int = 0
    candidates: tuple[tuple[float, float], ...] = ()
    around: tuple[float, ...] = ()
    placing: int = 0
    point: tuple[float, ...] = ()


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
    default_js = _links(SCRIPTS[2:])
    default_css = _links(STYLES[1:])

    def __init__(self, basemap: Sequence[str]) -> None:
        super().__init__(name="events", overlay=True, control=False, show=False)
        self._name = "EventLayer"
        self.options = {"root": ROOT, "basemap": list(basemap)}


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

    default_js = _links(SCRIPTS[:2])
    default_css = _links(STYLES[:1])


def base_map(conflict: Conflict, basemap: Sequence[str]) -> folium.Map:
    """Build the map that stays the same for all days, filters and data.

    `basemap` names the outlines in assets/basemap, without their ending.
    """
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
    EventLayer(basemap).add_to(fmap)
    return fmap


def command_group(command: Command) -> folium.FeatureGroup:
    """Wrap a command so that streamlit-folium passes it to the map as it stands."""
    group = folium.FeatureGroup(name="command", control=False)
    CommandScript(command).add_to(group)
    return group


def basemap_names(folder: Path = ASSETS / "basemap") -> tuple[str, ...]:
    """List the outlines that are there, in the order of their names."""
    return tuple(path.stem for path in sorted(folder.glob("*.geojson")))


def _latitude_first(lon: float, lat: float) -> tuple[float, float]:
    """Swap to folium's order; nothing else in the program puts latitude first."""
    return lat, lon


def command(
    view: View, data: Columns, *, selected: int | None = None, tiles: bool = False
) -> Command:
    """Put a view into numbers; `selected` is the open event's position, or None."""
    text = view.place
    names = [at for at, name in enumerate(data.places) if text and matches(name, text)]
    return Command(
        data=data.name,
        day=int(np.datetime64(view.day, "D").astype("i8")),
        actors=_positions(view.actors, data.actors),
        types=_positions(view.types, list(TYPES)),
        statuses=_positions(view.statuses, list(STATUSES)),
        publishers=_positions(view.publishers, data.publishers),
        places=tuple(names) if text else None,
        selected=-1 if selected is None else selected,
        tiles=int(tiles),
    )


def _positions(wanted: Sequence[str], table: Sequence[str]) -> tuple[int, ...] | None:
    if not wanted:
        return None
    return tuple(at for at, value in enumerate(table) if value in set(wanted))


def clicked(
    answer: Mapping[str, object] | None, data: Columns, count: int
) -> int | None:
    """Read the position of the clicked event from what streamlit-folium returns.

    None if nothing was clicked, or if the click was on other data than these.
    """
    event = _clicked(answer, data).get("event")
    return event if isinstance(event, int) and 0 <= event < count else None


def pointed(
    answer: Mapping[str, object] | None, data: Columns
) -> tuple[float, float] | None:
    """Read the point, longitude first, that was clicked while placing; None if none.

    What does not lie on Earth is no point.
    """
    point = _clicked(answer, data).get("point")
    if not isinstance(point, list | tuple) or len(point) != 2:
        return None
    lon, lat = point
    numbers = isinstance(lon, int | float) and isinstance(lat, int | float)
    if not numbers or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    return float(lon), float(lat)


def _clicked(
    answer: Mapping[str, object] | None, data: Columns
) -> Mapping[str, object]:
    """Return what the layer told of the last click, if it was on these data."""
    drawing = (answer or {}).get("last_active_drawing")
    properties = drawing.get("properties") if isinstance(drawing, dict) else None
    if not isinstance(properties, dict) or properties.get("data") != data.name:
        return {}
    return properties
