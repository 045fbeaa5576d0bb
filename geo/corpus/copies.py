"""Articles that tell another one again are found here, across all parts of a corpus.

What is compared, and when two are copies, is decided as in `geo.copies`, where articles
are added one by one in the order of the corpus: each is compared with those before it
that share a key with it, of many with the `COMPARED` most like it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from geo.copies import COMPARED
from geo.corpus.leaves import Texts, files_of, leaf_of, look_up
from geo.corpus.repeats import counts, shared_rows
from geo.corpus.shards import (
    numbers,
    read_shard,
    read_table,
    write_shards,
    write_table,
)
from geo.shingles import (
    BAND_ROWS,
    N_HASHES,
    compared,
    is_worth_comparing,
    worded,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.corpus.leaves import Numbers
    from geo.corpus.settings import Setting
    from geo.shingles import Worded

PAIRS = pa.schema(
    [("later", pa.int64()), ("earlier", pa.int64()), ("same", pa.int16())]
)
_LINKS = pa.schema([("later", pa.int64()), ("earlier", pa.int64())])
COPIES = pa.schema([("seq", pa.int64()), ("copy_of", pa.large_string())])

_KEPT_WORDS = 512


class _Sketches:
    """What articles are told by, of those that share a key of one shard."""

    def __init__(self, setting: Setting, seqs: Numbers) -> None:
        self._setting, self._seqs = setting, seqs
        found = look_up(setting, seqs, ["sketch", "n_shingles"])
        packed = b"".join(found["sketch"].to_pylist())
        self._sketches = np.frombuffer(packed, dtype="<u4").reshape(-1, N_HASHES)
        self._n_shingles = numbers(found["n_shingles"]).astype(np.int64)

    def pairs(self, band: int, seqs: Numbers) -> Iterator[NDArray[np.int64]]:
        """Yield the pairs among articles that share a band's key, article by article.

        Rows are the later one, the earlier one, and in how many places their sketches
        agree. What shares an earlier band's key too is a pair there.
        """
        at = np.searchsorted(self._seqs, seqs)
        sketches, n_shingles = self._sketches[at], self._n_shingles[at]
        if band > 0 and np.all(sketches == sketches[0]):
            return  # one text many times: all of it is paired by its first band
        for n in range(1, len(seqs)):
            agrees = sketches[:n] == sketches[n]
            same = np.count_nonzero(agrees, axis=1)
            wanted = is_worth_comparing(same, int(n_shingles[n]), n_shingles[:n])
            if band >= 0:
                bands = agrees.reshape(n, -1, BAND_ROWS).all(axis=2)
                wanted &= np.argmax(bands, axis=1) == band
            found = np.flatnonzero(wanted)
            if len(found):
                later = np.full(len(found), seqs[n])
                pairs = np.stack([later, seqs[found], same[found]], axis=1)
                yield best(self._setting, pairs)


def best(setting: Setting, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return those pairs of one later article that are most alike, not too many."""
    if len(pairs) <= COMPARED:
        return pairs
    order = np.argsort(pairs[:, 1])
    ids = look_up(setting, pairs[order, 1], ["article_id"])["article_id"]
    named = sorted(
        zip((-pairs[order, 2]).tolist(), ids.to_pylist(), order.tolist(), strict=True)
    )
    return pairs[[n for _, _, n in named[:COMPARED]]]


def find_pairs(setting: Setting, shard: str, folder: Path) -> None:
    """Leave the pairs of articles that are worth comparing, by a shard of keys."""
    rows = shared_rows(files_of(setting, "bands.arrow"), shard)
    rows = rows[counts(setting, rows[:, 2])]
    sketches = _Sketches(setting, np.unique(rows[:, 2]))
    cuts = np.flatnonzero(np.any(np.diff(rows[:, :2], axis=0) != 0, axis=1)) + 1
    found = [np.empty((0, 3), np.int64)]
    for group in np.split(rows, cuts):
        if len(group) > 1:
            found += sketches.pairs(int(group[0, 1]), group[:, 2])
    pairs = np.concatenate(found)
    columns = [pairs[:, 0], pairs[:, 1], pairs[:, 2].astype(np.int16)]
    table = pa.table(columns, schema=PAIRS)
    write_shards(folder / "pairs.arrow", table, leaf_of(setting, pairs[:, 0]))


def compare(setting: Setting, shard: str, folder: Path) -> None:
    """Leave which articles of a leaf, by its number, tell an earlier one again."""
    paths = [path / "pairs.arrow" for path in setting.of_shards("pairs")]
    table = read_shard(paths, shard, PAIRS)
    pairs = np.stack([numbers(c).astype(np.int64) for c in table.columns], axis=1)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    texts = Texts(setting)

    @lru_cache(_KEPT_WORDS)
    def words(seq: int) -> Worded:
        return worded(texts[seq])

    links = [
        (later, earlier)
        for group in np.split(pairs, np.flatnonzero(np.diff(pairs[:, 0])) + 1)
        for later, earlier, _ in best(setting, group).tolist()
        if compared(words(later), words(earlier))
    ]
    told = np.array(links, dtype=np.int64).reshape(-1, 2)
    write_table(folder / "links.arrow", pa.table([*told.T], schema=_LINKS))


def group_copies(setting: Setting, linked: Iterable[Path], folder: Path) -> None:
    """Leave for each article that is a copy which article it tells again.

    Of those that tell the same it is the one that was published first, or has the
    least id.
    """
    tables = [read_table(path / "links.arrow") for path in linked]
    table = pa.concat_tables([_LINKS.empty_table(), *tables])
    seqs, label = joined(numbers(table["later"]), numbers(table["earlier"]))
    found = look_up(setting, seqs, ["article_id", "published"])
    ids, days = (column.to_pylist() for column in found.columns)
    first: dict[int, tuple[bool, str, str]] = {}
    for group, id_, day in zip(label.tolist(), ids, days, strict=True):
        rank = (day is None, str(day), id_)
        first[group] = min(first.get(group, rank), rank)
    told = [
        (seq, first[group][2])
        for seq, group, id_ in zip(seqs.tolist(), label.tolist(), ids, strict=True)
        if first[group][2] != id_
    ]
    rows = [{"seq": seq, "copy_of": copy_of} for seq, copy_of in told]
    write_table(folder / "copies.arrow", pa.Table.from_pylist(rows, schema=COPIES))


def joined(one: Numbers, other: Numbers) -> tuple[Numbers, Numbers]:
    """Return all articles of some links, and a number that those linked share.

    Each takes the least number of what it is linked to, and the number of that, until
    nothing changes.
    """
    seqs, at = np.unique(np.concatenate([one, other]), return_inverse=True)
    left, right = at[: len(one)], at[len(one) :]
    label = np.arange(len(seqs))
    while True:
        least = np.minimum(label[left], label[right])
        new = label.copy()
        np.minimum.at(new, left, least)
        np.minimum.at(new, right, least)
        new = new[new]
        if np.array_equal(new, label):
            return seqs, label
        label = new


def copies(setting: Setting) -> pa.Table:
    """Return the articles that are copies by number, sorted, and of what."""
    return read_table(setting.made("copies", "all") / "copies.arrow")
