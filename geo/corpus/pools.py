"""Who does the tasks of a run: this process, one after the other, or Dask's workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Failed:
    """A task that could not be done, after it was tried again, and why.

    It is `deadly` if it ended every worker who tried it.
    """

    why: str
    deadly: bool = False


class Pool(Protocol):
    """Whoever does tasks."""

    def each(
        self, work: Callable[[T], R], given: Iterable[T], *, alone: bool = False
    ) -> Iterator[tuple[T, R | Failed]]:
        """Yield what comes of each that is given, as it comes.

        With `alone` nothing else is under way meanwhile, so that whatever ends a worker
        is known. An OSError is a failure; what else a task raises is raised here.
        """
        ...


class InProcess:
    """Does one task after the other, here."""

    def each(
        self,
        work: Callable[[T], R],
        given: Iterable[T],
        *,
        alone: bool = False,
    ) -> Iterator[tuple[T, R | Failed]]:
        """Yield what comes of each that is given."""
        for one in given:
            try:
                done: R | Failed = work(one)
            except OSError as error:
                done = Failed(words_of(error))
            yield one, done


def words_of(error: OSError) -> str:
    """Return what was wrong, in a line."""
    return " ".join(str(error).split()) or type(error).__name__
