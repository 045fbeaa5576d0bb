"""The places that an article's names could mean are weighed against each other here.

Every name adds to the score of places near what its neighbours could mean, all at once
and from the same state, so that the order of names changes nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.areas import Area, distance_m, distances_m
from geo.gazetteer import Stage
from geo.listings import OWN
from geo.names import Feature, Reading, bare, fold
from geo.regions import extent_m, fits, is_area
from geo.strays import without_strays

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from extract.records import Relation
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
# For each digit of the population over a thousand: it decides last, and between
# villages not at all, of which lists mostly do not know it.
_PER_DIGIT, _LEAST_DIGITS = 0.08, 3.0
# A name that is the place's own, not one of the others that a dump has for it.
_MAIN_NAME = 0.1
_AREA_PEOPLE = 100_000  # a province or a river of unknown population weighs as a city
_INSIDE, _FITS_REFERENCE = 1.0, 0.5
_LEAST_REACH_M = 10_000.0
_SAME_SENTENCE, _SAME_ARTICLE, _SAME_NAME, _NEAREST = 0.6, 0.35, 0.5, 0.4
_SENTENCE_M, _ARTICLE_M, _SAME_M, _NEAREST_M = 30_000.0, 150_000.0, 5_000.0, 20_000.0
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
# How far off from where the text puts it a place may lie. Provinces are drawn by their
# towns; a direction is sooner wrong than a distance, and of great places than of small.
_WELL_KNOWN = 10_000
_FAR_OUTSIDE_M, _FAR_BESIDE_M, _KNOWN_OUTSIDE_M = 50_000.0, 25_000.0, 100_000.0
# What another province counts as its own is that far outside at least: the lists go by
# the nearest town, which near a border may be another province's.
_OTHER_ADMIN1_M = 15_000.0
_TIGHT_M = 30_000.0
# A thing may be named after a town that it is not near to; where the text says where it
# lies, that counts, and the town only if it is no farther off than this.
_NAMESAKE_M = 10_000.0
_NAMED_AFTER = frozenset(Feature) - {
    Feature.ADMIN1, Feature.ADMIN2, Feature.RURAL, Feature.SETTLEMENT,
}  # fmt: skip
# Options of one name that are weighed; more than this share no name in any gazetteer
# but for the commonest (Judaydah, Khirbat), of which the text must tell one anyway.
_MOST = 40
# And of all names of an article, as each is held against each: a long list of common
# names has fewer of each.
_MOST_IN_ALL, _FEWEST = 2_000, 5
_TOGETHER = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A place that a name could mean, read in one way; `steps` of it were stripped."""

    place: Place
    name: str
    stage: Stage
    reading: Reading
    steps: int = 0

    @property
    def is_named(self) -> bool:
        """Whether the place has this very name, whatever its case and article."""
        return self.steps == 0 and self.stage <= Stage.BARE

    def away_m(self, place: Place) -> float:
        """Return how far another place lies from this one, in metres."""
        return distance_m(self.place.lon, self.place.lat, place.lon, place.lat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name in an article with what the text says about where it lies.

    `key` tells mentions apart; `sentences` are the offsets of those that hold it;
    `kind` is what the words say that it is.
    """

    key: str
    toponym: str
    kind: Feature | None = None
    relations: tuple[Relation, ...] = ()
    sentences: frozenset[int] = frozenset()
    options: tuple[Option, ...] = ()
    containers: tuple[Area, ...] = ()
    references: tuple[Area, ...] = ()

    def is_namesake(self, option: Option) -> bool:
        """Say whether a place only lends its name to what is meant: a base, a field."""
        feature = option.reading.feature or self.kind
        return (
            feature in _NAMED_AFTER
            and option.place.feature_class == "P"
            and not fits(feature, option.place)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """An option and what speaks for it."""

    option: Option
    score: float


def choose(
    mentions: Sequence[Mention], countries: Sequence[str]
) -> dict[str, tuple[Scored, ...]]:
    """Score every eligible option of every mention, all together.

    Of an article with more names than any report has, those that stand near each other
    are weighed together, so that cost grows with its length and no faster.

    Returns
    -------
    dict
        By the mention's key, its options from the best to the worst; ties go by place
        id. Neither the order of mentions nor that of options changes anything.
    """
    scored: dict[str, tuple[Scored, ...]] = {}
    in_text = sorted(mentions, key=lambda m: (min(m.sentences, default=-1), m.key))
    for start in range(0, len(in_text), _TOGETHER):
        scored |= _choose_together(in_text[start : start + _TOGETHER], countries)
    return scored


def _choose_together(
    mentions: Sequence[Mention], countries: Sequence[str]
) -> dict[str, tuple[Scored, ...]]:
    ordered = sorted(mentions, key=lambda mention: mention.key)
    field = _Field(ordered, countries)
    for _ in range(_ROUNDS):
        field.weigh()
    scored = {mention.key: field.ranked(n) for n, mention in enumerate(ordered)}
    main = next(iter(countries), "")
    return {
        one.key: without_strays(
            one,
            scored,
            [other.key for other in ordered if other.sentences & one.sentences],
            main,
        )
        for one in ordered
    }


def is_level(scored: Sequence[Scored]) -> bool:
    """Say whether the best place has a far-off rival that is as good.

    No rival is far off from an area that reaches it, nor are two stretches of a river.
    """
    if not scored:
        return False
    best = scored[0]
    return any(
        best.score - rival.score < LEVEL
        and _apart_m(best.option, rival.option.place) > APART_M
        for rival in scored[1:]
    )


def _apart_m(best: Option, rival: Place) -> float:
    away_m = best.away_m(rival)
    if not is_area(best.place):
        return away_m
    return away_m - extent_m(best.place) - (extent_m(rival) if is_area(rival) else 0.0)


class _Field:
    """All options of all mentions side by side, with how near they are to each other.

    Option `i` belongs to mention `owner[i]`. Scores are those of each option alone,
    plus what the other mentions add, by how likely each of their options is by now.
    """

    def __init__(self, mentions: Sequence[Mention], countries: Sequence[str]) -> None:
        self._mentions = mentions
        most = max(_FEWEST, min(_MOST, _MOST_IN_ALL // max(1, len(mentions))))
        kept = [_best_alone(mention, countries)[:most] for mention in mentions]
        self._options = [option for pairs in kept for option, _ in pairs]
        self._alone = np.array([score for pairs in kept for _, score in pairs])
        self._owner = np.repeat(np.arange(len(kept)), [len(pairs) for pairs in kept])
        self._scores = self._alone
        away = distances_m(
            [(option.place.lon, option.place.lat) for option in self._options]
        )
        away[self._owner[:, None] == self._owner[None, :]] = math.inf
        self._near = {
            reach: np.exp(-away / reach)
            for reach in (_SENTENCE_M, _ARTICLE_M, _SAME_M, _NEAREST_M)
        }
        self._known = np.unique(self._owner)
        self._same_sentence = self._pairs(lambda a, b: bool(a.sentences & b.sentences))
        names = {mention.key: fold(mention.toponym) for mention in mentions}
        self._same_name = self._pairs(lambda a, b: names[a.key] == names[b.key])

    def _pairs(self, related: Callable[[Mention, Mention], bool]) -> np.ndarray:
        """Return which mentions with options are related to which others."""
        n = len(self._mentions)
        found = np.zeros((n, n))
        for i in self._known:
            for j in self._known:
                if i != j and related(self._mentions[i], self._mentions[j]):
                    found[i, j] = 1.0
        return found

    def weigh(self) -> None:
        """Let every mention add to the options near what it could mean."""
        if len(self._known) < 2:
            return
        weights = self._weights()
        everyone = 1.0 - np.eye(len(self._mentions))
        nearest = (self._near[_NEAREST_M] * weights).max(axis=1)
        self._scores = (
            self._alone
            + _SAME_ARTICLE * self._mean(_ARTICLE_M, weights, everyone)
            + _SAME_SENTENCE * self._mean(_SENTENCE_M, weights, self._same_sentence)
            + _SAME_NAME * self._mean(_SAME_M, weights, self._same_name)
            + _NEAREST * nearest
        )

    def _weights(self) -> np.ndarray:
        """Return how likely each option is among those of its mention."""
        top = np.full(len(self._mentions), -math.inf)
        np.maximum.at(top, self._owner, self._scores)
        raw = np.exp(_SHARPNESS * (self._scores - top[self._owner]))
        total = np.bincount(self._owner, raw, len(self._mentions))
        return np.asarray(raw / total[self._owner])

    def _mean(
        self, reach_m: float, weights: np.ndarray, related: np.ndarray
    ) -> np.ndarray:
        """Return how near each option is, on average, to what related mentions mean."""
        members = np.zeros((len(self._options), len(self._mentions)))
        members[np.arange(len(self._options)), self._owner] = 1.0
        by_mention = (self._near[reach_m] * weights) @ members
        here = related[self._owner]
        count = np.maximum(here[:, self._known].sum(axis=1), 1.0)
        return np.asarray((by_mention * here).sum(axis=1) / count)

    def ranked(self, mention: int) -> tuple[Scored, ...]:
        """Return a mention's options from the best to the worst."""
        scored = (
            Scored(option=self._options[i], score=round(float(self._scores[i]), 6))
            for i in np.flatnonzero(self._owner == mention)
        )
        return tuple(sorted(scored, key=lambda s: (-s.score, s.option.place.place_id)))


def _best_alone(
    mention: Mention, countries: Sequence[str]
) -> list[tuple[Option, float]]:
    """Return a mention's eligible options and their scores without neighbours."""
    scored = [
        (option, _alone(option, mention, countries)) for option in _eligible(mention)
    ]
    scored.sort(key=lambda pair: (-pair[1], pair[0].place.place_id))
    return scored


def _eligible(mention: Mention) -> list[Option]:
    """Return one option a place: of the best spelling that the context allows.

    A phrase that is itself a name is not taken apart: "North Darfur" is no part of
    Darfur, the Mosul Dam does not stand in Mosul.
    """
    allowed = [option for option in mention.options if _is_allowed(option, mention)]
    plain = [o for o in allowed if o.steps == 0 and o.stage <= Stage.BARE]
    allowed = plain or allowed
    for stages in _CASCADE:
        best: dict[str, Option] = {}
        for option in sorted(allowed, key=lambda o: (o.stage, o.steps, o.name)):
            if option.stage in stages:
                best.setdefault(option.place.place_id, option)
        if best:
            return sorted(best.values(), key=lambda o: o.place.place_id)
    return []


def _is_allowed(option: Option, mention: Mention) -> bool:
    """Leave out what lies elsewhere than the text says, and unsupported likenesses.

    A part of a province is no support: it has some place like any name.
    """
    place, around = option.place, (*mention.containers, *mention.references)
    outside_m = min((_off_m(area, place) for area in mention.containers), default=0.0)
    off_m = min((_off_m(area, place) for area in mention.references), default=0.0)
    if mention.is_namesake(option):
        return max(outside_m, off_m) <= _NAMESAKE_M
    if option.stage <= Stage.BARE:
        if place.population >= _WELL_KNOWN or place.place_id.startswith(OWN):
            return max(outside_m, off_m) <= _KNOWN_OUTSIDE_M
        return outside_m <= _FAR_OUTSIDE_M and off_m <= _FAR_BESIDE_M
    if option.stage == Stage.SOUND:
        return max(outside_m, off_m) <= APART_M / 2
    if max(outside_m, off_m) > 0:
        return False
    return option.stage < Stage.LOOSE or any(
        area.radius_m <= _TIGHT_M for area in around
    )


def _off_m(area: Area, place: Place) -> float:
    off_m = area.off_m(place)
    if area.admin1 is None or not place.admin1:
        return off_m
    same = (area.country, area.admin1) == (place.country, place.admin1)
    if same:
        return 0.0 if area.where_prec == WHOLE_ADMIN1 else off_m
    return max(off_m, _OTHER_ADMIN1_M)


def _alone(option: Option, mention: Mention, countries: Sequence[str]) -> float:
    """Return what speaks for an option without its neighbours."""
    place = option.place
    score = _SPELLING[option.stage] - _STRIPPED * option.steps
    score += _MAIN_COUNTRY if place.country in countries[:1] else _OTHER_COUNTRY
    score += _kind(option.reading.feature or mention.kind, place)
    if place.place_id.startswith(OWN) or bare(option.name) == bare(place.name):
        score += _MAIN_NAME
    digits = math.log10(1 + _people(place))
    score += _PER_DIGIT * max(0.0, digits - _LEAST_DIGITS)
    if mention.containers:
        off_m = min(_off_m(area, place) for area in mention.containers)
        score += _INSIDE if off_m == 0 else -min(_INSIDE, off_m / _FAR_OUTSIDE_M)
    for area in mention.references:
        score += _FITS_REFERENCE * _fit(area, place)
    return score


def _fit(area: Area, place: Place) -> float:
    """Return how well a place fits words such as "north of X": from 1 down to -1.

    The nearer to the middle of what the words allow the better, as most is near X.
    """
    away_m = distance_m(area.lon, area.lat, place.lon, place.lat)
    off = max(0.0, away_m - area.radius_m / 2) / max(area.radius_m, _LEAST_REACH_M)
    return 1 - min(2.0, off)


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
