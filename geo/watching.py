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

from extract.sources import SUFFIXES
from geo.following import Looked, begin, is_noted, note
from geo.inputs import as_text, take_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.following import Following

EVERY_S = 5.0
"""Seconds between two looks at a folder, and so how long a file is to be at rest."""


class Watch:
    """Looks at one folder again and again.

    Parameters
    ----------
    folder
        With all that is below it, but for what is hidden or a link.
    asking
        Gives where to, anew for each look.
    """

    def __init__(self, folder: Path, asking: Callable[[], Following]) -> None:
        self._folder = folder
        self._asking = asking
        self._before: dict[str, str] = {}

    def look(self, _name: str = "") -> Looked:
        """Take the files that are at rest and not taken yet."""
        following = self._asking()
        now = following.now()
        looked = Looked(
            name=str(self._folder), at=now, next=now + timedelta(seconds=EVERY_S)
        )
        if not self._folder.is_dir():
            looked.said.append(f"{self._folder} is no folder; is its disk there?")
            return looked
        name = self._folder.as_uri()
        begin(name, following)
        there = dict(_files(self._folder))
        resting = [one for one in there if self._before.get(one) == there[one]]
        for path in sorted(resting):
            key = f"{as_text(path)} {there[path]}"
            if not is_noted(following.store, name, key):
                following.between()
                looked.n_new += 1
                said = self._take(path, following, looked)
                note(name, key, following, said)
        self._before = there
        return looked

    def _take(self, path: str, following: Following, looked: Looked) -> str:
        """Take a file; return what is to be said of it."""
        before = len(looked.taken.report.failures)
        looked.taken.add(take_file(str(self._folder / path), following.into))
        failures = looked.taken.report.failures[before:]
        return "; ".join(failure.reason for failure in failures)


def _files(folder: Path) -> Iterator[tuple[str, str]]:
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
                yield inside, f"{known.st_size} {known.st_mtime_ns}"
