"""Claims become events here: what each tells, where, how sure, by whom.

An event gathers the claims of one place that agree on the taker and whose dates
overlap. The outcome depends on the set of claims only, never on their order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from extract.records import Claim, EventType, Modality, RelationKind
from geo.clusters import Cluster, deny, gather, group_of, oppose
from geo.names import fold
from geo.review import State
from geo.weighing import Speakers, Status, n_independent, n_publishers, status_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extract.records import Conflict
    from geo.geocode import Location

EVENT_ID = "e-"
"""What stands before a claim's id in an event's."""

FOUND = frozenset({"exact", "fold", "variant", "user", "online"})
"""The matches whose `place_id` is the place's own, not that of a wider one."""

CRS = "EPSG:4326"

DTYPES = {
    "event_id": "object",
    "place": "object",
    "place_id": "object",
    "geometry": "geometry",
    "radius_m": "float64",
    "where_prec": "Int64",
    "place_source": "object",
    "event_type": "object",
    "gained_by": "object",
    "lost_by": "object",
    "date_start": "datetime64[ms]",
    "date_end": "datetime64[ms]",
    "date_prec": "Int64",
    "status": "object",
    "n_claims": "int64",
    "n_publishers": "int64",
    "n_independent": "int64",
    "first_reported": "datetime64[ms]",
    "confidence": "float64",
    "sentence": "object",
    "article_id": "object",
    "char_start": "int64",
    "char_end": "int64",
    "publisher": "object",
    "url": "object",
    "acled_sub_event": "object",
    "plover": "object",
    "reviewed": "bool",
}
"""The columns of the events frame, in order. Text columns hold `str`, or None for what
is not known; days are midnight without a time zone, NaT when not known."""

_ACLED = {
    EventType.CAPTURED: "Non-state actor overtakes territory",
    EventType.HANDED_OVER: "Non-violent transfer of territory",
    EventType.WITHDREW: "Change to group/activity",
    EventType.ADVANCED: "Change to group/activity",
    EventType.ATTACKED: "Armed clash",
    EventType.REPELLED: "Armed clash",
    EventType.BESIEGED: "Other",
}
_PLOVER = {
    EventType.CAPTURED: "ASSAULT",
    EventType.HANDED_OVER: "RETREAT",
    EventType.WITHDREW: "RETREAT",
    EventType.ADVANCED: "MOBILIZE",
    EventType.ATTACKED: "ASSAULT",
    EventType.REPELLED: "ASSAULT",
    EventType.BESIEGED: "COERCE",
}
_GOVERNMENTS = (" government", " army")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedClaim:
    """A claim, where its place is, the article that makes it, and how it stands.

    `copy_of` is the article that this one tells again, if it does. By reviewers' word,
    `bound_to` is a claim that tells the same change, and `apart_from` are claims that
    do not, whatever the rules say; `duplicate_of` is a claim that this one repeats.
    """

    claim: Claim
    location: Location
    article_title: str
    publisher: str
    url: str
    published: date | None
    state: State = State.CANDIDATE
    copy_of: str | None = None
    bound_to: str | None = None
    apart_from: frozenset[str] = frozenset()
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Claims that tell the same.

    `location` is that of the claim that knows the place best; it has coordinates.
    `date_start` and `date_end` are inclusive. `claims` stand in the order of their
    worth, denials last.
    """

    event_id: str
    place: str
    place_id: str
    location: Location
    event_type: EventType
    gained_by: str | None
    lost_by: str | None
    date_start: date | None
    date_end: date | None
    status: Status
    n_publishers: int
    n_independent: int
    first_reported: date | None
    claims: tuple[PlacedClaim, ...]
    reviewed: bool = False

    @property
    def n_claims(self) -> int:
        """How many claims tell of it or deny it."""
        return len(self.claims)

    @property
    def best(self) -> PlacedClaim:
        """The claim to show for all."""
        return self.claims[0]

    @property
    def place_source(self) -> str | None:
        """The list that the point is from, with its licence and day, where known."""
        return self.location.source or None

    @property
    def date_prec(self) -> int | None:
        """UCDP's: 1 a day, 2 two to six days, 3 a week, 4 a month, 5 longer."""
        if self.date_start is None or self.date_end is None:
            return None
        days = (self.date_end - self.date_start).days + 1
        return 1 + sum(days > most for most in (1, 6, 7, 31))

    @property
    def acled_sub_event(self) -> str | None:
        """ACLED's sub-event type, for exchange; None for what ACLED does not code."""
        if self.event_type is EventType.CAPTURED:
            if self.gained_by is None:
                return "Armed clash"
            if self.gained_by.endswith(_GOVERNMENTS):
                return "Government regains territory"
        return _ACLED.get(self.event_type)

    @property
    def plover(self) -> str | None:
        """PLOVER's event type, for exchange; None for what PLOVER does not code."""
        return _PLOVER.get(self.event_type)


def place_key(placed: PlacedClaim) -> str:
    """Return what claims about the same place share.

    The gazetteer's id where the place itself was found, else the folded toponym with
    the wider place that it lies in.
    """
    location = placed.location
    if location.match in FOUND and location.place_id:
        return location.place_id
    within = location.place_id or _container(placed.claim)
    if within is None:
        within = f"{location.lon:.3f},{location.lat:.3f}"
    return f"unlisted:{fold(placed.claim.place)}@{within}"


def _container(claim: Claim) -> str | None:
    for relation in claim.place_relations:
        if relation.kind is RelationKind.CONTAINER:
            return fold(relation.toponym)
    return None


def cluster(
    claims: Iterable[PlacedClaim], *, conflicts: Iterable[Conflict] = ()
) -> list[Event]:
    """Gather claims into events.

    Parameters
    ----------
    claims
        In any order. Those without coordinates make no event, nor do planned ones; a
        denied one makes an event only if nobody asserts what it denies.
    conflicts
        Packs that say who is allied with whom and which publishers are partial.
        They change the status of events, never what belongs together.

    Returns
    -------
    list of Event
        In order of their last possible day, undated ones last.
    """
    speakers = Speakers(conflicts)
    places: defaultdict[str, list[PlacedClaim]] = defaultdict(list)
    for placed in claims:
        is_planned = placed.claim.modality is Modality.PLANNED
        if placed.location.lon is not None and not is_planned:
            places[place_key(placed)].append(placed)
    events = [
        event
        for place_id, there in places.items()
        for event in _events_at(place_id, there, speakers)
    ]
    return sorted(events, key=_order)


def _order(event: Event) -> tuple[date, date, str]:
    return event.date_end or date.max, event.date_start or date.max, event.event_id


def _events_at(
    place_id: str, claims: list[PlacedClaim], speakers: Speakers
) -> Iterator[Event]:
    groups: defaultdict[str, list[PlacedClaim]] = defaultdict(list)
    denials: defaultdict[str, list[PlacedClaim]] = defaultdict(list)
    for placed in claims:
        is_denial = placed.claim.modality is Modality.DENIED
        (denials if is_denial else groups)[group_of(placed)].append(placed)
    clusters: list[Cluster] = []
    denied: list[Cluster] = []
    for group in {*groups, *denials}:
        gathered = gather(groups[group])
        denied += gather(deny(gathered, denials[group]))
        clusters += gathered
    oppose(clusters, speakers.are_allied)
    for gathered_claims in clusters:
        yield _event(place_id, gathered_claims, speakers)
    for only_denied in denied:
        yield _event(place_id, only_denied, speakers, status=Status.DENIED)


def _event(
    place_id: str,
    cluster: Cluster,
    speakers: Speakers,
    status: Status | None = None,
) -> Event:
    claims = sorted(cluster.claims, key=_worth)
    denials = sorted(cluster.denials, key=_worth)
    gained_by, lost_by = cluster.gained_by, _most_named(claims)
    heard = [
        speakers.hear(placed.claim, placed.publisher, gained_by, lost_by)
        for placed in claims
    ]
    is_disputed = bool(denials) or cluster.is_opposed
    return Event(
        event_id=EVENT_ID + min(claims, key=_first).claim.claim_id,
        place=claims[0].claim.place,
        place_id=place_id,
        location=min(claims, key=_sureness).location,
        event_type=_type(claims),
        gained_by=gained_by,
        lost_by=lost_by,
        date_start=cluster.start,
        date_end=cluster.end,
        status=status or status_of(heard, is_disputed=is_disputed),
        n_publishers=n_publishers(heard),
        n_independent=n_independent(heard),
        first_reported=min((p.published for p in claims if p.published), default=None),
        claims=(*claims, *denials),
    )


def _first(placed: PlacedClaim) -> tuple[date, str]:
    return placed.published or date.max, placed.claim.claim_id


def _worth(placed: PlacedClaim) -> tuple[float, int, date, str]:
    claim = placed.claim
    days = (claim.date_end or date.max) - (claim.date_start or date.min)
    return -claim.confidence, days.days, *_first(placed)


def _sureness(placed: PlacedClaim) -> tuple[float, str]:
    return placed.location.radius_m or 0.0, placed.claim.claim_id


def _most_named(claims: list[PlacedClaim]) -> str | None:
    named = Counter(p.claim.lost_by for p in claims if p.claim.lost_by)
    return min(named, key=lambda name: (-named[name], name), default=None)


def _type(claims: list[PlacedClaim]) -> EventType:
    """Return what most claims call it; a withdrawal only if nobody names a taking."""
    named = Counter(p.claim.event_type for p in claims)
    return min(named, key=lambda kind: (kind is EventType.WITHDREW, -named[kind], kind))


def frame(events: Sequence[Event]) -> gpd.GeoDataFrame:
    """Return events as a frame, one row an event, in the order given.

    The columns are those of `DTYPES`, also when there is no event; the geometry is a
    point (longitude, latitude), EPSG:4326.
    """
    columns = {
        name: pd.Series(_values(events, name, dtype), dtype=dtype)
        for name, dtype in DTYPES.items()
        if name != "geometry"
    }
    points = gpd.points_from_xy(
        np.array([event.location.lon for event in events], dtype="float64"),
        np.array([event.location.lat for event in events], dtype="float64"),
    )
    return gpd.GeoDataFrame(columns, geometry=points, crs=CRS)[list(DTYPES)]


_WHERE = {
    "radius_m": "location.radius_m",
    "where_prec": "location.where_prec",
    "event_type": "event_type.value",
    "status": "status.value",
    "confidence": "best.claim.confidence",
    "sentence": "best.claim.sentence",
    "article_id": "best.claim.article_id",
    "char_start": "best.claim.char_start",
    "char_end": "best.claim.char_end",
    "publisher": "best.publisher",
    "url": "best.url",
}
"""Where an event has what is in a column, if not under the column's name."""


def _values(events: Sequence[Event], name: str, dtype: str) -> list[Any]:
    value = attrgetter(_WHERE.get(name, name))
    if dtype.startswith("datetime64"):
        days = np.array([value(event) for event in events], dtype="datetime64[D]")
        return list(days.astype(dtype))
    return [value(event) for event in events]
