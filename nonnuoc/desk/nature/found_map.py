"""A small map of an occurrence and of where the same species was found before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from nonnuoc.look.registers import drawing
from nonnuoc.look.registers.drawing import Drawing
from nonnuoc.records.places import geometry, nearness
from nonnuoc.records.registers.nature.queue import Earlier

FARTHEST_M = 150_000.0  # what lies farther is told in the list alone


@dataclass(frozen=True, slots=True)
class Dot:
    """An earlier one in the drawing, by its number in the list; hollow: only its cell is known."""

    number: int
    x: float
    y: float
    hollow: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The drawing, its own place in the middle, and how far away each of the earlier ones was; None: unknown."""

    ground: Drawing
    dots: tuple[Dot, ...]
    away_km: tuple[float | None, ...]


def draw(lon: float, lat: float, earlier: Sequence[Earlier]) -> Found:
    """The place (WGS 84) and the earlier ones, numbered from 1 in their order."""
    plane = nearness.ground().plane or geometry.Plane(lon, lat)
    placed = [(number, one.place) for number, one in enumerate(earlier, start=1) if one.place is not None]
    points = [shapely.Point(lon, lat), *(shapely.Point(place.lon, place.lat) for _, place in placed)]
    laid = shapely.get_coordinates(plane.lay(np.array(points, object)))
    steps = laid[1:] - laid[0]
    away = np.hypot(steps[:, 0], steps[:, 1])
    near = away <= FARTHEST_M
    ground = drawing.draw(lon, lat, metres=float(away[near].max(initial=1000.0)))
    scale = ground.bar / ground.bar_km / 1000.0
    dots = tuple(
        Dot(number, round(ground.x + x * scale, 1), round(ground.y - y * scale, 1), place.metres is not None)
        for (number, place), (x, y), close in zip(placed, steps.tolist(), near.tolist(), strict=True)
        if close
    )
    known = dict(zip((number for number, _ in placed), (away / 1000.0).tolist(), strict=True))
    return Found(ground, dots, tuple(known.get(number) for number in range(1, len(earlier) + 1)))
