"""Who does the tasks of a run: this process, one after the other, or Dask's workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from geo.corpus.resuming import ReachError

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


PASSING = (OSError, ReachError)
"""Errors that may be gone when a task is tried later: a full disk, a server that is
down."""

AHEAD = 2
"""Tasks given out for each worker: one that it does, and one that it need not wait for.
More would only die with it."""


class Pool(Protocol):
    """Whoever does tasks."""

    def each(
        self, work: Callable[[T], R], given: Iterable[T], *, ahead: int = AHEAD
    ) -> Iterator[tuple[T, R | Failed]]:
        """Yield what comes of each that is given, as it comes.

        Parameters
        ----------
        work
            What is done with each.
        given
            In the order in which to begin.
        ahead
            How many each worker is given at a time. With 0 there is one in all, so that
            whatever ends a worker is known.

        Raises
        ------
        Exception
            That a task raised, but for those that may pass: they are failures.
        """
        ...


class InProcess:
    """Does one task after the other, here."""

    def each(
        self,
        work: Callable[[T], R],
        given: Iterable[T],
        *,
        ahead: int = 0,
    ) -> Iterator[tuple[T, R | Failed]]:
        """Yield what comes of each that is given."""
        for one in given:
            try:
                done: R | Failed = work(one)
            except PASSING as error:
                done = Failed(words_of(error))
            yield one, done


def words_of(error: BaseException) -> str:
    """Return what was wrong, in a line."""
    return " ".join(str(error).split()) or type(error).__name__
