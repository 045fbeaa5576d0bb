"""Whether a text's distances and directions fit the points chosen is decided here.

Nothing is moved for it: a text may be wrong, and so may the map. Pure geometry on
records; longitude before latitude, degrees in EPSG:4326.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from geo.areas import BEARINGS, HALF_SECTOR, bearing_deg, distance_m
from geo.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extract.records import Claim, Statement

# Reporters round: "around 50 km" is said of 43 to 58.
_ROUNDING = 0.15
# Some measure by road. The way between two towns is on average a fifth longer than the
# straight line, and a quarter is common; where it is more, a reader should be told.
_DETOUR = 1.25
# A place that lies between two others need not lie on the straight line: the way over
# it may be this much longer, as far off as half of their distance in the middle.
_DETOUR_BETWEEN = 1.4
# Points of one town differ by so much from one gazetteer to another.
_LEAST_SLACK_M = 1_000.0
# "North of" covers a quarter of the circle (see areas.py); what lies half a sector
# beyond, that is NE of it at worst, is still often called so in news.
_SECTOR_SLACK_DEG = 22.5


class Point(Protocol):
    """Where a toponym was put: a `geo.geocode.Location`, an `Area`, or the like.

    All are None where that is not known.
    """

    @property
    def lon(self) -> float | None:
        """Degrees east."""

    @property
    def lat(self) -> float | None:
        """Degrees north."""

    @property
    def radius_m(self) -> float | None:
        """Metres around the point that hold the place."""

    @property
    def where_prec(self) -> int | None:
        """UCDP's precision; 1 is exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a text states about two places, beside what the map has.

    `measured_km` is the straight line from `reference` to `place`, `measured_deg` its
    direction, clockwise from north. With `second_reference` the text puts the place
    between both: `second_km` is how far it is from the second, `apart_km` how far the
    two are from each other. `text` is the sentence at its offsets of the article.
    """

    place: str
    reference: str
    text: str
    char_start: int
    char_end: int
    measured_km: float
    measured_deg: float
    agrees: bool
    stated_km: float | None = None
    at_most: bool = False
    at_least: bool = False
    stated_bearing: str | None = None
    second_reference: str | None = None
    second_km: float | None = None
    apart_km: float | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """A point that is known."""

    lon: float
    lat: float
    radius_m: float
    exact: bool

    def to(self, other: _Known) -> float:
        """Return the distance in metres."""
        return distance_m(self.lon, self.lat, other.lon, other.lat)


def check(
    statements: Iterable[Statement], points: Mapping[str, Point | None]
) -> tuple[Finding, ...]:
    """Hold statements against the points chosen, by their folded toponyms.

    Returns
    -------
    tuple[Finding, ...]
        One for each statement that can be judged, in their order: all its places are
        known, and not so near or so vague that any words would fit.
    """
    found = (_check(statement, points) for statement in statements)
    return tuple(finding for finding in found if finding is not None)


def is_about(finding: Finding, claim: Claim) -> bool:
    """Say whether a finding stands in a claim's sentence, or is about its place."""
    if finding.char_start < claim.char_end and claim.char_start < finding.char_end:
        return True
    named = (finding.place, finding.reference, finding.second_reference)
    return fold(claim.place) in {fold(name) for name in named if name}


def _check(statement: Statement, points: Mapping[str, Point | None]) -> Finding | None:
    place = _known(points, statement.place)
    reference = _known(points, statement.reference)
    if place is None or reference is None or place == reference:
        return None
    if statement.second_reference is not None:
        second = _known(points, statement.second_reference)
        return _between(statement, place, reference, second) if second else None
    away = reference.to(place)
    slack = _slack_m(place, reference)
    towards = bearing_deg(reference.lon, reference.lat, place.lon, place.lat)
    verdicts = [
        _fits_distance(statement, away, slack),
        _fits_bearing(statement, towards, away, slack),
    ]
    judged = [verdict for verdict in verdicts if verdict is not None]
    if not judged:
        return None
    return _finding(statement, place, reference, agrees=all(judged))


def _known(points: Mapping[str, Point | None], toponym: str) -> _Known | None:
    point = points.get(fold(toponym))
    if point is None or point.lon is None or point.lat is None:
        return None
    exact = point.where_prec == 1
    return _Known(point.lon, point.lat, point.radius_m or 0.0, exact)


def _slack_m(*points: _Known) -> float:
    """Return by how much the distance of places may differ from that of their points.

    From which corner of a town one measures is chance, and evens out; the circle of a
    place that is not exact may hold it anywhere.
    """
    towns = math.hypot(*(point.radius_m for point in points if point.exact))
    return towns + sum(p.radius_m for p in points if not p.exact) + _LEAST_SLACK_M


def _fits_distance(statement: Statement, away: float, slack: float) -> bool | None:
    """Say whether a stated distance fits one in metres; None where none is stated."""
    if statement.distance_km is None:
        return None
    stated = statement.distance_km * 1000
    longest = stated * (1 + _ROUNDING) + slack
    shortest = stated / _DETOUR - slack
    if statement.at_most:
        return away <= longest
    return away >= shortest and (statement.at_least or away <= longest)


def _fits_bearing(
    statement: Statement, towards: float, away: float, slack: float
) -> bool | None:
    """Say whether a direction fits one in degrees.

    None where none is stated, or where the two places reach into each other, so that
    there is no one direction between them.
    """
    if statement.bearing is None or away <= slack:
        return None
    off = abs((towards - BEARINGS[statement.bearing] + 180) % 360 - 180)
    wide = math.degrees(math.asin(slack / away))
    return off <= HALF_SECTOR[len(statement.bearing)] + _SECTOR_SLACK_DEG + wide


def _between(
    statement: Statement, place: _Known, reference: _Known, second: _Known
) -> Finding | None:
    apart = reference.to(second)
    slack = _slack_m(place, reference, second)
    if apart <= slack:
        return None
    over = reference.to(place) + place.to(second)
    return _finding(
        statement, place, reference, second=second,
        agrees=over <= apart * _DETOUR_BETWEEN + 2 * slack,
    )  # fmt: skip


def _finding(
    statement: Statement,
    place: _Known,
    reference: _Known,
    *,
    agrees: bool,
    second: _Known | None = None,
) -> Finding:
    return Finding(
        place=statement.place,
        reference=statement.reference,
        text=statement.text,
        char_start=statement.char_start,
        char_end=statement.char_end,
        measured_km=_km(reference.to(place)),
        measured_deg=round(
            bearing_deg(reference.lon, reference.lat, place.lon, place.lat), 1
        ),
        agrees=agrees,
        stated_km=statement.distance_km,
        at_most=statement.at_most,
        at_least=statement.at_least,
        stated_bearing=statement.bearing,
        second_reference=statement.second_reference,
        second_km=_km(second.to(place)) if second else None,
        apart_km=_km(second.to(reference)) if second else None,
    )


def _km(metres: float) -> float:
    return round(metres / 1000, 3)
