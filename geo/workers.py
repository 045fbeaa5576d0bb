"""Work is spread over processes here, and its results come back in order.

Written out rather than left to `concurrent.futures`, whose pool is lost as a whole when
the system kills one process: here the input that a dead process was at is told, and a
new process takes up the rest. Memory stays bounded, however long the input.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections import deque
from contextlib import contextmanager, suppress
from multiprocessing import connection
from types import ModuleType
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from contextlib import AbstractContextManager
    from multiprocessing.connection import Connection

T = TypeVar("T")
R = TypeVar("R")

# What goes to a process at a time, in characters: some 20 ms of work, against 0.2 ms
# for the way there and back.
BATCH = 16_000
# What may be read ahead of the result that is next in order, in characters and items.
AHEAD_SIZE, AHEAD_ITEMS = 16_000_000, 5_000

READY = "ready"


class WorkerError(Exception):
    """A process ended before it was ready to work."""


def in_order(
    items: Iterable[T],
    opened: Callable[[], AbstractContextManager[Callable[[T], R]]],
    *,
    jobs: int,
    lost: Callable[[T, str], R],
    size: Callable[[T], int],
) -> Generator[R, None, None]:
    """Yield the result of each item, in their order, as `jobs` processes work.

    Parameters
    ----------
    items
        What to work on; read as the work goes on.
    opened
        Makes, in each process, the function that works on one item. It, the items and
        the results must be fit to be pickled.
    jobs
        How many processes to start.
    lost
        Makes the result of an item whose process ended, from the item and why.
    size
        Returns an item's length in characters.

    Raises
    ------
    WorkerError
        If a process ends before it is ready.
    """
    queue: _Queue[T, R] = _Queue(items, size)
    workers = [_Worker(opened) for _ in range(jobs)]
    try:
        while True:
            for n, worker in enumerate(workers):
                if not _serve(worker, queue, lost):
                    workers[n] = _Worker(opened)
            yield from queue.take_results()
            if not queue.has_more and not any(worker.batch for worker in workers):
                return
            busy = [w.pipe for w in workers if w.batch or not w.is_ready]
            if busy:
                connection.wait(busy)
    finally:
        for worker in workers:
            worker.end()


def _serve(
    worker: _Worker[T, R], queue: _Queue[T, R], lost: Callable[[T, str], R]
) -> bool:
    """Take what a process has done and give it more; say whether it still runs."""
    try:
        while worker.pipe.poll():
            worker.collect(queue.results)
    except (EOFError, OSError):  # it has ended
        why = worker.end()
        if not worker.is_ready:
            raise WorkerError(f"{why} before it could start") from None
        if worker.batch:
            number, item = worker.batch.popleft()
            queue.results[number] = lost(item, why)
        queue.put_back(worker.batch)
        return False
    if worker.is_ready and not worker.batch:
        batch = queue.next_batch()
        if batch and not worker.give(batch):
            queue.put_back(batch)
            worker.end()
            return False
    return True


class _Worker(Generic[T, R]):
    """One process: what it was given and has not answered yet is in `batch`."""

    def __init__(
        self, opened: Callable[[], AbstractContextManager[Callable[[T], R]]]
    ) -> None:
        # A new interpreter each: nothing of this process is shared by accident,
        # threads and open files of SQLite among it.
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs,), daemon=True)
        self.batch: deque[tuple[int, T]] = deque()
        self.is_ready = False
        with _no_interrupt(), no_script():
            self._process.start()
        theirs.close()  # so that reading ends when the process does
        # Not as an argument: Python hands those over by a pipe whose other end it holds
        # itself meanwhile, and so waits for ever for a process that died at its start.
        with suppress(OSError):
            self.pipe.send(opened)

    def give(self, batch: Iterable[tuple[int, T]]) -> bool:
        """Send a batch; False if the process has ended."""
        try:
            self.pipe.send(batch)
        except OSError:
            return False
        self.batch.extend(batch)
        return True

    def collect(self, results: dict[int, R]) -> None:
        """Take one message: that it is ready, or the result of its next item."""
        message = self.pipe.recv()
        if self.is_ready:
            number, result = message
            self.batch.popleft()
            results[number] = result
        self.is_ready = True

    def end(self) -> str:
        """Stop the process if it runs, and say how it ended."""
        self.pipe.close()
        self._process.join(0.1)
        self._process.terminate()
        self._process.join()
        code = self._process.exitcode or 0
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return f"the process that worked on it ended with {how}"


def _work(pipe: Connection) -> None:
    """Answer each item of each batch, until the other end is closed.

    The first message is what makes the function that answers.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to heed
    try:
        opened = pipe.recv()
    except (EOFError, ConnectionError):
        return
    with opened() as work, suppress(EOFError, ConnectionError), pipe:
        pipe.send(READY)
        while True:
            for number, item in pipe.recv():
                pipe.send((number, work(item)))


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Keep Ctrl-C from a process that starts, which would show a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def no_script() -> Iterator[None]:
    """Keep a process that starts from running this one's script once more.

    Python's own way does, so that what the script defines can be unpickled there. Where
    a page was drawn, that script is the page's.
    """
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


class _Queue(Generic[T, R]):
    """Items on their way out to the processes and results on their way back."""

    def __init__(self, items: Iterable[T], size: Callable[[T], int]) -> None:
        self._items = enumerate(items)
        self._size = size
        self._sizes: deque[int] = deque()
        self._under_way = 0
        self._again: deque[tuple[int, T]] = deque()
        self._next = 0
        self._is_read = False
        self.results: dict[int, R] = {}

    @property
    def has_more(self) -> bool:
        """Whether there is anything left to give out."""
        return bool(self._again) or not self._is_read

    def next_batch(self) -> list[tuple[int, T]]:
        """Return numbered items for one process; none if too much is under way."""
        if self._again:
            batch = list(self._again)
            self._again.clear()
            return batch
        batch, filled = [], 0
        while filled < BATCH and self._has_room():
            numbered = next(self._items, None)
            if numbered is None:
                self._is_read = True
                break
            batch.append(numbered)
            self._sizes.append(self._size(numbered[1]))
            self._under_way += self._sizes[-1]
            filled += self._sizes[-1]
        return batch

    def _has_room(self) -> bool:
        is_short = len(self._sizes) < AHEAD_ITEMS and self._under_way < AHEAD_SIZE
        return is_short and not self._is_read

    def put_back(self, batch: Iterable[tuple[int, T]]) -> None:
        """Take up again what a process that ended had not come to."""
        self._again.extend(batch)

    def take_results(self) -> Iterator[R]:
        """Yield the results that are next in order."""
        while self._next in self.results:
            yield self.results.pop(self._next)
            self._under_way -= self._sizes.popleft()
            self._next += 1
