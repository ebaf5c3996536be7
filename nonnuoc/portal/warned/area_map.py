"""Where a warning holds, drawn on the server: its communes and what was drawn, among their neighbours."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from nonnuoc.portal import labels, land
from nonnuoc.portal.sketch import Frame

WIDE, HIGH, MARGIN = 640.0, 420.0, 64.0
DOT = 9.0
CROWD = 5
LEAST = 0.12  # degrees that are shown at least: a single commune is seen among its neighbours
#: Letters of names are larger here than labels.py takes them to be.
LARGER = 1.6
Lonlat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A commune's point; `chosen`: the warning holds there."""

    code: str
    name: str
    x: float
    y: float
    chosen: bool
    label: labels.Label | None


@dataclass(frozen=True, slots=True)
class AreaMap:
    """A drawing `wide` by `high`: paths of shapes, the points of communes, the outlines that were drawn."""

    grounds: tuple[tuple[str, bool], ...]
    spots: tuple[Spot, ...]
    outlines: tuple[str, ...]
    wide: float = WIDE
    high: float = HIGH

    @property
    def is_crowded(self) -> bool:
        """More names than a telephone's screen has room for."""
        return sum(1 for one in self.spots if one.chosen) > CROWD


def of(codes: Iterable[str], polygon: dict[str, Any] | None) -> AreaMap | None:
    """The area of these communes and this polygon (GeoJSON); None where there is nothing to draw."""
    chosen, found = frozenset(codes), land.land()
    rings = [[(lon, lat) for lon, lat in ring] for ring in _rings(polygon)]
    points = [point for ring in rings for point in ring]
    points += [(lon, lat) for code, _, lon, lat in found.communes if code in chosen]
    points += [
        (lon, lat) for code in chosen & found.fine.keys() for ring in _rings(found.fine[code]) for lon, lat in ring
    ]
    if not points:
        return None
    frame = _frame(points)
    return AreaMap(
        grounds=tuple(_grounds(found, frame, chosen)),
        spots=tuple(_spots(found, frame, chosen)),
        outlines=tuple(_path(ring, frame) for ring in rings),
    )


def _rings(shape: dict[str, Any] | None) -> Iterator[list[Lonlat]]:
    if shape:
        for part in [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]:
            yield from part


def _grounds(found: land.Land, frame: Frame, chosen: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """The chosen last: their outline lies over the others'."""
    for code, shape in sorted(found.fine.items(), key=lambda one: one[0] in chosen):
        path = "".join(_path(ring, frame) for ring in _rings(shape))
        if path:
            yield path, code in chosen


def _spots(found: land.Land, frame: Frame, chosen: frozenset[str]) -> list[Spot]:
    there = [(one, frame(one[2], one[3])) for one in found.communes]
    seen = [(one, xy) for one, xy in there if 0 <= xy[0] <= WIDE and 0 <= xy[1] <= HIGH]
    seen.sort(key=lambda one: one[0][0] not in chosen)
    points = [labels.Point(x / LARGER, y / LARGER, DOT / LARGER, one[1]) for one, (x, y) in seen]
    named = labels.place(points, WIDE / LARGER, HIGH / LARGER)
    return [
        Spot(one[0], one[1], x, y, one[0] in chosen, _larger(label))
        for (one, (x, y)), label in zip(seen, named, strict=True)
    ]


def _larger(label: labels.Label | None) -> labels.Label | None:
    if label is None:
        return None
    return labels.Label(round(label.x * LARGER, 1), round(label.y * LARGER, 1), label.anchor, label.box)


def _frame(points: list[Lonlat]) -> Frame:
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, LEAST), max(north - south, LEAST)
    scale = min((WIDE - 2 * MARGIN) / wide, (HIGH - 2 * MARGIN) / high)
    left = (WIDE - (east - west) * squeeze * scale) / 2
    return Frame(west, north, scale, squeeze, left, (HIGH - (north - south) * scale) / 2)


def _path(ring: Iterable[Lonlat], frame: Frame) -> str:
    """Empty where all of it lies outside the drawing."""
    points = [frame(lon, lat) for lon, lat in ring]
    across, down = [x for x, _ in points], [y for _, y in points]
    if max(across) < 0 or min(across) > WIDE or max(down) < 0 or min(down) > HIGH:
        return ""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"
