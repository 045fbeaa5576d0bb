"""A store of made-up events, written in bulk: `python tests/made_store.py WHERE --events N`.

Every row is as the program writes it, and each sentence stands at its offsets. Only copies
are not looked for.
"""

import argparse
import json
import sqlite3
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime

import numpy as np
from made_claims import make_up
from made_events import cells, derived
from made_telling import Teller

from geo import schema
from geo.chain import chained
from geo.copies import text_of
from geo.event_keeping import lay_out
from geo.ledger_tables import band, signature
from geo.rows import article_row
from geo.sql_types import metadata
from geo.store import open_store

NOW = datetime(2026, 1, 5, tzinfo=UTC)
BATCH = 500
"""Articles written at a time."""

TABLES = (
    *(schema.article, schema.revision, schema.claim, schema.placing, schema.location),
    signature,
)
"""Tables, each after those that it refers to."""


class Signed:
    """Acts and articles are signed as the program does it: sound, and slow."""

    def act(self, before, head, written):
        return chained(before, head, written)

    def article(self, article):
        found = text_of(article.article_id, article.text).signature
        return found.sketch.astype("<u4").tobytes(), found.n_shingles, found.keys


class Unsigned:
    """Digests and signatures are random: as many and as long, and fast.

    `tideline check` says that they are not those of what was written. Whoever asks by
    them finds no copy, as among articles of which none is one.
    """

    def __init__(self, seed=0):
        self._rng = np.random.default_rng(seed)

    def act(self, _before, _head, _written):
        return "2:" + self._rng.bytes(32).hex()

    def article(self, article):
        keys = self._rng.integers(-(2**63), 2**63 - 1, 65)
        return self._rng.bytes(512), article.text.count(" "), keys


def fill(store, made, signs=None, *, now=NOW):
    """Write articles, claims and all that goes with them, in one transaction.

    What follows from them is for `keep` to write. `signs` is `Signed` or `Unsigned`.
    Returns the `Teller` that told them.
    """
    teller, writer = Teller(made), Writer(signs or Signed(), now)
    with store.writing():
        pass  # From now on it knows by what its events, still none, are weighed.
    with store.writing() as connection:
        if connection.dialect.name == "sqlite":
            # Some indexes are in no order; their pages shall stay in memory.
            connection.exec_driver_sql("PRAGMA cache_size = -400000")
        for begin in range(0, len(teller), BATCH):
            for number in range(begin, min(begin + BATCH, len(teller))):
                writer.add(*teller.told(number))
            writer.write(connection)
        writer.finish(connection)
    return teller


def keep(stores, teller):
    """Write what follows from the claims of `fill` to stores that have just these."""
    with ExitStack() as held:
        connections = [held.enter_context(store.writing()) for store in stores]
        for rows_by_table in derived(teller):
            for name, rows in rows_by_table.items():
                for connection in connections:
                    insert(connection, metadata.tables[name], rows)
        for connection in connections:
            lay_out(connection)


class Writer:
    """Acts that add articles, gathered to be written many at a time."""

    def __init__(self, signs, now):
        self._signs = signs
        self._at = now.isoformat(timespec="microseconds")
        self._seq, self._digest = 0, ""
        self._rows = {table: [] for table in TABLES}
        self._keys = []

    def add(self, article, claims, placing, places):
        """Take in an article and the rows that come with it."""
        self._seq += 1
        of_act = {"seq": self._seq}
        for row in (placing, *places):
            row |= of_act
        written = {
            schema.article: [article_row(article)],
            schema.claim: claims,
            schema.placing: [placing],
            schema.location: places,
        }
        head = ("article", article.article_id, "", "")
        self._digest = self._signs.act(self._digest, head, written.items())
        kind, article_id, who, why = head
        act = {"at": self._at, "kind": kind, "article_id": article_id, "who": who}
        written[schema.revision] = [
            {**of_act, **act, "why": why, "digest": self._digest}
        ]
        sketch, n_shingles, keys = self._signs.article(article)
        signed = {"article_id": article_id, "n_shingles": n_shingles, "sketch": sketch}
        written[signature] = [{**of_act, **signed}]
        for table, rows in written.items():
            self._rows[table] += rows
        self._keys.append(np.asarray(keys, dtype="i8"))

    def write(self, connection):
        """Write what was gathered, but for the keys of articles."""
        for table, rows in self._rows.items():
            insert(connection, table, [cells(table, row) for row in rows])
            rows.clear()

    def finish(self, connection):
        """Write the keys in their order, or each would go to another page of them."""
        keys = np.concatenate(self._keys)
        acts = np.repeat(np.arange(1, self._seq + 1), [len(one) for one in self._keys])
        order = np.argsort(keys, kind="stable")
        pairs = zip(keys[order].tolist(), acts[order].tolist(), strict=True)
        insert(connection, band, pairs)


def insert(connection, table, rows):
    """Write rows, each a tuple in the order of the columns, by the driver's own way.

    SQLAlchemy's would take as long again to look at each value.
    """
    driver = connection.connection.driver_connection
    names = ", ".join(f'"{name}"' for name in table.c.keys())  # noqa: SIM118 - columns
    if isinstance(driver, sqlite3.Connection):
        marks = ", ".join("?" * len(table.c))
        into = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608
        driver.executemany(into, rows)
        return
    with driver.cursor().copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("where", help="the store: a file, or postgresql://...")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--places", type=int)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--now", type=datetime.fromisoformat, default=NOW)
    parser.add_argument("--unsigned", action="store_true", help=Unsigned.__doc__)
    asked = parser.parse_args()
    begun = time.perf_counter()
    made = make_up(asked.events, places=asked.places, seed=asked.seed)
    drawn = time.perf_counter()
    signs = Unsigned(asked.seed) if asked.unsigned else Signed()
    with open_store(asked.where) as store:
        keep([store], fill(store, made, signs, now=asked.now))
    figures = {
        "events": len(made),
        "claims": len(made.event),
        "articles": len(made.publisher),
        "places": len(made.place_ids),
        "drawn_s": round(drawn - begun, 1),
        "written_s": round(time.perf_counter() - drawn, 1),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
