"""The order in which claims wait for review, found without gathering all of them.

It is that of `geo.waiting.queue`: claims that nobody touched are weighed as columns of
the database, and the kept events say which of them are doubted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sqlalchemy import and_, case, func, select

from geo import schema
from geo.column_reading import plain, read_columns
from geo.copies import copies
from geo.deciding import id_of
from geo.event_keeping import are_kept
from geo.event_tables import event
from geo.querying import claims_where
from geo.waiting import (
    DOUBTED,
    ROUGHLY,
    ROUGHLY_FROM_PREC,
    WEIGHTS,
    Reason,
    Wanted,
    by_claim,
    item_of,
    newer,
    touched,
    waiting,
    waits,
)
from geo.weighing import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from sqlalchemy import Connection

    from extract.records import Conflict
    from geo.events import PlacedClaim
    from geo.proposals import Proposal
    from geo.store import Store
    from geo.waiting import Item

_PART = 10_000
_UNTOUCHED = {
    "claim_id": "object",
    "confidence": "float64",
    "is_dated": "int64",
    "date_prec": "float64",
    "where_prec": "float64",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What waits in one version of a store, worst first, by the name of each.

    The name is the claim's id, or the number of the proposal of a claim that is not
    stored. `doubted` are the claims of events that are disputed or denied.
    """

    keys: tuple[str, ...]
    doubted: Mapping[str, Status]
    about: Mapping[str, Sequence[Proposal]]
    added: Mapping[str, tuple[Proposal, PlacedClaim]]

    def item(self, store: Store, key: str) -> Item | None:
        """Return what waits under a name, with why; None if nothing does."""
        if key in self.added:
            proposal, proposed = self.added[key]
            return item_of(proposed, None, (proposal,))
        placed = store.claim(key)
        if placed is None:
            return None
        found = item_of(placed, self.doubted.get(key), self.about.get(key, ()))
        return found if waits(found, Wanted()) else None


def rank(store: Store, conflicts: Iterable[Conflict] = ()) -> Ranking:
    """Return what waits in a store, worst first, of equals by their ids.

    Events are weighed as `conflicts` and people here know publishers. Where they are
    kept by the same packs, only claims that people or a newer reading touched are
    looked at one by one; else all are.
    """
    conflicts = tuple(conflicts)
    known, added = newer(store)
    about = by_claim(known)
    found = _by_columns(store, conflicts, about, added)
    doubted, keys = found or _all(store, conflicts)
    return Ranking(
        keys=keys,
        doubted=doubted,
        about=about,
        added={one.number: (one, placed) for one, placed in added},
    )


def _all(
    store: Store, conflicts: Iterable[Conflict]
) -> tuple[dict[str, Status], tuple[str, ...]]:
    items = waiting(store, conflicts).items
    doubted = {
        one.placed.claim.claim_id: status
        for status, reason in DOUBTED.items()
        for one in items
        if status and reason in one.reasons
    }
    return doubted, tuple(map(key_of, items))


def _by_columns(
    store: Store,
    conflicts: Iterable[Conflict],
    about: Mapping[str, Sequence[Proposal]],
    added: Iterable[tuple[Proposal, PlacedClaim]],
) -> tuple[dict[str, Status], tuple[str, ...]] | None:
    """Return which claims are doubted, and the order; None if no events are kept."""
    # In one state of the store: who writes meanwhile may leave events for later.
    with store.reading() as connection:
        if not are_kept(connection, conflicts):
            return None
        doubted = _doubted(connection)
        ids, scores = _untouched(connection, doubted)
        looked_at = claims_where(connection, touched())
    rest = [
        item_of(one, doubted.get(id_of(one)), about.get(id_of(one), ()))
        for one in looked_at
    ]
    rest = [one for one in rest if waits(one, Wanted())]
    rest += [item_of(placed, None, (one,)) for one, placed in added]
    return doubted, _worst_first(ids, scores, rest)


def key_of(item: Item) -> str:
    """Name what waits: the claim, or the proposal of one that is not stored."""
    return item.proposals[0].number if item.is_proposed else item.placed.claim.claim_id


def _doubted(connection: Connection) -> dict[str, Status]:
    """Return the claims of events that are disputed or denied."""
    statuses = [str(one) for one in DOUBTED]
    query = select(event.c.status, event.c.claim_ids)
    found = connection.execute(query.where(event.c.status.in_(statuses)))
    return {one: Status(status) for status, ids in found for one in json.loads(ids)}


def _untouched(
    connection: Connection, doubted: Mapping[str, Status]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ids and scores of claims as they were read, copies apart."""
    claim, location = schema.claim, schema.location
    later = location.alias("later")
    last = select(func.max(later.c.seq)).where(later.c.claim_id == claim.c.claim_id)
    is_last = and_(
        location.c.claim_id == claim.c.claim_id,
        location.c.seq == last.scalar_subquery(),
    )
    plain_ones = {
        "is_dated": case((claim.c.date_start.is_(None), 0), else_=1),
        "where_prec": plain(connection, location.c.where_prec),
    }
    selected = (
        plain_ones[n] if n in plain_ones else plain(connection, claim.c[n])
        for n in _UNTOUCHED
    )
    query = select(*selected).join_from(claim, location, is_last).where(~touched())
    found = read_columns(connection, query, _UNTOUCHED)
    index = pd.Index(found["claim_id"])
    is_told = np.ones(len(index), dtype=bool)
    is_told[_places(index, _of_copies(connection))] = False
    right = found["confidence"]
    for weights in (_by_status(index, doubted), _by_place(found), _by_date(found)):
        right = right * (1 - weights)
    return found["claim_id"][is_told], (1 - right)[is_told]


def _places(index: pd.Index, ids: Iterable[str]) -> np.ndarray:
    """Return where those of some ids stand that are there."""
    at = index.get_indexer(pd.Index(list(ids), dtype=object))
    return np.asarray(at[at >= 0])


def _of_copies(connection: Connection) -> list[str]:
    """Return the claims of articles that tell another one again."""
    claim = schema.claim.c
    found: list[str] = []
    copied = sorted(copies(connection))
    for start in range(0, len(copied), _PART):
        part = claim.article_id.in_(copied[start : start + _PART])
        found += connection.execute(select(claim.claim_id).where(part)).scalars()
    return found


def _by_status(index: pd.Index, doubted: Mapping[str, Status]) -> np.ndarray:
    weights = np.zeros(len(index))
    for status, reason in DOUBTED.items():
        ids = (one for one, its in doubted.items() if its is status)
        weights[_places(index, ids)] = WEIGHTS[reason]
    return weights


def _by_place(found: Mapping[str, Any]) -> np.ndarray:
    precs = found["where_prec"]
    weights = np.where(np.isnan(precs), WEIGHTS[Reason.NOT_PLACED], 0.0)
    for prec, weight in ROUGHLY.items():
        weights[precs == prec] = weight
    return weights


def _by_date(found: Mapping[str, Any]) -> np.ndarray:
    # A comparison with what is not known is false.
    roughly = np.where(
        found["date_prec"] >= ROUGHLY_FROM_PREC, WEIGHTS[Reason.ROUGHLY_DATED], 0.0
    )
    return np.where(found["is_dated"] == 1, roughly, WEIGHTS[Reason.UNDATED])


def _worst_first(
    ids: np.ndarray, scores: np.ndarray, rest: Sequence[Item]
) -> tuple[str, ...]:
    # numpy would compare a million texts as Python's objects.
    import pyarrow as pa
    from pyarrow.compute import sort_indices

    waiting_ids = [*ids.tolist(), *(one.placed.claim.claim_id for one in rest)]
    doubts = np.concatenate([scores, [one.score for one in rest]])
    table = pa.table({"doubt": doubts, "claim_id": pa.array(waiting_ids, pa.string())})
    order = sort_indices(
        table, sort_keys=[("doubt", "descending"), ("claim_id", "ascending")]
    )
    keys = [*ids.tolist(), *map(key_of, rest)]
    return tuple(keys[at] for at in order.to_pylist())


__all__ = ["Ranking", "key_of", "rank"]
