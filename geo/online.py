"""Names that no list here knows are looked up with a Nominatim server, if one wants it.

What a server answered is kept in the store and counts from then on, also when nothing
is asked any more; so no place that was found is asked for twice. Nothing that was found
here is asked for, and no answer is believed that lies elsewhere than the text says.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from extract.records import RelationKind
from geo.answers import LOOKED_UP, Found, places_in
from geo.areas import distance_m, near_prec
from geo.choosing import APART_M
from geo.locations import NOTHING, Candidate, Geocoder, Location
from geo.lookup_service import ATTRIBUTION, NoAnswerError, host_of
from geo.names import Feature, Reading, feature_of, fold, readings
from geo.regions import EXACT_M
from geo.store import Answer, Store, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from extract.records import Claim, Outline
    from geo.lookup_service import Service
    from geo.nominatim import Server

logger = logging.getLogger(__name__)

EMPTY_FOR = timedelta(days=30)
"""How long an answer without the place counts; maps grow. A place counts for good."""

# A name that is longer is a piece of a sentence, which is nobody else's business.
_LONGEST, _MOST_WORDS = 60, 6
_KEPT = 5
# What is called by its own name; an airbase or a dam by that of a town as well.
_NAMED = frozenset(
    {None, Feature.SETTLEMENT, Feature.QUARTER, Feature.ADMIN1, Feature.ADMIN2}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Whose answers count, and whether that server is asked for more.

    Parameters
    ----------
    service
        The server whose answers count where it is asked.
    now
        When this is done, with a time zone.
    server
        It, to be asked; without it the answers count that are kept, of any server.
    again
        Whether names are asked for anew whose answers are kept.
    note
        Is told, in a line, what is asked and what fails.
    """

    service: Service
    now: datetime
    server: Server | None = None
    again: bool = False
    note: Callable[[str], None] = logger.debug


class Lookup:
    """Answers to names: those kept in a store, and new ones where they are wanted.

    `n_asked` and `n_failed` count the queries that got one and those that got none;
    `failures` says why they did not.
    """

    def __init__(self, store: Store, asking: Asking) -> None:
        self._store = store
        self._asking = asking
        self._failed: set[tuple[str, str]] = set()
        self.n_asked = self.n_failed = 0
        self.failures: list[str] = []

    def __call__(
        self,
        query: str,
        countries: Sequence[str],
        fits: Callable[[Found], bool],
    ) -> tuple[list[Found], str] | None:
        """Return the places that a name can mean, and where they are from.

        None if the server was to be asked and gave no answer.

        Parameters
        ----------
        query
            A name, perhaps with that of an area behind a comma.
        countries
            ISO 3166 alpha-2 codes of where to look.
        fits
            Says whether a place can be what is meant.
        """
        at_hand = " ".join(sorted(countries))
        # Where nothing is asked, what any server found counts: it is not to be lost
        # when another one is named.
        service = self._asking.service.url if self._asking.server else None
        kept = self._store.answer(fold(query), at_hand, service=service)
        if kept is None or self._is_stale(kept, fits):
            kept = self._ask(query, at_hand) or kept
        if kept is None:
            return None if self._asking.server else ([], "")
        source = f"{ATTRIBUTION} ({host_of(kept.service)}, {kept.at:%Y-%m-%d})"
        return [place for place in places_in(kept.raw) if fits(place)], source

    def _is_stale(self, kept: Answer, fits: Callable[[Found], bool]) -> bool:
        if self._asking.again:
            return kept.at < self._asking.now
        is_old = self._asking.now - kept.at > EMPTY_FOR
        return is_old and not any(fits(place) for place in places_in(kept.raw))

    def _ask(self, query: str, at_hand: str) -> Answer | None:
        """Ask the server and keep what it answers; each failed query once a run."""
        asking = self._asking
        if asking.server is None or (query, at_hand) in self._failed:
            return None
        try:
            raw = asking.server.ask(query, at_hand.split())
        except NoAnswerError as error:
            self._failed.add((query, at_hand))
            self.n_failed += 1
            if error.is_new:
                why = f"no answer for “{query}”: {asking.service.host} {error}"
                self.failures.append(why)
                asking.note(why)
            return None
        self.n_asked += 1
        asking.note(f"asked {asking.service.host} for “{query}”")
        answer = Answer(service=asking.service.url, raw=raw, at=asking.now)
        try:
            self._store.keep_answer(fold(query), at_hand, answer)
        except StoreError as error:
            asking.note(f"the answer was not kept: {error}")
        return answer


class OnlineGeocoder:
    """Places claims by a geocoder, and looks up the names that it found nowhere."""

    def __init__(self, local: Geocoder, lookup: Lookup) -> None:
        self._local = local
        self._lookup = lookup

    def __call__(
        self,
        claims: Sequence[Claim],
        countries: Sequence[str],
        outline: Outline = NOTHING,
    ) -> dict[str, Location]:
        """Place all claims of one article.

        An answer that fails, is empty or lies elsewhere changes nothing.
        """
        located = self._local(claims, countries, outline)
        for claim in sorted(claims, key=lambda claim: claim.claim_id):
            location = located[claim.claim_id]
            if countries and is_unknown(location):
                found = self._found(claim, location, countries)
                located[claim.claim_id] = found or location
        return located

    def _found(
        self, claim: Claim, location: Location, countries: Sequence[str]
    ) -> Location | None:
        """Return where the place is by the first of its queries that finds it."""
        reading = _reading(claim)
        if reading is None:
            return None

        def fits(place: Found) -> bool:
            return (
                place.country in countries
                and place.is_a(reading.feature)
                and place.is_named(reading)
                and (not claim.place_relations or _agrees(place, location))
            )

        for query in _queries(claim, reading):
            answer = self._lookup(query, countries, fits)
            if answer is None:
                return None
            places, source = answer
            if places:
                return _settled(places, source, reading, location)
        return None


def is_unknown(location: Location) -> bool:
    """Say whether no place of that name was found, and none was in doubt."""
    return location.place_id is None and not location.candidates


def _reading(claim: Claim) -> Reading | None:
    """Return what the name says; None for vague ground, which is not looked up."""
    reading = readings(claim.place)[-1]
    feature = reading.feature or feature_of(claim.place_kind)
    if reading.bearing or feature not in LOOKED_UP:
        return None
    return replace(reading, feature=feature)


def _queries(claim: Claim, reading: Reading) -> Iterator[str]:
    """Yield what to ask for: the name in its container, then alone."""
    whole = readings(claim.place)[0].core
    name = _bare_name(reading.core if reading.feature in _NAMED else whole)
    if not name:
        return
    containers = (
        _bare_name(readings(relation.toponym)[-1].core)
        for relation in claim.place_relations
        if relation.kind == RelationKind.CONTAINER
    )
    others = (one for one in containers if one and fold(one) != fold(name))
    if container := min(others, default=""):
        yield f"{name}, {container}"
    yield name


def _bare_name(name: str) -> str:
    """Return a name fit to be sent to others; "" where it is no mere name."""
    printable = "".join(c if c.isprintable() else " " for c in name)
    words = printable.split()
    short = " ".join(words)
    if not fold(short) or len(short) > _LONGEST or len(words) > _MOST_WORDS:
        return ""
    return short


def _agrees(place: Found, offline: Location) -> bool:
    """Say whether a place lies on the ground that the text names, if it names any."""
    if offline.lon is None or offline.lat is None or offline.radius_m is None:
        return True
    away_m = distance_m(place.lon, place.lat, offline.lon, offline.lat)
    return away_m <= offline.radius_m


def _settled(
    places: Sequence[Found], source: str, reading: Reading, offline: Location
) -> Location:
    """Return where a name is; with several far-off places only these to choose from."""
    best = places[0]
    candidates = tuple(_candidate(place, source) for place in places[:_KEPT])
    if any(
        distance_m(best.lon, best.lat, other.lon, other.lat) > APART_M
        for other in places[1:]
    ):
        reason = f"{offline.reason}; several places of that name were found online"
        return replace(offline, reason=reason, candidates=candidates)
    return Location(
        lon=best.lon,
        lat=best.lat,
        radius_m=best.radius_m,
        where_prec=_prec(best, reading),
        place_id=best.place_id,
        name=best.name,
        match="online",
        reason=f"on no list here; found online as {best.address or best.name}",
        source=source,
        candidates=candidates if len(candidates) > 1 else (),
    )


def _prec(place: Found, reading: Reading) -> int:
    if reading.feature == Feature.ADMIN1:
        return 4
    if reading.feature == Feature.ADMIN2:
        return 3
    return 1 if place.radius_m <= EXACT_M else near_prec(place.radius_m)


def _candidate(place: Found, source: str) -> Candidate:
    return Candidate(
        place_id=place.place_id,
        name=place.name,
        lon=place.lon,
        lat=place.lat,
        country=place.country,
        how="online",
        score=place.weight,
        radius_m=place.radius_m,
        source=source,
    )
