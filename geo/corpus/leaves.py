"""What was read of a corpus, slice after slice: where it lies, and looking things up.

An article's number in the corpus, `seq`, grows with its part and its place within it,
so that slices stand in the order of their articles' numbers.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from geo.corpus.parts import Part
from geo.corpus.reading import ARTICLES, ORDINAL_BITS, TEXTS, Slice
from geo.corpus.shards import numbers, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.corpus.settings import Setting

    Numbers = NDArray[np.int64]

_LISTED = "slices.json"


def keep_slices(setting: Setting, slices: Sequence[Slice]) -> None:
    """Say of what slices the corpus is made, once all of them are read."""
    told = json.dumps([asdict(one) for one in slices], ensure_ascii=False)
    path = setting.folder / f"{_LISTED}.new"
    path.write_text(told, encoding="utf-8")
    path.replace(setting.folder / _LISTED)


def slices_of(setting: Setting) -> list[Slice]:
    """Return the slices of which the corpus is made, in their order."""
    path = setting.folder / _LISTED
    return list(_slices(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=1)
def _slices(path: Path, _changed_ns: int) -> tuple[Slice, ...]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return tuple(Slice(**{**row, "part": Part(**row["part"])}) for row in rows)


def read_folder(setting: Setting, one: Slice) -> Path:
    """Return the folder of what was read of a slice."""
    return setting.made("read", one.name)


def files_of(setting: Setting, name: str) -> list[Path]:
    """Return the files of that name of all slices, in their order."""
    return [read_folder(setting, one) / name for one in slices_of(setting)]


def slice_of(setting: Setting, seqs: Numbers) -> Numbers:
    """Return for articles by their numbers which slice each stands in."""
    starts = np.array(
        [(one.number << ORDINAL_BITS) + one.first for one in slices_of(setting)],
        dtype=np.int64,
    )
    return np.searchsorted(starts, seqs, side="right") - 1


def look_up(setting: Setting, seqs: Numbers, columns: Sequence[str]) -> pa.Table:
    """Return columns of articles by their numbers, which are sorted and distinct."""
    found = [pa.schema([ARTICLES.field(name) for name in columns]).empty_table()]
    for path, wanted in _by_slice(setting, seqs):
        table = read_table(path / "articles.arrow")
        at = np.searchsorted(numbers(table["seq"]), wanted)
        found.append(table.select(columns).take(at))
    return pa.concat_tables(found).combine_chunks()


def _by_slice(setting: Setting, seqs: Numbers) -> Iterator[tuple[Path, Numbers]]:
    """Yield the folder of each slice that has some of the articles, with these."""
    slices = slices_of(setting)
    which = slice_of(setting, seqs)
    cuts = np.flatnonzero(np.diff(which)) + 1
    for group in np.split(seqs, cuts):
        if len(group):
            one = slices[int(slice_of(setting, group[:1])[0])]
            yield read_folder(setting, one), group


class Texts:
    """The texts of articles by their numbers."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._opened = lru_cache(64)(self._open)
        self._unpacked = lru_cache(64)(self._unpack)

    def __getitem__(self, seq: int) -> str:
        which = int(slice_of(self._setting, np.array([seq]))[0])
        row = int(np.searchsorted(self._opened(which)[0], seq))
        text: str = self._unpacked(which, row // TEXTS)[row % TEXTS].as_py()
        return text

    def _open(self, which: int) -> tuple[Numbers, pa.RecordBatchFileReader]:
        folder = read_folder(self._setting, slices_of(self._setting)[which])
        seqs = numbers(read_table(folder / "articles.arrow")["seq"])
        return seqs, pa.ipc.open_file(pa.memory_map(str(folder / "texts.arrow")))

    def _unpack(self, which: int, batch: int) -> pa.Array:
        return self._opened(which)[1].get_batch(batch).column(0)
