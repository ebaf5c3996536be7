"""Where the rows of a table lie: geometries and pairs of coordinates as WGS 84, what is wrong with them, and a mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from nonnuoc.records.places import coverage, geometry
from nonnuoc.records.places.geometry import Floats, Geometries
from nonnuoc.records.places.locating import Ground
from nonnuoc.records.registers.pattern.register import Shape

NEAR_KM = 15.0  # how near its commune's point something of a commune without a boundary is taken to lie
KM_PER_DEGREE = 111.2
ENOUGH = 0.8  # the share of rows a proposed reading must bring to where they should be
_LINES, _AREAS = (1, 2, 5), (3, 6)  # shapely's type ids


@dataclass(frozen=True, slots=True)
class Reading:
    """A way to read the coordinates: in this system, with north first or not."""

    system: str
    swapped: bool


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where the outline of a row breaks off or crosses itself."""

    number: int  # of the row
    why: str
    x: float  # in the file's own coordinates
    y: float
    lon: float
    lat: float
    near: tuple[tuple[tuple[float, float], ...], ...]  # the outline close to it: lines of (lon, lat)


def points(x: Floats, y: Floats, reading: Reading) -> tuple[Floats, Floats]:
    """Longitudes and latitudes (n,) of pairs of coordinates; NaN stays NaN, what is impossible becomes inf."""
    first, second = (y, x) if reading.swapped else (x, y)
    lon, lat = geometry.system(reading.system).to_wgs84(first, second)
    return np.where(np.isnan(x), np.nan, lon), np.where(np.isnan(y), np.nan, lat)


def middles(shapes: Geometries) -> tuple[Floats, Floats]:
    """A point (n,), (n,) of each geometry; NaN where there is none."""
    west, south, east, north = shapely.bounds(shapes).T
    return (west + east) / 2, (south + north) / 2


def better(
    x: Floats, y: Floats, now: Reading, ground: Ground, communes: NDArray[np.intp], systems: Sequence[str]
) -> Reading | None:
    """The reading under which clearly more rows would lie where they should; None where none would.

    `communes`: of each row the place of its stated commune in `ground`; -1 where none is stated.
    """
    there = np.isfinite(x) & np.isfinite(y)
    x, y, stated = x[there], y[there], communes[there]
    if not len(x):
        return None

    def fit(reading: Reading) -> float:
        with np.errstate(all="ignore"):
            lon, lat = points(x, y, reading)
        return float(np.mean(_fits(lon, lat, ground, stated)))

    so_far = fit(now)
    if so_far >= ENOUGH:
        return None
    others = [Reading(system, swapped) for system in systems for swapped in (False, True)]
    best = max((one for one in others if one != now), key=fit)
    return best if fit(best) >= max(ENOUGH, so_far + 0.3) else None


def _fits(lon: Floats, lat: Floats, ground: Ground, stated: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether each point lies where it should: in or near its stated commune, else within the province."""
    good = ground.inside(lon, lat)
    rows = np.flatnonzero(stated >= 0)
    if len(rows):
        known = ground.communes
        middle = np.array([(known[place].lon, known[place].lat) for place in stated[rows]])
        with np.errstate(all="ignore"):
            east = (lon[rows] - middle[:, 0]) * np.cos(np.radians(middle[:, 1]))
            away = np.hypot(east, lat[rows] - middle[:, 1]) * KM_PER_DEGREE
        good[rows] &= (ground.which(lon[rows], lat[rows]) == stated[rows]) | (away < NEAR_KM)
    return good


def shaped(shapes: Geometries, wanted: Shape) -> Geometries:
    """The same, closed lines as areas where areas are wanted: a drawing has only lines."""
    if wanted is not Shape.POLYGON:
        return shapes
    closed = np.isin(shapely.get_type_id(shapes), _LINES[:2]) & shapely.is_closed(shapes)
    closed &= shapely.get_num_coordinates(shapes) >= 4
    found = shapes.copy()
    for row in _rows(closed):
        found[row] = shapely.Polygon(shapely.get_coordinates(shapes[row]))
    return found


def unfit(shapes: Geometries, wanted: Shape) -> list[tuple[int, str]]:
    """(row, why) of geometries this register has no use for."""
    types = shapely.get_type_id(shapes)
    lines, areas = np.isin(types, _LINES), np.isin(types, _AREAS)
    several, mixed = (types == 4) & (shapely.get_num_geometries(shapes) > 1), types == 7
    found = [(row, _("A collection of points, lines and areas: give one of them.")) for row in _rows(mixed)]
    found += [(row, _("Several points: a thing stands at one. Divide it.")) for row in _rows(several)]
    if wanted is Shape.LINE:
        found += [(row, _("An area; in this register things are lines.")) for row in _rows(areas)]
    if wanted is Shape.POLYGON:
        found += [(row, _("An open line; in this register things are areas. Close it.")) for row in _rows(lines)]
    if wanted is Shape.POINT:
        found += [(row, _("A line; in this register things are points.")) for row in _rows(lines)]
    return found + [(row, _("An empty geometry.")) for row in _rows(shapely.is_empty(shapes))]


def crossings(raw: Geometries, wgs84: Geometries, numbers: Sequence[int]) -> list[tuple[int, Crossing]]:
    """(row, why and where, and the outline there to be shown) of each area that is broken."""
    found = []
    # What GEOS calls them
    reasons = {
        "Self-intersection": _("crosses itself"),
        "Ring Self-intersection": _("touches itself"),
        "Hole lies outside shell": _("a hole lies outside of it"),
        "Nested shells": _("an area lies within another one"),
    }
    areas = np.isin(shapely.get_type_id(wgs84), _AREAS)
    for row in _rows(areas & ~shapely.is_valid(wgs84)):
        here = coverage.broken(wgs84[row])
        there = coverage.broken(raw[row]) or here
        if here is not None and there is not None:
            why = reasons.get(there[0], there[0])
            found.append((row, Crossing(numbers[row], why, *there[1:], *here[1:], _around(wgs84[row], *here[1:]))))
    return found


def _around(shape: BaseGeometry, lon: float, lat: float) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The outline within a twentieth of its own size around a point."""
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return ()
    west, south, east, north = shapely.bounds(shape)
    reach = max(east - west, north - south, 1e-6) / 20
    here, lines = np.array([lon, lat]), []
    for ring in (ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)):
        along = shapely.get_coordinates(ring)
        first, second = along[:-1], along[1:]
        near = (np.minimum(first, second) <= here + reach) & (np.maximum(first, second) >= here - reach)
        pairs = np.stack([first, second], axis=1)[near.all(axis=1)]
        lines += [tuple((x, y) for x, y in pair) for pair in pairs.tolist()]
    return tuple(lines[:400])


def same(one: BaseGeometry, other: BaseGeometry, *, tolerance: float = 1e-7) -> bool:
    """Whether two geometries are the same but for rounding (degrees; a hundredth of a metre), and for how they say it.

    Rings may run the other way and begin elsewhere; an area may be written as several of which there is one.
    """
    first, second = (shapely.normalize(shapely.GeometryCollection(list(shapely.get_parts(g)))) for g in (one, other))
    if shapely.equals_exact(first, second, tolerance):
        return True
    if shapely.get_num_coordinates(first) != shapely.get_num_coordinates(second):
        return False
    return bool(shapely.hausdorff_distance(one, other) <= tolerance)


def _rows(mask: NDArray[np.bool_]) -> list[int]:
    return [int(row) for row in np.flatnonzero(mask)]
