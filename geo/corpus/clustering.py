"""Claims that come from all parts of a corpus become events here, place by place.

What a claim belongs to never depends on claims about another place, so that the places
dealt to one shard can be worked on alone.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from extract.conflict import load_conflicts
from geo.corpus.claim_rows import SCHEMA, placed_of
from geo.corpus.copies import copies
from geo.corpus.geoparquet import CLAIMS, EVENTS, claims_table, events_table
from geo.corpus.leaves import files_of
from geo.corpus.repeats import counts
from geo.corpus.shards import numbers, read_shard, write_shards
from geo.events import cluster
from geo.weighing import Speakers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from geo.corpus.settings import Setting
    from geo.event_records import Event, PlacedClaim

AT_ONCE = 2_000
"""Claims of several places that are written together; those of one always are."""

_ORDER = [(name, "ascending") for name in ("place_key", "seq", "ordinal")]


@lru_cache(maxsize=1)
def _speakers() -> Speakers:
    return Speakers(load_conflicts().values())


def cluster_places(setting: Setting, shard: str, folder: Path) -> None:
    """Leave the claims about the places of a shard, and the events that they make.

    Both by the year and the country in which they are to be written.
    """
    claims, events = [CLAIMS.empty_table()], [EVENTS.empty_table()]
    claim_shards: list[str] = []
    event_shards: list[str] = []
    for places in _by_place(_counted(setting, shard)):
        placed: list[PlacedClaim] = []
        found: list[Event] = []
        at: dict[str, str | None] = {}
        for rows in places:
            here = [placed_of(row, row["copy_of"]) for row in rows]
            if rows[0]["place_key"]:
                found += cluster(here, speakers=_speakers())
            placed += here
            at |= {row["claim_id"]: row["country"] for row in rows}
        claims.append(claims_table(placed, _events_of(found)))
        claim_shards += [_shard(p.claim.date_end, at[p.claim.claim_id]) for p in placed]
        if found:
            events.append(events_table(found))
            event_shards += [_shard(e.date_end, _country(e, at)) for e in found]
    write_shards(folder / "claims.arrow", pa.concat_tables(claims), claim_shards)
    write_shards(folder / "events.arrow", pa.concat_tables(events), event_shards)


def _counted(setting: Setting, shard: str) -> pa.Table:
    """Return the claims of a shard that count, with what they are copies of."""
    table = read_shard(files_of(setting, "claims.arrow"), shard, SCHEMA)
    table = table.filter(counts(setting, numbers(table["seq"])))
    known = copies(setting)
    seqs, keys = numbers(table["seq"]), numbers(known["seq"])
    at = np.searchsorted(keys, seqs)
    is_copy = np.zeros(len(seqs), dtype=bool)
    within = at < len(keys)
    is_copy[within] = keys[at[within]] == seqs[within]
    taken = known["copy_of"].take(pa.array(at, mask=~is_copy))
    return table.append_column("copy_of", taken).sort_by(_ORDER)


def _by_place(table: pa.Table) -> Iterator[list[list[dict[str, Any]]]]:
    """Yield the rows of some places, place by place; only these are objects in memory.

    A frame costs some milliseconds, be it of one event, and most places have few.
    """
    keys = table["place_key"].to_numpy()
    start = 0
    for end in [*(np.flatnonzero(keys[1:] != keys[:-1]) + 1).tolist(), len(keys)]:
        if end - start >= AT_ONCE or start < end == len(keys):
            rows = table.slice(start, end - start).to_pylist()
            yield [list(here) for _, here in groupby(rows, itemgetter("place_key"))]
            start = end


def _events_of(events: Sequence[Event]) -> dict[str, str]:
    """Return the ids of the events that each claim is part of, with spaces between."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for event in events:
        for placed in event.claims:
            found[placed.claim.claim_id].append(event.event_id)
    return {claim_id: " ".join(sorted(ids)) for claim_id, ids in found.items()}


def _country(event: Event, countries: dict[str, str | None]) -> str | None:
    """Return the country of the claim whose location is the event's."""
    whose: PlacedClaim = next(p for p in event.claims if p.location is event.location)
    return countries[whose.claim.claim_id]


def _shard(day: Any, country: str | None) -> str:  # noqa: ANN401 - a date or None
    return f"{day.year if day else ''}/{country or ''}"
