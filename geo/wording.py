"""The page's own sentences about events are made here: neutral, one form for each.

Whatever comes back is plain text, with the words of sources inside it: show it as
text, never as markup. Each sentence is said in the language that is asked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.records import ClaimantType, DateAnchor, EventType
from geo.language import ENGLISH, Language, isolated

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from geo.checks import Finding
    from geo.locations import Candidate

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
    "claimed": "nobody says so but the side that gains by it, its allies, partial "
    "media, or sources that the reports do not place",
    "assessed": "the other side, an independent monitor or newsroom, or two "
    "independent publishers say so",
    "disputed": "another report of these days denies or contradicts it",
    "denied": "reported only as denied",
    "retracted": "withdrawn by its publisher",
}
"""Statuses of an event in the order of filters, with what each means."""

STATUS_NAMES: dict[str, str] = {
    "claimed": "claimed",
    "assessed": "assessed",
    "disputed": "disputed",
    "denied": "denied",
    "retracted": "retracted",
}
"""The word for each status."""

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

WITH_LOSER: dict[str, str] = {
    EventType.CAPTURED: "{gained} took {place} from {lost}",
    EventType.HANDED_OVER: "{lost} handed {place} over to {gained}",
    EventType.WITHDREW: "{lost} withdrew from {place}",
    EventType.HOLDS: "{gained} holds {place}",
    EventType.ADVANCED: "{gained} advanced on {place} against {lost}",
    EventType.ATTACKED: "{gained} attacked {lost} at {place}",
    EventType.REPELLED: "{gained} repelled an attack by {lost} on {place}",
    EventType.BESIEGED: "{gained} besieged {lost} at {place}",
}
WITHOUT_LOSER: dict[str, str] = {
    EventType.CAPTURED: "{gained} took {place}",
    EventType.HANDED_OVER: "{place} was handed over to {gained}",
    EventType.WITHDREW: "{lost} withdrew from {place}",
    EventType.HOLDS: "{gained} holds {place}",
    EventType.ADVANCED: "{gained} advanced on {place}",
    EventType.ATTACKED: "{gained} attacked {place}",
    EventType.REPELLED: "{gained} repelled an attack on {place}",
    EventType.BESIEGED: "{gained} besieged {place}",
}
"""What is said of an event whose loser is not named."""


def headline(
    event_type: str,
    place: str,
    gained_by: str | None,
    lost_by: str | None,
    *,
    language: Language = ENGLISH,
) -> str:
    """Say who did what where, from whom."""
    unnamed = language.say("an unnamed force")
    names = {
        "gained": language.actor(gained_by) if gained_by else unnamed,
        "lost": language.actor(lost_by) if lost_by else unnamed,
        "place": place,
    }
    if lost_by:
        said = language.say(WITH_LOSER[event_type], **names)
    else:
        said = language.say(WITHOUT_LOSER[event_type], **names)
    return said[0].upper() + said[1:]


def day_words(day: date, *, language: Language = ENGLISH) -> str:
    """Write a day out: 2 March 2017."""
    month = language.months[day.month - 1]
    return language.say("{day} {month} {year}", day=day.day, month=month, year=day.year)


def days_words(
    first: date | None, last: date | None, *, language: Language = ENGLISH
) -> str:
    """Write an inclusive span of days, as short as it can be said."""
    if first is None or last is None:
        return language.say("no date given")
    end = day_words(last, language=language)
    if first == last:
        return language.say("on {day}", day=end)
    if first.year == last.year:
        month = language.months[first.month - 1]
        start = language.say("{day} {month}", day=first.day, month=month)
    else:
        start = day_words(first, language=language)
    return language.say("between {first} and {last}", first=start, last=end)


def when(
    first: date | None,
    last: date | None,
    date_text: str | None,
    *,
    language: Language = ENGLISH,
) -> str:
    """Say when, and from which words of the report that was read."""
    said = days_words(first, last, language=language)
    if not date_text:
        return said
    return language.say("{days}, from “{words}”", days=said, words=date_text)


DATE_PRECISIONS = {
    1: "to the day",
    2: "within two to six days",
    3: "within a week",
    4: "within a month",
    5: "longer than a month",
}
"""What UCDP's precisions of a date mean."""

ANCHORS: dict[str, str] = {
    DateAnchor.ABSOLUTE: "the report names it",
    DateAnchor.PUBLICATION: "reckoned from the day of publication",
    DateAnchor.PREVIOUS_EVENT: "reckoned from an event told before",
    DateAnchor.ASSUMED: "assumed, as the report gives no date",
}
"""What a date can have been reckoned from."""


def date_surety(
    prec: int | None, anchor: str | None, *, language: Language = ENGLISH
) -> str:
    """Say how sure the date is, from UCDP's precision and what it was reckoned from."""
    if prec not in DATE_PRECISIONS:
        return language.say("the report gives no date")
    sure = language.say(DATE_PRECISIONS[prec])
    if not anchor:
        return sure
    reckoned = language.say(ANCHORS[anchor])
    return language.say("{sure}; {reckoned}", sure=sure, reckoned=reckoned)


def distance_words(radius_m: float, *, language: Language = ENGLISH) -> str:
    """Round a radius in metres to words for a reader."""
    if radius_m < 1000:
        return language.say("{distance} m", distance=f"{radius_m:.0f}")
    return language.say("{distance} km", distance=f"{radius_m / 1000:.0f}")


PLACE_PRECISIONS = {
    1: "the place itself",
    2: "near the place",
    3: "somewhere in its district",
    4: "somewhere in its province",
    5: "a vague area",
    6: "known only by country",
}
"""What UCDP's precisions of a place mean."""


def place_surety(
    where_prec: int | None, radius_m: float | None, *, language: Language = ENGLISH
) -> str:
    """Say how sure a place is, from UCDP's precision and the radius in metres."""
    if where_prec is None or radius_m is None:
        return language.say("not found in any gazetteer: not on the map")
    return language.say(
        "{sure}, within about {distance}",
        sure=language.say(PLACE_PRECISIONS[where_prec]),
        distance=distance_words(radius_m, language=language),
    )


def source_line(
    publisher: str | None, n_publishers: int, *, language: Language = ENGLISH
) -> str:
    """Name the publisher, and how many others report the same."""
    if not publisher:
        return language.say("publisher not named")
    if n_publishers < 2:
        return isolated(publisher, language.direction)
    return language.say(
        "{publisher} and {n} others", publisher=publisher, n=n_publishers - 1
    )


def point_words(lon: float, lat: float, *, language: Language = ENGLISH) -> str:
    """Write a point as maps do: 36.23° N, 37.78° E."""
    return language.say(
        "{lat}° {north}, {lon}° {east}",
        lat=f"{abs(lat):.2f}",
        north=language.say("N" if lat >= 0 else "S"),
        lon=f"{abs(lon):.2f}",
        east=language.say("E" if lon >= 0 else "W"),
    )


def listed(parts: Iterable[str], *, language: Language = ENGLISH) -> str:
    """Write parts as a list within a sentence; empty ones fall away."""
    return language.say(", ").join(filter(None, parts))


def candidate_words(candidate: Candidate, *, language: Language = ENGLISH) -> str:
    """Say what a place is that a name could mean, and how well it fits."""
    is_same = candidate.how in {"exact", "fold"}
    facts = (
        point_words(candidate.lon, candidate.lat, language=language),
        language.say("the same name" if is_same else "a similar name"),
        language.say("score {score}", score=f"{candidate.score:.2f}"),
        isolated(candidate.source, language.direction),
    )
    return language.say(
        "{name}: {facts}", name=candidate.name, facts=listed(facts, language=language)
    )


COMPASS = {
    "N": "north", "NNE": "north-north-east", "NE": "north-east",
    "ENE": "east-north-east", "E": "east", "ESE": "east-south-east",
    "SE": "south-east", "SSE": "south-south-east", "S": "south",
    "SSW": "south-south-west", "SW": "south-west", "WSW": "west-south-west",
    "W": "west", "WNW": "west-north-west", "NW": "north-west",
    "NNW": "north-north-west",
}  # fmt: skip
"""The points of the compass, clockwise from north."""

_OCTANTS = tuple(COMPASS)[::2]
_SAME_SPOT_KM = 0.5


def finding_words(finding: Finding, *, language: Language = ENGLISH) -> str:
    """Say what a text states about two places and what the map has instead."""
    if finding.second_reference is not None:
        return _between_words(finding, language)
    stated = _stated_words(finding, language)
    there = _km(finding.measured_km, language)
    if finding.stated_bearing is None:
        return language.say(
            "The text {stated}; on this map it is {distance} (straight line).",
            stated=stated,
            distance=there,
        )
    if finding.measured_km < _SAME_SPOT_KM:
        return language.say(
            "The text {stated}; on this map both are at one spot.", stated=stated
        )
    towards = _OCTANTS[round(finding.measured_deg / 45) % 8]
    return language.say(
        "The text {stated}; on this map it lies {distance} to the {direction}.",
        stated=stated,
        distance=there,
        direction=language.say(COMPASS[towards]),
    )


def _stated_words(finding: Finding, language: Language) -> str:
    """Say what the text states of two places, after "The text"."""
    names = {"place": _line(finding.place), "reference": _line(finding.reference)}
    bearing = finding.stated_bearing
    direction = language.say(COMPASS[bearing]) if bearing else ""
    if finding.stated_km is None and bearing:
        return language.say(
            "puts {place} {direction} of {reference}", direction=direction, **names
        )
    about = _bound_words(finding, _km(finding.stated_km, language), language)
    if not bearing:
        return language.say(
            "says that {place} lies {distance} from {reference}",
            distance=about,
            **names,
        )
    return language.say(
        "says that {place} lies {distance} {direction} of {reference}",
        distance=about,
        direction=direction,
        **names,
    )


def _bound_words(finding: Finding, distance: str, language: Language) -> str:
    if finding.at_least:
        return language.say("at least {distance}", distance=distance)
    if finding.at_most:
        return language.say("at most {distance}", distance=distance)
    return language.say("around {distance}", distance=distance)


def _between_words(finding: Finding, language: Language) -> str:
    return language.say(
        "The text puts {place} between {reference} and {second}; on this map it is "
        "{distance} from {reference} and {second_distance} from {second}, which are "
        "{apart} apart (straight lines).",
        place=_line(finding.place),
        reference=_line(finding.reference),
        second=_line(finding.second_reference or ""),
        distance=_km(finding.measured_km, language),
        second_distance=_km(finding.second_km, language),
        apart=_km(finding.apart_km, language),
    )


def _line(toponym: str) -> str:
    return " ".join(toponym.split())


def _km(km: float | None, language: Language) -> str:
    """Round kilometres as a reader would: to 100 m below 10 km, else to whole ones."""
    if km is None:
        return language.say("an unknown distance")
    rounded = f"{km:.0f}" if km >= 10 else f"{km:.1f}".removesuffix(".0")
    return language.say("{distance} km", distance=rounded)


REASONS = (
    "found as {name}",
    "read as {name}",
    "fits {name}",
    "not {name}, as the text has it",
    "before {others} other of that name",
    "placed by a reader for “{name}”",
    "several places are equally likely",
    "in no gazetteer",
    "by {name}",
    "named in one list with {name}",
    "named together with {name}",
    "in a report on {name}",
    "on no list here",
    "found online as {name}",
    "several places of that name were found online",
)
"""What the reasons for a place are made of; the store keeps them in English."""

_FORMS = {
    text: re.compile(
        re.escape(text).replace(r"\{", "(?P<").replace(r"\}", ">.+)"), re.DOTALL
    )
    for text in REASONS
}


def reason_words(reason: str, *, language: Language = ENGLISH) -> str:
    """Say why a place is where it is; names stay as they are."""
    parts = (_reason_part(part, language) for part in reason.split("; "))
    return language.say("; ").join(parts)


def _reason_part(part: str, language: Language) -> str:
    for at, text in enumerate(REASONS):
        if found := _FORMS[text].fullmatch(part):
            return language.say(REASONS[at], **found.groupdict())
    return isolated(part, language.direction)
