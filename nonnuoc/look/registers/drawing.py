"""A small map of one entry, drawn here: it needs no script and is printed with its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from nonnuoc.records.places import geometry, nearness

WIDE, HIGH, MARGIN = 480.0, 320.0, 28.0
LEAST_M, WITHOUT_BORDERS_M = 6000.0, 16000.0  # what it spans at least: enough to see in which commune it lies
NAMED = 5  # communes, by their points, where no border tells where one is
FINE = 0.5  # units of the drawing: what an eye can tell apart
BARS_KM = (1, 2, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class Drawing:
    """WIDE by HIGH, north up. `shape`: a path, "" for a point; `radius`: how far from it the exact place may lie."""

    borders: str
    shape: str
    closed: bool
    x: float
    y: float
    radius: float
    communes: tuple[tuple[float, float, str], ...]  # x, y, name; only where no border is known
    bar_km: int
    bar: float
    wide: float = WIDE
    high: float = HIGH


def draw(lon: float, lat: float, *, metres: float | None = None, shape: Any = None) -> Drawing:
    """The place (WGS 84) among the borders of its communes; `shape`: a line or an area, where more than a point."""
    ground = nearness.ground()
    plane = ground.plane or geometry.Plane(lon, lat)
    things: list[Any] = [shapely.Point(lon, lat)] + ([shape] if shape is not None else [])
    laid = plane.lay(np.array(things, object))
    drawn = shapely.buffer(laid[0], metres) if metres else laid[-1]
    west, south, east, north = shapely.bounds(drawn).tolist()
    least = LEAST_M if ground.plane else WITHOUT_BORDERS_M
    scale = min((WIDE - 2 * MARGIN) / max(east - west, least), (HIGH - 2 * MARGIN) / max(north - south, least))
    middle = np.array([(west + east) / 2, (south + north) / 2])
    (x, y) = _placed(shapely.get_coordinates(laid[0]), middle, scale)[0]
    km = max((one for one in BARS_KM if one * 1000 * scale <= WIDE / 3), default=BARS_KM[0])
    return Drawing(
        borders=_borders(ground, middle, scale),
        shape=_path(shapely.simplify(laid[1], FINE / scale), middle, scale) if shape is not None else "",
        closed=shape is not None and shapely.get_dimensions(shape) == 2,
        x=round(x, 1),
        y=round(y, 1),
        radius=round((metres or 0) * scale, 1),
        communes=() if ground.plane else _communes(ground, plane, middle, scale),
        bar_km=km,
        bar=round(km * 1000 * scale, 1),
    )


def _borders(ground: nearness.Ground, middle: NDArray[np.float64], scale: float) -> str:
    shapes = np.array([spot.shape for spot in ground.spots if spot.shape is not None], object)
    if not len(shapes):
        return ""
    half = np.array([WIDE, HIGH]) / scale / 2
    window = shapely.box(*(middle - half), *(middle + half))
    lines = shapely.intersection(shapely.boundary(shapes), window)
    return _path(shapely.simplify(shapely.union_all(lines), FINE / scale), middle, scale)


def _communes(
    ground: nearness.Ground, plane: geometry.Plane, middle: NDArray[np.float64], scale: float
) -> tuple[tuple[float, float, str], ...]:
    """The points of the nearest communes on the drawing."""
    points = np.array([shapely.Point(spot.lon, spot.lat) for spot in ground.spots], object)
    if not len(points):
        return ()
    places = _placed(shapely.get_coordinates(plane.lay(points)), middle, scale)
    seen = [
        (round(x, 1), round(y, 1), spot.name)
        for (x, y), spot in zip(places.tolist(), ground.spots, strict=True)
        if MARGIN < x < WIDE - 3 * MARGIN and MARGIN < y < HIGH - MARGIN
    ]
    return tuple(sorted(seen, key=lambda one: (one[0] - WIDE / 2) ** 2 + (one[1] - HIGH / 2) ** 2)[:NAMED])


def _path(shape: Any, middle: NDArray[np.float64], scale: float) -> str:
    """Lines, or the rings of areas, as a path."""
    parts = shapely.get_parts(shape)
    rings = [one for part in parts for one in (shapely.get_rings(part) if part.geom_type == "Polygon" else (part,))]
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in _placed(shapely.get_coordinates(ring), middle, scale).tolist())
        for ring in rings
        if ring.geom_type in ("LineString", "LinearRing")
    )


def _placed(places: NDArray[np.float64], middle: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    return (places - middle) * (scale, -scale) + (WIDE / 2, HIGH / 2)
