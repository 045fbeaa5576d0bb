"""A process is asked to stop: what it is at is done whole first, within a time."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

STOP_TIMEOUT = "TIDELINE_STOP_TIMEOUT"
"""The variable by which `tideline serve` tells the page's process how long it has."""

WITHIN_S = 20.0
"""How long what is under way may take once a process was asked to stop, in seconds.
Half a minute after its own asking, systemd and others stop asking."""


class Stopped(KeyboardInterrupt):
    """What would go on without end was asked to stop."""


class Stop:
    """Ends a loop when SIGTERM or Ctrl-C comes: between two pieces of work.

    A piece that takes longer than `within_s` seconds, or a second signal, breaks it
    off; what it wrote is then rolled back. Signals count while it is used in a `with`
    statement, in the main thread.
    """

    def __init__(self, within_s: float = WITHIN_S) -> None:
        self._within_s = within_s
        self._is_asked = False
        self._rests = False

    @contextmanager
    def heeding(self) -> Iterator[None]:
        """Heed signals within."""
        numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)
        before = {one: signal.signal(one, self._asked) for one in numbers}
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            for number, handler in before.items():
                signal.signal(number, handler)

    def check(self) -> None:
        """Stop here if that was asked for.

        Raises
        ------
        Stopped
            If it was.
        """
        if self._is_asked:
            raise Stopped

    def sleep(self, seconds: float) -> None:
        """Rest for so long; a signal ends it at once.

        Raises
        ------
        Stopped
            If that was asked for before or meanwhile.
        """
        self._rests = True
        try:
            self.check()
            time.sleep(seconds)
        finally:
            self._rests = False

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        is_again, self._is_asked = self._is_asked, True
        if self._rests or is_again:
            raise Stopped
        signal.setitimer(signal.ITIMER_REAL, self._within_s)


class UnderWay:
    """Counts what is under way in any thread, so that a stop can wait for it."""

    def __init__(self) -> None:
        self._n = 0
        self._changed = threading.Condition()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count as one within."""
        with self._changed:
            self._n += 1
        try:
            yield
        finally:
            with self._changed:
                self._n -= 1
                self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait until there is none, so long at most; say whether there is none."""
        with self._changed:
            return self._changed.wait_for(lambda: self._n == 0, seconds)


WRITES = UnderWay()
"""Acts of writing to a store in this process."""
