"""The user's gazetteer: what a reader placed by hand, and where that counts.

A choice is made for one name in one article. It counts for that name, however it is
spelt, wherever the text does not put the place elsewhere.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.choosing import Mention, Option
from geo.gazetteer import Stage
from geo.listings import Place
from geo.names import Reading, fold, sound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extract.records import Claim
    from geo.locations import Candidate

SOURCE = "placed by a reader"
# A name in an article that says nothing of where it lies is the one chosen before if
# the article speaks of something within this distance of it.
_SAME_GROUND_M = 100_000.0
# By how much a chosen point may lie outside of what the text says: half of "near".
_SLACK_M = 12_500.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Where a reader placed a name, in which article, and what stood there of it.

    `lon` and `lat` are degrees in EPSG:4326, `radius_m` how sure the reader was, in
    metres. `countries` are the ISO codes that were at hand for the article; `number`
    is that of the act, once it is stored.
    """

    toponym: str
    article_id: str
    place_id: str
    name: str
    lon: float
    lat: float
    radius_m: float
    context: str = ""
    source: str = SOURCE
    countries: tuple[str, ...] = ()
    number: int | None = None

    def __post_init__(self) -> None:
        if not self.toponym.strip():
            raise ValueError("a choice needs the name that it is made for")
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise ValueError(f"lon {self.lon}, lat {self.lat} is not on Earth")


def of_candidate(claim: Claim, candidate: Candidate) -> Choice:
    """Return the choice of one of the places that the claim's name could mean."""
    return Choice(
        toponym=claim.place,
        article_id=claim.article_id,
        place_id=candidate.place_id,
        name=candidate.name,
        lon=candidate.lon,
        lat=candidate.lat,
        radius_m=candidate.radius_m,
        context=claim.place_context or "",
        source=candidate.source or SOURCE,
    )


def of_point(claim: Claim, lon: float, lat: float, *, radius_m: float) -> Choice:
    """Return the choice of a point on the map; `radius_m` is how sure it is."""
    said = f"{fold(claim.place)}|{lon:.5f}|{lat:.5f}"
    return Choice(
        toponym=claim.place,
        article_id=claim.article_id,
        place_id=f"user:{hashlib.sha256(said.encode()).hexdigest()[:12]}",
        name=claim.place,
        lon=round(lon, 6),
        lat=round(lat, 6),
        radius_m=radius_m,
        context=claim.place_context or "",
    )


def is_named(choice: Choice, toponym: str) -> bool:
    """Say whether a choice is for that name, however it is spelt."""
    return sound(choice.toponym) == sound(toponym)


def pinned(
    choices: Sequence[Choice],
    mention: Mention,
    others: Iterable[Mention],
    *,
    articles: Iterable[str] = (),
    countries: Sequence[str] = (),
) -> Choice | None:
    """Return the choice that counts for a mention, or None.

    The latest of its own article counts first, whatever the text says. Another
    article's counts where a country is at hand for both, and the text does not put
    the place anywhere else.
    """
    named = [choice for choice in choices if is_named(choice, mention.toponym)]
    if not named:
        return None
    here, around, at_hand = set(articles), list(others), set(countries)
    own = [choice for choice in named if choice.article_id in here]
    if own:
        return own[-1]
    fitting = [
        choice
        for choice in named
        if not at_hand.isdisjoint(choice.countries) and _fits(choice, mention, around)
    ]
    return fitting[-1] if fitting else None


def _fits(choice: Choice, mention: Mention, others: Sequence[Mention]) -> bool:
    place = as_place(choice)
    areas = (*mention.containers, *mention.references)
    if areas:
        return all(area.off_m(place) <= _SLACK_M for area in areas)
    known = [other for other in others if other.key != mention.key and other.options]
    return not known or any(
        option.away_m(place) <= _SAME_GROUND_M
        for other in known
        for option in other.options
    )


def as_place(choice: Choice) -> Place:
    """Return the chosen point as a place like those of a gazetteer."""
    return Place(
        place_id=choice.place_id,
        name=choice.name,
        lon=choice.lon,
        lat=choice.lat,
        country="",
        source=choice.source,
        radius_m=choice.radius_m,
    )


def as_option(choice: Choice, toponym: str) -> Option:
    """Return the chosen point as the one place that the name can mean."""
    return Option(
        place=as_place(choice),
        name=toponym,
        stage=Stage.EXACT,
        reading=Reading(core=toponym),
    )
