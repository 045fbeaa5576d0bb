"""Made-up fronts: who holds which land in truth, and the places that tell of it."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, Point, box
from shapely.ops import split

from geo.timeline import CONTROL_DTYPES

WEST, SOUTH, EAST, NORTH = REGION = (36.0, 34.0, 39.0, 36.0)
METRES = "EPSG:32637"
"""The UTM zone of the region, for measures that owe nothing to the code under test."""

PLACE = {
    "place": "Example",
    "radius_m": 2_000.0,
    "where_prec": 1,
    "controlled_by": "A",
    "since": pd.Timestamp(2017, 3, 1),
    "last_reported": pd.Timestamp(2017, 3, 1),
    "age_days": 3,
    "status": "assessed",
    "disputed": False,
    "contested": False,
    "event_id": "e-1",
}


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
    """Return by name what A and what B holds of the region; a river is nobody's."""
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
    """Return the state of `n` places scattered over what A and B hold."""
    rng = np.random.default_rng(seed)
    places = []
    while len(places) < n:
        lon, lat = rng.uniform((WEST, SOUTH), (EAST, NORTH)).tolist()
        for holder, ground in zip("AB", truth, strict=True):
            if ground.contains(Point(lon, lat)):
                places.append((lon, lat, {"controlled_by": holder}))
    return make_state(*places)


def overlap(areas, truth, state, reach_m=15_000):
    """Return intersection over union with the truth in reach of places, of A and B."""
    in_reach = measured(state).buffer(reach_m, quad_segs=16).union_all()
    grounds = measured(gpd.GeoSeries(list(truth), crs=state.crs)).intersection(in_reach)
    shares = []
    for holder, ground in zip("AB", grounds, strict=True):
        mine = measured(areas[areas["controlled_by"] == holder]).union_all()
        shares.append((mine & ground).area / (mine | ground).area)
    return shares


def measured(frame):
    """Return geometries in metres; a long straight line in degrees bends there."""
    return frame.geometry.segmentize(0.05).to_crs(METRES)
