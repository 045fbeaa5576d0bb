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

from geo.acts import CHANNEL, last_act
from geo.store import StoreError, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from geo.store_address import Whereabouts

EVERY_S = 1.0
"""How often it is asked of a file whether it was written to, in seconds."""

LONGEST_S = 30.0
"""How long a store that cannot be read is left alone at most, in seconds; and how often
one that says nothing is looked at all the same."""

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
                    for _ in _heard(store.where, self._end):
                        with store.reading() as connection:
                            self.latest = last_act(connection)
                        failures = 0
            except (StoreError, OSError, sqlite3.Error) as error:
                logger.info("the store cannot be listened to: %s", error)
                self.latest = None
                failures += 1
            self._end.wait(min(EVERY_S * 2.0 ** min(failures, 10), LONGEST_S))


def _heard(where: Whereabouts, end: Event) -> Iterator[None]:
    """Yield at once, and whenever somebody wrote, until it is another store."""
    return _told(where, end) if where.path is None else _seen(where.path, end)


def _told(where: Whereabouts, end: Event) -> Iterator[None]:
    """Yield when the database tells of an act.

    Raises
    ------
    StoreError
        If the connection is lost.
    """
    from psycopg import Error
    from psycopg.sql import SQL, Identifier

    from geo.postgres import connected

    try:
        with connected(where) as connection:
            connection.execute(SQL("LISTEN {}").format(Identifier(CHANNEL)))
            silent_s = LONGEST_S
            while not end.is_set():
                told = list(connection.notifies(timeout=EVERY_S, stop_after=1))
                silent_s += EVERY_S
                if told or silent_s >= LONGEST_S:
                    silent_s = 0.0
                    yield
    except Error as error:
        raise StoreError(f"{where} is heard of no more: {error}") from error


def _seen(path: Path, end: Event) -> Iterator[None]:
    """Yield when a file was written to."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        this, last = _identity(path), None
        while not end.is_set() and _identity(path) == this:
            [now] = connection.execute("PRAGMA data_version").fetchone()
            if now != last:
                yield
            last = now
            end.wait(EVERY_S)


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino
