"""Which place each claim of an article means is decided here, or that none is known.

All claims of an article are placed together: what one says about a neighbour helps the
other. `geo/names.py` says what a name could mean, `geo/choosing.py` weighs it; here it
is settled, with a reason, and what fits nowhere goes to the ground the text names.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from extract.records import RelationKind
from geo.areas import NEAR_M, Area, beside, covering, distance_m, near_prec
from geo.choosing import WHOLE_ADMIN1, Mention, Option, Scored, choose, is_level
from geo.names import Feature, Reading, feature_of, fold, readings
from geo.regions import Regions, extent_m

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extract.records import Claim, Relation
    from geo.gazetteer import Gazetteer

logger = logging.getLogger(__name__)

MATCHES = (
    "exact", "fold", "variant", "relation", "container", "user", "online", "none",
)  # fmt: skip
"""How a location was found, from its name or from what the text says around it."""

_KEPT = 5
# A village named in one list with others lies near them: no farther than the list is
# wide, and 15 km where it is narrow.
_LIST_MARGIN_M = 15_000.0
_LIST_WIDTH_M = 50_000.0
_LEAST_NEIGHBOURS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that was thought of, and how much spoke for it; more is better."""

    place_id: str
    name: str
    lon: float
    lat: float
    country: str
    how: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a claim's place lies, how surely, and why.

    `lon` and `lat` are degrees in EPSG:4326, `radius_m` metres around them that hold
    the place. `where_prec` is UCDP's: 1 exact, 2 near, 3 second-order area, 4
    first-order area, 5 vague area, 6 country. All four are None when `match` is
    "none". `place_id` is None where only the surroundings of the place are known.
    """

    match: str
    reason: str
    name: str
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None
    where_prec: int | None = None
    place_id: str | None = None
    candidates: tuple[Candidate, ...] = ()

    def __post_init__(self) -> None:
        if self.match not in MATCHES:
            raise ValueError(f"unknown match {self.match!r}; known are {MATCHES}")
        where = (self.lon, self.lat, self.radius_m, self.where_prec)
        if any((value is None) != (self.match == "none") for value in where):
            raise ValueError(f"{self.name}: a point and match {self.match} do not go")
        if self.lon is None or self.lat is None:
            return
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise ValueError(
                f"{self.name}: lon {self.lon}, lat {self.lat} not on Earth"
            )


class Geocoder(Protocol):
    """Whatever places the claims of one article."""

    def __call__(
        self, claims: Sequence[Claim], countries: Sequence[str]
    ) -> dict[str, Location]:
        """Return a location for each claim, by its id; all claims are of one article.

        `countries` are ISO codes, the main one first.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Named:
    """What all claims with one toponym and one context share."""

    toponym: str
    kind: str | None
    relations: tuple[Relation, ...]


class LocalGeocoder:
    """Places claims by an open gazetteer, offline."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._regions = Regions(gazetteer)

    def __call__(
        self, claims: Sequence[Claim], countries: Sequence[str]
    ) -> dict[str, Location]:
        """Place all claims of one article; the order of claims changes nothing."""
        groups: dict[_Named, list[Claim]] = defaultdict(list)
        for claim in claims:
            relations = tuple(sorted(set(claim.place_relations), key=repr))
            groups[_Named(claim.place, claim.place_kind, relations)].append(claim)
        mentions = {
            named: self._mention(named, groups[named], countries) for named in groups
        }
        anchors = self._anchors(mentions, countries)
        mentions = {
            named: self._with_context(mention, named, anchors)
            for named, mention in mentions.items()
        }
        scored = choose(list(mentions.values()), countries)
        settled = {
            named: self._settle(mention, scored[mention.key])
            for named, mention in mentions.items()
        }
        located = {
            named: location or self._around(named, mentions, settled, scored)
            for named, location in settled.items()
        }
        logger.debug("placed %d names of %d claims", len(located), len(claims))
        return {c.claim_id: located[n] for n, group in groups.items() for c in group}

    def _mention(
        self, named: _Named, claims: Iterable[Claim], countries: Sequence[str]
    ) -> Mention:
        called, what = named.toponym, feature_of(named.kind)
        if what not in (None, Feature.SETTLEMENT):
            called = self._called(called, f"{called} {named.kind}")
        return Mention(
            key=repr(named),
            toponym=named.toponym,
            kind=readings(named.toponym)[-1].feature or what,
            sentences=frozenset(claim.char_start for claim in claims),
            options=self._options(called, self._at_hand(named, countries)),
        )

    def _called(self, toponym: str, fuller: str) -> str:
        """Return the fuller words where they are a name: "Bay region" is not "Bay"."""
        return fuller if self._gazetteer.known([fuller], ()) else toponym

    def _anchor(self, relation: Relation) -> str:
        if relation.kind != RelationKind.CONTAINER:
            return relation.toponym
        return self._called(relation.toponym, relation.text)

    def _at_hand(self, named: _Named, countries: Sequence[str]) -> Sequence[str]:
        """Return the countries to look in: the one that the text names, if it does."""
        for relation in named.relations:
            for match in self._gazetteer.find(relation.toponym, (), variants=False):
                if match.place.feature_code == "PCLI":
                    return (match.place.country,)
        return countries

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
        self, mentions: Mapping[_Named, Mention], countries: Sequence[str]
    ) -> dict[str, Option]:
        """Settle the names that only say where others lie, by their folded toponym."""
        asked = {
            fold(anchor): (anchor, self._at_hand(named, countries))
            for named in sorted(mentions, key=repr)
            for anchor in map(self._anchor, named.relations)
        }
        named = [
            Mention(
                key=f"anchor {key}",
                toponym=toponym,
                options=self._options(toponym, near),
            )
            for key, (toponym, near) in asked.items()
        ]
        scored = choose([*mentions.values(), *named], countries)
        return {
            key: scored[f"anchor {key}"][0].option
            for key in asked
            if scored[f"anchor {key}"] and not is_level(scored[f"anchor {key}"])
        }

    def _with_context(
        self, mention: Mention, named: _Named, anchors: Mapping[str, Option]
    ) -> Mention:
        containers: list[Area] = []
        references: list[Area] = []
        for relation in named.relations:
            anchor = anchors.get(fold(self._anchor(relation)))
            if anchor is None:
                continue
            if relation.kind == RelationKind.CONTAINER:
                containers.append(self._container(anchor, relation, mention))
            else:
                references.append(_beside(anchor, relation))
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
            candidates=_candidates(scored),
        )

    def _around(
        self,
        named: _Named,
        mentions: Mapping[_Named, Mention],
        settled: Mapping[_Named, Location | None],
        scored: Mapping[str, Sequence[Scored]],
    ) -> Location:
        """Return the ground that holds a place which itself is not known."""
        mention = mentions[named]
        candidates = _candidates(scored[mention.key])
        why = "several places are equally likely" if candidates else "in no gazetteer"
        nowhere = Location(
            match="none", name=mention.toponym, reason=why, candidates=candidates
        )
        if mention.references:
            area = _between(mention.references)
            return _in_area(nowhere, area, "relation", f"{why}; by {area.name}")
        listed = _listed_with(named, mentions, settled)
        container = min(mention.containers, key=lambda a: a.radius_m, default=None)
        if (near := _near_list(listed, container)) is not None:
            match = "container" if container else "relation"
            return _in_area(
                nowhere, near, match, f"{why}; named in one list with {near.name}"
            )
        if container is not None:
            return _in_area(nowhere, container, "container", f"{why}; {container.name}")
        return nowhere


def _beside(anchor: Option, relation: Relation) -> Area:
    bearing, reach = relation.bearing, extent_m(anchor.place)
    area = beside(anchor.place, bearing, relation.distance_km, extent_m=reach)
    return replace(area, name=relation.text)


def _between(areas: Sequence[Area]) -> Area:
    """Return the tightest reference, or the ground between several near each other."""
    tightest = min(areas, key=lambda a: (a.radius_m, a.name))
    if len(areas) == 1:
        return tightest
    lon, lat, reach = covering([(a.lon, a.lat) for a in areas], margin_m=0.0)
    if reach > NEAR_M * 4:
        return tightest
    radius_m = max(reach, min(a.radius_m for a in areas))
    names = "; ".join(sorted(a.name for a in areas))
    return replace(
        tightest, lon=lon, lat=lat, radius_m=radius_m, name=names,
        where_prec=near_prec(radius_m),
    )  # fmt: skip


def _listed_with(
    named: _Named,
    mentions: Mapping[_Named, Mention],
    settled: Mapping[_Named, Location | None],
) -> list[Location]:
    """Return the exact places that stand in one sentence and context with a name."""
    mention = mentions[named]
    found = [
        location
        for other, location in settled.items()
        if location is not None
        and location.where_prec == 1
        and other.relations == named.relations
        and mentions[other].sentences & mention.sentences
    ]
    return sorted(found, key=lambda location: location.place_id or "")


def _near_list(listed: Sequence[Location], container: Area | None) -> Area | None:
    """Return the ground around a list's places, where that says more."""
    points = [
        (one.lon, one.lat)
        for one in listed
        if one.lon is not None and one.lat is not None
    ]
    if container is not None:
        points = [
            p
            for p in points
            if distance_m(*p, container.lon, container.lat) <= container.radius_m
        ]
    if len(points) < (1 if container else _LEAST_NEIGHBOURS):
        return None
    lon, lat, reach = covering(points, margin_m=0.0)
    radius_m = max(reach * 2, reach + _LIST_MARGIN_M)
    if reach > _LIST_WIDTH_M or (
        container is not None and radius_m > container.radius_m
    ):
        return None
    return Area(
        lon=lon, lat=lat, radius_m=radius_m, where_prec=3 if radius_m <= NEAR_M else 5,
        name=", ".join(one.name for one in listed),
    )  # fmt: skip


def _in_area(nowhere: Location, area: Area, match: str, reason: str) -> Location:
    return replace(
        nowhere, lon=area.lon, lat=area.lat, radius_m=area.radius_m,
        where_prec=max(2, area.where_prec), match=match, reason=reason,
    )  # fmt: skip


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
        f"off from {a.name}" for a in mention.references if not a.holds(option.place)
    ]
    if len(scored) > 1:
        said.append(f"before {len(scored) - 1} other of that name")
    return "; ".join(said)
