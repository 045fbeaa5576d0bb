"""A folder is watched here: files are taken when they are new or changed, and at rest.

A file is at rest once it is as it was at the look before: what is still being written
is left until it is whole.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from extract.sources import Source
from geo.following import Looked, begin, is_noted, note
from geo.taking import take

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.following import Following

EVERY_S = 5.0
"""Seconds between two looks at a folder, and so how long a file is to be at rest."""
MAX_BYTES = 50_000_000
"""The largest file that is taken."""
SUFFIXES = (
    *(".txt", ".md", ".html", ".htm", ".pdf", ".docx"),
    *(".jsonl", ".ndjson", ".csv", ".parquet"),
)
"""Of the files that are taken."""


class Watch:
    """Looks at one folder again and again.

    Parameters
    ----------
    folder
        With all that is below it, but for what is hidden or a link.
    following
        Where to.
    """

    def __init__(self, folder: Path, following: Following) -> None:
        self._folder = folder
        self._following = following
        self._before: dict[str, tuple[int, int]] = {}

    def look(self, _name: str = "") -> Looked:
        """Take the files that are at rest and not taken yet."""
        now = self._following.now()
        looked = Looked(
            name=str(self._folder), at=now, next=now + timedelta(seconds=EVERY_S)
        )
        name = self._folder.as_uri()
        begin(name, self._following)
        if not self._folder.is_dir():
            looked.said.append(f"{self._folder} is no folder; is its disk there?")
            return looked
        there = dict(_files(self._folder))
        resting = [one for one in there if self._before.get(one) == there[one]]
        for path in sorted(resting):
            size, changed = there[path]
            key = f"{path} {size} {changed}"
            if not is_noted(self._following.store, name, key):
                said = self._take(path, size, looked)
                note(name, key, self._following, said)
        self._before = there
        return looked

    def _take(self, path: str, size: int, looked: Looked) -> str:
        """Take a file; return what is to be said of it."""
        looked.n_new += 1
        if size > MAX_BYTES:
            return _said(f"{path}: larger than {MAX_BYTES // 1_000_000} MB", looked)
        try:
            content = (self._folder / path).read_bytes()
        except OSError as error:
            return _said(f"{path}: {(error.strerror or str(error)).lower()}", looked)
        if not content:
            return _said(f"{path}: the file is empty", looked)
        taken = take(Source(name=path, content=content), self._following.into)
        looked.taken.add(taken)
        return "; ".join(failure.reason for failure in taken.report.failures)


def _said(words: str, looked: Looked) -> str:
    looked.said.append(words)
    return words


def _files(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the files below a folder by their paths in it, with size and time."""
    for above, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if not one.startswith(".")]
        for name in names:
            path = Path(above, name)
            if name.startswith(".") or not name.lower().endswith(SUFFIXES):
                continue
            try:
                # Of a link itself, which may lead out of the folder.
                known = path.lstat()
            except OSError:
                continue  # gone meanwhile
            if S_ISREG(known.st_mode):
                inside = str(path.relative_to(folder))
                yield inside, (known.st_size, known.st_mtime_ns)
