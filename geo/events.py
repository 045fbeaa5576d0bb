"""Claims become events here: what each tells, where, how sure, by whom.

An event gathers the claims of one place that agree on the taker and whose dates
overlap. The outcome depends on the set of claims only, never on their order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from extract.records import EventType, Modality
from geo.clusters import Cluster, bind, deny, gather, group_of, links, oppose
from geo.event_records import (
    EVENT_ID,
    FOUND,
    REVIEWED,
    Event,
    PlacedClaim,
    denying,
    once,
    place_key,
)
from geo.reasons import reasons_of
from geo.review import State
from geo.weighing import (
    Sides,
    Speakers,
    Status,
    n_independent,
    n_publishers,
    status_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from extract.records import Conflict

__all__ = [
    "CRS",
    "DTYPES",
    "EVENT_ID",
    "FOUND",
    "REVIEWED",
    "Event",
    "PlacedClaim",
    "cluster",
    "frame",
    "is_counted",
    "makers",
    "place_key",
    "value_of",
]

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
    "inside": "bool",
    "gained_by": "object",
    "lost_by": "object",
    "date_start": "datetime64[ms]",
    "date_end": "datetime64[ms]",
    "date_prec": "Int64",
    "status": "object",
    "status_reason": "object",
    "contradicts": "object",
    "says_otherwise": "object",
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


def cluster(
    claims: Iterable[PlacedClaim],
    *,
    conflicts: Iterable[Conflict] = (),
    speakers: Speakers | None = None,
) -> list[Event]:
    """Gather claims into events.

    Parameters
    ----------
    claims
        In any order. Those without coordinates make no event, nor do planned and
        rejected ones; a denied one makes an event only if nobody asserts what it
        denies.
    conflicts
        Packs that say who is allied with whom and which publishers are partial.
        They change the status of events, never what belongs together.
    speakers
        Who knows where publishers stand, if more is known than the packs say.

    Returns
    -------
    list of Event
        In order of their last possible day, undated ones last.
    """
    speakers = speakers or Speakers(conflicts)
    asserted, only_denied = _gathered(claims)
    _oppose(asserted, speakers)
    return sorted(_events(asserted, only_denied, speakers), key=_order)


def makers(claims: Iterable[PlacedClaim]) -> dict[str, frozenset[str]]:
    """Return the ids of the events of claims, with those of the claims that make each.

    They are those of `cluster`, which also weighs them. Denials make only what nobody
    asserts.
    """
    asserted, only_denied = _gathered(claims)
    return {_name(one.claims): frozenset(one.ids) for one in (*asserted, *only_denied)}


def _gathered(claims: Iterable[PlacedClaim]) -> tuple[list[Cluster], list[Cluster]]:
    """Return the clusters of claims, and those of denials that deny none of them."""
    told: defaultdict[tuple[str, str], list[PlacedClaim]] = defaultdict(list)
    denied: defaultdict[tuple[str, str], list[PlacedClaim]] = defaultdict(list)
    for placed in filter(is_counted, claims):
        is_denial = placed.claim.modality is Modality.DENIED
        groups = denied if is_denial else told
        groups[place_key(placed), group_of(placed)].append(placed)
    asserted = bind([one for there in told.values() for one in gather(there)])
    return asserted, bind(_deny(asserted, denied))


def _name(claims: Iterable[PlacedClaim]) -> str:
    return EVENT_ID + min(claims, key=_first).claim.claim_id


def is_counted(placed: PlacedClaim) -> bool:
    """Tell whether a claim makes or supports an event, or denies one."""
    return (
        placed.location.lon is not None
        and placed.claim.modality is not Modality.PLANNED
        and placed.state is not State.REJECTED
    )


def _order(event: Event) -> tuple[date, date, str]:
    return event.date_end or date.max, event.date_start or date.max, event.event_id


def _deny(
    asserted: list[Cluster],
    denied: dict[tuple[str, str], list[PlacedClaim]],
) -> list[Cluster]:
    """Give denials to what they deny; return the clusters of those left over.

    A denial that reviewers bound to a claim denies what that claim tells.
    """
    there: defaultdict[tuple[str, str], list[Cluster]] = defaultdict(list)
    of: dict[str, Cluster] = {}
    for one in asserted:
        of.update(dict.fromkeys(one.ids, one))
        for key in {(place_key(p), group_of(p)) for p in one.claims}:
            there[key].append(one)
    left: list[Cluster] = []
    for key, denials in denied.items():
        loose = []
        for placed in denials:
            meant = [of[id_] for id_ in links(placed) if id_ in of]
            for one in dict.fromkeys(meant):
                one.denials.append(placed)
            loose += [] if meant else [placed]
        left += gather(deny(there[key], loose))
    return left


def _oppose(asserted: list[Cluster], speakers: Speakers) -> None:
    places: defaultdict[str, list[Cluster]] = defaultdict(list)
    for one in asserted:
        places[place_key(_best(one.claims))].append(one)
    for there in places.values():
        oppose(there, speakers.are_allied)


def _events(
    asserted: list[Cluster], only_denied: list[Cluster], speakers: Speakers
) -> Iterator[Event]:
    events = {one: _event(one, speakers) for one in (*asserted, *only_denied)}
    for one, event in events.items():
        others = sorted((events[o] for o in one.against), key=_id_of)
        yield _weighed(event, others, speakers)


def _id_of(event: Event) -> str:
    return event.event_id


def _event(cluster: Cluster, speakers: Speakers) -> Event:
    """Return what a cluster tells; how it stands is not weighed yet."""
    claims = sorted(cluster.claims, key=_worth)
    denials = sorted(cluster.denials, key=_worth)
    people = [placed for placed in claims if placed.state in REVIEWED]
    place_id = place_key(claims[0])
    return Event(
        event_id=_name(claims),
        place=claims[0].claim.place,
        place_id=place_id,
        location=min(
            (p for p in claims if place_key(p) == place_id), key=_sureness
        ).location,
        event_type=_type(people or claims),
        gained_by=next((p.claim.gained_by for p in claims if p.claim.gained_by), None),
        lost_by=_most_named(people) or _most_named(claims),
        date_start=cluster.start,
        date_end=cluster.end,
        status=Status.CLAIMED,
        n_publishers=0,
        n_independent=0,
        n_claims=len(once(claims)) + len(once(denials)),
        first_reported=min((p.published for p in claims if p.published), default=None),
        claims=(*claims, *denials),
        reasons=(),
        reviewed=any(p.state in REVIEWED for p in (*claims, *denials)),
    )


def _weighed(event: Event, others: Sequence[Event], speakers: Speakers) -> Event:
    """Return an event with its status, and why it has that."""
    sides = Sides(event.gained_by, event.lost_by)
    denials = denying(event.claims)
    told = event.claims[: len(event.claims) - len(denials)]
    heard = [speakers.hear(placed, sides) for placed in once(told or denials)]
    status = Status.DENIED
    if told:
        status = status_of(heard, is_disputed=bool(denials or others))
    denied = [(speakers.hear(p, sides), p.published) for p in denials]
    reasons = reasons_of(
        heard,
        denied,
        [Sides(one.gained_by, one.lost_by) for one in others],
        status,
        alike=speakers.alike,
    )
    return replace(
        event,
        status=status,
        n_publishers=n_publishers(heard),
        n_independent=n_independent(heard),
        reasons=reasons,
        against=tuple((one.event_id, one.best) for one in others),
    )


def _best(claims: Iterable[PlacedClaim]) -> PlacedClaim:
    return min(claims, key=_worth)


def _first(placed: PlacedClaim) -> tuple[date, str]:
    return placed.published or date.max, placed.claim.claim_id


def _worth(placed: PlacedClaim) -> tuple[bool, float, int, date, str]:
    claim = placed.claim
    days = (claim.date_end or date.max) - (claim.date_start or date.min)
    is_reviewed = placed.state in REVIEWED
    return not is_reviewed, -claim.confidence, days.days, *_first(placed)


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


def value_of(name: str) -> Callable[[Event], Any]:
    """Return what gives an event's value in a column, or in another of its parts."""
    return attrgetter(_WHERE.get(name, name))


def _values(events: Sequence[Event], name: str, dtype: str) -> list[Any]:
    value = value_of(name)
    if dtype.startswith("datetime64"):
        days = np.array([value(event) for event in events], dtype="datetime64[D]")
        return list(days.astype(dtype))
    return [value(event) for event in events]
