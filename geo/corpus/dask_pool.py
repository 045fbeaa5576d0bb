"""Dask's workers do the tasks of a run here, on this machine or on others.

Few tasks are with the scheduler at a time, however many there are, and each is told by
what it makes: what the scheduler loses is given out again.
"""

from __future__ import annotations

import logging
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import partial
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING, Generic, Self, TypeVar

import dask
from distributed import Client, KilledWorker, LocalCluster
from distributed.comm.core import CommClosedError
from distributed.security import Security

from geo.corpus.pools import AHEAD, PASSING, Failed, words_of
from geo.corpus.settings import CorpusError
from geo.workers import no_script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dask.typing import Key
    from distributed import Future

T = TypeVar("T")
R = TypeVar("R")

logger = logging.getLogger(__name__)

_TRIES = 3
"""How often a task is tried that raised an error, such as a server's that was busy."""

_LOOK_S = 5.0
"""After how long without news it is asked whether the scheduler is still there."""

_PATIENCE = 60
"""How often, so far apart, a scheduler that was lost is looked for: five minutes."""

_LOCAL = {
    # How often a task may end its worker is for the run to decide, which cuts it.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.worker-saturation": 1.0,
    # One that reads something long says nothing meanwhile; one that ended is missed.
    "distributed.scheduler.worker-ttl": None,
    # What a worker holds is a task's own: near the limit only ending it helps.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    # Nothing is served but tasks.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # Ctrl-C is for the run, which ends them; each would else tell where it stood.
    "distributed.worker.preload": [
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
    ],
}


class DaskPool:
    """Dask's workers behind one scheduler.

    Parameters
    ----------
    address
        The scheduler's, such as "tcp://10.0.0.1:8786".
    security
        What it wants to be talked to with, if anything.
    patience
        How often to look for a scheduler that was lost.

    Raises
    ------
    CorpusError
        If there is no scheduler.
    """

    def __init__(
        self,
        address: str,
        *,
        security: Security | None = None,
        patience: int = _PATIENCE,
    ) -> None:
        self._address, self._security = address, security
        self._patience = patience
        self._client = self._found(tries=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the scheduler; what is under way there is given up."""
        self._client.close()

    def each(
        self, work: Callable[[T], R], given: Iterable[T], *, ahead: int = AHEAD
    ) -> Iterator[tuple[T, R | Failed]]:
        """Yield what comes of each that is given, as it comes; see `Pool`.

        Raises
        ------
        CorpusError
            If the scheduler is lost and does not come back.
        """
        flights = _Flights(partial(_one_at_a_time, work), given)
        room = max(1, ahead * len(self.client.nthreads()))
        while flights.fill(self.client, room):
            landed = flights.next()
            if landed is not None:
                yield landed
            elif self._client.status not in _THERE:
                flights.ground()

    @property
    def client(self) -> Client:
        """What talks to the scheduler; a new one where that was lost."""
        if self._client.status not in _THERE:
            logger.warning("the scheduler at %s is lost; looking for it", self._address)
            self._client = self._found(tries=self._patience)
        return self._client

    def _found(self, tries: int) -> Client:
        for left in reversed(range(tries)):
            try:
                return Client(
                    self._address,
                    security=self._security,
                    timeout=_LOOK_S,
                    set_as_default=False,
                )
            except OSError as error:
                if not left:
                    raise CorpusError(
                        f"no scheduler answers at {self._address}: start one with `dask"
                        " scheduler`, and workers with `dask worker --nthreads 1`; what"
                        " is done is kept"
                    ) from error
        raise AssertionError


_THERE = ("running", "connecting")


class _Flights(Generic[T, R]):
    """Tasks on their way to the scheduler, and back."""

    def __init__(self, work: Callable[[T], R], given: Iterable[T]) -> None:
        self._work, self._waiting = work, iter(given)
        self._again: list[T] = []
        self._flying: dict[Key, tuple[Future[R], T]] = {}
        self._landed: SimpleQueue[Future[R]] = SimpleQueue()

    def fill(self, client: Client, room: int) -> bool:
        """Give out as many tasks as there is room for; say if any is under way."""
        while len(self._flying) < room:
            waiting = self._again or list(islice(self._waiting, 1))
            if not waiting:
                break
            one = waiting.pop()
            future = client.submit(self._work, one, pure=False, retries=_TRIES - 1)
            self._flying[future.key] = future, one
            future.add_done_callback(self._landed.put)
        return bool(self._flying)

    def next(self) -> tuple[T, R | Failed] | None:
        """Return what comes back next, or None if nothing did for a while."""
        try:
            future = self._landed.get(timeout=_LOOK_S)
        except Empty:
            return None
        if future.key not in self._flying:
            return None  # of a scheduler that was lost since
        _, one = self._flying.pop(future.key)
        try:
            return one, _outcome(future)
        except (CancelledError, TimeoutError):
            self._again.append(one)
            return None

    def ground(self) -> None:
        """Take back all that is under way with a scheduler that is lost."""
        self._again += [one for _, one in self._flying.values()]
        self._flying.clear()


def _outcome(future: Future[R]) -> R | Failed:
    """Return what came of a task.

    Raises
    ------
    CancelledError
        If the scheduler or the worker was lost before it was told.
    """
    if future.status == "finished":
        with _as_cancelled():
            return future.result(timeout=_LOOK_S)
    if future.status != "error":
        raise CancelledError
    with _as_cancelled():
        error = future.exception(timeout=_LOOK_S)
    if isinstance(error, KilledWorker):
        tries = error.allowed_failures + 1
        ended = "a worker" if tries == 1 else f"{tries} workers"
        return Failed(f"it ended {ended} (killed, or out of memory)", deadly=True)
    if isinstance(error, PASSING):
        return Failed(words_of(error))
    raise error


@contextmanager
def _as_cancelled() -> Iterator[None]:
    try:
        yield
    except CommClosedError as error:
        raise CancelledError from error


_alone = Lock()


def _one_at_a_time(work: Callable[[T], R], one: T) -> R:
    """Do a task when no other one is under way in this process.

    A worker with many threads would not be faster, and shares what reads articles.
    """
    with _alone:
        return work(one)


@contextmanager
def local_workers(n_workers: int, memory: str = "auto") -> Iterator[DaskPool]:
    """Lend workers on this machine, a process each, that nobody else reaches.

    Parameters
    ----------
    n_workers
        How many.
    memory
        What one may take before it is ended, such as "2GB"; its share of the machine's
        where "auto".
    """
    security = Security.temporary()
    with (
        no_script(),
        dask.config.set(_LOCAL),
        LocalCluster(
            n_workers=n_workers,
            threads_per_worker=1,
            memory_limit=memory,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            security=security,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        DaskPool(cluster.scheduler_address, security=security) as pool,
    ):
        yield pool
