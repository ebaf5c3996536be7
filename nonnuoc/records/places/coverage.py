"""Whether polygons cover a land as they should: each ring sound, neighbours meeting without overlap or gap.

Plane geometry in metres (`geometry.Plane`); rows are positions in the array that was given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from nonnuoc.records.places.geometry import Geometries

#: Below this many square metres a difference is rounding: borders whose points were set on one side only.
ROUNDING_M2 = 1.0


@dataclass(frozen=True)
class Flaw:
    """An overlap or a gap: the rows of the polygons it lies between, its area, and a point inside it (metres)."""

    rows: tuple[int, ...]
    area_m2: float
    x: float
    y: float


def broken(shape: BaseGeometry) -> tuple[str, float, float] | None:
    """Why the polygon is invalid, and the place of it; None for a valid one."""
    reason = shapely.is_valid_reason(shape)
    if reason == "Valid Geometry":
        return None
    text, _, place = reason.partition("[")
    numbers = re.findall(r"[-+.\deE]+", place)
    x, y = (float(number) for number in numbers[:2]) if len(numbers) >= 2 else (np.nan, np.nan)
    return text.strip(), x, y


def overlaps(shapes: Geometries) -> list[Flaw]:
    """Each pair of polygons that share an area, largest first."""
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first = left < right
    left, right = left[first], right[first]
    shared = shapely.intersection(shapes[left], shapes[right])
    flaws = [
        _flaw((int(a), int(b)), area)
        for a, b, area in zip(left, right, shared, strict=True)
        if shapely.area(area) > ROUNDING_M2
    ]
    return sorted(flaws, key=lambda flaw: -flaw.area_m2)


def gaps(shapes: Geometries, *, width_m: float) -> list[Flaw]:
    """Areas that no polygon covers though polygons enclose them, largest first.

    Those closed all round, of any size; and those between neighbours that are open to the outside, where they are
    narrower than `width_m`.
    """
    union = shapely.union_all(shapes)
    closed = [shapely.polygons(ring) for part in shapely.get_parts(union) for ring in part.interiors]
    tree = shapely.STRtree(shapes)
    flaws = []
    for area, fewest in [*((hole, 1) for hole in closed), *((cleft, 2) for cleft in _clefts(shapes, union, width_m))]:
        rows = sorted(int(row) for row in tree.query(area, predicate="dwithin", distance=0.01))
        if len(rows) >= fewest and shapely.area(area) > ROUNDING_M2:
            flaws.append(_flaw(tuple(rows), area))
    return sorted(flaws, key=lambda flaw: -flaw.area_m2)


def _clefts(shapes: Geometries, union: BaseGeometry, width_m: float) -> list[BaseGeometry]:
    """Narrow areas between polygons, open to the outside: what widening by half the width and narrowing again fills.

    Only near edges that face another polygon without matching it, so that a river's bends within one polygon and
    the outline of the whole land are left alone.
    """
    facing = shapely.union_all(shapely.coverage_invalid_edges(shapes, gap_width=width_m))
    if shapely.is_empty(facing):
        return []
    near = shapely.intersection(union, shapely.buffer(facing, 3 * width_m))
    wide = shapely.buffer(near, width_m / 2, join_style="mitre")
    filled = shapely.difference(shapely.buffer(wide, -width_m / 2, join_style="mitre"), _without_holes(union))
    tree = shapely.STRtree(np.array([facing], dtype=object))
    return [part for part in shapely.get_parts(filled) if len(tree.query(part, predicate="dwithin", distance=0.01))]


def _without_holes(shape: BaseGeometry) -> BaseGeometry:
    outlines = shapely.get_exterior_ring(shapely.get_parts(shape))
    return shapely.union_all(shapely.polygons(outlines))


def _flaw(rows: tuple[int, ...], area: BaseGeometry) -> Flaw:
    """With a point inside the largest part of the area."""
    parts = shapely.get_parts(area)
    point = shapely.point_on_surface(parts[np.argmax(shapely.area(parts))])
    return Flaw(rows, float(shapely.area(area)), float(shapely.get_x(point)), float(shapely.get_y(point)))
