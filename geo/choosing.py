"""The places that an article's names could mean are weighed against each other here.

Every name adds to the score of places near what its neighbours could mean, all at once
and from the same state, so that the order of names changes nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.areas import Area, distance_m
from geo.gazetteer import Stage
from geo.listings import OWN
from geo.names import Feature, Reading, fold
from geo.regions import extent_m, fits, is_area

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.listings import Place

# Points of the score. A good spelling is worth 1; the rest is set against that.
_SPELLING = {
    Stage.EXACT: 1.0,
    Stage.FOLD: 0.97,
    Stage.BARE: 0.92,
    Stage.SOUND: 0.7,
    Stage.SKELETON: 0.5,
    Stage.LOOSE: 0.4,
}
_STRIPPED = 0.1  # off for each step of a reading: the whole phrase goes first
# Apart by more than LEVEL: of two like places the one in the conflict's own country.
_MAIN_COUNTRY, _OTHER_COUNTRY = 0.25, 0.1
_RIGHT_KIND, _WRONG_KIND = 0.3, 0.3
_PER_DIGIT = 0.05  # for each digit of the population: it decides last
_AREA_PEOPLE = 100_000  # a province or a river of unknown population weighs as a city
_INSIDE, _FITS_REFERENCE = 1.0, 0.5
_SAME_SENTENCE, _SAME_ARTICLE, _SAME_NAME = 0.6, 0.35, 0.5
_SENTENCE_M, _ARTICLE_M, _SAME_M = 30_000.0, 150_000.0, 5_000.0
_ROUNDS = 3
_SHARPNESS = 4.0
LEVEL = 0.12
"""Scores closer than this are level: less than a clearly better spelling."""
APART_M = 25_000.0
"""Level places nearer than this to each other need no choice: UCDP's "near"."""
# Spellings that are tried together; the next ones only where these give nothing.
_CASCADE = (
    {Stage.EXACT, Stage.FOLD, Stage.BARE},
    {Stage.SOUND},
    {Stage.SKELETON},
    {Stage.LOOSE},
)
WHOLE_ADMIN1 = 4
_WELL_KNOWN = 50_000
_FAR_OUTSIDE_M = 50_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A place that a name could mean, read in one way; `steps` of it were stripped."""

    place: Place
    name: str
    stage: Stage
    reading: Reading
    steps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name in an article with what the text says about where it lies.

    `key` tells mentions apart; `sentences` are the offsets of those that hold it;
    `kind` is what the words say that it is.
    """

    key: str
    toponym: str
    kind: Feature | None = None
    sentences: frozenset[int] = frozenset()
    options: tuple[Option, ...] = ()
    containers: tuple[Area, ...] = ()
    references: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """An option and what speaks for it."""

    option: Option
    score: float


def choose(
    mentions: Sequence[Mention], countries: Sequence[str]
) -> dict[str, tuple[Scored, ...]]:
    """Score every eligible option of every mention, all together.

    Returns
    -------
    dict
        By the mention's key, its options from the best to the worst; ties go by place
        id. Neither the order of mentions nor that of options changes anything.
    """
    ordered = sorted(mentions, key=lambda mention: mention.key)
    eligible = {mention.key: _eligible(mention) for mention in ordered}
    alone = {
        mention.key: [
            _alone(option, mention, countries) for option in eligible[mention.key]
        ]
        for mention in ordered
    }
    scores = alone
    for _ in range(_ROUNDS):
        weights = {key: _weights(values) for key, values in scores.items()}
        scores = {
            one.key: [
                score + _support(option, one, ordered, eligible, weights)
                for option, score in zip(eligible[one.key], alone[one.key], strict=True)
            ]
            for one in ordered
        }
    return {key: _ranked(eligible[key], values) for key, values in scores.items()}


def is_level(scored: Sequence[Scored]) -> bool:
    """Say whether the best place has a far-off rival that is as good.

    No rival is far off from an area that reaches it, nor are two stretches of a river.
    """
    if not scored:
        return False
    best = scored[0]
    return any(
        best.score - rival.score < LEVEL and _apart_m(best, rival) > APART_M
        for rival in scored[1:]
    )


def _apart_m(one: Scored, other: Scored) -> float:
    a, b = one.option.place, other.option.place
    apart_m = distance_m(a.lon, a.lat, b.lon, b.lat)
    if not is_area(a):
        return apart_m
    return apart_m - extent_m(a) - (extent_m(b) if is_area(b) else 0.0)


def _ranked(options: Sequence[Option], scores: Sequence[float]) -> tuple[Scored, ...]:
    scored = (
        Scored(option=option, score=round(score, 6))
        for option, score in zip(options, scores, strict=True)
    )
    return tuple(sorted(scored, key=lambda s: (-s.score, s.option.place.place_id)))


def _eligible(mention: Mention) -> list[Option]:
    """Return one option a place: of the best spelling that the context allows.

    A phrase that is itself a name is not taken apart: "North Darfur" is no part of
    Darfur, the Mosul Dam does not stand in Mosul.
    """
    allowed = [option for option in mention.options if _is_allowed(option, mention)]
    whole = [o for o in allowed if o.steps == 0 and o.stage <= Stage.BARE]
    allowed = whole or allowed
    for stages in _CASCADE:
        best: dict[str, Option] = {}
        for option in sorted(allowed, key=lambda o: (o.stage, o.steps, o.name)):
            if option.stage in stages:
                best.setdefault(option.place.place_id, option)
        if best:
            return sorted(best.values(), key=lambda o: o.place.place_id)
    return []


def _is_allowed(option: Option, mention: Mention) -> bool:
    """Leave out a namesake outside of the container, and a likeness without support."""
    place = option.place
    off_m = min((_off_m(area, place) for area in mention.containers), default=0.0)
    if option.stage <= Stage.BARE:
        return off_m <= _FAR_OUTSIDE_M or place.population >= _WELL_KNOWN
    if off_m > APART_M / 2:
        return False
    around = (*mention.containers, *mention.references)
    return option.stage < Stage.LOOSE or any(
        _off_m(area, place) == 0 for area in around
    )


def _off_m(area: Area, place: Place) -> float:
    is_whole = area.where_prec == WHOLE_ADMIN1
    same = (area.country, area.admin1) == (place.country, place.admin1)
    return 0.0 if is_whole and same else area.off_m(place)


def _alone(option: Option, mention: Mention, countries: Sequence[str]) -> float:
    """Return what speaks for an option without its neighbours."""
    place = option.place
    score = _SPELLING[option.stage] - _STRIPPED * option.steps
    score += _MAIN_COUNTRY if place.country in countries[:1] else _OTHER_COUNTRY
    score += _kind(option.reading.feature or mention.kind, place)
    score += _PER_DIGIT * math.log10(1 + _people(place))
    if mention.containers:
        off_m = min(_off_m(area, place) for area in mention.containers)
        score += _INSIDE if off_m == 0 else -min(_INSIDE, off_m / _FAR_OUTSIDE_M)
    for area in mention.references:
        off_m = area.off_m(place)
        score += _FITS_REFERENCE * (1 - min(2.0, off_m / max(area.radius_m, APART_M)))
    return score


def _people(place: Place) -> int:
    return place.population or (_AREA_PEOPLE if is_area(place) else 0)


def _kind(feature: Feature | None, place: Place) -> float:
    # Our own list gives an area a bare name only where no town of its country has it.
    is_own = feature is None and is_area(place) and place.place_id.startswith(OWN)
    if is_own or fits(feature, place):
        return _RIGHT_KIND
    if feature in (None, Feature.SETTLEMENT) and not is_area(place):
        return -_WRONG_KIND
    return 0.0


def _weights(scores: Sequence[float]) -> list[float]:
    if not scores:
        return []
    top = max(scores)
    raw = [math.exp(_SHARPNESS * (score - top)) for score in scores]
    return [value / sum(raw) for value in raw]


def _support(
    option: Option,
    one: Mention,
    mentions: Sequence[Mention],
    eligible: Mapping[str, Sequence[Option]],
    weights: Mapping[str, Sequence[float]],
) -> float:
    """Return what the article's other names add to an option of one of them."""
    others = [
        other for other in mentions if other.key != one.key and eligible[other.key]
    ]
    if not others:
        return 0.0

    def nearness(other: Mention, reach_m: float) -> float:
        pairs = zip(eligible[other.key], weights[other.key], strict=True)
        return sum(w * _near(option.place, o.place, reach_m) for o, w in pairs)

    named = [o for o in others if fold(o.toponym) == fold(one.toponym)]
    listed = [o for o in others if one.sentences & o.sentences]
    total = _SAME_ARTICLE * sum(nearness(o, _ARTICLE_M) for o in others) / len(others)
    if listed:
        near = sum(nearness(other, _SENTENCE_M) for other in listed)
        total += _SAME_SENTENCE * near / len(listed)
    if named:
        near = sum(nearness(other, _SAME_M) for other in named)
        total += _SAME_NAME * near / len(named)
    return total


def _near(one: Place, other: Place, reach_m: float) -> float:
    return math.exp(-distance_m(one.lon, one.lat, other.lon, other.lat) / reach_m)
