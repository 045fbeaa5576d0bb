"""What the page and the map's routes serve of a store, made once for each version."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from extract.conflict import load_conflicts
from geo.columns import Columns, columns
from geo.facets import Facets
from geo.store import open_store
from geo.view import ordered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from extract.records import Conflict
    from geo.store import PlacedClaim, Store
    from geo.weighing import Speakers

HOME = "syria"
"""The conflict whose view the map starts with where several packs are there."""

KEPT = 4
"""Versions that stay at hand, for pages that have not yet moved on."""


_lately: dict[str, Columns] = {}
_making = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The events of a store at one version, in the browser's order.

    `version` names the store's, and how publishers were weighed; `speakers` know where
    they stand.
    """

    version: str
    events: gpd.GeoDataFrame
    unplaced: tuple[PlacedClaim, ...]
    columns: Columns
    facets: Facets
    positions: Mapping[str, int]
    speakers: Speakers

    def position(self, event_id: str | None) -> int | None:
        """Return where an event stands, or None."""
        return self.positions.get(event_id or "")


def serve(store: Store, where: str | Path, *, alike: bool = False) -> Served:
    """Return what to serve of a store that is open at `where`.

    With `alike`, publishers are weighed without regard to whom they lean to.
    """
    # One reader makes it, and the others wait rather than make it too.
    with _making:
        found = _served(str(where), store.version(), alike)
        _keep(found.columns)
        return found


def _keep(made: Columns) -> None:
    """Keep columns at hand, and those that were served last before them."""
    _lately.pop(made.name, None)
    _lately[made.name] = made
    for old in list(_lately)[:-KEPT]:
        del _lately[old]


def find_columns(where: str | Path, name: str) -> Columns | None:
    """Return the columns of that name: the store's of today, or lately served ones.

    A page may ask just after another reader added a report.
    """
    if name not in _lately:
        with open_store(where, create=False) as store:
            for alike in (False, True):
                serve(store, where, alike=alike)
                if name in _lately:
                    break
    return _lately.get(name)


@lru_cache(maxsize=KEPT)
def _served(where: str, version: str, alike: bool) -> Served:
    with open_store(where, create=False) as store:
        packs = _packs().values()
        events = ordered(store.events(packs, alike=alike))
        unplaced = tuple(store.unplaced())
        speakers = store.speakers(packs, alike=alike)
    made = columns(events, home_conflict())
    return Served(
        version=f"{version} alike" if alike else version,
        events=events,
        unplaced=unplaced,
        columns=made,
        facets=Facets(events),
        positions={event_id: at for at, event_id in enumerate(events["event_id"])},
        speakers=speakers,
    )


@lru_cache(maxsize=1)
def _packs() -> dict[str, Conflict]:
    return load_conflicts()


@lru_cache(maxsize=1)
def home_conflict() -> Conflict:
    """Return the pack that the map starts with, holding the actors of all packs."""
    return all_actors(_packs())


def all_actors(packs: dict[str, Conflict]) -> Conflict:
    """Return the first pack with the actors of all; an actor's first pack counts."""
    home = packs.get(HOME) or next(iter(packs.values()))
    others = (pack for pack in packs.values() if pack is not home)
    actors = {a.name: a for pack in (*others, home) for a in pack.actors}
    order = [a.name for a in home.actors]
    rest = [name for name in actors if name not in set(order)]
    return replace(home, actors=tuple(actors[name] for name in (*order, *rest)))
