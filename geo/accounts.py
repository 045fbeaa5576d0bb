"""Who tells of an event, who leans on whom, and who says otherwise, is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from extract.records import Modality
from geo.clusters import CLASH_DAYS, CONTROL
from geo.timeline import NOT_COUNTED
from geo.view import days
from geo.weighing import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import geopandas as gpd

    from geo.events import PlacedClaim
    from geo.weighing import Speakers, Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One report of an event.

    `leans_on` is an earlier report that it is not independent of: of the same
    publisher, or by the same source. None is the first one, or one that stands for
    itself.
    """

    placed: PlacedClaim
    voice: Voice
    leans_on: PlacedClaim | None


class Others(NamedTuple):
    """Positions of a place's other events, newest first."""

    against: list[int]
    rest: list[int]


def accounts(
    claims: Iterable[PlacedClaim],
    speakers: Speakers,
    gained_by: str | None,
    lost_by: str | None,
) -> list[Account]:
    """Return the reports of an event that do not deny it, by day of publication.

    Parameters
    ----------
    claims
        All of the event, in any order.
    speakers
        Know where publishers stand.
    gained_by, lost_by
        The sides of the event.
    """
    told: list[Account] = []
    first: dict[tuple[str, str], PlacedClaim] = {}
    for placed in sorted(claims, key=_published):
        if placed.claim.modality is Modality.DENIED:
            continue
        heard = speakers.hear(placed.claim, placed.publisher, gained_by, lost_by)
        roots = (("source", heard.source), ("publisher", heard.publisher))
        leans_on = next((first[root] for root in roots if root in first), None)
        for root in roots:
            first.setdefault(root, placed)
        told.append(Account(placed=placed, voice=heard.voice, leans_on=leans_on))
    return told


def denials(claims: Iterable[PlacedClaim]) -> list[PlacedClaim]:
    """Return the reports that deny an event, by day of publication."""
    those = (one for one in claims if one.claim.modality is Modality.DENIED)
    return sorted(those, key=_published)


def _published(placed: PlacedClaim) -> tuple[date, str]:
    return placed.published or date.max, placed.claim.claim_id


def others(
    events: gpd.GeoDataFrame, at: int, are_allied: Callable[[str, str], bool]
) -> Others:
    """Part a place's other events into those that contradict one, and the rest.

    Parameters
    ----------
    events
        In the order of `geo.view.ordered`.
    at
        The position of the event that is read.
    are_allied
        Tells whether two actors are on one side.

    Returns
    -------
    Others
        An event contradicts one whose days it shares if each is dated within
        `geo.clusters.CLASH_DAYS`, both say who has the place afterwards, and they are
        at odds: two takers for whom both are disputed, or a taker and the loss of that
        same taker. One that is only denied contradicts nothing.
    """
    # Not by their points: what is only known to lie in one area shares its middle.
    there = np.flatnonzero(
        (events["place_id"] == events["place_id"].iat[at]).to_numpy()
    )
    rows = events.iloc[there]
    first, last = days(rows["date_start"]), days(rows["date_end"])
    here = int(np.searchsorted(there, at))
    is_narrow = (last - first).astype("i8") < CLASH_DAYS
    overlap = (first <= last[here]) & (last >= first[here]) & is_narrow
    overlap &= is_narrow[here]
    this = _Said.of(rows.iloc[here])
    found = Others([], [])
    for spot in reversed(range(len(there))):
        if spot == here:
            continue
        is_against = overlap[spot] and this.is_at_odds(
            _Said.of(rows.iloc[spot]), are_allied
        )
        (found.against if is_against else found.rest).append(int(there[spot]))
    return found


class _Said(NamedTuple):
    """What an event says of who has the place afterwards; None is not known."""

    counts: bool
    is_disputed: bool
    taker: str | None
    loser: str | None

    @classmethod
    def of(cls, row: Any) -> _Said:  # noqa: ANN401 - a row of the events frame
        counts = row["event_type"] in CONTROL and row["status"] not in NOT_COUNTED
        taker, loser = (
            None if pd.isna(row[side]) else str(row[side])
            for side in ("gained_by", "lost_by")
        )
        return cls(counts, row["status"] == Status.DISPUTED, taker, loser)

    def is_at_odds(self, other: _Said, are_allied: Callable[[str, str], bool]) -> bool:
        if not (self.counts and other.counts):
            return False
        if self.taker and other.taker:
            # Forces that some report names together dispute nothing between them.
            disputed = self.is_disputed and other.is_disputed
            return disputed and not are_allied(self.taker, other.taker)
        lost = self.loser if self.taker is None else other.loser
        taker = self.taker or other.taker
        return taker is not None and taker == lost


def in_text_order(claims: Sequence[PlacedClaim]) -> list[PlacedClaim]:
    """Return the claims of one article as one reads them."""
    return sorted(
        claims,
        key=lambda one: (
            one.claim.char_start,
            one.claim.evidence.place.start,
            one.claim.evidence.trigger.start,
            one.claim.claim_id,
        ),
    )
