"""Which place each claim of an article means is decided here, or that none is known.

All claims of an article are placed together: what one says about a neighbour helps the
other. `geo/names.py` says what a name could mean, `geo/choosing.py` weighs it; here it
is settled, with a reason, and what fits nowhere goes to the ground that the text names
(`geo/surroundings.py`). What a reader chose by hand counts first (`geo/choices.py`).
"""

from __future__ import annotations

import logging
import sys
from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from extract.records import Relation, RelationKind
from geo.areas import near_prec
from geo.choices import as_option, pinned
from geo.choosing import WHOLE_ADMIN1, Mention, Option, Scored, choose, is_level
from geo.gazetteer import Stage
from geo.locations import MATCHES, NOTHING, Candidate, Geocoder, Location
from geo.names import Feature, Reading, feature_of, fold, readings
from geo.regions import EXACT_M, Regions, extent_m
from geo.surroundings import Ground, beside_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from extract.records import Claim, Outline, Statement, Toponym
    from geo.areas import Area
    from geo.choices import Choice
    from geo.gazetteer import Gazetteer
    from geo.listings import Place

__all__ = ["MATCHES", "Candidate", "Geocoder", "LocalGeocoder", "Location"]

logger = logging.getLogger(__name__)

_KEPT = 5
# Names that no claim is about: how many are looked at, and from how many people on a
# place is known well enough to tell what ground is spoken of.
_MOST_BESIDE = 40
_LANDMARK = 5_000
_OVERLAPPING = 4


class LocalGeocoder:
    """Places claims by an open gazetteer and by what readers chose, offline."""

    def __init__(self, gazetteer: Gazetteer, choices: Sequence[Choice] = ()) -> None:
        self._gazetteer = gazetteer
        self._regions = Regions(gazetteer)
        self._choices = tuple(choices)

    def __call__(
        self,
        claims: Sequence[Claim],
        countries: Sequence[str],
        outline: Outline = NOTHING,
    ) -> dict[str, Location]:
        """Place all claims of one article; the order of claims changes nothing."""
        groups = _by_mention(claims)
        mentions = self._mentions(groups, countries, outline.statements)
        beside = self._beside(claims, outline.toponyms, mentions, countries)
        scored = choose([*mentions, *beside], countries)
        chosen = self._chosen([*mentions, *beside], groups)
        if chosen:
            mentions = [_pin(mention, chosen.get(mention.key)) for mention in mentions]
            pinned_scores = choose([*mentions, *beside], countries)
            scored = {**pinned_scores, **{key: scored[key] for key in chosen}}
        settled = {
            mention.key: _user(chosen[mention.key], scored[mention.key])
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
        mentions = self._mentions(_by_mention(claims), countries)
        asked = dict.fromkeys(names, countries)
        anchors = self._settled_anchors(mentions, asked, countries)
        found: dict[str, Location] = {}
        for name, (mention, scored) in anchors.items():
            location = self._settle(mention, scored)
            if location is not None:
                found[name] = location
        return found

    def _beside(
        self,
        claims: Sequence[Claim],
        toponyms: Sequence[Toponym],
        mentions: Sequence[Mention],
        countries: Sequence[str],
    ) -> list[Mention]:
        """Return names that no claim is about, which tell what ground is spoken of.

        Only those of well-known places: a hamlet's name may be a person's.
        """
        claimed = {fold(mention.toponym) for mention in mentions}
        named: defaultdict[str, list[Toponym]] = defaultdict(list)
        for toponym in sorted(toponyms, key=lambda one: (one.start, one.name)):
            if fold(toponym.name) not in claimed:
                named[fold(toponym.name)].append(toponym)
        found = []
        spans = sorted({(claim.char_start, claim.char_end) for claim in claims})
        for key, standing in list(named.items())[:_MOST_BESIDE]:
            options = self._options(standing[0].name, countries)
            known = tuple(option for option in options if _is_landmark(option))
            if known:
                found.append(
                    Mention(
                        key=f"beside {key}",
                        toponym=standing[0].name,
                        sentences=_sentences(standing, spans),
                        options=known,
                    )
                )
        return found

    def _mentions(
        self,
        groups: Mapping[str, Sequence[Claim]],
        countries: Sequence[str],
        statements: Sequence[Statement] = (),
    ) -> list[Mention]:
        """Return the names that claims are about, with what is said of where."""
        stated = _stated(statements)
        bare = [
            self._mention(key, group, stated.get(fold(group[0].place), ()), countries)
            for key, group in groups.items()
        ]
        anchors = self._anchors(bare, countries)
        return [self._with_context(mention, anchors) for mention in bare]

    def _mention(
        self,
        key: str,
        claims: Sequence[Claim],
        stated: Iterable[Relation],
        countries: Sequence[str],
    ) -> Mention:
        toponym, relations = claims[0].place, _relations(claims[0], stated)
        called, what = toponym, feature_of(claims[0].place_kind)
        if what not in (None, Feature.SETTLEMENT):
            called = self._called(toponym, f"{toponym} {claims[0].place_kind}")
        return Mention(
            key=key,
            toponym=toponym,
            kind=readings(toponym)[-1].feature or what,
            relations=relations,
            sentences=frozenset(claim.char_start for claim in claims),
            options=self._options(called, self._at_hand(relations, countries)),
        )

    def _called(self, toponym: str, fuller: str) -> str:
        """Return the fuller words where they are a name: "Bay region" is not "Bay"."""
        return fuller if self._gazetteer.known([fuller], ()) else toponym

    def _anchor(self, relation: Relation) -> str:
        if relation.kind != RelationKind.CONTAINER:
            return relation.toponym
        return self._called(relation.toponym, relation.text)

    def _at_hand(
        self, relations: Iterable[Relation], countries: Sequence[str]
    ) -> Sequence[str]:
        """Return the countries to look in: the one that the text names, if it does."""
        for relation in relations:
            for match in self._gazetteer.find(relation.toponym, (), variants=False):
                if match.place.feature_code == "PCLI":
                    return (match.place.country,)
        return countries

    def _chosen(
        self, mentions: Sequence[Mention], groups: Mapping[str, Sequence[Claim]]
    ) -> dict[str, Choice]:
        """Return what readers chose for names, by the mention's key."""
        if not self._choices:
            return {}
        found = {
            mention.key: pinned(
                self._choices,
                mention,
                {claim.article_id for claim in groups[mention.key]},
                mentions,
            )
            for mention in mentions
        }
        return {key: choice for key, choice in found.items() if choice}

    def _options(self, toponym: str, countries: Sequence[str]) -> tuple[Option, ...]:
        return tuple(
            Option(
                place=match.place,
                name=match.name,
                stage=match.stage,
                reading=reading,
                steps=steps,
            )
            for steps, reading in enumerate(readings(toponym))
            for match in self._gazetteer.find(reading.core, countries, variants=True)
        )

    def _anchors(
        self, mentions: Sequence[Mention], countries: Sequence[str]
    ) -> dict[str, Option]:
        """Settle the names that only say where others lie, by their folded toponym."""
        asked = {
            self._anchor(relation): self._at_hand(mention.relations, countries)
            for mention in sorted(mentions, key=lambda mention: mention.key)
            for relation in mention.relations
        }
        settled = self._settled_anchors(mentions, asked, countries)
        return {fold(name): scored[0].option for name, (_, scored) in settled.items()}

    def _settled_anchors(
        self,
        mentions: Sequence[Mention],
        asked: Mapping[str, Sequence[str]],
        countries: Sequence[str],
    ) -> dict[str, tuple[Mention, Sequence[Scored]]]:
        """Return what names mean beside an article's mentions, if that is plain.

        `asked` gives the countries to look in by name.
        """
        if not asked:
            return {}
        named = {
            name: Mention(
                key=f"anchor {fold(name)}",
                toponym=name,
                options=self._options(name, near),
            )
            for name, near in asked.items()
        }
        distinct = {mention.key: mention for mention in named.values()}
        scored = choose([*mentions, *distinct.values()], countries)
        return {
            name: (mention, scored[mention.key])
            for name, mention in named.items()
            if scored[mention.key] and not is_level(scored[mention.key])
        }

    def _with_context(self, mention: Mention, anchors: Mapping[str, Option]) -> Mention:
        containers: list[Area] = []
        references: list[Area] = []
        for relation in mention.relations:
            anchor = anchors.get(fold(self._anchor(relation)))
            if anchor is None:
                continue
            if relation.kind == RelationKind.CONTAINER:
                containers.append(self._container(anchor, relation, mention))
            else:
                references.append(beside_of(anchor, relation))
        return replace(
            mention, containers=tuple(containers), references=tuple(references)
        )

    def _container(self, anchor: Option, relation: Relation, mention: Mention) -> Area:
        feature = anchor.reading.feature or feature_of(relation.text)
        if feature == Feature.SETTLEMENT or mention.kind in (
            Feature.QUARTER,
            Feature.SITE,
        ):
            feature = Feature.QUARTER
        bearing = relation.bearing or anchor.reading.bearing
        reading = Reading(core=anchor.reading.core, feature=feature, bearing=bearing)
        return replace(self._regions.around(anchor.place, reading), name=relation.text)

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


def _relations(claim: Claim, stated: Iterable[Relation] = ()) -> tuple[Relation, ...]:
    """Return what the claim's words say of where its place lies, else other words."""
    return tuple(sorted(set(claim.place_relations or stated), key=repr))


def _stated(statements: Iterable[Statement]) -> dict[str, list[Relation]]:
    """Return what an article says anywhere of where places lie, by folded name."""
    found: dict[str, list[Relation]] = defaultdict(list)
    for one in statements:
        for reference in filter(None, (one.reference, one.second_reference)):
            distance_km = None if one.at_least else one.distance_km
            measured = f"{distance_km:g} km " if distance_km else ""
            relation = Relation(
                kind=RelationKind.REFERENCE,
                toponym=reference,
                text=f"{measured}{one.bearing or 'from'} {reference}, as stated",
                bearing=one.bearing,
                distance_km=distance_km,
            )
            found[fold(one.place)].append(relation)
    return found


def _by_mention(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Group claims that name a place in the same words and the same context."""
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        key = repr((claim.place, claim.place_kind, _relations(claim)))
        groups[key].append(claim)
    return groups


def _pin(mention: Mention, choice: Choice | None) -> Mention:
    """Let a chosen point be all that a name can mean."""
    if choice is None:
        return mention
    option = as_option(choice, mention.toponym)
    return replace(mention, options=(option,), containers=(), references=())


def _is_landmark(option: Option) -> bool:
    place = option.place
    known = place.population >= _LANDMARK or place.feature_code == "ADM1"
    return known and option.stage <= Stage.BARE


def _sentences(
    toponyms: Iterable[Toponym], spans: Sequence[tuple[int, int]]
) -> frozenset[int]:
    """Return where the sentences of claims start in which names stand too.

    `spans` are those sentences in order; few overlap, and these start side by side.
    """
    found = set()
    for toponym in toponyms:
        at = bisect_right(spans, (toponym.start, sys.maxsize))
        for start, end in spans[max(0, at - _OVERLAPPING) : at]:
            if toponym.start < end:
                found.add(start)
    return frozenset(found)


def _user(choice: Choice, scored: Sequence[Scored]) -> Location:
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
