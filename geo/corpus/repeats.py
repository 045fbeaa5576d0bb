"""Articles that come again under their id, or word for word, are found here.

The rule is that of `geo.writing.stored_as`, for articles in the order of the corpus.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from geo.corpus.leaves import all_leaves, files_of, leaf_of, look_up
from geo.corpus.parts import LeftOut
from geo.corpus.reading import KEYS, LEFT_OUT
from geo.corpus.shards import numbers, read_shard, read_table, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.corpus.leaves import Numbers
    from geo.corpus.settings import Setting

_SEQS = pa.schema([("seq", pa.int64())])
_AT_ONCE = 100_000
_SAME, _OTHER = "repeated", "refused"


def shared_rows(paths: Iterable[Path], shard: str) -> Numbers:
    """Return the keys of a shard that several articles share.

    Returns
    -------
    ndarray
        Rows of key, band and article, sorted.
    """
    table = read_shard(paths, shard, KEYS)
    rows = np.stack([numbers(table[name]).astype(np.int64) for name in KEYS.names], 1)
    rows = rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]
    is_next = np.all(rows[1:, :2] == rows[:-1, :2], axis=1)
    shared = np.zeros(len(rows), dtype=bool)
    shared[1:] |= is_next
    shared[:-1] |= is_next
    return rows[shared]


def find_shared(setting: Setting, shard: str, folder: Path) -> None:
    """Leave the numbers of the articles that share an id, or all they say, by a shard.

    Few articles do, so that one task can go through all of these in their order.
    """
    rows = shared_rows(files_of(setting, "exact.arrow"), shard)
    write_table(folder / "seqs.arrow", pa.table([np.unique(rows[:, 2])], schema=_SEQS))


def drop_repeats(setting: Setting, folder: Path) -> None:
    """Leave the numbers of the articles that do not count, and why some are refused."""
    shared = [path / "seqs.arrow" for path in setting.of_shards("shared")]
    parts = [numbers(read_table(path)["seq"]) for path in shared]
    seqs = np.unique(np.concatenate(parts))
    known = _Known()
    dropped: list[int] = []
    refused: list[tuple[int, str]] = []
    for start in range(0, len(seqs), _AT_ONCE):
        some = seqs[start : start + _AT_ONCE]
        found = look_up(setting, some, ["article_id", "content", "text"])
        rows = zip(some.tolist(), *(c.to_pylist() for c in found.columns), strict=True)
        for seq, article_id, content, text in rows:
            if not known.takes(article_id, content, text):
                dropped.append(seq)
                if known.texts.get(article_id, text) != text:
                    refused.append((seq, article_id))
    table = pa.table([np.array(dropped, dtype=np.int64)], schema=_SEQS)
    write_table(folder / "seqs.arrow", table)
    told = "".join(_refusal(setting, *one) + "\n" for one in refused)
    (folder / LEFT_OUT).write_text(told, encoding="utf-8")


class _Known:
    """What articles of one id, or of one content, came first."""

    def __init__(self) -> None:
        self.texts: dict[str, bytes] = {}
        self._contents: set[str] = set()

    def takes(self, article_id: str, content: str, text: bytes) -> bool:
        """Say whether an article is new, and remember it if so."""
        if article_id in self.texts or content in self._contents:
            return False
        self.texts[article_id] = text
        self._contents.add(content)
        return True


def _refusal(setting: Setting, seq: int, article_id: str) -> str:
    leaf = all_leaves(setting)[int(leaf_of(setting, np.array([seq]))[0])]
    left_out = LeftOut(
        where=f"{leaf.where(seq)} ({article_id})",
        why="its id comes before with another text; give it an id of its own",
    )
    return json.dumps(asdict(left_out), ensure_ascii=False)


def dropped(setting: Setting) -> Numbers:
    """Return the numbers of the articles that do not count, sorted."""
    path = setting.made("kept", "all") / "seqs.arrow"
    return numbers(read_table(path)["seq"])


def counts(setting: Setting, seqs: Numbers) -> NDArray[np.bool_]:
    """Say of articles by their numbers whether they count."""
    return ~np.isin(seqs, dropped(setting))
