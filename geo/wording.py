"""The page's own sentences about events are made here: neutral, one form for each.

Whatever comes back is plain text, with the words of sources inside it: show it as
text, never as markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import bidirectional

from extract.records import ClaimantType, DateAnchor, EventType

if TYPE_CHECKING:
    from datetime import date

    from geo.checks import Finding
    from geo.locations import Candidate

MONTHS = (
    "January February March April May June July August September October November "
    "December"
).split()

TYPES: dict[str, str] = {
    EventType.CAPTURED: "took",
    EventType.HANDED_OVER: "handed over",
    EventType.WITHDREW: "withdrew",
    EventType.HOLDS: "holds",
    EventType.ADVANCED: "advanced",
    EventType.ATTACKED: "attacked",
    EventType.REPELLED: "repelled",
    EventType.BESIEGED: "besieged",
}
"""Event types in the order of filters, with the word for each."""

STATUSES: dict[str, str] = {
    "claimed": "only the side that gains by it, its allies or partial media say so",
    "assessed": "the other side, an independent monitor or newsroom, or two "
    "independent publishers say so",
    "disputed": "another report of these days denies or contradicts it",
    "denied": "reported only as denied",
    "retracted": "withdrawn by its publisher",
}
"""Statuses of an event in the order of filters, with what each means."""

CLAIMANTS: dict[str, str] = {
    ClaimantType.GAINER: "the side that gained",
    ClaimantType.LOSER: "the side that lost",
    ClaimantType.ALLY: "an ally of one side",
    ClaimantType.STATE_MEDIA: "state media",
    ClaimantType.MONITOR: "an independent monitor",
    ClaimantType.WITNESS: "a witness",
    ClaimantType.NEWSROOM: "the newsroom in its own voice",
    ClaimantType.UNKNOWN: "a source that the report does not place",
}

UNNAMED = "an unnamed force"

_WITH_LOSER: dict[str, str] = {
    EventType.CAPTURED: "{gained} took {place} from {lost}",
    EventType.HANDED_OVER: "{lost} handed {place} over to {gained}",
    EventType.WITHDREW: "{lost} withdrew from {place}",
    EventType.HOLDS: "{gained} holds {place}",
    EventType.ADVANCED: "{gained} advanced on {place} against {lost}",
    EventType.ATTACKED: "{gained} attacked {lost} at {place}",
    EventType.REPELLED: "{gained} repelled an attack by {lost} on {place}",
    EventType.BESIEGED: "{gained} besieged {lost} at {place}",
}
_WITHOUT_LOSER: dict[str, str] = {
    EventType.CAPTURED: "{gained} took {place}",
    EventType.HANDED_OVER: "{place} was handed over to {gained}",
    EventType.WITHDREW: "{lost} withdrew from {place}",
    EventType.HOLDS: "{gained} holds {place}",
    EventType.ADVANCED: "{gained} advanced on {place}",
    EventType.ATTACKED: "{gained} attacked {place}",
    EventType.REPELLED: "{gained} repelled an attack on {place}",
    EventType.BESIEGED: "{gained} besieged {place}",
}


_LEFT_TO_RIGHT = frozenset(("L", "EN", "ES", "ET", "CS", "NSM", "BN", "WS", "ON"))
_ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")


def isolated(name: str) -> str:
    """Keep a name from turning the direction of the sentence that it stands in."""
    if all(bidirectional(sign) in _LEFT_TO_RIGHT for sign in name):
        return name
    return f"\u2068{name.translate(_ISOLATES)}\u2069"


def headline(
    event_type: str, place: str, gained_by: str | None, lost_by: str | None
) -> str:
    """Say who did what where, from whom."""
    forms = _WITH_LOSER if lost_by else _WITHOUT_LOSER
    said = forms[event_type].format(
        gained=isolated(gained_by or UNNAMED),
        lost=isolated(lost_by or UNNAMED),
        place=isolated(place),
    )
    return said[0].upper() + said[1:]


def day_words(day: date) -> str:
    """Write a day out: 2 March 2017."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def days_words(first: date | None, last: date | None) -> str:
    """Write an inclusive span of days, as short as it can be said."""
    if first is None or last is None:
        return "no date given"
    if first == last:
        return f"on {day_words(first)}"
    start = day_words(first)
    if first.year == last.year:
        start = start.rsplit(" ", 1)[0]
    return f"between {start} and {day_words(last)}"


def when(first: date | None, last: date | None, date_text: str | None) -> str:
    """Say when, and from which words of the report that was read."""
    said = days_words(first, last)
    return f"{said}, from “{isolated(date_text)}”" if date_text else said


def date_surety(prec: int | None, anchor: str | None) -> str:
    """Say how sure the date is, from UCDP's precision and what it was reckoned from."""
    known = {1: "to the day", 2: "within two to six days", 3: "within a week"}
    sure = {**known, 4: "within a month", 5: "longer than a month"}.get(prec or 0)
    if sure is None:
        return "the report gives no date"
    reckoned = {
        DateAnchor.ABSOLUTE: "the report names it",
        DateAnchor.PUBLICATION: "reckoned from the day of publication",
        DateAnchor.PREVIOUS_EVENT: "reckoned from an event told before",
        DateAnchor.ASSUMED: "assumed, as the report gives no date",
    }
    return f"{sure}; {reckoned[DateAnchor(anchor)]}" if anchor else sure


def distance_words(radius_m: float) -> str:
    """Round a radius in metres to words for a reader."""
    if radius_m < 1000:
        return f"{radius_m:.0f} m"
    return f"{radius_m / 1000:.0f} km"


def place_surety(where_prec: int | None, radius_m: float | None) -> str:
    """Say how sure a place is, from UCDP's precision and the radius in metres."""
    if where_prec is None or radius_m is None:
        return "not found in any gazetteer: not on the map"
    sure = {
        1: "the place itself",
        2: "near the place",
        3: "somewhere in its district",
        4: "somewhere in its province",
        5: "a vague area",
        6: "known only by country",
    }[where_prec]
    return f"{sure}, within about {distance_words(radius_m)}"


def source_line(publisher: str | None, n_publishers: int) -> str:
    """Name the publisher, and how many others report the same."""
    if not publisher:
        return "publisher not named"
    more = n_publishers - 1
    if more < 1:
        return isolated(publisher)
    return f"{isolated(publisher)} and {more} {'other' if more == 1 else 'others'}"


def point_words(lon: float, lat: float) -> str:
    """Write a point as maps do: 36.23° N, 37.78° E."""
    north, east = ("N" if lat >= 0 else "S"), ("E" if lon >= 0 else "W")
    return f"{abs(lat):.2f}° {north}, {abs(lon):.2f}° {east}"


def candidate_words(candidate: Candidate) -> str:
    """Say what a place is that a name could mean, and how well it fits."""
    how = {"exact": "the same name", "fold": "the same name"}
    alike = how.get(candidate.how, "a similar name")
    where = point_words(candidate.lon, candidate.lat)
    parts = [where, alike, f"score {candidate.score:.2f}", isolated(candidate.source)]
    return f"{isolated(candidate.name)}: {', '.join(filter(None, parts))}"


_DIRECTIONS = (
    "north north-east east south-east south south-west west north-west"
).split()
_BEARINGS = {
    **dict(zip("N NE E SE S SW W NW".split(), _DIRECTIONS, strict=True)),
    "NNE": "north-north-east", "ENE": "east-north-east", "ESE": "east-south-east",
    "SSE": "south-south-east", "SSW": "south-south-west", "WSW": "west-south-west",
    "WNW": "west-north-west", "NNW": "north-north-west",
}  # fmt: skip
_SAME_SPOT_KM = 0.5


def finding_words(finding: Finding) -> str:
    """Say what a text states about two places and what the map has instead."""
    place, reference = _named(finding.place), _named(finding.reference)
    if finding.second_reference is not None:
        second = _named(finding.second_reference)
        return (
            f"The text puts {place} between {reference} and {second}; on this map it "
            f"is {_km(finding.measured_km)} from {reference} and "
            f"{_km(finding.second_km)} from {second}, which are "
            f"{_km(finding.apart_km)} apart (straight lines)."
        )
    there = _km(finding.measured_km)
    bearing = finding.stated_bearing
    if finding.stated_km is None and bearing is not None:
        stated = f"puts {place} {_BEARINGS[bearing]} of {reference}"
    else:
        near = f"{_BEARINGS[bearing]} of" if bearing else "from"
        bound = {finding.at_most: "at most", finding.at_least: "at least"}
        about = bound.get(True, "around")
        stated = f"says that {place} lies {about} {_km(finding.stated_km)} "
        stated += f"{near} {reference}"
    if bearing is None:
        return f"The text {stated}; on this map it is {there} (straight line)."
    if finding.measured_km < _SAME_SPOT_KM:
        return f"The text {stated}; on this map both are at one spot."
    towards = _DIRECTIONS[round(finding.measured_deg / 45) % 8]
    return f"The text {stated}; on this map it lies {there} to the {towards}."


def _named(toponym: str) -> str:
    return isolated(" ".join(toponym.split()))


def _km(km: float | None) -> str:
    """Round kilometres as a reader would: to 100 m below 10 km, else to whole ones."""
    if km is None:
        return "an unknown distance"
    return f"{km:.0f} km" if km >= 10 else f"{km:.1f}".removesuffix(".0") + " km"
