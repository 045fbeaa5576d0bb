"""A server hears here of what is done to its store, by whichever process.

A database in PostgreSQL tells by itself; of a file is asked, once a second, whether
anybody wrote to it, which reads no page of it.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from threading import Event, Thread
from typing import TYPE_CHECKING

from geo.acts import last_act
from geo.store import StoreError, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from geo.store import Store

EVERY_S = 1.0
"""How often it is asked of a file whether it was written to, in seconds."""

LONGEST_S = 30.0
"""How long a store that cannot be read is left alone at most, in seconds."""

logger = logging.getLogger(__name__)


class Listener:
    """Knows the last act of a store, soon after it was done.

    One thread, from `start` to `stop`; `where` says where the store is.
    """

    def __init__(self, where: Callable[[], str | Path]) -> None:
        self._where = where
        self._end = Event()
        self._thread: Thread | None = None
        self.latest: int | None = None
        """The number of the last act; None while that is not known."""

    def start(self) -> None:
        """Begin to listen; a store that is not there yet is waited for."""
        self._thread = Thread(target=self._run, name="listener", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Listen no longer; returns when the thread has ended."""
        self._end.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        failures = 0
        while not self._end.is_set():
            try:
                with open_store(self._where(), create=False) as store:
                    for _ in _heard(store, self._end):
                        with store.reading() as connection:
                            self.latest = last_act(connection)
                        failures = 0
            except (StoreError, OSError, sqlite3.Error) as error:
                logger.info("the store cannot be listened to: %s", error)
                self.latest = None
                failures += 1
            self._end.wait(min(EVERY_S * 2.0 ** min(failures, 10), LONGEST_S))


def _heard(store: Store, end: Event) -> Iterator[None]:
    """Yield at once, and whenever somebody wrote, until the file is another one."""
    address = f"{store.path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        this, last = _identity(store.path), None
        while not end.is_set() and _identity(store.path) == this:
            [now] = connection.execute("PRAGMA data_version").fetchone()
            if now != last:
                yield
            last = now
            end.wait(EVERY_S)


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino
