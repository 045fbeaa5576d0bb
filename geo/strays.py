"""Places far from all else that an article speaks of are left out here.

A name that no list has is often the name of a place elsewhere, which would then be
drawn as if it were known.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo.areas import covering
from geo.gazetteer import Stage
from geo.listings import OWN
from geo.regions import is_area

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from geo.choosing import Mention, Option, Scored

# Words about where a place lies that are closer than this speak for themselves; "in
# Aleppo province" leaves room for many a namesake.
_TIGHT_M = 30_000.0
# An article whose other places lie within this is local.
_LOCAL_M = 100_000.0
# How far off from the nearest other place of the article an option may lie.
_SMALL_M, _NAMESAKE_M, _SOUND_M, _LIKENESS_M = 100_000.0, 50_000.0, 60_000.0, 30_000.0
_ABROAD_M, _CITY_VARIANT_M = 100_000.0, 150_000.0
_SMALL, _CITY = 10_000, 100_000


def without_strays(
    mention: Mention,
    scored: Mapping[str, tuple[Scored, ...]],
    beside: Collection[str],
    main: str,
) -> tuple[Scored, ...]:
    """Drop the best options of a mention for as long as they are strays.

    Lesser ones stay: that another place is as good remains to be seen. `beside` are
    the keys of the mentions in its sentences, `main` is the code of the country that
    the article is about.
    """
    found = scored[mention.key]
    ties = (*mention.containers, *mention.references)
    if mention.references or any(area.radius_m <= _TIGHT_M for area in ties):
        return found
    others = {
        key: rivals[0].option
        for key, rivals in scored.items()
        if key != mention.key and rivals and rivals[0].option.stage <= Stage.BARE
    }
    if not others:
        return found
    near = [others[key] for key in beside if key in others]
    everyone = [*others.values()]
    strays = 0
    for one in found:
        # A guess is to be near what it is named with.
        asked = near if near and one.option.stage > Stage.SOUND else everyone
        if not _is_stray(mention, one.option, asked, main):
            break
        strays += 1
    return found[strays:]


def _is_stray(
    mention: Mention, option: Option, others: Sequence[Option], main: str
) -> bool:
    away_m = min(option.away_m(other.place) for other in others)
    if away_m <= _LIKENESS_M:
        return False
    is_local = len(others) > 1 and _reach_m(others) <= _LOCAL_M
    limit_m = _limit_m(mention, option, is_local=is_local)
    if is_local and option.place.country != main:
        limit_m = min(limit_m, _abroad_m(option, others))
    return away_m > limit_m


def _reach_m(options: Sequence[Option]) -> float:
    points = [(option.place.lon, option.place.lat) for option in options]
    return covering(points, margin_m=0.0)[2]


def _limit_m(mention: Mention, option: Option, *, is_local: bool) -> float:
    """Return how far off from an article's other places an option may lie.

    A village of exactly that name may lie anywhere, unless all else that the article
    speaks of is close together: then another village of the name is meant. Another
    spelling is a guess, taken where the article speaks of that ground.
    """
    place = option.place
    if mention.is_namesake(option):
        return _NAMESAKE_M
    if option.stage <= Stage.BARE:
        is_known = place.population >= _SMALL or place.place_id.startswith(OWN)
        small = is_local and not is_known and not is_area(place)
        return _SMALL_M if small else math.inf
    if option.stage < Stage.LOOSE and place.population >= _CITY:
        return _CITY_VARIANT_M
    return _SOUND_M if option.stage == Stage.SOUND else _LIKENESS_M


def _abroad_m(option: Option, others: Sequence[Option]) -> float:
    """Return how far off a place may lie in a country of which it is the only one.

    A local report speaks of another country's cities, and of what is near the border.
    """
    is_shared = any(other.place.country == option.place.country for other in others)
    known = is_shared or option.place.population >= _CITY
    return math.inf if known else _ABROAD_M
