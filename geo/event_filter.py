"""Which events are asked for: told to a database as conditions, or to a frame.

Both ways find the same events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import and_, or_

from geo.event_tables import event
from geo.view import days, within

if TYPE_CHECKING:
    from datetime import date

    import geopandas as gpd
    from sqlalchemy import ColumnElement

    from geo.view import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """What is asked of events; what is None asks for nothing.

    `since` and `until` are a window, both inclusive: an event counts by its last
    possible day, and one without a day lies in no window. On the day `on` an event may
    have happened: it lies between its first and its last possible day, both inclusive.
    `box` is west, south, east, north in degrees, edges included; where west is greater
    than east it crosses the date line. `place_id` is the place's, `actor` the name of
    who gained or lost.
    """

    since: date | None = None
    until: date | None = None
    on: date | None = None
    box: Box | None = None
    place_id: str | None = None
    actor: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return conditions on the table `event`, all of which must be so."""
        table = event.c
        found: list[ColumnElement[bool]] = []
        if self.since is not None:
            found.append(table.date_end >= self.since)
        if self.until is not None:
            found.append(table.date_end <= self.until)
        if self.on is not None:
            found += [table.date_start <= self.on, table.date_end >= self.on]
        if self.box is not None:
            west, south, east, north = self.box
            both = and_ if west <= east else or_
            found.append(table.lat.between(south, north))
            found.append(both(table.lon >= west, table.lon <= east))
        if self.place_id is not None:
            found.append(table.place_id == self.place_id)
        if self.actor is not None:
            found.append(
                or_(table.gained_by == self.actor, table.lost_by == self.actor)
            )
        return found

    def passing(self, events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return the rows of a frame from `geo.events.frame` that pass, in order."""
        keep = np.ones(len(events), dtype=bool)
        first, last = days(events["date_start"]), days(events["date_end"])
        # A comparison with what is not known is false.
        if self.since is not None:
            keep &= last >= np.datetime64(self.since)
        if self.until is not None:
            keep &= last <= np.datetime64(self.until)
        if self.on is not None:
            keep &= (first <= np.datetime64(self.on)) & (last >= np.datetime64(self.on))
        if self.box is not None:
            keep &= within(events, self.box)
        if self.place_id is not None:
            keep &= (events["place_id"] == self.place_id).to_numpy()
        if self.actor is not None:
            sides = events[["gained_by", "lost_by"]]
            keep &= (sides == self.actor).any(axis=1).to_numpy()
        return events[keep].reset_index(drop=True)


ALL = EventFilter()
"""Asks for every event."""
