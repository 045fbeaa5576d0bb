"""Stores for `make bench-scale`: where they can be, and what is written to them."""

import csv
import os
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from tempfile import TemporaryDirectory
from time import perf_counter

import postgres_server
from made_store import Unsigned, fill, keep
from made_telling import Teller
from sqlalchemy import select

from geo.event_tables import event
from geo.store import open_store

KINDS = ("sqlite", "postgis")
MB = 1_000_000
SERVER = {
    # What it answers shall be on the disk before it says so, as with a file of SQLite's.
    **dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "on"),
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "max_wal_size": "4GB",
}
COLUMNS = (
    *("event_id", "place", "place_id", "lon", "lat", "event_type", "gained_by"),
    *("lost_by", "date_start", "date_end", "status", "n_claims", "sentence"),
    *("publisher", "url"),
)
"""What is in a newcomer's table."""


@contextmanager
def lent(kind, folder):
    """Lend where a store of a kind can be: a file, or a database of a server's own."""
    if kind == "sqlite":
        yield str(folder / "made.sqlite")
        return
    # Not within the folder, which the server's user may not enter.
    with TemporaryDirectory(prefix="tideline-postgres-") as data:
        server = postgres_server.Server(data, **SERVER)
        try:
            yield server.start().store()
        finally:
            server.stop()


def made_stores(made, stores):
    """Fill stores, by kind and place, with the same; yield a line's figures for each.

    All are filled at once, as each needs one processor.
    """
    begun = perf_counter()
    fork = get_context("fork")
    with fork.Pool(len(stores)) as pool:
        filled = [pool.apply_async(_filled, (made, where)) for where in stores.values()]
        *_, begins = [one.get() for one in filled]
    filled_s = perf_counter() - begun
    with ExitStack() as held:
        opened = [held.enter_context(open_store(where)) for where in stores.values()]
        keep(opened, Teller(made, begins))
        for kind, store in zip(stores, opened, strict=True):
            yield {
                "what": "store made up and written in bulk",
                "store": kind,
                "approach": "tideline",
                "claims": len(made.event),
                "articles": len(made.publisher),
                "places": len(made.place_ids),
                "filled_s": round(filled_s, 1),
                "events_kept_s": round(perf_counter() - begun - filled_s, 1),
                "disk_mb": round(_size(store, stores[kind]) / MB),
            }


def _filled(made, where):
    with open_store(where) as store:
        return fill(store, made, Unsigned()).begins


def _size(store, where):
    """Return how many bytes a store takes, once all that was written is in place."""
    with store.writing() as connection:
        if connection.dialect.name == "postgresql":
            query = "SELECT pg_database_size(current_database())"
            return connection.exec_driver_sql(query).scalar()
    with store.reading() as connection:
        connection.connection.driver_connection.execute(
            "PRAGMA wal_checkpoint(TRUNCATE)"
        )
    return os.path.getsize(where)


def write_csv(where, path):
    """Write a store's events as a newcomer has them: a file of rows."""
    query = select(*(event.c[name] for name in COLUMNS))
    with (
        open_store(where, create=False) as store,
        store.reading() as connection,
        path.open("w", newline="", encoding="utf-8") as file,
    ):
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        rows.writerows(connection.execute(query))
