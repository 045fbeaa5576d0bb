"""What an article's names could mean, and what it says of where each of them lies.

A mention gathers the claims that name a place in the same words and the same context.
Its options come from the gazetteer; its containers and references are the ground that
the text names for it. What it means is weighed in `geo/choosing.py`.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from extract.records import Relation, RelationKind
from geo.choices import as_option, pinned
from geo.choosing import Mention, Option, Scored, choose, is_level
from geo.gazetteer import Stage
from geo.names import Feature, Reading, feature_of, fold, readings
from geo.surroundings import along, beside_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extract.records import Claim, Statement, Toponym
    from geo.areas import Area
    from geo.choices import Choice
    from geo.gazetteer import Gazetteer
    from geo.regions import Regions

# Names that no claim is about: how many are looked at, and from how many people on a
# place is known well enough to tell what ground is spoken of.
_MOST_BESIDE = 40
_LANDMARK = 5_000
_OVERLAPPING = 4


class Mentions:
    """Makes the mentions of articles by a gazetteer, whose regions are `regions`.

    What readers chose counts for the names that others lie by; for those that claims
    are about the geocoder sees to that.
    """

    def __init__(
        self, gazetteer: Gazetteer, regions: Regions, choices: Sequence[Choice] = ()
    ) -> None:
        self._gazetteer = gazetteer
        self._regions = regions
        self._choices = choices

    def of_claims(
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
        main = next(iter(countries), "")
        return [self._with_context(mention, anchors, main) for mention in bare]

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

    def beside(
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
        settled = self.settled(mentions, asked, countries)
        return {fold(name): scored[0].option for name, (_, scored) in settled.items()}

    def settled(
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
        for name, mention in named.items():
            choice = pinned(self._choices, mention, mentions, countries=countries)
            if choice is not None:
                option = as_option(choice, name)
                named[name] = replace(mention, options=(option,))
        distinct = {mention.key: mention for mention in named.values()}
        scored = choose([*mentions, *distinct.values()], countries)
        return {
            name: (mention, scored[mention.key])
            for name, mention in named.items()
            if scored[mention.key] and not is_level(scored[mention.key])
        }

    def _with_context(
        self, mention: Mention, anchors: Mapping[str, Option], main: str
    ) -> Mention:
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
        if len(references) == 1 and _is_half(mention.relations):
            references = [along(references[0])]  # of "between A and B" one is known
        here = {option.place.country for option in mention.options if option.is_named}
        if main in here:  # it is no town of that name abroad
            containers = [one for one in containers if one.country == main]
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


def _relations(claim: Claim, stated: Iterable[Relation] = ()) -> tuple[Relation, ...]:
    """Return what the claim's words say of where its place lies, else other words."""
    return tuple(sorted(set(claim.place_relations or stated), key=repr))


def _is_half(relations: Iterable[Relation]) -> bool:
    """Say whether one of the references is an end of "between A and B"."""
    return any(
        relation.kind == RelationKind.REFERENCE
        and relation.text.lower().startswith("between ")
        for relation in relations
    )


def _stated(statements: Iterable[Statement]) -> dict[str, list[Relation]]:
    """Return what an article says anywhere of where places lie, by folded name."""
    found: dict[str, list[Relation]] = defaultdict(list)
    for one in statements:
        for reference in filter(None, (one.reference, one.second_reference)):
            distance_km = None if one.at_least else one.distance_km
            measured = f"{distance_km:g} km " if distance_km else ""
            towards = f"{one.bearing} of" if one.bearing else "from"
            relation = Relation(
                kind=RelationKind.REFERENCE,
                toponym=reference,
                text=f"{measured}{towards} {reference}",
                bearing=one.bearing,
                distance_km=distance_km,
            )
            found[fold(one.place)].append(relation)
    return found


def by_mention(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Group claims that name a place in the same words and the same context."""
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        key = repr((claim.place, claim.place_kind, _relations(claim)))
        groups[key].append(claim)
    return groups


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
