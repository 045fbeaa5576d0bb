"""What claims and events are as rows of GeoParquet, and how its files are written.

GeoParquet 1.1 with points as WKB, longitude first (OGC:CRS84); one file holds what
befell in one year in one country, in folders as Hive names them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
import pyarrow as pa
import shapely
from pyarrow import parquet
from pyproj import CRS

from geo.corpus.shards import read_shard
from geo.events import DTYPES, frame
from geo.schema import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo.corpus.settings import Setting
    from geo.event_records import Event, PlacedClaim

ROWS = 250_000
"""The most rows that a file has, about: some 100 MB of events."""

NO_YEAR, NO_COUNTRY = "0", "ZZ"
"""What the folders of rows without a year or a country are called. Hive's own name for
that makes pandas refuse the whole, and a word would make years text; "ZZ" is CLDR's."""

_TYPES = {
    "object": pa.string(),
    "float64": pa.float64(),
    "Int64": pa.int64(),
    "int64": pa.int64(),
    "bool": pa.bool_(),
    "datetime64[ms]": pa.timestamp("ms"),
    "geometry": pa.binary(),
}
EVENTS = pa.schema([(name, _TYPES[dtype]) for name, dtype in DTYPES.items()])
"""An event's columns: those of `geo.events.DTYPES`."""

_SPANS = [f"at_{part}_{end}" for part in EVIDENCE for end in ("start", "end")]
_DAYS = ("date_start", "date_end", "published")
_CLAIM_TYPES = {
    "geometry": pa.binary(),
    **dict.fromkeys(("radius_m", "confidence"), pa.float64()),
    **dict.fromkeys(("where_prec", "date_prec", "char_start", "char_end"), pa.int64()),
    **dict.fromkeys(_SPANS, pa.int64()),
    **dict.fromkeys(_DAYS, pa.timestamp("ms")),
}
_FROM_CLAIM = (
    *("claim_id", "place", "place_context", "place_kind", "event_type", "modality"),
    *("gained_by", "gained_by_text", "lost_by", "lost_by_text", "date_start"),
    *("date_end", "date_prec", "date_text", "date_anchor", "claimed_by"),
    *("claimant_type", "sentence", "article_id", "char_start", "char_end", "rule"),
    *("confidence", "extractor"),
)
_FROM_LOCATION = {
    "place_id": "place_id",
    "place_name": "name",
    "radius_m": "radius_m",
    "where_prec": "where_prec",
    "match": "match",
    "place_reason": "reason",
    "place_source": "source",
}
_FROM_ARTICLE = ("article_title", "publisher", "url", "published", "copy_of")
_CLAIM_NAMES = (
    *("claim_id", "event_id", "place", "place_context", "place_kind", "geometry"),
    *(*_FROM_LOCATION, "associated"),
    *(name for name in _FROM_CLAIM[4:]),
    *(*_FROM_ARTICLE, *_SPANS),
)
CLAIMS = pa.schema(
    [(name, _CLAIM_TYPES.get(name, pa.string())) for name in _CLAIM_NAMES]
)
"""A claim's columns. `event_id` has the ids of all events that it is part of, with
spaces between; the geometry is null where nobody knows where its place lies."""


@dataclass(frozen=True, slots=True)
class Partition:
    """Claims or events of one year and one country ("2017/SY"), in so many files."""

    kind: str
    shard: str
    n_rows: int

    @property
    def n_files(self) -> int:
        """How many files they go into: one, but for very many."""
        return max(1, -(-self.n_rows // ROWS))


_WITH_DATES = pa.schema(
    [field.with_type(pa.date32()) if field.name in _DAYS else field for field in CLAIMS]
)

_ORDERS = {
    "events": ("date_end", "date_start", "event_id"),
    "claims": ("date_end", "date_start", "claim_id"),
}
SCHEMAS = {"claims": CLAIMS, "events": EVENTS}
KINDS = tuple(SCHEMAS)


def events_table(events: Sequence[Event]) -> pa.Table:
    """Return events as `geo.events.frame` has them, as a table."""
    found = frame(events)
    points = found.geometry.to_wkb()
    columns = {**found.drop(columns="geometry"), "geometry": points}
    return pa.table(
        [
            pa.array(columns[field.name], type=field.type, from_pandas=True)
            for field in EVENTS
        ],
        schema=EVENTS,
    )


def claims_table(
    claims: Sequence[PlacedClaim], events_of: Mapping[str, str]
) -> pa.Table:
    """Return claims as a table, with the ids of the events that they are part of."""
    rows = [_claim_row(one, events_of.get(one.claim.claim_id)) for one in claims]
    return pa.Table.from_pylist(rows, schema=_WITH_DATES).cast(CLAIMS)


def _claim_row(placed: PlacedClaim, event_id: str | None) -> dict[str, Any]:
    claim, location = placed.claim, placed.location
    spans = {part: getattr(claim.evidence, part) for part in EVIDENCE}
    return {
        "event_id": event_id,
        "geometry": _point(location.lon, location.lat),
        "associated": json.dumps(claim.associated, ensure_ascii=False),
        **{name: getattr(claim, name) for name in _FROM_CLAIM},
        **{column: getattr(location, name) for column, name in _FROM_LOCATION.items()},
        **{name: getattr(placed, name) for name in _FROM_ARTICLE},
        **{f"at_{part}_start": span and span.start for part, span in spans.items()},
        **{f"at_{part}_end": span and span.end for part, span in spans.items()},
    }


def _point(lon: float | None, lat: float | None) -> bytes | None:
    if lon is None or lat is None:
        return None
    point: bytes = shapely.to_wkb(shapely.Point(lon, lat))
    return point


def folder_of(shard: str) -> str:
    """Return the folder of a year and a country, given as "2017/SY"."""
    year, country = shard.split("/")
    return f"year={year or NO_YEAR}/country={country or NO_COUNTRY}"


def write_files(setting: Setting, partition: Partition, folder: Path) -> None:
    """Leave the files of a year and a country.

    Rows are in the order of their last possible day; which go into which of several
    files follows from their ids alone.
    """
    kind, n_files = partition.kind, partition.n_files
    paths = [path / f"{kind}.arrow" for path in setting.of_shards("events")]
    order = [(column, "ascending") for column in _ORDERS[kind]]
    for number in range(n_files):
        found = [SCHEMAS[kind].empty_table()]
        for path in paths:
            table = read_shard([path], partition.shard, SCHEMAS[kind])
            ids = table[0].to_pylist()
            dealt = [crc32(id_.encode()) % n_files == number for id_ in ids]
            found.append(table.filter(np.array(dealt, dtype=bool)))
        table = pa.concat_tables(found).sort_by(order)
        path = folder / f"{kind}-{number}.parquet"
        parquet.write_table(_described(table), path, compression="zstd")


def _described(table: pa.Table) -> pa.Table:
    """Add to a table what GeoParquet says of its points."""
    points = shapely.from_wkb(table["geometry"].to_pylist())
    column = {
        "encoding": "WKB",
        "geometry_types": ["Point"],
        "crs": json.loads(CRS("OGC:CRS84").to_json()),
    }
    if any(point is not None for point in points):
        column["bbox"] = shapely.total_bounds(points).tolist()
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": column},
    }
    return table.replace_schema_metadata({"geo": json.dumps(geo)})
