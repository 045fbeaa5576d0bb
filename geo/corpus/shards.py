"""What one task leaves for many others: a table of which each reads its own rows.

Written as one stretch of Arrow's file format, sorted by shard and not packed, so that a
reader maps the file and touches the pages of its own rows alone.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_INDEX = b"shards"


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table so that `read_table` maps it."""
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as out:
        out.write_table(table.combine_chunks())


def read_table(path: Path) -> pa.Table:
    """Return a table as it lies on the disk; what is not looked at is not read."""
    with pa.memory_map(str(path)) as file:
        return pa.ipc.open_file(file).read_all()


def write_shards(
    path: Path, table: pa.Table, shards: Sequence[str] | NDArray[np.int64]
) -> None:
    """Write a table of which each row belongs to a shard; rows keep their order."""
    names, which, counts = np.unique(
        np.asarray(shards), return_inverse=True, return_counts=True
    )
    ends = np.cumsum(counts)
    index = {
        str(name): [int(end - n), int(n)]
        for name, end, n in zip(names, ends, counts, strict=True)
    }
    metadata = {_INDEX: json.dumps(index).encode()}
    ordered = table.take(np.argsort(which, kind="stable"))
    write_table(path, ordered.replace_schema_metadata(metadata))


def sizes(path: Path) -> dict[str, int]:
    """Return how many rows each shard has."""
    return {name: n for name, (_, n) in _index(read_table(path)).items()}


def read_shard(paths: Iterable[Path], shard: str, schema: pa.Schema) -> pa.Table:
    """Return a shard's rows of many files, file after file, in memory of their own."""
    parts = [schema.empty_table()]
    for path in paths:
        table = read_table(path)
        start, n = _index(table).get(shard, (0, 0))
        if n:
            found = table.slice(start, n).replace_schema_metadata()
            parts.append(found.take(np.arange(n)))
    return pa.concat_tables(parts).combine_chunks()


def _index(table: pa.Table) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = json.loads(table.schema.metadata[_INDEX])
    return found


def numbers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return a column of numbers."""
    found: NDArray[np.int64] = column.to_numpy()
    return found
