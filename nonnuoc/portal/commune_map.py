"""Communes as they are drawn on the server: named points, their shapes where official boundaries were imported."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString

from nonnuoc.portal import labels, land, rows, sketch
from nonnuoc.portal.drawn import drawn
from nonnuoc.portal.surroundings import Near, Surroundings
from nonnuoc.records.places import nearness

WIDE, HIGH, MARGIN = 1000.0, 560.0, 44.0
AROUND_HIGH = 480.0
DOT, MARK = 4.0, 17.0  # radius of a commune's point, and of a station's mark
KM_PER_DEGREE = 111.2  # of latitude
BARS = (1, 2, 5, 10, 20, 50, 100)  # km that a scale bar may be long
Lonlat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A commune on the drawing."""

    code: str
    name: str
    x: float
    y: float
    label: labels.Label | None
    mark: rows.Mark | None  # of its own station; None: a point
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Pin:
    """A station on the drawing; hollow where its commune's point stands for its position."""

    mark: rows.Mark
    x: float
    y: float
    hollow: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """How long so many kilometres are."""

    km: int
    length: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing `wide` by `high`."""

    shapes: tuple[tuple[str, bool], ...]  # path, and whether it is the chosen commune's
    places: tuple[Place, ...]
    pins: tuple[Pin, ...]
    bar: Bar
    wide: float
    high: float

    @property
    def foot(self) -> float:
        """Where the scale bar stands."""
        return self.high - 24

    @property
    def eastern(self) -> bool:
        """The chosen commune lies in the eastern half."""
        return any(place.chosen and place.x > self.wide / 2 for place in self.places)


def svg(drawing: Drawing | None) -> SafeString:
    """It as SVG. Its links are for the hand alone: keys and screen readers have the list beside it."""
    return drawn("portal/commune/drawing.html", drawing=drawing) if drawing else SafeString("")


def province(marks: Mapping[str, rows.Mark]) -> Drawing | None:
    """All communes, with the marks of those that have a station; None while no commune is loaded."""
    found = land.land()
    if not found.communes:
        return None
    return _drawn(found, marks, list(found.communes), [], HIGH)


def around(place: Surroundings, stations: Sequence[Near]) -> Drawing | None:
    """The commune, its neighbours and these stations."""
    found = land.land()
    near = {one.code for one in nearness.neighbours(place.commune.code)} | {place.commune.code}
    shown = [one for one in found.communes if one[0] in near]
    return _drawn(found, {}, shown, stations, AROUND_HIGH, place.commune.code)


def _drawn(
    found: land.Land,
    marks: Mapping[str, rows.Mark],
    inside: Sequence[tuple[str, str, float, float]],
    stations: Sequence[Near],
    high: float,
    chosen: str = "",
) -> Drawing:
    standing = [(near, near.station.position) for near in stations if near.station.position]
    points = [(lon, lat) for _, _, lon, lat in inside] + [(where.lon, where.lat) for _, where in standing]
    frame = _frame(points, high)
    at = [(near, where, frame(where.lon, where.lat)) for near, where in standing]
    spread = sketch.apart([there for _, _, there in at], [MARK] * len(at))
    pins = [
        Pin(near.row.mark, round(x, 1), round(y, 1), not where.exact)
        for (near, where, _), (x, y) in zip(at, spread, strict=True)
    ]
    there = [(one, frame(one[2], one[3])) for one in found.communes]
    seen = [(one, xy) for one, xy in there if 0 <= xy[0] <= WIDE and 0 <= xy[1] <= high]
    seen.sort(key=lambda one: one[0][0] != chosen)  # the first finds a place for its name more easily
    named = _named(
        tuple((one[1], x, y, _radius(x, y, pins, one[0] in marks)) for one, (x, y) in seen),
        tuple((pin.x, pin.y) for pin in pins),
        high,
    )
    return Drawing(
        shapes=_shapes(found, frame, high, chosen),
        places=tuple(
            Place(one[0], one[1], x, y, label, marks.get(one[0]), one[0] == chosen)
            for (one, (x, y)), label in zip(seen, named, strict=True)
        ),
        pins=tuple(pins),
        bar=_bar(frame),
        wide=WIDE,
        high=high,
    )


def _radius(x: float, y: float, pins: Sequence[Pin], marked: bool) -> float:
    """How far a name must keep off the commune's point: a station's mark may cover it."""
    covered = [math.hypot(pin.x - x, pin.y - y) for pin in pins]
    return MARK + min(covered) if covered and min(covered) < MARK else MARK if marked else DOT


@lru_cache(maxsize=64)
def _named(
    places: tuple[tuple[str, float, float, float], ...], pins: tuple[Lonlat, ...], high: float
) -> tuple[labels.Label | None, ...]:
    """Where the names stand: the same drawing is asked for over and over."""
    points = [labels.Point(x, y, radius, name) for name, x, y, radius in places]
    blocks = [labels.Point(x, y, MARK, "") for x, y in pins]
    return tuple(labels.place(points + blocks, WIDE, high)[: len(points)])


def _frame(points: Sequence[Lonlat], high: float) -> sketch.Frame:
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, tall = max((east - west) * squeeze, 0.05), max(north - south, 0.05)
    scale = min((WIDE - 2 * MARGIN) / wide, (high - 2 * MARGIN) / tall)
    left = (WIDE - (east - west) * squeeze * scale) / 2
    return sketch.Frame(west, north, scale, squeeze, left, (high - (north - south) * scale) / 2)


def _shapes(found: land.Land, frame: sketch.Frame, high: float, chosen: str) -> tuple[tuple[str, bool], ...]:
    """Every shape that reaches into the drawing; what hangs over its edge is cut by the frame it stands in."""
    reaching = []
    for code, shape in found.fine.items():
        parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        rings = [[frame(lon, lat) for lon, lat in ring] for part in parts for ring in part]
        across = [x for ring in rings for x, _ in ring]
        down = [y for ring in rings for _, y in ring]
        if max(across) > 0 and min(across) < WIDE and max(down) > 0 and min(down) < high:
            path = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in rings)
            reaching.append((path, code == chosen))
    return tuple(reaching)


def _bar(frame: sketch.Frame) -> Bar:
    """The longest that takes at most a fifth of the drawing."""
    per_km = frame.scale / KM_PER_DEGREE
    km = max((one for one in BARS if one * per_km <= WIDE / 5), default=BARS[0])
    return Bar(km, round(km * per_km, 1))
