"""Who tells of an event, who leans on whom, and who says otherwise, is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from extract.records import Modality
from geo.event_records import denying, once
from geo.reasons import reasons_of
from geo.weighing import Sides, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    import pandas as pd

    from geo.events import PlacedClaim
    from geo.reasons import Reason
    from geo.weighing import Speakers, Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One report of an event.

    `leans_on` is an earlier report that it is not independent of: of the same source,
    of a publisher of the same owner, or the same text. None is the first one, or one
    that stands for itself.
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
    sides: Sides,
) -> list[Account]:
    """Return the reports of an event that do not deny it, by day of publication.

    Parameters
    ----------
    claims
        All of the event, in any order.
    speakers
        Know where publishers stand.
    sides
        Those of the event.
    """
    told: list[Account] = []
    first: dict[tuple[str, str], PlacedClaim] = {}
    for placed in sorted(claims, key=_published):
        if placed.claim.modality is Modality.DENIED:
            continue
        heard = speakers.hear(placed, sides)
        roots = (
            ("source", heard.source),
            ("house", heard.house),
            ("text", heard.text),
        )
        leans_on = next((first[root] for root in roots if root in first), None)
        for root in roots:
            first.setdefault(root, placed)
        told.append(Account(placed=placed, voice=heard.voice, leans_on=leans_on))
    return told


def reasons(
    claims: Sequence[PlacedClaim],
    event: pd.Series,
    against: gpd.GeoDataFrame,
    speakers: Speakers,
) -> tuple[Reason, ...]:
    """Return why an event has its status, from its row and those `against` it."""
    sides = sides_of(event)
    denied = denying(claims)
    told = [one for one in claims if one not in denied]
    opposed = [sides_of(row) for _, row in against.iterrows()]
    return reasons_of(
        [speakers.hear(placed, sides) for placed in once(told or denied)],
        [(speakers.hear(placed, sides), placed.published) for placed in denied],
        opposed,
        Status(event["status"]),
        alike=speakers.alike,
    )


def sides_of(event: pd.Series) -> Sides:
    """Return the sides of a row of the events frame."""
    gained_by, lost_by = event["gained_by"], event["lost_by"]
    return Sides(
        gained_by if isinstance(gained_by, str) else None,
        lost_by if isinstance(lost_by, str) else None,
    )


def denials(claims: Iterable[PlacedClaim]) -> list[PlacedClaim]:
    """Return the reports that deny an event, by day of publication."""
    those = (one for one in claims if one.claim.modality is Modality.DENIED)
    return sorted(those, key=_published)


def _published(placed: PlacedClaim) -> tuple[date, str]:
    return placed.published or date.max, placed.claim.claim_id


def others(events: gpd.GeoDataFrame, at: int) -> Others:
    """Part a place's other events into those that contradict one, and the rest.

    Parameters
    ----------
    events
        In the order of `geo.view.ordered`.
    at
        The position of the event that is read.
    """
    # Not by their points: what is only known to lie in one area shares its middle.
    there = np.flatnonzero(
        (events["place_id"] == events["place_id"].iat[at]).to_numpy()
    )
    against = set(named(events["contradicts"].iat[at]))
    found = Others([], [])
    for spot in reversed(there.tolist()):
        if spot != at:
            is_against = events["event_id"].iat[spot] in against
            (found.against if is_against else found.rest).append(spot)
    return found


def named(contradicts: object) -> list[str]:
    """Return the event ids that stand in a value of the column `contradicts`."""
    return contradicts.split() if isinstance(contradicts, str) else []


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
