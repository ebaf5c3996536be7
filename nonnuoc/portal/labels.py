"""Names beside their points on a drawing, none over another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LETTER, HIGH = 6.7, 15.0  # of a name of 12 units: the mean width of its letters, and its line
ROUNDS = 4  # of moving names that still collide
#: Where a name may stand around its point, the best first: (x, y) in units of its distance, and its anchor.
SIDES = (
    (1.0, 0.0, "start"),
    (-1.0, 0.0, "end"),
    (0.0, -1.0, "middle"),
    (0.0, 1.0, "middle"),
    (0.85, -0.9, "start"),
    (0.85, 0.9, "start"),
    (-0.85, -0.9, "end"),
    (-0.85, 0.9, "end"),
)
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Point:
    """What is to be named. `radius` is that of the mark drawn there; names keep off it."""

    x: float
    y: float
    radius: float
    name: str


@dataclass(frozen=True, slots=True)
class Label:
    """Where a name stands: the middle of its line."""

    x: float
    y: float
    anchor: str
    box: Box


def place(points: Sequence[Point], wide: float, high: float) -> list[Label | None]:
    """A place for each name inside the drawing; None where every one would hide something."""
    marks = [(p.x - p.radius, p.y - p.radius, p.x + p.radius, p.y + p.radius) for p in points]
    choices = [[label for label in _choices(point) if _inside(label.box, wide, high)] for point in points]
    blocked = [[_covers(label.box, marks) for label in some] for some in choices]
    crowd = sorted(range(len(points)), key=lambda i: sum(1 for hidden in blocked[i] if not hidden))
    chosen: dict[int, Label] = {}
    for _ in range(ROUNDS):
        before = dict(chosen)
        for i in crowd:
            others = [label.box for j, label in chosen.items() if j != i]
            costs = [
                (hidden * 3 + _covers(label.box, others), n)
                for n, (label, hidden) in enumerate(zip(choices[i], blocked[i], strict=True))
            ]
            if costs:
                chosen[i] = choices[i][min(costs)[1]]
        if chosen == before:
            break
    return _without_collisions(chosen, marks, len(points))


def _without_collisions(chosen: dict[int, Label], marks: Sequence[Box], size: int) -> list[Label | None]:
    kept: dict[int, Label] = {}
    for i, label in chosen.items():
        if not _covers(label.box, [*marks, *(one.box for one in kept.values())]):
            kept[i] = label
    return [kept.get(i) for i in range(size)]


def _choices(point: Point) -> list[Label]:
    width = len(point.name) * LETTER
    found = []
    for right, down, anchor in SIDES:
        x = point.x + right * (point.radius + 3)
        y = point.y + down * (point.radius + HIGH / 2 + 1)
        left = {"start": x, "end": x - width, "middle": x - width / 2}[anchor]
        found.append(Label(round(x, 1), round(y, 1), anchor, (left, y - HIGH / 2, left + width, y + HIGH / 2)))
    return found


def _inside(box: Box, wide: float, high: float) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= wide and box[3] <= high


def _covers(box: Box, others: Sequence[Box]) -> int:
    """How many of the others it touches."""
    left, top, right, bottom = box
    return sum(left < r and right > x and top < b and bottom > y for x, y, r, b in others)
