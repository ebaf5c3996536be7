"""The ruler of an index: its classes side by side, and where the stations stand on it. Positions are percent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nonnuoc.look import law
from nonnuoc.portal.rows import Now

NEAR = 9.0  # percent; names closer than this would cover each other
SAME = 0.3  # percent; pointers closer than this are one to the eye


@dataclass(frozen=True, slots=True)
class Step:
    """A class on the ruler."""

    category: law.Category
    x: float
    width: float
    middle: float
    bound: int
    own: bool


@dataclass(frozen=True, slots=True)
class Pointer:
    """A number on the ruler; without a name where names would collide."""

    x: float
    anchor: str
    name: str
    first: bool  # the one that keeps its name on a phone


@dataclass(frozen=True, slots=True)
class Ruler:
    steps: list[Step]
    pointers: list[Pointer]


def province(known: Sequence[Now], on: date) -> Ruler | None:
    """All stations on the ruler of VN_AQI."""
    return of("VN_AQI", [(now.value, f"{now.place} {now.value}") for now in known], on) if known else None


def of(scheme: str, points: Sequence[tuple[int, str]], on: date) -> Ruler:
    """(value, name) pairs on the ruler of a scheme; every class equally wide, so that low numbers can be told apart.

    The worst point keeps its name; another one is named where there is room.
    """
    classes = sorted(law.categories(scheme, on), key=lambda one: one.low)
    width = 100 / len(classes)
    held = {law.category(scheme, value, on).css for value, _ in points}
    steps = [Step(one, i * width, width, (i + 0.5) * width, one.low, one.css in held) for i, one in enumerate(classes)]
    pointers: list[Pointer] = []
    for value, name in sorted(points, reverse=scheme == "VN_AQI"):
        step = next(s for s in steps if s.category == law.category(scheme, value, on))
        inside = (value - step.category.low) / max(1, step.category.high - step.category.low)
        x = step.x + min(1.0, max(0.0, inside)) * width
        if any(abs(x - other.x) < SAME for other in pointers):
            continue
        free = all(abs(x - other.x) > NEAR * 2 for other in pointers if other.name)
        anchor = "start" if x < NEAR else "end" if x > 100 - NEAR else "middle"
        pointers.append(Pointer(x, anchor, name if free else "", first=not pointers))
    return Ruler(steps, pointers)
