"""What the local gazetteer lacks is asked online here, if the user wants it.

Off by default: a query tells a server what one studies. Nothing here is called unless
`open_nominatim` was, and nothing is asked that was found offline.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from geopy.exc import GeopyError
from geopy.geocoders import Nominatim

from geo.areas import covering
from geo.locations import NOTHING, Geocoder, Location

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from extract.records import Claim, Outline

logger = logging.getLogger(__name__)

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
_TIMEOUT_S = 10.0
_LIMIT = 5
# Nominatim's usage policy: at most one query a second.
_DELAY_S = 1.0
_LEAST_M = 1_500.0
# A box of up to 5 km around its middle is a place, up to 25 km a near one.
_EXACT_M, _NEAR_M = 5_000.0, 25_000.0


class Found(Protocol):
    """One of geopy's answers."""

    address: str
    latitude: float
    longitude: float
    raw: dict[str, Any]


class Lookup(Protocol):
    """What geopy's geocoders do: a query goes in, answers or None come out."""

    def __call__(
        self, query: str, *, countries: Sequence[str]
    ) -> Sequence[Found] | None:
        """Ask for a name within countries given as ISO codes.

        Raises
        ------
        GeopyError
            If there is no usable answer.
        """
        ...


def open_nominatim(user_agent: str, *, domain: str, scheme: str = "https") -> Lookup:
    """Return a polite look-up at a Nominatim server; nothing is sent yet."""
    geocoder = Nominatim(
        user_agent=user_agent, domain=domain, scheme=scheme, timeout=_TIMEOUT_S
    )

    def lookup(query: str, *, countries: Sequence[str]) -> Sequence[Found] | None:
        answers: Sequence[Found] | None = geocoder.geocode(
            query,
            exactly_one=False,
            limit=_LIMIT,
            addressdetails=True,
            language="en",
            country_codes=[country.lower() for country in countries] or None,
        )
        return answers

    return politely(lookup)


def politely(
    lookup: Lookup,
    *,
    delay_s: float = _DELAY_S,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Lookup:
    """Let queries start at least `delay_s` apart, in all threads together."""
    lock = threading.Lock()
    last = -math.inf

    def paced(query: str, *, countries: Sequence[str]) -> Sequence[Found] | None:
        nonlocal last
        with lock:
            wait_s = last + delay_s - clock()
            if wait_s > 0:
                sleep(wait_s)
            last = clock()
        return lookup(query, countries=countries)

    return paced


class NominatimGeocoder:
    """Places claims offline first, and asks for the names that were found nowhere.

    An answer that fails, is empty or lies in another country changes nothing.
    """

    def __init__(self, local: Geocoder, lookup: Lookup) -> None:
        self._local = local
        self._lookup = lookup

    def __call__(
        self,
        claims: Sequence[Claim],
        countries: Sequence[str],
        outline: Outline = NOTHING,
    ) -> dict[str, Location]:
        """Place all claims of one article; each name is asked for once."""
        located = self._local(claims, countries, outline)
        asked: dict[str, Location | None] = {}
        for claim in sorted(claims, key=lambda claim: claim.claim_id):
            location = located[claim.claim_id]
            if not _is_unknown(location):
                continue
            if claim.place not in asked:
                asked[claim.place] = self._ask(claim.place, countries)
            found = asked[claim.place]
            if found is not None and _agrees(found, location):
                located[claim.claim_id] = replace(found, candidates=location.candidates)
        return located

    def _ask(self, toponym: str, countries: Sequence[str]) -> Location | None:
        try:
            answers = self._lookup(toponym, countries=countries)
        except GeopyError as error:
            logger.warning("no online answer: %s", type(error).__name__)
            return None
        for answer in answers or ():
            country = answer.raw.get("address", {}).get("country_code", "").upper()
            if not countries or country in countries:
                return _location(toponym, answer)
        return None


def _is_unknown(location: Location) -> bool:
    """Say whether no place of that name was found, and none was in doubt."""
    return location.place_id is None and not location.candidates


def _agrees(found: Location, offline: Location) -> bool:
    """Say whether an answer lies on the ground that the text names."""
    if (
        found.lon is None or found.lat is None or offline.lon is None
        or offline.lat is None or offline.radius_m is None
    ):  # fmt: skip
        return offline.match == "none"
    _, _, half_m = covering(
        [(found.lon, found.lat), (offline.lon, offline.lat)], margin_m=0.0
    )
    return 2 * half_m <= offline.radius_m


def _location(toponym: str, answer: Found) -> Location:
    radius_m = _reach_m(answer)
    where_prec = 1 if radius_m <= _EXACT_M else 2 if radius_m <= _NEAR_M else 5
    raw = answer.raw
    return Location(
        lon=float(answer.longitude),
        lat=float(answer.latitude),
        radius_m=radius_m,
        where_prec=where_prec,
        place_id=f"osm:{raw.get('osm_type', '')}/{raw.get('osm_id', '')}",
        name=toponym,
        match="online",
        reason=f"{answer.address} ({ATTRIBUTION})",
    )


def _reach_m(answer: Found) -> float:
    box = answer.raw.get("boundingbox")
    if not box:
        return _LEAST_M
    # Nominatim writes south, north, west, east.
    south, north, west, east = (float(side) for side in box)
    _, _, reach_m = covering([(west, south), (east, north)], margin_m=0.0)
    return max(_LEAST_M, reach_m)
