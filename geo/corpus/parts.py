"""What a corpus is cut into, and what could not be read of it: the records."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from extract.records import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of one input that is read at a time, as JSON says it too.

    `name` is told to people and differs from that of all other parts; `address` is a
    path or what fsspec opens. `start` and `end` are a half-open range, of bytes in
    lines and of rows in tables; `end` is None where all is meant. `size` is about how
    many bytes are to be read, for the estimate of time. `version` is another one where
    the file has changed.
    """

    name: str
    # May hold passwords: what a worker cannot do is logged with what it was given.
    address: str = field(repr=False)
    form: str
    start: int = 0
    end: int | None = None
    size: int = 0
    version: str = ""

    @property
    def told(self) -> dict[str, str | int | None]:
        """All of it that may be written down, and that tells it from another part."""
        return {key: value for key, value in asdict(self).items() if key != "address"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What of an input is not in the result, where it stands, and why."""

    where: str
    why: str


ReadPart: TypeAlias = "Callable[[Part], Iterator[Article | LeftOut]]"
"""Yields what a part holds, in an order that never differs. Fit to be pickled."""


class Watcher(Protocol):
    """Whatever shows how far a run is."""

    def __call__(
        self, stage: str, *, done: int, total: int, articles: int, seconds: float
    ) -> None:
        """Take note that `done` of a stage's `total` tasks are done.

        `articles` are those read so far in all, `seconds` those since the run began.
        The total of a stage can grow while it runs, where tasks are cut.
        """
        ...
