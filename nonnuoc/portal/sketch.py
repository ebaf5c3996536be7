"""The map as it is drawn on the server: there at once, in print, and for those without JavaScript."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nonnuoc.portal import land, rows
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import StationNow

WIDE, HIGH, MARGIN = 640, 400, 40
RADIUS, PLANNED = 21.0, 13.0  # of a mark; what is only planned steps back
TURNS = 60  # of pushing them apart


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark, and where its station really stands."""

    mark: rows.Mark
    hollow: bool
    x: float
    y: float
    from_x: float
    from_y: float
    radius: float

    @property
    def moved(self) -> bool:
        return math.hypot(self.x - self.from_x, self.y - self.from_y) > RADIUS * 0.6

    @property
    def size(self) -> float:
        return 2 * self.radius - 2

    @property
    def corner(self) -> float:
        return 1 - self.radius


@dataclass(frozen=True, slots=True)
class Sketch:
    """Paths, dots and marks in a drawing WIDE by HIGH."""

    communes: list[str]
    dots: list[tuple[float, float]]
    marks: list[Placed]
    wide: int = WIDE
    high: int = HIGH


@dataclass(frozen=True, slots=True)
class Frame:
    """Degrees to units of the drawing."""

    west: float
    north: float
    scale: float  # units in a degree of latitude
    squeeze: float  # of a degree of longitude
    left: float
    top: float

    def __call__(self, lon: float, lat: float) -> tuple[float, float]:
        x = self.left + (lon - self.west) * self.squeeze * self.scale
        return round(x, 1), round(self.top + (self.north - lat) * self.scale, 1)


def sketch(stations: Sequence[StationNow], at: datetime) -> Sketch | None:
    """The province and its stations; None where there is neither."""
    found = land.land()
    standing = [(one, one.position) for one in stations if one.position]
    points = [(lon, lat) for _, _, lon, lat in found.communes] + [(p.lon, p.lat) for _, p in standing]
    points += [point for rings in found.coarse for ring in rings for point in ring]
    if not points:
        return None
    place = _frame(points)
    marks = [(rows.row(one, at), where, place(where.lon, where.lat)) for one, where in standing]
    marks.sort(key=lambda one: one[0].now.badness if one[0].now else -1)
    radii = [PLANNED if row.station.state == Thing.State.PLANNED else RADIUS for row, _, _ in marks]
    spread = apart([there for _, _, there in marks], radii)
    return Sketch(
        communes=[" ".join(_path(ring, place) for ring in rings) for rings in found.coarse],
        dots=[place(lon, lat) for _, _, lon, lat in found.communes] if not found.coarse else [],
        marks=[
            Placed(row.mark, not where.exact, round(x, 1), round(y, 1), *there, radius)
            for (row, where, there), (x, y), radius in zip(marks, spread, radii, strict=True)
        ],
    )


def apart(points: Sequence[tuple[float, float]], radii: Sequence[float]) -> list[tuple[float, float]]:
    """The points, pushed away from each other until none covers another, or nearly; the smaller gives way."""
    now = [[x, y] for x, y in points]
    for _ in range(TURNS):
        still = True
        for i, one in enumerate(now):
            for j, other in enumerate(now[:i]):
                dx, dy = one[0] - other[0], one[1] - other[1]
                far, distance = math.hypot(dx, dy), radii[i] + radii[j]
                if far >= distance - 0.5:
                    continue
                still = False
                if far < 0.01:  # the same place: each in its own direction
                    dx, dy, far = math.cos(2.4 * i + j), math.sin(2.4 * i + j), 1.0
                push = (distance - min(far, distance)) / far
                mine = 0.5 if radii[i] == radii[j] else 0.1 if radii[i] > radii[j] else 0.9
                one[0], one[1] = one[0] + dx * push * mine, one[1] + dy * push * mine
                other[0], other[1] = other[0] - dx * push * (1 - mine), other[1] - dy * push * (1 - mine)
        if still:
            break
    return [(x, y) for x, y in now]


def _frame(points: Sequence[tuple[float, float]]) -> Frame:
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 0.05), max(north - south, 0.05)
    scale = min((WIDE - 2 * MARGIN) / wide, (HIGH - 2 * MARGIN) / high)
    left = (WIDE - (east - west) * squeeze * scale) / 2
    return Frame(west, north, scale, squeeze, left, (HIGH - (north - south) * scale) / 2)


def _path(ring: Sequence[tuple[float, float]], place: Frame) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in (place(lon, lat) for lon, lat in ring)) + "Z"
