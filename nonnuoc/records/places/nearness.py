"""How far places are from each other, on the ellipsoid WGS 84: kilometres, and degrees clockwise from north.

A commune is its point until an official boundary is imported; from then on it is measured from its edge, and a place
inside it is 0 km away. Edges are drawn with points left out that move them by less than `DRAWN_M`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import ArrayLike
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from nonnuoc.records.places import geometry, selectors
from nonnuoc.records.places.models import Commune

Floats = geometry.Floats
ELLIPSOID = Geod(ellps="WGS84")
DRAWN_M = 20.0
TOUCHING_M = 50.0  # neighbours whose borders were drawn apart still touch
NEIGHBOURS = 6  # named where no boundary tells which they are
Points = tuple[tuple[float, float], ...]  # (lon, lat) of each


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A commune as distances see it."""

    code: str
    name: str  # "xã Trà Lĩnh"
    lon: float
    lat: float
    shape: BaseGeometry | None  # on the plane of all communes, metres
    reach_km: float  # from its point to the farthest point of its edge; 0 without one


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """All communes by code; the plane their shapes lie on is true to 0.01 % as far as a province reaches."""

    spots: tuple[Spot, ...]
    plane: geometry.Plane | None  # None: no boundary is known

    def spot(self, code: str) -> Spot:
        """Raises KeyError."""
        found = next((spot for spot in self.spots if spot.code == code), None)
        if found is None:
            raise KeyError(code)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Away:
    """How far points are from a commune, in the order they were asked. Arrays are (n,)."""

    km: Floats  # from its edge where that is known, else from its point
    bearing: Floats  # in which direction from its point, degrees from north in [0, 360)
    from_edge: bool


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another commune near by."""

    code: str
    name: str
    km: float  # between the two points
    touching: bool  # by its boundary; False also where boundaries are not known


def between(lon: ArrayLike, lat: ArrayLike, to_lon: ArrayLike, to_lat: ArrayLike) -> tuple[Floats, Floats]:
    """(km, bearing) of the geodesics from the first points to the second; the arguments are broadcast."""
    here_lon, here_lat, there_lon, there_lat = np.broadcast_arrays(
        *(np.asarray(one, float) for one in (lon, lat, to_lon, to_lat))
    )
    azimuth, _, metres = ELLIPSOID.inv(here_lon, here_lat, there_lon, there_lat)
    return np.asarray(metres) / 1000, np.asarray(azimuth) % 360


def ground() -> Ground:
    """As it stands now; read once for every import of boundaries."""
    return _ground(selectors.edition())


def away(code: str, points: Points) -> Away:
    """How far the points are from a commune. Raises KeyError where there is no such commune."""
    return _away(selectors.edition(), code, points)


def nearest_of(points: Points) -> Mapping[str, tuple[int, float]]:
    """Of each commune's code: (which of the points is the nearest, how many km to it). Empty without points."""
    return _nearest(selectors.edition(), points)


def neighbours(code: str) -> list[Neighbour]:
    """Those whose boundaries touch its own, or the nearest ones where it has no boundary; the nearest first."""
    there = ground()
    own = there.spot(code)
    others = [spot for spot in there.spots if spot is not own]
    km, _ = between(own.lon, own.lat, [spot.lon for spot in others], [spot.lat for spot in others])
    order = np.argsort(km, kind="stable").tolist()
    touching = _touching(own, others)
    chosen = [i for i in order if touching[i]] or order[:NEIGHBOURS]
    return [Neighbour(others[i].code, others[i].name, float(km[i]), touching[i]) for i in chosen]


def _touching(own: Spot, others: Sequence[Spot]) -> list[bool]:
    if own.shape is None:
        return [False] * len(others)
    found: list[bool] = shapely.dwithin(own.shape, [spot.shape for spot in others], TOUCHING_M).tolist()
    return found


@lru_cache(maxsize=2)
def _ground(_edition: tuple[int, int, int]) -> Ground:
    known = list(selectors.communes().defer(None).order_by("code"))
    shapes = [geometry.from_wkb(bytes(one.boundary)) if one.boundary else None for one in known]
    drawn = np.array([shape for shape in shapes if shape is not None], object)
    plane = geometry.plane_of(drawn) if len(drawn) else None
    laid = iter(shapely.simplify(plane.lay(drawn), DRAWN_M)) if plane else iter(())
    return Ground(
        tuple(
            _spot(one, next(laid) if shape is not None else None, plane)
            for one, shape in zip(known, shapes, strict=True)
        ),
        plane,
    )


def _spot(commune: Commune, shape: BaseGeometry | None, plane: geometry.Plane | None) -> Spot:
    reach = 0.0
    if shape is not None and plane is not None:
        point = plane.lay(np.array([shapely.Point(commune.lon, commune.lat)], object))[0]
        reach = float(shapely.hausdorff_distance(shapely.boundary(shape), point)) / 1000
    return Spot(commune.code, commune.full_name, commune.lon, commune.lat, shape, reach)


@lru_cache(maxsize=256)
def _away(_edition: tuple[int, int, int], code: str, points: Points) -> Away:
    there = _ground(_edition)
    own = there.spot(code)
    lon, lat = _columns(points)
    km, bearing = between(own.lon, own.lat, lon, lat)
    if own.shape is not None and there.plane is not None:
        km = shapely.distance(own.shape, _laid(there.plane, lon, lat)) / 1000
    return Away(km, bearing, own.shape is not None)


@lru_cache(maxsize=16)
def _nearest(_edition: tuple[int, int, int], points: Points) -> Mapping[str, tuple[int, float]]:
    there = _ground(_edition)
    if not points or not there.spots:
        return {}
    lon, lat = _columns(points)
    km, _ = between(
        np.array([[spot.lon] for spot in there.spots]), np.array([[spot.lat] for spot in there.spots]), lon, lat
    )
    if there.plane is not None:
        _to_edges(km, there, _laid(there.plane, lon, lat))
    place = km.argmin(axis=1)
    best = zip(place.tolist(), km.min(axis=1).tolist(), strict=True)
    return {spot.code: one for spot, one in zip(there.spots, best, strict=True)}


def _to_edges(km: Floats, there: Ground, points: geometry.Geometries) -> None:
    """Put distances from the edge in the place of those from the point, for every point that may be the nearest."""
    for row, spot in zip(km, there.spots, strict=True):
        if spot.shape is not None:
            near = np.flatnonzero(row - spot.reach_km <= row.min())
            row[near] = shapely.distance(spot.shape, points[near]) / 1000


def _laid(plane: geometry.Plane, lon: Floats, lat: Floats) -> geometry.Geometries:
    return plane.lay(np.asarray(shapely.points(lon, lat), object))


def _columns(points: Points) -> tuple[Floats, Floats]:
    both = np.array(points, float).reshape(-1, 2)
    return both[:, 0], both[:, 1]
