"""The features of a page on the land of the province, drawn on the server; the table beside it says the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import shapely

from nonnuoc.records.places import layers, selectors

WIDE, HIGH, MARGIN = 640, 400, 24
COARSE = 0.005  # degrees: half a kilometre


@dataclass(frozen=True, slots=True)
class Dot:
    """A feature that is a point; `address`: its page."""

    x: float
    y: float
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """A drawing WIDE by HIGH: paths of areas, and points."""

    land: str
    points_of_land: str
    areas: str
    dots: tuple[Dot, ...]
    wide: int = WIDE
    high: int = HIGH


@dataclass(frozen=True, slots=True)
class Frame:
    """Degrees to units of the drawing."""

    west: float
    north: float
    scale: float
    squeeze: float

    def __call__(self, lon: float, lat: float) -> tuple[float, float]:
        x = MARGIN + (lon - self.west) * self.squeeze * self.scale
        return round(x, 1), round(MARGIN + (self.north - lat) * self.scale, 1)


def sketch(shapes: Sequence[Any], names: Sequence[str], addresses: Sequence[str]) -> Sketch | None:
    """The shapes with the land under them; None where none of them has a place."""
    there = [shape for shape in shapes if shape is not None and not shape.is_empty]
    if not there:
        return None
    land = _land(selectors.edition())
    frame = _frame([*there, *land])
    dots = tuple(
        Dot(*frame(shape.x, shape.y), name, address)
        for shape, name, address in zip(shapes, names, addresses, strict=True)
        if shape is not None and shape.geom_type == "Point"
    )
    areas = [shapely.simplify(shape, COARSE) for shape in there if shape.geom_type != "Point"]
    ground = [shape for shape in land if shape.geom_type != "Point"]
    points = (frame(shape.x, shape.y) for shape in land if shape.geom_type == "Point")
    return Sketch(
        "".join(_path(shape, frame) for shape in ground),
        "".join(f"M{x:g} {y:g}h0" for x, y in points),
        "".join(_path(shape, frame) for shape in areas),
        dots,
    )


@lru_cache(maxsize=1)
def _land(_edition: tuple[int, int, int]) -> tuple[Any, ...]:
    shapes = layers.COMMUNES.read(None).shapes.tolist()
    return tuple(shape if shape.geom_type == "Point" else shapely.simplify(shape, COARSE) for shape in shapes)


def _frame(shapes: Sequence[Any]) -> Frame:
    west, south, east, north = shapely.total_bounds(shapes)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 0.05), max(north - south, 0.05)
    return Frame(west, north, min((WIDE - 2 * MARGIN) / wide, (HIGH - 2 * MARGIN) / high), squeeze)


def _path(shape: Any, frame: Frame) -> str:
    found = []
    for part in shapely.get_parts(shape):
        rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for ring in rings:
            steps = "L".join(f"{x:g} {y:g}" for x, y in (frame(lon, lat) for lon, lat in ring.coords))
            found.append(f"M{steps}")
    return "".join(found)
