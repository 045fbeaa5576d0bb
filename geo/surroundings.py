"""Where a place must lie that no list knows: the ground that the text names for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo.areas import NEAR_M, Area, beside, covering, distance_m, near_prec
from geo.regions import extent_m

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extract.records import Relation
    from geo.choosing import Mention, Option
    from geo.locations import Location

# A village named in one list with others lies near them: no farther than the list is
# wide, and 15 km where it is narrow.
_LIST_MARGIN_M = 15_000.0
_LIST_WIDTH_M = 50_000.0
_LEAST_NEIGHBOURS = 2


def around(
    nowhere: Location,
    mention: Mention,
    mentions: Iterable[Mention],
    settled: Mapping[str, Location | None],
) -> Location:
    """Return the ground that holds a place which itself is not known.

    Parameters
    ----------
    nowhere
        What is known so far: why the place itself was not found.
    mention
        The name, with what the text says of where it lies.
    mentions, settled
        All names of the article, and the places found for them by their keys.
    """
    why = nowhere.reason
    if mention.references:
        area = _between(mention.references)
        return _in_area(nowhere, area, "relation", f"{why}; by {area.name}")
    listed = _listed_with(mention, mentions, settled)
    container = min(mention.containers, key=lambda a: a.radius_m, default=None)
    if (near := _near_list(listed, container)) is not None:
        match = "container" if container else "relation"
        return _in_area(
            nowhere, near, match, f"{why}; named in one list with {near.name}"
        )
    if container is not None:
        return _in_area(nowhere, container, "container", f"{why}; {container.name}")
    return nowhere


def beside_of(anchor: Option, relation: Relation) -> Area:
    """Return where something lies that has this relation to a known place."""
    bearing, reach = relation.bearing, extent_m(anchor.place)
    area = beside(anchor.place, bearing, relation.distance_km, extent_m=reach)
    return replace(area, name=relation.text)


def _between(areas: Sequence[Area]) -> Area:
    """Return the tightest reference, or the ground between several near each other."""
    tightest = min(areas, key=lambda a: (a.radius_m, a.name))
    if len(areas) == 1:
        return tightest
    lon, lat, reach = covering([(a.lon, a.lat) for a in areas], margin_m=0.0)
    if reach > NEAR_M * 4:
        return tightest
    radius_m = max(reach, min(a.radius_m for a in areas))
    names = "; ".join(sorted(a.name for a in areas))
    return replace(
        tightest, lon=lon, lat=lat, radius_m=radius_m, name=names,
        where_prec=near_prec(radius_m),
    )  # fmt: skip


def _listed_with(
    mention: Mention,
    mentions: Iterable[Mention],
    settled: Mapping[str, Location | None],
) -> list[Location]:
    """Return the exact places that stand in one sentence and context with a name."""
    found = [
        location
        for other in mentions
        if (location := settled[other.key]) is not None
        and location.where_prec == 1
        and other.relations == mention.relations
        and other.sentences & mention.sentences
    ]
    return sorted(found, key=lambda location: location.place_id or "")


def _near_list(listed: Sequence[Location], container: Area | None) -> Area | None:
    """Return the ground around a list's places, where that says more."""
    points = [
        (one.lon, one.lat)
        for one in listed
        if one.lon is not None and one.lat is not None
    ]
    if container is not None:
        points = [
            p
            for p in points
            if distance_m(*p, container.lon, container.lat) <= container.radius_m
        ]
    if len(points) < (1 if container else _LEAST_NEIGHBOURS):
        return None
    lon, lat, reach = covering(points, margin_m=0.0)
    radius_m = max(reach * 2, reach + _LIST_MARGIN_M)
    if reach > _LIST_WIDTH_M or (
        container is not None and radius_m > container.radius_m
    ):
        return None
    return Area(
        lon=lon, lat=lat, radius_m=radius_m, where_prec=3 if radius_m <= NEAR_M else 5,
        name=", ".join(one.name for one in listed),
    )  # fmt: skip


def _in_area(nowhere: Location, area: Area, match: str, reason: str) -> Location:
    return replace(
        nowhere, lon=area.lon, lat=area.lat, radius_m=area.radius_m,
        where_prec=max(2, area.where_prec), match=match, reason=reason,
    )  # fmt: skip
