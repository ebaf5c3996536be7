"""The map as it is drawn on the server: there at once, in print, and for those without JavaScript."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from nonnuoc.portal import land, rows
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import Position, StationNow

WIDE, HIGH, MARGIN = 640, 400, 40
RADIUS, PLANNED = 21.0, 13.0  # of a mark; what is only planned steps back
TURNS = 60  # of pushing them apart
CROWD = 60  # stations; of more, those that would cover each other stand as one

Point = tuple[float, float]
Standing = tuple[StationNow, rows.Now | None, Position]


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark, and where its station really stands. `more` stations stand behind it."""

    mark: rows.Mark
    hollow: bool
    x: float
    y: float
    from_x: float
    from_y: float
    radius: float
    more: int = 0

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
    """Land and marks in a drawing WIDE by HIGH; equal ones look the same."""

    communes: str  # a path: their shapes
    dots: str  # a path: their points, where there are no shapes
    marks: tuple[Placed, ...]
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

    def __call__(self, lon: float, lat: float) -> Point:
        x = self.left + (lon - self.west) * self.squeeze * self.scale
        return round(x, 1), round(self.top + (self.north - lat) * self.scale, 1)


def sketch(known: Sequence[rows.Known], found: land.Land) -> Sketch | None:
    """The province and its stations; None where there is neither."""
    standing = [(one, now, one.position) for one, now in known if one.position]
    points = [(lon, lat) for _, _, lon, lat in found.communes] + [(p.lon, p.lat) for *_, p in standing]
    points += [point for rings in found.coarse for ring in rings for point in ring]
    if not points:
        return None
    place = _frame(points)
    communes, dots = _ground(found, place)
    spots = _spots(sorted(standing, key=lambda one: rows.urgency(*one[:2])), place)
    marks = [
        Placed(rows.mark(one, now), not where.exact, round(x, 1), round(y, 1), *from_, _radius(one), more)
        for (one, now, where), from_, (x, y), more in spots
    ]
    return Sketch(communes, dots, tuple(marks))


def _spots(standing: list[Standing], place: Frame) -> list[tuple[Standing, Point, Point, int]]:
    """(station, where it stands, where its mark does, how many more stand behind it), the worst last, on top."""
    points = [place(where.lon, where.lat) for *_, where in standing]
    if len(standing) > CROWD:
        return [(standing[i], points[i], points[i], more) for i, more in reversed(gathered(tuple(points)))]
    # The order of the stations, not of their numbers: marks stay where they are when the numbers change.
    order = sorted(range(len(points)), key=lambda i: standing[i][0].code)
    spread = apart([points[i] for i in order], [_radius(standing[i][0]) for i in order])
    moved = dict(zip(order, spread, strict=True))
    return [(standing[i], points[i], moved[i], 0) for i in reversed(range(len(points)))]


def _radius(station: StationNow) -> float:
    return PLANNED if station.state == Thing.State.PLANNED else RADIUS


@lru_cache(maxsize=4)
def _ground(found: land.Land, place: Frame) -> tuple[str, str]:
    if found.coarse:
        return "".join(_path(ring, place) for rings in found.coarse for ring in rings), ""
    dots = (place(lon, lat) for _, _, lon, lat in found.communes)
    return "", "".join(f"M{x:g} {y:g}h0" for x, y in dots)


@lru_cache(maxsize=16)
def gathered(points: tuple[Point, ...]) -> list[tuple[int, int]]:
    """(which point, how many others it stands for): the first of those that would cover each other stands for all."""
    reach = 2.5 * RADIUS  # beside a mark stands how many it stands for
    cells: dict[tuple[int, int], list[int]] = {}
    behind: dict[int, int] = {}
    for i, (x, y) in enumerate(points):
        column, line = int(x // reach), int(y // reach)
        near = [
            (math.dist(points[j], (x, y)), j)
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for j in cells.get((column + dx, line + dy), ())
        ]
        far, nearest = min(near, default=(reach, -1))
        if far < reach:
            behind[nearest] += 1
        else:
            behind[i] = 0
            cells.setdefault((column, line), []).append(i)
    return list(behind.items())


def apart(points: Sequence[Point], radii: Sequence[float]) -> list[Point]:
    """The points, pushed away from each other until none covers another, or nearly; the smaller gives way."""
    return _apart(tuple(points), tuple(radii))


@lru_cache(maxsize=64)
def _apart(points: tuple[Point, ...], radii: tuple[float, ...]) -> list[Point]:
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


def _frame(points: Sequence[Point]) -> Frame:
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 0.05), max(north - south, 0.05)
    scale = min((WIDE - 2 * MARGIN) / wide, (HIGH - 2 * MARGIN) / high)
    left = (WIDE - (east - west) * squeeze * scale) / 2
    return Frame(west, north, scale, squeeze, left, (HIGH - (north - south) * scale) / 2)


def _path(ring: Sequence[Point], place: Frame) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in (place(lon, lat) for lon, lat in ring)) + "Z"
