"""What was read of a corpus, leaf after leaf: where it lies, and looking things up.

An article's number in the corpus, `seq`, grows with its part and its place within it,
so that leaves stand in the order of their articles' numbers.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from geo.corpus.reading import ARTICLES, ORDINAL_BITS, TEXTS, article_at, leaves_of
from geo.corpus.shards import numbers, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.corpus.reading import Slice
    from geo.corpus.settings import Setting

    Numbers = NDArray[np.int64]

_LISTED = "leaves.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A stretch of the corpus that was read at once.

    `name` is its folder's, `start` what no number of its articles is below. `number` is
    that of its part, called `part`.
    """

    name: str
    start: int
    number: int
    part: str

    def folder(self, setting: Setting) -> Path:
        """Return where it lies."""
        return setting.made("read", self.name)

    def where(self, seq: int) -> str:
        """Say where in the inputs an article stands."""
        return article_at(self.part, seq - (self.number << ORDINAL_BITS))


def keep_leaves(setting: Setting, slices: Iterable[Slice]) -> list[Leaf]:
    """Say of what leaves the corpus is made, once all of it is read, in their order."""
    leaves = [leaf for one in slices for leaf in _leaves_in(setting, one)]
    told = json.dumps([asdict(leaf) for leaf in leaves], ensure_ascii=False)
    path = setting.folder / f"{_LISTED}.new"
    path.write_text(told, encoding="utf-8")
    path.replace(setting.folder / _LISTED)
    return leaves


def _leaves_in(setting: Setting, one: Slice) -> Iterator[Leaf]:
    start = (one.number << ORDINAL_BITS) + one.first
    for path in leaves_of(setting.made("read", one.name)):
        seqs = numbers(read_table(path / "articles.arrow")["seq"])
        start = int(seqs[0]) if len(seqs) else start
        yield Leaf(
            name=f"{one.name}/{path.name}",
            start=start,
            number=one.number,
            part=one.part.name,
        )
        start = int(seqs[-1]) + 1 if len(seqs) else start


def all_leaves(setting: Setting) -> list[Leaf]:
    """Return the leaves of which the corpus is made, in their order."""
    path = setting.folder / _LISTED
    return list(_listed(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=1)
def _listed(path: Path, _changed_ns: int) -> tuple[Leaf, ...]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return tuple(Leaf(**row) for row in rows)


def files_of(setting: Setting, name: str) -> list[Path]:
    """Return the files of that name of all leaves, in their order."""
    return [leaf.folder(setting) / name for leaf in all_leaves(setting)]


def leaf_of(setting: Setting, seqs: Numbers) -> Numbers:
    """Return for articles by their numbers which leaf each stands in."""
    starts = np.array([leaf.start for leaf in all_leaves(setting)], dtype=np.int64)
    return np.searchsorted(starts, seqs, side="right") - 1


def look_up(setting: Setting, seqs: Numbers, columns: Sequence[str]) -> pa.Table:
    """Return columns of articles by their numbers, which are sorted and distinct."""
    found = [pa.schema([ARTICLES.field(name) for name in columns]).empty_table()]
    for path, wanted in _by_leaf(setting, seqs):
        table = read_table(path / "articles.arrow")
        at = np.searchsorted(numbers(table["seq"]), wanted)
        found.append(table.select(columns).take(at))
    return pa.concat_tables(found).combine_chunks()


def _by_leaf(setting: Setting, seqs: Numbers) -> Iterator[tuple[Path, Numbers]]:
    """Yield the folder of each leaf that has some of the articles, with these."""
    leaves = all_leaves(setting)
    which = leaf_of(setting, seqs)
    cuts = np.flatnonzero(np.diff(which)) + 1
    for at, group in zip(np.split(which, cuts), np.split(seqs, cuts), strict=True):
        if len(group):
            yield leaves[int(at[0])].folder(setting), group


class Texts:
    """The texts of articles by their numbers."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._opened = lru_cache(64)(self._open)
        self._unpacked = lru_cache(64)(self._unpack)

    def __getitem__(self, seq: int) -> str:
        which = int(leaf_of(self._setting, np.array([seq]))[0])
        row = int(np.searchsorted(self._opened(which)[0], seq))
        text: str = self._unpacked(which, row // TEXTS)[row % TEXTS].as_py()
        return text

    def _open(self, which: int) -> tuple[Numbers, pa.RecordBatchFileReader]:
        folder = all_leaves(self._setting)[which].folder(self._setting)
        seqs = numbers(read_table(folder / "articles.arrow")["seq"])
        return seqs, pa.ipc.open_file(pa.memory_map(str(folder / "texts.arrow")))

    def _unpack(self, which: int, batch: int) -> pa.Array:
        return self._opened(which)[1].get_batch(batch).column(0)
