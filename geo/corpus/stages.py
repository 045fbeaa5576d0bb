"""The stages of a run are put together here: tasks, each of which leaves one folder.

A folder is made elsewhere and moved into place when it is whole, so that half of one
is never seen; a task whose folder is there is done. Tasks of one stage need nothing of
each other, and all of the stages before.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.corpus.clustering import cluster_places
from geo.corpus.copies import compare, find_pairs, group_copies
from geo.corpus.geoparquet import Partition, folder_of, write_files
from geo.corpus.reading import count_items, n_articles, read_slice
from geo.corpus.repeats import drop_repeats, find_shared
from geo.corpus.settings import check_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.corpus.reading import Slice
    from geo.corpus.settings import Setting

MAKING = "making"
"""Where folders are made, in the run's own."""


@dataclass(frozen=True, slots=True)
class Task:
    """One folder to make: of which stage, what it is called, and of what it is made."""

    stage: str
    name: str
    about: Any = None


def perform(setting: Setting, task: Task) -> int:
    """Do a task unless it is done; return how many articles it read.

    Raises
    ------
    CorpusError
        If this machine has another program, or other lists of places, than the run.
    OSError
        If the input cannot be reached, or the run's folder not be written.
    """
    check_program(setting)
    target = setting.made(task.stage, task.name)
    if not target.exists():
        with _whole(setting, target) as folder:
            _DO[task.stage](setting, task, folder)
    return n_articles(target) if task.stage == "read" else 0


def _group(setting: Setting, task: Task, folder: Path) -> None:
    linked = [setting.made("links", str(which)) for which in range(task.about)]
    group_copies(setting, linked, folder)


_DO: dict[str, Callable[[Setting, Task, Path], None]] = {
    "read": lambda setting, task, folder: read_slice(setting, task.about, folder),
    "shared": lambda setting, task, folder: find_shared(setting, task.name, folder),
    "kept": lambda setting, _, folder: drop_repeats(setting, folder),
    "pairs": lambda setting, task, folder: find_pairs(setting, task.name, folder),
    "links": lambda setting, task, folder: compare(setting, task.name, folder),
    "copies": _group,
    "events": lambda setting, task, folder: cluster_places(setting, task.name, folder),
    "files": lambda setting, task, folder: write_files(setting, task.about, folder),
}
"""The stages in their order: parts are read; articles that come again are found and
dropped; those that look alike are paired, compared, and grouped as copies; claims
become events, place by place; files are written."""


def count_in(setting: Setting, one: Slice) -> int:
    """Return how many items a part has, where its reading as a whole failed."""
    check_program(setting)
    return count_items(setting, one)


@contextmanager
def _whole(setting: Setting, target: Path) -> Iterator[Path]:
    """Lend a folder that becomes `target` at the end, unless that came meanwhile."""
    making = setting.folder / MAKING
    making.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=making))
    try:
        yield folder
        for path in folder.rglob("*"):
            if path.is_file():
                _flush(path)
        folder.chmod(0o755)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.rename(folder, target)
        except OSError:
            if not target.exists():
                raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _flush(path: Path) -> None:
    """Have a file on the disk before its folder is moved to where it counts."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def partition_task(partition: Partition) -> Task:
    """Return the task that writes a partition."""
    name = f"{partition.kind}/{folder_of(partition.shard)}"
    return Task("files", name, partition)
