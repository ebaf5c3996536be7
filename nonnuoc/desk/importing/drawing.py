"""What a file would bring, drawn over the communes; and the place where an outline crosses itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from nonnuoc.records.places import geometry, layers
from nonnuoc.records.places.layers import Features

WIDE, HIGH, MARGIN = 640, 400, 16
SMALL = 200
COARSE = 0.01  # degrees: what an eye can tell apart on so small a map

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Paths in a drawing WIDE by HIGH: the communes, those without outlines as dots; outlines, and points as dots."""

    ground: str
    dots: str
    outlines: str
    points: str
    wide: int = WIDE
    high: int = HIGH


@dataclass(frozen=True, slots=True)
class Crossing:
    """A broken outline around the place where it is broken, in a drawing SMALL by SMALL."""

    number: int
    why: str
    x: str
    y: str
    lon: float
    lat: float
    path: str
    size: int = SMALL
    middle: float = SMALL / 2


@dataclass(frozen=True, slots=True)
class _Frame:
    """Degrees to units of a drawing."""

    west: float
    north: float
    scale: float
    squeeze: float
    left: float
    top: float

    def __call__(self, lon: float, lat: float) -> str:
        x = self.left + (lon - self.west) * self.squeeze * self.scale
        return f"{x:.1f} {self.top + (self.north - lat) * self.scale:.1f}"


def drawn(points: Sequence[Sequence[float]], outlines: Sequence[Sequence[Sequence[float]]]) -> Drawn:
    """The province, and what the file brings; what lies outside the province widens the drawing."""
    rings = _ground()
    known = [*(point for ring in rings for point in ring), *points, *(p for line in outlines for p in line)]
    place = _frame([(float(lon), float(lat)) for lon, lat in known], WIDE, HIGH, MARGIN)
    return Drawn(
        ground="".join(_path(ring, place) for ring in rings if len(ring) > 1),
        dots="".join(f"M{place(*ring[0])}h0" for ring in rings if len(ring) == 1),
        outlines="".join(_path(line, place) for line in outlines),
        points="".join(f"M{place(*point)}h0" for point in points),
    )


def crossing(told: dict[str, Any]) -> Crossing:
    """A broken outline, drawn close to where it is broken."""
    lon, lat, near = told["lon"], told["lat"], told["near"]
    away = [max(abs(x - lon), abs(y - lat)) for line in near for x, y in line]
    reach = sorted(away)[len(away) // 2] if away else 0.001
    box = [(lon - reach, lat - reach), (lon + reach, lat + reach)]
    place = _frame(box, SMALL, SMALL, SMALL / 6)
    return Crossing(
        number=told["number"],
        why=told["why"],
        x=f"{told['x']:.10g}",
        y=f"{told['y']:.10g}",
        lon=lon,
        lat=lat,
        path="".join(f"M{place(*line[0])}L{place(*line[-1])}" for line in near),
    )


def _frame(points: Sequence[Point], wide: float, high: float, margin: float) -> _Frame:
    lons, lats = np.array(points, float).T
    west, south, east, north = lons.min(), lats.min(), lons.max(), lats.max()
    squeeze = math.cos(math.radians((south + north) / 2))
    across, along = max((east - west) * squeeze, 1e-7), max(north - south, 1e-7)
    scale = min((wide - 2 * margin) / across, (high - 2 * margin) / along)
    return _Frame(west, north, scale, squeeze, (wide - across * scale) / 2, (high - along * scale) / 2)


def _path(ring: Sequence[Sequence[float]], place: _Frame) -> str:
    return "M" + "L".join(place(point[0], point[1]) for point in ring) if ring else ""


def _ground() -> list[list[Point]]:
    """The outlines of the communes, coarse; their points where there are no outlines."""
    return _coarse(layers.COMMUNES.read(None))


@lru_cache(maxsize=1)
def _coarse(communes: Features) -> list[list[Point]]:
    rings: list[list[Point]] = []
    areas = [shape for shape in communes.shapes if shapely.get_type_id(shape) in (3, 6)]
    for shape in geometry.simplified(areas, tolerance=COARSE):
        for part in shapely.get_parts(shape):
            rings.append([(float(x), float(y)) for x, y in shapely.get_coordinates(part.exterior)])
    rings += [[(shape.x, shape.y)] for shape in communes.shapes if shapely.get_type_id(shape) == 0]
    return rings
