"""Queries to one server start a second apart here, whoever on this machine asks.

The next free moment stands in a small SQLite file that all threads and processes share.
A moment is reserved and then waited for: a process that dies holds nobody up.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

GAP_S = 1.0
"""Nominatim's usage policy: at most one query a second."""
LONGEST_WAIT_S = 30.0
"""How long a server may ask to be left alone for it to be waited for."""
LONGEST_HOLD_S = 86_400.0
"""How long a server is left alone at most, whatever it asks for."""

# Moments farther ahead than any queue were written before the clock was set back.
_LONGEST_QUEUE_S = 600.0
_BUSY_S = 30.0

_TABLE = """
CREATE TABLE IF NOT EXISTS pace (
    service TEXT PRIMARY KEY, free REAL NOT NULL, held REAL NOT NULL
)
"""


class PaceError(Exception):
    """There is no turn now, or none can be reserved; the message says why."""


class Pace:
    """Turns to ask a server; the same for all that share the file.

    Parameters
    ----------
    path
        The file; made where it is not there yet.
    clock
        Gives seconds that all processes on this machine agree on.
    sleep
        Waits for so many seconds.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._path = path
        self._clock = clock
        self._sleep = sleep

    def wait(self, service: str) -> float:
        """Wait for a turn to ask a server, and return the moment that it is for.

        Raises
        ------
        PaceError
            If the server asked to be left alone for longer, or the file cannot be used.
        """
        while True:
            start, wait_s = self._reserve(service)
            if wait_s > 0:
                self._sleep(wait_s)
            # Whoever asked meanwhile may have been told to wait.
            if self._held_s(service) <= 0:
                return start

    def hold(self, service: str, seconds: float) -> None:
        """Let nobody ask a server for so long, at most for a day."""
        with self._row(service) as (connection, now, _free, held):
            until = max(held, now + min(seconds, LONGEST_HOLD_S))
            sql = "UPDATE pace SET held = ? WHERE service = ?"
            connection.execute(sql, (until, service))

    def _reserve(self, service: str) -> tuple[float, float]:
        """Return the next free moment, taken by this, and how far off it is."""
        with self._row(service) as (connection, now, free, held):
            if held - now > LONGEST_WAIT_S:
                raise PaceError(f"asked to be left alone for {_span(held - now)} more")
            start = max(now, free, held)
            sql = "UPDATE pace SET free = ? WHERE service = ?"
            connection.execute(sql, (start + GAP_S, service))
            return start, start - now

    def _held_s(self, service: str) -> float:
        with self._row(service) as (_connection, now, _free, held):
            return held - now

    @contextmanager
    def _row(
        self, service: str
    ) -> Iterator[tuple[sqlite3.Connection, float, float, float]]:
        """Hold the file alone; give the time now, and the next free moments."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(
                sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None)
            ) as connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_TABLE)
                sql = "INSERT OR IGNORE INTO pace VALUES (?, 0, 0)"
                connection.execute(sql, (service,))
                sql = "SELECT free, held FROM pace WHERE service = ?"
                free, held = connection.execute(sql, (service,)).fetchone()
                now = self._clock()
                yield (
                    connection,
                    now,
                    free if free - now <= _LONGEST_QUEUE_S else now,
                    held if held - now <= LONGEST_HOLD_S else now,
                )
                connection.execute("COMMIT")
        except (OSError, sqlite3.Error) as error:
            raise PaceError(
                f"is not asked, since the file that keeps queries a second apart,"
                f" {self._path}, cannot be used ({error}); delete it, or set"
                " TIDELINE_CACHE to another folder"
            ) from error


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
