"""Where a place must lie that no list knows: the ground that the text names for it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geo.areas import NEAR_M, Area, beside, covering, distance_m, near_prec
from geo.names import fold
from geo.regions import extent_m

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extract.records import Relation
    from geo.choosing import Mention, Option
    from geo.locations import Location

# A village named in one list with others lies near them: no farther than the list is
# wide, and 15 km where it is narrow.
_LIST_MARGIN_M = 20_000.0
_LIST_WIDTH_M = 50_000.0
_LEAST_NEIGHBOURS = 2
# What stands in one sentence with known places, or in one article, lies near them too,
# if they lie near each other.
_SENTENCE_MARGIN_M, _SENTENCE_WIDTH_M = 40_000.0, 60_000.0
_ARTICLE_MARGIN_M, _ARTICLE_WIDTH_M = 40_000.0, 100_000.0
# "On the road to X" may be a day's drive from X.
_ROAD = re.compile(r"\b(?:road|highway|route|motorway)\b", re.IGNORECASE)
_ROAD_M = 75_000.0
# The ground between two places is said of places up to this far apart.
_BETWEEN_M = 100_000.0


def beside_of(anchor: Option, relation: Relation) -> Area:
    """Return where something lies that has this relation to a known place."""
    bearing, reach = relation.bearing, extent_m(anchor.place)
    area = beside(anchor.place, bearing, relation.distance_km, extent_m=reach)
    if _ROAD.search(relation.text) and bearing is None and not relation.distance_km:
        area = along(area)
    return replace(area, name=relation.text)


def along(area: Area) -> Area:
    """Return where something lies of which only one end of the way is known."""
    radius_m = max(area.radius_m, _ROAD_M)
    return replace(area, radius_m=radius_m, where_prec=near_prec(radius_m))


class Ground:
    """What an article's places, as far as they are known, say of those that are not."""

    def __init__(
        self, mentions: Iterable[Mention], settled: Mapping[str, Location | None]
    ) -> None:
        self._exact = {
            mention.key: (mention, location)
            for mention in mentions
            if (location := settled[mention.key]) is not None
            and location.where_prec == 1
        }

    def around(
        self, nowhere: Location, mention: Mention, whole: Area | None
    ) -> Location:
        """Return the ground that holds a place which itself is not known.

        What the text says of the place counts first, then the places that it is listed
        with, stands in one sentence with, or in one article.

        Parameters
        ----------
        nowhere
            What is known so far: why the place itself was not found.
        mention
            The name, with what the text says of where it lies.
        whole
            The main country, for a name of which nothing else is known. One that could
            be several places is left to the reader.
        """
        why = nowhere.reason
        if mention.references:
            area = _between(mention.references, whole.country if whole else "")
            return _in_area(nowhere, area, "relation", f"{why}; by {area.name}")
        container = min(mention.containers, key=lambda a: a.radius_m, default=None)
        match = "container" if container else "relation"
        for area, told in self._near(mention, container):
            if container is None or area.radius_m <= container.radius_m:
                return _in_area(nowhere, area, match, f"{why}; {told} {area.name}")
        if container is not None:
            return _in_area(nowhere, container, match, f"{why}; {container.name}")
        if whole is not None and not nowhere.candidates:
            return _in_area(nowhere, whole, "container", f"{why}; {whole.name}")
        return nowhere

    def _near(
        self, mention: Mention, container: Area | None
    ) -> Iterable[tuple[Area, str]]:
        """Yield the ground around places named with a mention, the nearest first."""
        listed, same, others = [], [], []
        for other, location in self._neighbours(mention, container):
            shared = bool(other.sentences & mention.sentences)
            if shared and other.relations == mention.relations:
                listed.append(location)
            if shared:
                same.append(location)
            others.append(location)
        if container is None and len(listed) < _LEAST_NEIGHBOURS:
            listed = []
        near = [(listed, _LIST_MARGIN_M, _LIST_WIDTH_M, "named in one list with")]
        if container is None:
            near += [
                (same, _SENTENCE_MARGIN_M, _SENTENCE_WIDTH_M, "named together with"),
                (others, _ARTICLE_MARGIN_M, _ARTICLE_WIDTH_M, "in a report on"),
            ]
        for found, margin_m, width_m, told in near:
            area = _covering(found, margin_m, width_m)
            if area is not None:
                yield area, told

    def _neighbours(
        self, mention: Mention, container: Area | None
    ) -> Iterable[tuple[Mention, Location]]:
        """Yield the places that may lie near a mention: all within its container.

        But not the town that it is said to lie by: "the countryside of X" is around X.
        """
        anchors = {fold(relation.toponym) for relation in mention.relations}
        for other, location in self._exact.values():
            if fold(other.toponym) in anchors:
                continue
            if container is None or _is_in(location, container):
                yield other, location


def _is_in(location: Location, area: Area) -> bool:
    if location.lon is None or location.lat is None:
        return False
    away = distance_m(location.lon, location.lat, area.lon, area.lat)
    return away <= area.radius_m


def _between(areas: Sequence[Area], country: str) -> Area:
    """Return the tightest reference, or the ground between several near each other.

    Of a road from one country to another the end in `country` counts.
    """
    tightest = min(areas, key=lambda a: (a.country != country, a.radius_m, a.name))
    if len(areas) == 1:
        return tightest
    lon, lat, reach = covering([(a.lon, a.lat) for a in areas], margin_m=0.0)
    if reach > _BETWEEN_M:
        return tightest
    radius_m = max(reach, min(a.radius_m for a in areas))
    names = "; ".join(sorted({a.name for a in areas}))
    return replace(
        tightest, lon=lon, lat=lat, radius_m=radius_m, name=names,
        where_prec=near_prec(radius_m),
    )  # fmt: skip


def _covering(
    found: Sequence[Location], margin_m: float, width_m: float
) -> Area | None:
    """Return the ground around places that lie near each other, with a margin."""
    points = [
        (one.lon, one.lat)
        for one in found
        if one.lon is not None and one.lat is not None
    ]
    if not points:
        return None
    lon, lat, reach = covering(points, margin_m=0.0)
    if reach > width_m:
        return None
    radius_m = max(reach * 2, reach + margin_m)
    names = sorted({one.name for one in found})
    return Area(
        lon=lon, lat=lat, radius_m=radius_m, where_prec=3 if radius_m <= NEAR_M else 5,
        name=", ".join(names[:3]),
    )  # fmt: skip


def _in_area(nowhere: Location, area: Area, match: str, reason: str) -> Location:
    return replace(
        nowhere, lon=area.lon, lat=area.lat, radius_m=area.radius_m,
        where_prec=max(2, area.where_prec), match=match, reason=reason,
    )  # fmt: skip
