"""Control on a day, and the areas around places, as features of the API."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from geo.api.features import column
from geo.api.tables import Feature, by_place, one_of, table
from geo.export import areas_geojson
from geo.timeline import control_on

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from geo.api.snapshots import Snapshot
    from geo.api.tables import Table

_OF_EVENT = (
    *("sentence", "article_id", "char_start", "char_end", "publisher", "url"),
    *("place_source", "licence", "attribution"),
)
"""What control says of the event that it was last reported by."""


def control_table(snapshot: Snapshot, day: date) -> Table:
    """Return who was reported to hold each place, with the event that says so.

    A feature's id is its place's with the day behind an @.
    """
    told = snapshot.tables["events"]
    state = control_on(snapshot.outgoing.events, day)
    features = []
    for held in state.drop(columns="geometry").to_dict("records"):
        event = told.feature(held["event_id"])
        if event:
            properties = _control(held, event["properties"], day)
            features.append(
                Feature(
                    id=f"{held['place_id']}@{day}",
                    geometry=event["geometry"],
                    properties=properties,
                )
            )
    rows = [one.properties for one in features]
    filters = {
        "actor": one_of(column(rows, "controlled_by")),
        "status": one_of(column(rows, "status")),
        "place": by_place(column(rows, "place_id"), column(rows, "place")),
    }
    return table(features, ([day] * len(rows),) * 2, filters)


def _control(
    held: Mapping[str, Any], event: Mapping[str, Any], day: date
) -> dict[str, Any]:
    moments = {
        name: held[name].date().isoformat() for name in ("since", "last_reported")
    }
    same = ("place_id", "place", "status", "disputed", "contested", "attacked")
    return {
        "day": day.isoformat(),
        "controlled_by": _known(held["controlled_by"]),
        **{name: held[name] for name in (*same, "event_id")},
        **moments,
        "age_days": int(held["age_days"]),
        "radius_m": event["radius_m"],
        "where_prec": event["where_prec"],
        **{name: event[name] for name in _OF_EVENT},
    }


def _known(value: object) -> str | None:
    return value if isinstance(value, str) else None


def areas_table(snapshot: Snapshot, day: date) -> Table:
    """Return the land around places by holder: an estimate, and labelled as one.

    A feature's id is a digest of its kind with the day behind an @.
    """
    collection = json.loads(areas_geojson(snapshot.outgoing, day))
    features = [
        Feature(
            id=f"{_kind(one['properties'])}@{day}",
            geometry=one["geometry"],
            properties=one["properties"],
        )
        for one in collection["features"]
    ]
    rows = [one.properties for one in features]
    filters = {"actor": one_of(column(rows, "controlled_by"))}
    return table(features, ([day] * len(rows),) * 2, filters)


def _kind(row: Mapping[str, Any]) -> str:
    names = ("controlled_by", "disputed", "contested", "evidence")
    said = json.dumps([row[name] for name in names], ensure_ascii=False)
    return sha256(said.encode("utf-8", "replace")).hexdigest()[:12]


BY_DAY: dict[str, Callable[[Snapshot, date], Table]] = {
    "control": control_table,
    "areas": areas_table,
}
"""The collections that are worked out for a day."""
