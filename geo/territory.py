"""Control areas are made here: an estimate of who holds the land around places.

Each place stands for the land that is nearer to it than to any other place and within
reach of it. Where a front runs between two places nobody has reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.events import CRS
from geo.weighing import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

REACH_M = 15_000.0
"""How far from a place its surroundings end."""

THIN_DAYS = 90
"""Days after which a report is thin evidence of who holds a place."""

LABEL = "Estimate from reported places"
"""What must stand beside control areas wherever they are shown."""

LAND = Path(__file__).parent.parent / "assets" / "basemap" / "world.json"
"""The outlines; areas are limited to their land."""

LAND_CREDIT = "Land: Natural Earth (public domain)."
"""Whose work that outline is."""

AREA_DTYPES = {
    "controlled_by": "object",
    "disputed": "bool",
    "contested": "bool",
    "evidence": "object",
    "n_places": "int64",
    "geometry": "geometry",
}
"""The columns of `areas`, in order; text is `str`."""

_KIND = ["controlled_by", "disputed", "contested", "evidence"]
# As far north and south as the maps of the web go; Mercator has no pole.
_LAST_LAT = 85.0511287798
# WGS 84: radius of the equator, eccentricity; and the mean radius.
_EQUATOR_M, _ECCENTRICITY, _MEAN_M = 6_378_137.0, 0.0818191908426215, 6_371_008.8
_WORLD_M = 2 * np.pi * _EQUATOR_M
# Places nearer than some ten centimetres are one: 6 decimals of a degree.
_DECIMALS = 6
# The sides of a circle of so many corners run within 0.4 % of its radius.
_CORNERS = 36

_Floats: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
_Points: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.complex128]]
_Numbers: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.intp]]
_Flags: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
_Shapes: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.object_]]


@dataclass(frozen=True, slots=True)
class _Sites:
    """Places in the plane of `_plane`, x + iy, each with the circle it reaches.

    `row` is the row of the place, twice for one that lies by the 180th meridian.
    """

    row: _Numbers
    at: _Points
    middle: _Points
    radius: _Floats


@dataclass(frozen=True, slots=True)
class _Sides:
    """The sides of cells, from corner `tail` to corner `head`, grouped by `owner`.

    Corners are numbered; a side that two cells share is there twice. `inside` says
    which corners are within reach of the sites around them.
    """

    corners: _Points
    inside: _Flags
    tail: _Numbers
    head: _Numbers
    owner: _Numbers


def read_land(path: Path = LAND) -> gpd.GeoSeries:
    """Return the polygons of the land without its lakes, in EPSG:4326."""
    land, lakes = (
        gpd.read_file(path, layer=layer).geometry.set_crs(CRS)
        for layer in ("land", "lakes")
    )
    return land.difference(lakes.union_all())


def areas(
    state: gpd.GeoDataFrame, land: gpd.GeoSeries, *, reach_m: float = REACH_M
) -> gpd.GeoDataFrame:
    """Return the surroundings of places, joined by who is reported to hold them.

    A point of the land belongs to the place that is nearest to it, within `reach_m`.

    Parameters
    ----------
    state
        A frame from `geo.timeline.control_on`, in any order.
    land
        Polygons in EPSG:4326; areas end at them.
    reach_m
        How far from a place its surroundings go, on the ground.

    Returns
    -------
    geopandas.GeoDataFrame
        One row for each holder and kind of evidence, in the order of these columns,
        with those of `AREA_DTYPES`, in EPSG:4326, cut at the 180th meridian.
        `disputed` and `contested` are those of the places; `evidence` is "thin" if
        they were last reported more than 90 days ago or by the holder's side alone,
        else "firm"; `n_places` is how many they are. Bounds lie within 0.4 % of
        `reach_m` of where they are on the ground, as far north and south as 80
        degrees; beyond 85, where web maps end, there are none.

        A place known no better than to `reach_m` counts for nothing, since it may lie
        anywhere around its point. One that nobody is known to hold keeps its
        surroundings, and they are in no row: that its neighbours are held says
        nothing of it. Of places at one point the last reported counts, then the
        greater id.
    """
    places = _places(state, reach_m)
    sites = _sites(places, reach_m)
    cells = _cells(sites)
    groups = places.groupby(_KIND).indices
    rows, joined = [], []
    for kind, members in sorted(groups.items()):
        rows.append([*kind, len(members)])
        joined.append(shapely.coverage_union_all(cells[np.isin(sites.row, members)]))
    return _table(rows, _on_land(np.array(joined, dtype=object), land))


def _places(state: gpd.GeoDataFrame, reach_m: float) -> pd.DataFrame:
    """Return the places that count: lon, lat and the columns of a kind."""
    exact = state["where_prec"].fillna(1) <= 1
    near = exact | ~(state["radius_m"] >= reach_m)
    known = state[near & (state.geometry.y.abs() <= _LAST_LAT)]
    known = known.sort_values(["last_reported", "place_id"])
    old = (known["age_days"] > THIN_DAYS) | (known["status"] == Status.CLAIMED)
    places = pd.DataFrame(
        {
            "lon": (known.geometry.x.round(_DECIMALS) + 180) % 360 - 180,
            "lat": known.geometry.y.round(_DECIMALS),
            "controlled_by": known["controlled_by"],
            "disputed": known["disputed"],
            "contested": known["contested"],
            "evidence": np.where(old, "thin", "firm"),
        }
    )
    return places.drop_duplicates(["lon", "lat"], keep="last", ignore_index=True)


def _sites(places: pd.DataFrame, reach_m: float) -> _Sites:
    """Lay places in the plane, those by the 180th meridian on both sides of it."""
    lat = np.radians(places["lat"].to_numpy())
    at = _plane(places["lon"].to_numpy(), lat)
    sine = _ECCENTRICITY * np.sin(lat)
    radius = reach_m * np.sqrt(1 - sine * sine) / np.cos(lat)
    # Scale grows towards the poles, so that a circle on the ground is one in the plane
    # too, but around a point beyond its middle.
    middle = at + 1j * radius * reach_m * np.tan(lat) / (2 * _MEAN_M)
    row = np.arange(len(places))
    # Twice the reach, and a tenth more: so far apart two places can share a border.
    by_the_edge = np.abs(at.real) > _WORLD_M / 2 - 2.2 * radius
    copies = row[by_the_edge]
    step = -_WORLD_M * np.sign(at[copies].real)
    return _Sites(
        row=np.concatenate([row, copies]),
        at=np.concatenate([at, at[copies] + step]),
        middle=np.concatenate([middle, middle[copies] + step]),
        radius=np.concatenate([radius, radius[copies]]),
    )


def _plane(lon: _Floats, lat: _Floats) -> _Points:
    """Project degrees of longitude and radians of latitude to Mercator's metres.

    It keeps angles (that of the ellipsoid does, the web's does not), so that near
    places are as near to each other in the plane as on the ground, but for scale.
    """
    e = _ECCENTRICITY
    y = np.arcsinh(np.tan(lat)) - e * np.arctanh(e * np.sin(lat))
    return np.asarray(lon / 360 * _WORLD_M + 1j * _EQUATOR_M * y)


def _lon_lat(x: _Floats, y: _Floats) -> tuple[_Floats, _Floats]:
    """Return the degrees of points of the plane; lon may be beyond 180."""
    e, stretched = _ECCENTRICITY, y / _EQUATOR_M
    sine = np.tanh(stretched)
    for _ in range(6):  # each step leaves 0.7 % of the error
        sine = np.tanh(stretched + e * np.arctanh(e * sine))
    return x / _WORLD_M * 360, np.degrees(np.arcsin(sine))


def _cells(sites: _Sites) -> _Shapes:
    """Return what is nearest to each site and in its circle, as polygons.

    Sides that two cells share are the same to the last bit, as joining needs. GEOS
    would cut each cell by its own circle, and the ends of a side would differ.
    """
    if not sites.row.size:
        return np.array([], dtype=object)
    sides = _sides(_voronoi(sites.at), sites)
    kept = sides.inside[sides.tail]
    cuts, cut_of = _cuts(sides, sites)
    arcs, arc_of = _arcs(sides, sites)
    points = np.concatenate([sides.corners[sides.tail[kept]], cuts, arcs])
    owner = np.concatenate([sides.owner[kept], cut_of, arc_of])
    # Cells are convex, so their corners follow each other around the site.
    order = np.lexsort([np.angle(points - sites.at[owner]), owner])
    pairs = np.stack([points[order].real, points[order].imag], axis=1)
    return np.asarray(
        shapely.polygons(shapely.linearrings(pairs, indices=owner[order]))
    )


def _voronoi(at: _Points) -> _Shapes:
    """Return the Voronoi cell of each point, bounded by guards far outside."""
    guards = 4 * _WORLD_M * np.array([1 + 1j, 1 - 1j, -1 + 1j, -1 - 1j])
    points = np.concatenate([at, guards])
    pairs = np.stack([points.real, points.imag], axis=1)
    cells = shapely.voronoi_polygons(shapely.multipoints(pairs), ordered=True)
    return np.asarray(shapely.orient_polygons(shapely.get_parts(cells)[: len(at)]))


def _sides(cells: _Shapes, sites: _Sites) -> _Sides:
    pairs, owner = shapely.get_coordinates(cells, return_index=True)
    corners, first, number = np.unique(
        pairs[:, 0] + 1j * pairs[:, 1], return_index=True, return_inverse=True
    )
    by = owner[first]
    tail = np.flatnonzero(owner[1:] == owner[:-1])
    return _Sides(
        corners=corners,
        inside=np.abs(corners - sites.middle[by]) <= sites.radius[by],
        tail=number[tail],
        head=number[tail + 1],
        owner=owner[tail],
    )


def _cuts(sides: _Sides, sites: _Sites) -> tuple[_Points, _Numbers]:
    """Return where circles cut the sides of cells, and whose cell each point is of.

    A side is cut once for both its cells, by the circle of one of them: each of its
    points is as far from the other site.
    """
    low, high = np.minimum(sides.tail, sides.head), np.maximum(sides.tail, sides.head)
    key = low * len(sides.corners) + high
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    low, high, by = low[first], high[first], sides.owner[first]
    start = sides.corners[low]
    along = sides.corners[high] - start
    length = np.abs(along)
    unit = along / length
    foot = (sites.middle[by] - start) * unit.conj()
    half = np.sqrt(np.maximum(sites.radius[by] ** 2 - foot.imag**2, 0))
    enters, leaves = foot.real - half, foot.real + half
    out_low, out_high = ~sides.inside[low], ~sides.inside[high]
    missed = out_low & out_high & ((half == 0) | (enters <= 0) | (leaves >= length))
    wanted = np.stack([out_low & ~missed, out_high & ~missed])[:, number]
    points = start + unit * np.clip(np.stack([enters, leaves]), 0, length)
    owner = np.broadcast_to(sides.owner, wanted.shape)
    return points[:, number][wanted], owner[wanted]


def _arcs(sides: _Sides, sites: _Sites) -> tuple[_Points, _Numbers]:
    """Return the corners of circles that lie in their own cell, and whose they are."""
    cut = np.unique(sides.owner[~sides.inside[sides.tail]])
    of = np.isin(sides.owner, cut)
    start, owner = sides.corners[sides.tail[of]], sides.owner[of]
    along = sides.corners[sides.head[of]] - start
    outward = -1j * along / np.abs(along)  # rings run against the clock
    room = ((start - sites.middle[owner]) * outward.conj()).real / sites.radius[owner]
    turns = np.exp(2j * np.pi * np.arange(_CORNERS) / _CORNERS)
    leans = np.outer(outward.real, turns.real) + np.outer(outward.imag, turns.imag)
    firsts = np.searchsorted(owner, cut)
    beyond = np.logical_or.reduceat(leans > room[:, None], firsts, axis=0)
    cell, turn = np.nonzero(~beyond)
    owner = cut[cell]
    return sites.middle[owner] + sites.radius[owner] * turns[turn], owner


def _on_land(shapes: _Shapes, land: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return what of each shape in the plane is on land, in degrees; may be empty."""
    if not shapes.size:
        return gpd.GeoSeries([], crs=CRS)
    shapes = shapely.transform(shapes, _lon_lat, interleaved=False)
    parts, of = shapely.get_parts(shapes, return_index=True)
    ground = _ground(parts, land)
    # Most lie far from any shore and stay as they are, which costs least.
    coastal = np.flatnonzero(~shapely.contains_properly(ground, parts))
    parts[coastal] = shapely.intersection(parts[coastal], ground)
    parts, at = shapely.get_parts(parts, return_index=True)
    # Where a shape only touches land, lines and points come out as well.
    flat = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, of = parts[flat], of[at[flat]]
    whole = [shapely.multipolygons(parts[of == row]) for row in range(len(shapes))]
    return gpd.GeoSeries(whole, crs=CRS)


def _ground(parts: _Shapes, land: gpd.GeoSeries) -> shapely.Geometry:
    """Return the land that the parts may lie on, ready to be asked often."""
    frame = shapely.box(*shapely.total_bounds(parts))
    near = land[land.intersects(frame)].to_numpy()
    ground = shapely.union_all(shapely.intersection(near, frame))
    shapely.prepare(ground)
    return ground


def _table(
    rows: Sequence[Sequence[object]], on_land: gpd.GeoSeries
) -> gpd.GeoDataFrame:
    """Return the rows that have land, with the columns of `AREA_DTYPES`."""
    frame = pd.DataFrame(rows, columns=list(AREA_DTYPES)[:-1])
    frame = frame.assign(geometry=on_land)[~on_land.is_empty].astype(AREA_DTYPES)
    return gpd.GeoDataFrame(frame.reset_index(drop=True), geometry="geometry", crs=CRS)
