"""Bounding boxes: four numbers of a system, or six with heights, as an area of WGS 84."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from nonnuoc.api.ogc.systems import System


def numbers(text: str) -> tuple[float, float, float, float]:
    """The numbers of an address; heights are left out, nothing here has one. Raises ValueError."""
    parts = text.split(",")
    try:
        found = [float(part) for part in parts]
    except ValueError:
        raise ValueError("a bbox is numbers with commas between: 105.2,22.3,106.9,23.2") from None
    if len(found) not in (4, 6):
        raise ValueError(f"a bbox has 4 numbers, or 6 with heights; these are {len(found)}")
    if len(found) == 6 and not found[2] <= found[5]:
        raise ValueError("the upper height of a bbox is not below the lower one")
    half = len(found) // 2
    return found[0], found[1], found[half], found[half + 1]


def area(box: Sequence[float], system: System) -> Any:
    """What the box covers, WGS 84: a point or a line where it has no width. Raises ValueError.

    One whose west lies east of its east spans the 180th meridian.
    """
    if not np.isfinite(box).all():
        raise ValueError("a bbox is made of numbers")
    (west, south), (east, north) = [pair[::-1] if system.north_first else pair for pair in (box[:2], box[2:])]
    if south > north:
        raise ValueError("the bbox is upside down: its lower corner comes first")
    if not system.geographic:
        if west > east:
            raise ValueError("the bbox is turned: its lower left corner comes first")
        return _moved(_rectangle(west, south, east, north), system)
    if abs(south) > 90 or abs(north) > 90 or abs(west) > 180 or abs(east) > 180:
        raise ValueError(f"the bbox leaves the Earth; the axes of {system.label} are {_axes(system)}, in degrees")
    if west <= east:
        return _moved(_rectangle(west, south, east, north), system)
    halves = [_rectangle(west, south, 180, north), _rectangle(-180, south, east, north)]
    return _moved(shapely.union_all(halves), system)


def _axes(system: System) -> str:
    return "latitude, longitude" if system.north_first else "longitude, latitude"


def _rectangle(west: float, south: float, east: float, north: float) -> Any:
    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)


def _moved(shape: Any, system: System) -> Any:
    if not system.stored:
        return shape
    found = system.inward_one(shapely.transform(shape, lambda x: x[:, ::-1]) if system.north_first else shape)
    if not np.isfinite(shapely.get_coordinates(found)).all():
        raise ValueError(f"the bbox leaves the area of {system.label}")
    return found
