"""The rule by which claims about one place fall into clusters, and clusters clash."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from extract.records import CHANGES, EventType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from extract.records import Claim
    from geo.event_records import PlacedClaim

DENIAL_DAYS = 7
"""A denial speaks of what is dated up to this many days before it."""

CLASH_DAYS = 7
"""Opposite events clash only if each is dated within a week (UCDP 1 to 3): of vaguer
ones either can have come first."""

CONTROL = CHANGES | {EventType.HOLDS, EventType.REPELLED}
"""The types that say who has the place afterwards."""


@dataclass(slots=True, kw_only=True, eq=False)
class Cluster:
    """Claims of one place that tell the same, while they are being gathered.

    `start` and `end` are the days that all dated claims have in common, inclusive.
    `against` are clusters of which not both can be true, `ids` those of the claims,
    `apart` those of claims that reviewers keep apart from one of these.
    """

    claims: list[PlacedClaim] = field(default_factory=list)
    denials: list[PlacedClaim] = field(default_factory=list)
    gained_by: str | None = None
    losers: set[str] = field(default_factory=set)
    start: date | None = None
    end: date | None = None
    against: list[Cluster] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)

    def add(self, placed: PlacedClaim) -> None:
        """Take in one more claim, the first or one that fits."""
        claim = placed.claim
        self.claims.append(placed)
        self.ids.add(claim.claim_id)
        self.apart |= placed.apart_from
        self.gained_by = self.gained_by or claim.gained_by
        if claim.lost_by:
            self.losers.add(claim.lost_by)
        if claim.date_start and claim.date_end:
            self.start = max(self.start or claim.date_start, claim.date_start)
            self.end = min(self.end or claim.date_end, claim.date_end)

    @property
    def is_control(self) -> bool:
        """Whether this says who has the place afterwards."""
        return self.claims[0].claim.event_type in CONTROL

    def may_hold(self, placed: PlacedClaim) -> bool:
        """Tell whether no reviewer keeps a claim apart from one of these."""
        is_apart = placed.claim.claim_id in self.apart
        return not is_apart and self.ids.isdisjoint(placed.apart_from)

    def fits(self, placed: PlacedClaim) -> bool:
        """Tell whether a claim can be of the same change, whatever the days."""
        return self.may_hold(placed) and self.agrees(placed.claim)

    def agrees(self, claim: Claim) -> bool:
        """Tell whether the sides are the same; one of the two may be unknown."""
        if claim.gained_by and self.gained_by:
            return claim.gained_by == self.gained_by
        if claim.lost_by is None:
            return not (claim.gained_by or self.gained_by or self.losers)
        return claim.lost_by in self.losers

    def can_be_meant(self, claim: Claim) -> bool:
        """Tell whether nothing that a denial says of the sides is otherwise here."""
        if claim.gained_by and self.gained_by:
            return claim.gained_by == self.gained_by
        return not (claim.lost_by and self.losers) or claim.lost_by in self.losers

    def overlaps(self, claim: Claim, *, days_before: int = 0) -> bool:
        """Tell whether both have dates, and share a day.

        `days_before` is by how much the claim's first day is moved back.
        """
        if not (self.start and self.end and claim.date_start and claim.date_end):
            return False
        return (
            self.start <= claim.date_end
            and (claim.date_start - self.end).days <= days_before
        )

    def was_by(self, day: date | None) -> bool:
        """Tell whether it can have begun by a day; nothing speaks against None."""
        return not (day and self.start) or self.start <= day


def group_of(placed: PlacedClaim) -> str:
    """Return what must be equal for two claims of one place to tell the same.

    That they withdrew and that it was captured or handed over can be one change.
    """
    kind = placed.claim.event_type
    return "change" if kind in CHANGES else kind.value


def gather(claims: Iterable[PlacedClaim]) -> list[Cluster]:
    """Cluster the claims of one place and one group, whatever their order.

    The most certain come first and the rest join them: those that name the taker
    before those that do not, narrow dates before wide ones, dated before undated.
    What would fit more than one cluster joins none; such claims join each other.
    """
    ordered = sorted(claims, key=_certainty)
    dated = _gather_dated([one for one in ordered if one.claim.date_start])
    undated = (one for one in ordered if one.claim.date_start is None)
    return dated + _gather_undated(undated, dated)


def _certainty(placed: PlacedClaim) -> tuple[bool, int, bool, date, str, str, str]:
    """Return what orders claims; those that say the same come one after the other."""
    claim = placed.claim
    start, end = claim.date_start or date.min, claim.date_end or date.max
    return (
        claim.gained_by is None,
        (end - start).days,
        claim.lost_by is None,
        start,
        claim.gained_by or "",
        claim.lost_by or "",
        claim.claim_id,
    )


class _Calendar:
    """Dated clusters by day, so that not every claim is held against every cluster.

    Clusters only ever lose days, so that one is always found under those that it has.
    """

    def __init__(self) -> None:
        self.clusters: list[Cluster] = []
        self._by_day: defaultdict[date, list[Cluster]] = defaultdict(list)
        self._long: list[Cluster] = []

    def add(self, cluster: Cluster) -> None:
        self.clusters.append(cluster)
        if days := _days(cluster.start, cluster.end):
            for day in days:
                self._by_day[day].append(cluster)
        else:
            self._long.append(cluster)

    def overlapping(self, claim: Claim) -> Iterator[Cluster]:
        days = _days(claim.date_start, claim.date_end)
        near = [c for day in days for c in self._by_day.get(day, ())] + self._long
        for cluster in dict.fromkeys(near) if days else self.clusters:
            if cluster.overlaps(claim):
                yield cluster


def _days(start: date | None, end: date | None) -> list[date]:
    """Return the days of a short period, none for one of more than a month."""
    if not (start and end and (end - start).days <= 31):
        return []
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def _gather_dated(claims: Sequence[PlacedClaim]) -> list[Cluster]:
    calendar = _Calendar()
    left = []
    for placed in claims:
        overlapping = calendar.overlapping(placed.claim)
        fitting = _first_two(one for one in overlapping if one.fits(placed))
        if len(fitting) > 1:
            left.append(placed)
        elif new := _add_to(fitting, placed):
            calendar.add(new)
    # The first claim always makes a cluster, so that fewer are left each time.
    return calendar.clusters + (_gather_dated(left) if left else [])


def _gather_undated(
    claims: Iterable[PlacedClaim], dated: list[Cluster]
) -> list[Cluster]:
    undated: list[Cluster] = []
    for placed in claims:
        day = placed.published
        fitting = _first_two(c for c in dated if c.was_by(day) and c.fits(placed))
        if len(fitting) != 1:
            fitting = _first_two(c for c in undated if c.fits(placed))
        if new := _add_to(fitting if len(fitting) == 1 else [], placed):
            undated.append(new)
    return undated


def _first_two(clusters: Iterable[Cluster]) -> list[Cluster]:
    """Return enough to see whether there is exactly one."""
    return list(islice(clusters, 2))


def _add_to(fitting: list[Cluster], placed: PlacedClaim) -> Cluster | None:
    """Add a claim to the cluster it fits, if to any; else return one for it."""
    new = None if fitting else Cluster()
    (new or fitting[0]).add(placed)
    return new


def deny(clusters: list[Cluster], denials: Iterable[PlacedClaim]) -> list[PlacedClaim]:
    """Give each denial to the clusters of its place and group that it can mean.

    One with a date means all that happened then or up to `DENIAL_DAYS` before; else
    it means the only one there is. Returns the denials that mean none of them.
    """
    left = []
    for placed in sorted(denials, key=_certainty):
        claim = placed.claim
        meant = [c for c in clusters if c.may_hold(placed) and c.can_be_meant(claim)]
        dated = [c for c in meant if c.overlaps(claim, days_before=DENIAL_DAYS)]
        loose = [c for c in meant if not (c.start and claim.date_start)]
        loose = [c for c in loose if c.was_by(placed.published)]
        found = dated or (loose if len(loose) == 1 else [])
        for cluster in found:
            cluster.denials.append(placed)
        if not found:
            left.append(placed)
    return left


def oppose(clusters: Iterable[Cluster], are_allied: Callable[[str, str], bool]) -> None:
    """Note at the clusters of one place of which both cannot be true.

    Both say who has the place after days that both have in common, each dated within
    a week, and they are at odds: two takers who are not on one side, or a taker and
    the loss of that same taker.
    """
    narrow = sorted(
        (c for c in clusters if c.is_control and _is_narrow(c)),
        key=lambda cluster: cluster.start or date.min,
    )
    for i, one in enumerate(narrow):
        for other in narrow[i + 1 :]:
            if one.end and other.start and other.start > one.end:
                break
            if _are_at_odds(one, other, are_allied):
                one.against.append(other)
                other.against.append(one)


def _is_narrow(cluster: Cluster) -> bool:
    if not (cluster.start and cluster.end):
        return False
    return cluster.end - cluster.start < timedelta(days=CLASH_DAYS)


def _are_at_odds(
    one: Cluster, other: Cluster, are_allied: Callable[[str, str], bool]
) -> bool:
    if one.gained_by and other.gained_by:
        return not (
            are_allied(one.gained_by, other.gained_by)
            or one.gained_by in _associated(other)
            or other.gained_by in _associated(one)
        )
    taker = one.gained_by or other.gained_by
    losers = other.losers if one.gained_by else one.losers
    return taker is not None and taker in losers


def _associated(cluster: Cluster) -> set[str]:
    return {name for placed in cluster.claims for name in placed.claim.associated}


def bind(clusters: list[Cluster]) -> list[Cluster]:
    """Bring together what reviewers said tells the same change, whatever its place.

    Who is bound to a claim of another cluster brings its own along, but for claims
    that reviewers keep apart from one there. The clusters given are used up.
    """
    of = {id_: cluster for cluster in clusters for id_ in cluster.ids}
    bound = [one for cluster in clusters for one in cluster.claims if links(one)]
    for placed in sorted(bound, key=lambda one: one.claim.claim_id):
        for target in sorted(links(placed) & of.keys()):
            mine, theirs = of[placed.claim.claim_id], of[target]
            if mine is theirs:
                continue
            coming = [p for p in mine.claims if p is placed or theirs.may_hold(p)]
            coming_ids = {p.claim.claim_id for p in coming}
            staying = [p for p in mine.claims if p.claim.claim_id not in coming_ids]
            for made in (_made([*theirs.claims, *coming]), _made(staying)):
                of.update(dict.fromkeys(made.ids, made))
    return list(dict.fromkeys(of.values()))


def links(placed: PlacedClaim) -> set[str]:
    """Return the claims that a claim tells the same change as, by reviewers' word."""
    return {id_ for id_ in (placed.bound_to, placed.duplicate_of) if id_}


def _made(claims: Iterable[PlacedClaim]) -> Cluster:
    """Return a cluster of claims that need not fit; the most certain come first.

    Whose days are not among those of the claims before do not narrow them down.
    """
    cluster = Cluster()
    for placed in sorted(claims, key=_certainty):
        start, end = cluster.start, cluster.end
        cluster.add(placed)
        if cluster.start and cluster.end and cluster.start > cluster.end:
            cluster.start, cluster.end = start, end
    return cluster
