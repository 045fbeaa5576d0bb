"""What all tasks of a run go by, and whether those who work on them have the same.

CorpusError             the run cannot go on; the message says what to do
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date  # noqa: TC003 - read when a setting is rebuilt
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from extract.conflict import load_conflicts
from geo.corpus.limiting import ARTICLE_S
from geo.gazetteer import Gazetteer, read_stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from extract.records import Conflict
    from geo.corpus.parts import ReadPart

_ROOT = Path(__file__).resolve().parent.parent.parent
_PROGRAM = (
    *("extract/*.py", "geo/*.py", "geo/corpus/*.py"),
    *("assets/lexicon/*.toml", "assets/conflicts/*.toml"),
)


class CorpusError(Exception):
    """A run cannot begin or go on; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a run goes by, fit to be sent to another machine.

    `folder` is where its tasks leave what they make, the same for all who work on it.
    `program` and `places` are digests of the program and of the lists of places,
    `index` tells where a machine has the index of these lists, `read` reads a part.
    `conflict` is the name of the pack to use, empty where each article's text decides;
    articles of days after `day` are refused. `n_shards` is into how many the claims,
    and the keys of texts, are dealt. `article_s` is what the reading of an article may
    take, in seconds of processor time.
    """

    folder: Path
    program: str
    places: str
    index: Callable[[], Path]
    read: ReadPart = field(compare=False)
    day: date
    conflict: str = ""
    n_shards: int = 1
    article_s: float = ARTICLE_S

    def made(self, stage: str, name: str) -> Path:
        """Return the folder of what a task of a stage makes; it is there when whole."""
        return self.folder / stage / name

    def mark(self, name: str) -> Path:
        """Return the file that says that reading what is called so took too long."""
        return self.folder / "late" / name

    def of_shards(self, stage: str) -> list[Path]:
        """Return the folders of a stage that has a task for each shard, in order."""
        return [self.made(stage, str(n)) for n in range(self.n_shards)]

    @property
    def packs(self) -> dict[str, Conflict]:
        """The conflict packs to choose from."""
        packs = load_conflicts()
        return {self.conflict: packs[self.conflict]} if self.conflict else packs


@lru_cache(maxsize=1)
def program_digest() -> str:
    """Return what differs as soon as the program, its words or its packs do."""
    digest = hashlib.sha256()
    for pattern in _PROGRAM:
        for path in sorted(_ROOT.glob(pattern)):
            content = path.read_bytes()
            digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


@lru_cache(maxsize=4)
def check_program(setting: Setting) -> None:
    """Refuse to work for a run that another version of the program began.

    Raises
    ------
    CorpusError
        With what to do.
    """
    if program_digest() != setting.program:
        raise CorpusError(
            f"a worker has version {program_digest()} of Tideline, the run has"
            f" {setting.program}: install the same on all machines and start the"
            " workers again"
        )


def open_index(setting: Setting) -> Gazetteer:
    """Open the index of place names that is on this machine.

    Raises
    ------
    CorpusError
        If it is of other lists than the run's.
    """
    path = setting.index()
    found = read_stamp(path)
    if found != setting.places:
        raise CorpusError(
            f"a worker's index of place names, {path}, is of {found or 'no lists'}, the"
            f" run's of {setting.places}: install the same lists on all machines, and"
            " let `tideline gazetteer info` build the index there"
        )
    return Gazetteer(path)
