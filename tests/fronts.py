"""Made-up fronts: who holds which land in truth, and the places that tell of it."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, Point, box
from shapely.ops import split

from geo.events import DTYPES
from geo.timeline import CONTROL_DTYPES
from geo.view import ordered

WEST, SOUTH, EAST, NORTH = REGION = (36.0, 34.0, 39.0, 36.0)
A, B = "Syrian government", "Syrian opposition"
METRES = "EPSG:32637"
"""The UTM zone of the region, for measures that owe nothing to the code under test."""

PLACE = {
    "place": "Example",
    "radius_m": 2_000.0,
    "where_prec": 1,
    "controlled_by": A,
    "since": pd.Timestamp(2017, 3, 1),
    "last_reported": pd.Timestamp(2017, 3, 1),
    "age_days": 3,
    "status": "assessed",
    "disputed": False,
    "attacked": False,
    "contested": False,
    "event_id": "e-1",
}

EVENT = {
    "place": "Example",
    "radius_m": 2_000.0,
    "where_prec": 1,
    "event_type": "captured",
    "date_prec": 1,
    "n_claims": 1,
    "n_publishers": 1,
    "n_independent": 1,
    "confidence": 0.8,
    "sentence": "They took it.",
    "article_id": "a1",
    "char_start": 0,
    "char_end": 13,
    "publisher": "Daily Example",
    "reviewed": False,
}
FIRST = np.datetime64("2017-01-01")
DAYS = 100


def make_state(*places):
    """Return what `control_on` returns of places, given as (lon, lat, changes)."""
    rows = [
        {"place_id": f"p{n:05}", **PLACE, **changes, "geometry": Point(lon, lat)}
        for n, (lon, lat, changes) in enumerate(places)
    ]
    frame = pd.DataFrame(rows, columns=list(CONTROL_DTYPES))
    dtypes = {k: v for k, v in CONTROL_DTYPES.items() if v != "geometry"}
    return gpd.GeoDataFrame(frame.astype(dtypes), geometry="geometry", crs="EPSG:4326")


def truths():
    """Return by name what `A` and what `B` holds of the region; a river is nobody's."""
    region = box(*REGION)
    straight = LineString([(36.2, 33.0), (38.6, 37.0)])
    lats = np.linspace(33.5, 36.5, 200)
    curve = LineString(
        np.stack([37.5 + 0.35 * np.sin(4 * lats), lats], axis=1).tolist()
    )
    enclave = shapely.transform(
        Point(0, 0).buffer(1), lambda xy: xy * [0.4, 0.33] + [37.4, 35.0]
    )
    river = curve.buffer(0.02)
    return {
        "straight": halves(split(region, straight)),
        "curved": halves(split(region, curve)),
        "enclave": (region - enclave, enclave),
        "river": halves(region - river),
    }


def halves(parts):
    """Return the western and the eastern of two parts."""
    return tuple(sorted(shapely.get_parts(parts), key=lambda part: part.centroid.x))


def sample(truth, n, seed):
    """Return the state of `n` places scattered over what `A` and `B` hold."""
    rng = np.random.default_rng(seed)
    places = []
    while len(places) < n:
        lon, lat = rng.uniform((WEST, SOUTH), (EAST, NORTH)).tolist()
        for holder, ground in zip((A, B), truth, strict=True):
            if ground.contains(Point(lon, lat)):
                places.append((lon, lat, {"controlled_by": holder}))
    return make_state(*places)


def overlap(areas, truth, state, reach_m=15_000):
    """Return intersection over union with the truth in reach of places, of `A` and `B`."""
    in_reach = measured(state).buffer(reach_m, quad_segs=16).union_all()
    grounds = measured(gpd.GeoSeries(list(truth), crs=state.crs)).intersection(in_reach)
    shares = []
    for holder, ground in zip((A, B), grounds, strict=True):
        mine = measured(areas[areas["controlled_by"] == holder]).union_all()
        shares.append((mine & ground).area / (mine | ground).area)
    return shares


def measured(frame):
    """Return geometries in metres; a long straight line in degrees bends there."""
    return frame.geometry.segmentize(0.05).to_crs(METRES)


def moving(n, seed):
    """Return events of `n` places that a front sweeps over, from west to east.

    `A` holds every place first, `B` takes it when the front comes, on one of `DAYS`
    days; some are attacked before, left by both, told of by one side, known badly, or
    lie at the point of another. The events are in the order of `geo.view.ordered`.
    """
    rng = np.random.default_rng(seed)
    spots = rng.uniform((WEST, SOUTH), (EAST, NORTH), (n, 2))
    again = rng.random(n) < 0.03
    spots[again] = spots[rng.integers(0, n, again.sum())]
    share = (spots[:, 0] - WEST) / (EAST - WEST) + 0.12 * np.sin(4 * spots[:, 1])
    falls = np.clip(share * 70 + rng.normal(25, 4, n), 2, DAYS - 1).astype(int)
    waves = (
        ("captured", A, None, rng.integers(0, falls // 2 + 1)),
        ("attacked", B, A, falls - 2),
        ("captured", B, A, falls),
        ("withdrew", None, B, np.minimum(falls + 30, DAYS)),
    )
    chance = (1, 0.3, 1, 0.1)
    parts = []
    for number, ((kind, taker, loser, on), share) in enumerate(
        zip(waves, chance, strict=True)
    ):
        told = np.flatnonzero(rng.random(n) < share)
        vague = told % 20 == 0
        part = {
            **EVENT,
            "event_id": [f"e-{number}-{at}" for at in told],
            "place_id": [f"p{at}" for at in told],
            "geometry": shapely.points(spots[told]),
            "where_prec": np.where(vague, 2, 1),
            "radius_m": np.where(
                vague, rng.choice([8_000, 15_000, 40_000], len(told)), 2_000
            ),
            "event_type": kind,
            "gained_by": taker,
            "lost_by": loser,
            "date_start": FIRST + on[told],
            "date_end": FIRST + on[told],
            "status": rng.choice(
                ["claimed", "assessed", "disputed", "denied"],
                len(told),
                p=[0.3, 0.5, 0.15, 0.05],
            ),
        }
        parts.append(
            pd.DataFrame(part, index=range(len(told))).reindex(columns=list(DTYPES))
        )
    frame = pd.concat(
        [
            part.astype({k: v for k, v in DTYPES.items() if k != "geometry"})
            for part in parts
        ]
    )
    return ordered(gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326"))
