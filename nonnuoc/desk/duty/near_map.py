"""A small map of an incident: its station, and its neighbours by the numbers they have in the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from nonnuoc.records.alerts.surroundings import Near
from nonnuoc.records.places import geometry, nearness

WIDE, HIGH, MARGIN = 480.0, 320.0, 36.0
LEAST_M = 4000.0  # what the map spans at least
APART = 22.0  # between two marks
BARS_KM = (1, 2, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class Mark:
    """A station on the map; number 0: the incident's own. `hollow`: its commune's point stands for its position."""

    number: int
    x: float
    y: float
    hollow: bool
    beyond: bool


@dataclass(frozen=True, slots=True)
class NearMap:
    """A drawing WIDE by HIGH, north up."""

    borders: str  # a path
    marks: tuple[Mark, ...]
    bar_km: int
    bar: float  # its length
    wide: float = WIDE
    high: float = HIGH


def draw(lon: float, lat: float, exact: bool, near: Sequence[Near]) -> NearMap:
    """The station at (lon, lat) and those of its neighbours that stand somewhere."""
    numbered = [
        (number, one, (one.lon, one.lat))
        for number, one in enumerate(near, start=1)
        if one.lon is not None and one.lat is not None
    ]
    ground = nearness.ground()
    plane = ground.plane or geometry.Plane(lon, lat)
    points = [(lon, lat), *(place for _, _, place in numbered)]
    laid = shapely.get_coordinates(plane.lay(np.asarray(shapely.points(points), object)))
    (west, south), (east, north) = laid.min(axis=0), laid.max(axis=0)
    scale = min(
        (WIDE - 2 * MARGIN) / max(east - west, LEAST_M), (HIGH - 2 * MARGIN) / max(north - south, LEAST_M)
    )  # units in a metre
    middle = np.array([(west + east) / 2, (south + north) / 2])
    places = _pushed((laid - middle) * (scale, -scale) + (WIDE / 2, HIGH / 2))
    marks = [Mark(0, *places[0], not exact, True)]
    marks += [
        Mark(number, *place, not one.exact, bool(one.beyond))
        for (number, one, _), place in zip(numbered, places[1:], strict=True)
    ]
    km = max((one for one in BARS_KM if one * 1000 * scale <= WIDE / 3), default=BARS_KM[0])
    return NearMap(_borders(ground, middle, scale), tuple(marks), km, round(km * 1000 * scale, 1))


def _pushed(points: NDArray[np.float64]) -> list[tuple[float, float]]:
    """No mark on another: the later one gives way, downwards."""
    placed: list[tuple[float, float]] = []
    for x, y in points.tolist():
        while any(abs(x - a) < APART and abs(y - b) < APART for a, b in placed):
            y += APART / 2
        placed.append((round(x, 1), round(min(y, HIGH - 12), 1)))
    return placed


def _borders(ground: nearness.Ground, middle: NDArray[np.float64], scale: float) -> str:
    """Of the communes that reach into the map, where their boundaries were imported."""
    shapes = np.array([spot.shape for spot in ground.spots if spot.shape is not None], object)
    if not len(shapes):
        return ""
    half = np.array([WIDE, HIGH]) / scale / 2
    window = shapely.box(*(middle - half), *(middle + half))
    lines = shapely.get_parts(shapely.intersection(shapely.boundary(shapes), window))
    return "".join(_path((shapely.get_coordinates(line) - middle) * (scale, -scale)) for line in lines)


def _path(places: NDArray[np.float64]) -> str:
    return "M" + "L".join(f"{x + WIDE / 2:.0f} {y + HIGH / 2:.0f}" for x, y in places.tolist())
