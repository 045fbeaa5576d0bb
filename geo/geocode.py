"""Which place each claim of an article means is decided here, or that none is known.

All claims of an article are placed together: what one says about a neighbour helps the
other. `geo/mentions.py` says what a name could mean, `geo/choosing.py` weighs it; here
it is settled, with a reason, and what fits nowhere goes to the ground that the text
names (`geo/surroundings.py`). A reader's choice counts first (`geo/choices.py`).
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from geo.areas import near_prec
from geo.choices import as_option, pinned
from geo.choosing import WHOLE_ADMIN1, Mention, Option, Scored, choose, is_level
from geo.locations import MATCHES, NOTHING, Candidate, Geocoder, Location
from geo.mentions import Mentions, by_mention
from geo.regions import EXACT_M, Regions, extent_m
from geo.surroundings import Ground

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from extract.records import Claim, Outline
    from geo.choices import Choice
    from geo.gazetteer import Gazetteer
    from geo.listings import Place

__all__ = ["MATCHES", "Candidate", "Geocoder", "LocalGeocoder", "Location"]

logger = logging.getLogger(__name__)

_KEPT = 5


class LocalGeocoder:
    """Places claims by an open gazetteer and by what readers chose, offline."""

    def __init__(self, gazetteer: Gazetteer, choices: Sequence[Choice] = ()) -> None:
        self._regions = Regions(gazetteer)
        self._mentions = Mentions(gazetteer, self._regions, choices)
        self._choices = tuple(choices)

    def __call__(
        self,
        claims: Sequence[Claim],
        countries: Sequence[str],
        outline: Outline = NOTHING,
    ) -> dict[str, Location]:
        """Place all claims of one article; the order of claims changes nothing."""
        groups = by_mention(claims)
        mentions = self._mentions.of_claims(groups, countries, outline.statements)
        beside = self._mentions.beside(claims, outline.toponyms, mentions, countries)
        scored = choose([*mentions, *beside], countries)
        chosen = self._chosen(mentions, beside, groups, countries)
        if chosen:
            mentions = [_pin(mention, chosen.get(mention.key)) for mention in mentions]
            pinned_scores = choose([*mentions, *beside], countries)
            scored = {**pinned_scores, **{key: scored[key] for key in chosen}}
        settled = {
            mention.key: chosen_location(chosen[mention.key], scored[mention.key])
            if mention.key in chosen
            else self._settle(mention, scored[mention.key])
            for mention in [*mentions, *beside]
        }
        ground = Ground([*mentions, *beside], settled)
        whole = self._regions.country(countries[0]) if countries else None
        located = {
            mention.key: settled[mention.key]
            or ground.around(_nowhere(mention, scored[mention.key]), mention, whole)
            for mention in mentions
        }
        logger.debug("placed %d names of %d claims", len(located), len(claims))
        return {
            c.claim_id: located[key] for key, group in groups.items() for c in group
        }

    def points(
        self, names: Collection[str], claims: Sequence[Claim], countries: Sequence[str]
    ) -> dict[str, Location]:
        """Return where names lie that an article only mentions, by name.

        Those that are not known, or could be several places, are left out.
        """
        mentions = self._mentions.of_claims(by_mention(claims), countries)
        asked = dict.fromkeys(names, countries)
        anchors = self._mentions.settled(mentions, asked, countries)
        found: dict[str, Location] = {}
        for name, (mention, scored) in anchors.items():
            location = self._settle(mention, scored)
            if location is not None:
                found[name] = location
        return found

    def _chosen(
        self,
        mentions: Sequence[Mention],
        beside: Sequence[Mention],
        groups: Mapping[str, Sequence[Claim]],
        countries: Sequence[str],
    ) -> dict[str, Choice]:
        """Return what readers chose for names, by the mention's key."""
        if not self._choices:
            return {}
        found = {
            mention.key: pinned(
                self._choices,
                mention,
                [*mentions, *beside],
                articles={claim.article_id for claim in groups[mention.key]},
                countries=countries,
            )
            for mention in mentions
        }
        return {key: choice for key, choice in found.items() if choice}

    def _settle(self, mention: Mention, scored: Sequence[Scored]) -> Location | None:
        """Return the place that the name means, or None when that is not known."""
        if not scored or is_level(scored):
            return None
        option = scored[0].option
        reading = option.reading
        # What has the whole phrase for its name is what the phrase says that it is.
        if option.steps or option.place.feature_class == "P":
            reading = replace(reading, feature=reading.feature or mention.kind)
        area = self._regions.of(option.place, reading)
        is_itself = area.place_id == option.place.place_id
        is_named = is_itself or area.where_prec == WHOLE_ADMIN1
        return Location(
            lon=area.lon,
            lat=area.lat,
            radius_m=area.radius_m,
            where_prec=area.where_prec,
            place_id=area.place_id,
            name=option.place.name if is_itself else mention.toponym,
            match=_how(option) if is_named else "relation",
            reason=_reason(mention, scored),
            source=source_of(option.place),
            candidates=_candidates(scored),
        )


def _how(option: Option) -> str:
    return {0: "exact", 1: "fold"}.get(int(option.stage), "variant")


def _candidates(scored: Sequence[Scored]) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            place_id=one.option.place.place_id,
            name=one.option.place.name,
            lon=one.option.place.lon,
            lat=one.option.place.lat,
            country=one.option.place.country,
            how=_how(one.option),
            score=one.score,
            radius_m=extent_m(one.option.place),
            source=source_of(one.option.place),
        )
        for one in scored[:_KEPT]
    )


def _reason(mention: Mention, scored: Sequence[Scored]) -> str:
    option = scored[0].option
    said = [f"found as {option.name} ({option.place.source})"]
    if option.reading.core != " ".join(mention.toponym.split()):
        said.append(f"read as {option.reading.core}")
    said += [f"fits {a.name}" for a in mention.containers if a.holds(option.place)]
    said += [
        f"not {a.name}, as the text has it"
        for a in mention.references
        if not a.holds(option.place)
    ]
    if len(scored) > 1:
        said.append(f"before {len(scored) - 1} other of that name")
    return "; ".join(said)


def source_of(place: Place) -> str:
    """Name the list that a place is from, with its licence and its day."""
    return ", ".join(filter(None, (place.source, place.licence, place.dated)))


def _pin(mention: Mention, choice: Choice | None) -> Mention:
    """Let a chosen point be all that a name can mean."""
    if choice is None:
        return mention
    option = as_option(choice, mention.toponym)
    return replace(mention, options=(option,), containers=(), references=())


def chosen_location(choice: Choice, scored: Sequence[Scored] = ()) -> Location:
    """Return where a reader placed a name, with what else it could mean."""
    exact = choice.radius_m <= EXACT_M
    return Location(
        lon=choice.lon,
        lat=choice.lat,
        radius_m=choice.radius_m,
        where_prec=1 if exact else near_prec(choice.radius_m),
        place_id=choice.place_id,
        name=choice.name,
        match="user",
        reason=f"placed by a reader for “{choice.toponym}”",
        source=choice.source,
        candidates=_candidates(scored),
    )


def _nowhere(mention: Mention, scored: Sequence[Scored]) -> Location:
    candidates = _candidates(scored)
    why = "several places are equally likely" if candidates else "in no gazetteer"
    return Location(
        match="none", name=mention.toponym, reason=why, candidates=candidates
    )
