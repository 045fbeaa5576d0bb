"""Names are filed here: a SQLite index of every key of every name, built by streaming.

The index is made beside its final name and moved there when it is whole, so that a
broken one is never seen.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geo.listings import Listing, Place, default_listings, default_stamp
from geo.names import fold, keys_of_folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

INDEX_VERSION = 4
# Scripts whose names are spelt in more than one way here: Latin, Cyrillic, Arabic.
_VARIED = re.compile(r"[a-z\u0400-\u052f\u0600-\u06ff]")
_LATIN = re.compile(r"[A-Za-z]")
_BATCH = 20_000
_PROGRESS_EVERY = 5_000

# Under what a key is filed. A name's finer key stands for the coarser ones that equal
# it: keys made twice are the same, so that a lookup up to a stage still finds it.
FOLD, BARE, SOUND, COARSE = range(4)


_SCHEMA = """
CREATE TABLE source (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, licence TEXT NOT NULL,
    dated TEXT NOT NULL
);
CREATE TABLE place (
    id INTEGER PRIMARY KEY, place_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    lon REAL NOT NULL CHECK (lon BETWEEN -180 AND 180),
    lat REAL NOT NULL CHECK (lat BETWEEN -90 AND 90),
    country TEXT NOT NULL, admin1 TEXT NOT NULL, feature_class TEXT NOT NULL,
    feature_code TEXT NOT NULL, population INTEGER NOT NULL,
    source INTEGER NOT NULL REFERENCES source, radius_m REAL
);
CREATE TABLE name (
    id INTEGER PRIMARY KEY, place INTEGER NOT NULL REFERENCES place, text TEXT NOT NULL
);
CREATE TABLE key (
    key TEXT, country TEXT, stage INTEGER, name INTEGER,
    PRIMARY KEY (key, country, stage, name)
) WITHOUT ROWID;
CREATE TABLE meta (stamp TEXT NOT NULL);
CREATE TEMP TABLE staged (key TEXT, country TEXT, stage INTEGER, name INTEGER);
CREATE TEMP TABLE area (key TEXT, country TEXT, stage INTEGER, name INTEGER);
"""
# A bare name that a town shares with its province or district ("Aleppo") is the town's:
# lists give an area many names, and what means the area says so ("Aleppo province").
_FINISH = f"""
INSERT INTO key SELECT key, country, stage, name FROM staged ORDER BY 1, 2, 3, 4;
CREATE TEMP TABLE shared AS SELECT DISTINCT a.name FROM area a WHERE a.stage <= {BARE}
    AND EXISTS (
        SELECT 1 FROM key k JOIN name n ON n.id = k.name JOIN place p ON p.id = n.place
        WHERE k.key = a.key AND k.country = a.country AND k.stage <= {BARE}
        AND p.feature_class = 'P'
    );
DELETE FROM key WHERE (key, country, stage, name) IN (
    SELECT key, country, stage, name FROM area WHERE name IN (SELECT name FROM shared)
);
CREATE INDEX place_admin1 ON place (country, admin1);
"""  # noqa: S608 - made of constants
_STAGE = "INSERT INTO staged VALUES (?, ?, ?, ?)"
# Of two listings of one place the first counts; the other fills in what that lacks. PPL
# says only that people live there, so that any other code for a town says more, and a
# name without any Latin letter is no name to show on an English page.
_ADD_PLACE = """
INSERT INTO place VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (place_id) DO UPDATE SET
    name = iif(
        name NOT GLOB '*[A-Za-z]*' AND excluded.name GLOB '*[A-Za-z]*',
        excluded.name, name
    ),
    population = iif(population > 0, population, excluded.population),
    admin1 = iif(
        admin1 = '' AND country = excluded.country, excluded.admin1, admin1
    ),
    feature_code = iif(
        feature_code IN ('', 'PPL') AND feature_class = excluded.feature_class
        AND excluded.feature_code <> '', excluded.feature_code, feature_code
    ),
    radius_m = coalesce(radius_m, excluded.radius_m)
RETURNING id
"""


class GazetteerError(Exception):
    """The index cannot be built or read; the message names the file and why."""


def build_gazetteer(
    path: Path,
    *,
    listings: Iterable[Listing] | None = None,
    stamp: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Build the index from listings, by default those Tideline comes with.

    Parameters
    ----------
    path
        Where the index goes; what was there stays until the new one is whole.
    listings
        Places in any order; of two with one id the first counts, with both's names,
        and with the other's population, area, code or radius where it has none.
    stamp
        Names the contents; an index with another stamp is stale.
    progress
        Called with the number of places done, now and then and at the end.

    Raises
    ------
    GazetteerError
        If the file cannot be written or a listing cannot be read; nothing is left
        behind and an old index is untouched.
    """
    if listings is None:
        listings, stamp = default_listings(), stamp or default_stamp()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(
            dir=path.parent, prefix=f"{path.name}.", suffix=".part"
        )
        os.close(handle)
    except OSError as error:
        raise GazetteerError(f"cannot write {path}: {error}") from error
    try:
        _fill(Path(part), listings, full_stamp(stamp or ""), progress)
        Path(part).replace(path)
    except (OSError, sqlite3.Error, ValueError, OverflowError) as error:
        raise GazetteerError(f"cannot build {path}: {error}") from error
    finally:
        Path(part).unlink(missing_ok=True)


def full_stamp(stamp: str) -> str:
    """Return the stamp that an index carries: its own version and its contents'."""
    return f"tideline index {INDEX_VERSION}; {stamp}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What an index holds of one source; `dated` is the latest day that it gives."""

    source: str
    licence: str
    dated: str
    n_places: int


def filed(path: Path) -> list[Filed]:
    """Return what an index holds, most places first.

    Raises
    ------
    GazetteerError
        If it cannot be read.
    """
    sql = (
        "SELECT s.name, s.licence, max(s.dated), count(*) FROM place p"
        " JOIN source s ON s.id = p.source GROUP BY 1, 2 ORDER BY 4 DESC, 1, 2"
    )
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            rows = connection.execute(sql).fetchall()
    except sqlite3.Error as error:
        raise GazetteerError(f"cannot read {path}: {error}") from error
    return [
        Filed(source=source, licence=licence, dated=dated, n_places=number)
        for source, licence, dated, number in rows
    ]


def _fill(
    part: Path,
    listings: Iterable[Listing],
    stamp: str,
    progress: Callable[[int], None] | None,
) -> None:
    with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as connection:
        connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "PRAGMA cache_size = -32000; PRAGMA temp_store = FILE;" + _SCHEMA
        )
        connection.execute("BEGIN")
        _insert(connection, _reported(listings, progress))
        connection.execute("COMMIT")
        connection.executescript(_FINISH)
        connection.execute("INSERT INTO meta VALUES (?)", (stamp,))
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _reported(
    listings: Iterable[Listing], progress: Callable[[int], None] | None
) -> Iterator[Listing]:
    done = 0
    for done, listing in enumerate(listings, 1):
        yield listing
        if progress and done % _PROGRESS_EVERY == 0:
            progress(done)
    if progress:
        progress(done)


def _insert(connection: sqlite3.Connection, listings: Iterable[Listing]) -> None:
    names = 0
    texts: list[tuple[int, int, str]] = []
    rows: list[tuple[str, str, int, int]] = []
    sources: dict[tuple[str, str, str], int] = {}
    for listing in listings:
        place = _insert_place(connection, listing.place, sources)
        first = names + 1
        texts.extend((first + i, place, text) for i, text in enumerate(listing.names))
        names += len(listing.names)
        keyed = list(key_rows(listing, first))
        rows.extend(keyed)
        if listing.place.feature_code.startswith("ADM"):
            connection.executemany("INSERT INTO area VALUES (?, ?, ?, ?)", keyed)
        if len(rows) >= _BATCH:
            _stage(connection, texts, rows)
    _stage(connection, texts, rows)


def _stage(
    connection: sqlite3.Connection,
    texts: list[tuple[int, int, str]],
    rows: list[tuple[str, str, int, int]],
) -> None:
    connection.executemany("INSERT INTO name VALUES (?, ?, ?)", texts)
    connection.executemany(_STAGE, rows)
    texts.clear()
    rows.clear()


def _insert_place(
    connection: sqlite3.Connection,
    place: Place,
    sources: dict[tuple[str, str, str], int],
) -> int:
    """Add a place, or what it adds to one that is there; return its row's number.

    `sources` holds those of the index so far: one a list and day.
    """
    source = (place.source, place.licence, place.dated)
    if source not in sources:
        sources[source] = len(sources) + 1
        row = (sources[source], *source)
        connection.execute("INSERT INTO source VALUES (?, ?, ?, ?)", row)
    values = (
        place.place_id, place.name, place.lon, place.lat, place.country, place.admin1,
        place.feature_class, place.feature_code, place.population, sources[source],
        place.radius_m,
    )  # fmt: skip
    [number] = connection.execute(_ADD_PLACE, values).fetchone()
    return int(number)


def key_rows(listing: Listing, first: int) -> Iterator[tuple[str, str, int, int]]:
    """Yield key, country, stage and name for each key under which names are filed.

    The first of the listing's names has the number `first`, the next one more.
    """
    country = listing.place.country
    folds: set[str] = set()
    filed: set[str] = set()
    is_latin = any(_LATIN.search(text) for text in listing.names)
    for number, text in enumerate(listing.names, first):
        folded = fold(text)
        if folded:
            yield folded, country, FOLD, number
        if folded in folds or not _VARIED.search(folded):
            continue
        folds.add(folded)
        of_name = keys_of_folded(folded)
        filed.add(folded)
        for key, stage in ((of_name.bare, BARE), (of_name.sound, SOUND)):
            if key not in filed:
                filed.add(key)
                yield key, country, stage, number
        # Skeletons are filed for each spelling: which one is alike is asked later. Of
        # other scripts only where a place has no Latin name: without vowels, "Sulaymān"
        # in Arabic letters would be like any "Sulaymaniyah".
        if of_name.coarse and (_LATIN.search(folded) or not is_latin):
            yield of_name.coarse, country, COARSE, number
