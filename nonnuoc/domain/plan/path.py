"""The way to a target: what is wanted on a day, how a value stands against it, where the values are heading.

Unknown is None everywhere, never 0: without a baseline or a point of the path nobody can say what is wanted today.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Points = Sequence[tuple[date, float]]

LEVEL = 0.90  # of the projection's interval
FEWEST_VALUES, SHORTEST_DAYS = 3, 365  # a line needs both
#: What is shown to one decimal is not judged more finely.
TOLERANCE = 0.05
#: t(0.95; df) for df 1..30: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
_T95 = (
    *(6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812),
    *(1.796, 1.782, 1.771, 1.761, 1.753, 1.746, 1.740, 1.734, 1.729, 1.725),
    *(1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697),
)
_Z95 = 1.6448536  # of the normal distribution, for more than 30


class Sense(StrEnum):
    """What is wanted of a value."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"


class Word(StrEnum):
    """How a value stands against the path."""

    AHEAD = "ahead"
    ON = "on"
    BEHIND = "behind"
    OVER = "over"  # more than is wanted at most, where a span is wanted
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judged:
    """`by`: how far from what is wanted, in the target's unit, never negative. `why`: a word for what is missing."""

    word: Word
    by: float | None = None
    why: str = ""  # "no_value", "no_path", "no_wanted"


@dataclass(frozen=True, slots=True)
class Projection:
    """Where the values are heading on a day, with an interval of `level`. All None: `why_none` says why.

    `why_none`: "too_few" values, "too_short" a time.
    """

    value: float | None
    low: float | None
    high: float | None
    level: float = LEVEL
    why_none: str = ""


def wanted(points: Points, on: date) -> float | None:
    """What is wanted on a day: on the straight line between the points (day, value) around it.

    After the last point its value goes on holding. Before the first, and without any, it is unknown. Of two points for
    one day the later one of the sequence counts.
    """
    by_day = dict(points)
    days = sorted(by_day)
    if not days or on < days[0]:
        return None
    at = np.array([one.toordinal() for one in days], dtype=float)
    return float(np.interp(on.toordinal(), at, np.array([by_day[one] for one in days], dtype=float)))


def whole(value: float | None, sense: str) -> float | None:
    """The same of things that are counted: there are no two thirds of a station to be behind with."""
    if value is None:
        return None
    near = round(value, 6)
    return float(math.ceil(near) if sense == Sense.AT_MOST else math.floor(near))


def standing(
    value: float | None,
    wanted: float | None,
    sense: str,
    *,
    wanted_to: float | None = None,
    tolerance: float = TOLERANCE,
) -> Judged:
    """How a value stands against what is wanted on its day, all in one unit.

    at_least: more is ahead; at_most: less is ahead; between: inside `wanted` .. `wanted_to` is on it, more is over.
    """
    if value is None or wanted is None:
        return Judged(Word.UNKNOWN, why="no_value" if value is None else "no_path")
    if sense == Sense.BETWEEN:
        if wanted_to is None:
            return Judged(Word.UNKNOWN, why="no_wanted")
        if value > wanted_to + tolerance:
            return Judged(Word.OVER, value - wanted_to)
        return Judged(Word.BEHIND, wanted - value) if value < wanted - tolerance else Judged(Word.ON, 0.0)
    gained = value - wanted if sense == Sense.AT_LEAST else wanted - value
    if abs(gained) <= tolerance:
        return Judged(Word.ON, 0.0)
    return Judged(Word.AHEAD, gained) if gained > 0 else Judged(Word.BEHIND, -gained)


def last_of_quarters(days: Sequence[date]) -> list[int]:
    """Of days in order, the place of the last one in each calendar quarter.

    Values that are computed anew with every record that comes in repeat each other; taken all, they would make a line
    look surer than it is.
    """
    found = {(one.year, (one.month - 1) // 3): place for place, one in enumerate(days)}
    return list(found.values())


def projection(
    days: Sequence[date], values: Sequence[float], on: date, *, least: float | None = None, most: float | None = None
) -> Projection:
    """Where values (of one length with their days, in any order) are heading on a day. See `projections`."""
    return projections(days, values, [on], least=least, most=most)[0]


def projections(
    days: Sequence[date],
    values: Sequence[float],
    on: Sequence[date],
    *,
    least: float | None = None,
    most: float | None = None,
) -> list[Projection]:
    """One for each day of `on`, kept within `least` and `most` (a share lies within 0 and 100).

    A straight line by ordinary least squares, with the prediction interval of one further value,
    y ± t(0.95; n - 2) · s · √(1 + 1/n + (x - x̄)²/Sxx): Montgomery, Peck, Vining, Introduction to Linear Regression
    Analysis, 5th ed., eq. 2.54. Theil and Sen's line bears outliers better, but has no such interval of three to ten
    values, which is what a plan of five years has; and that it is unsure is what has to be shown.
    """
    x = np.array([one.toordinal() for one in days], dtype=float)
    y = np.array(values, dtype=float)
    known = np.isfinite(y)
    x, y = x[known], y[known]
    if (why := _too_little(x)) != "":
        return [Projection(None, None, None, why_none=why) for _day in on]
    at = np.array([one.toordinal() for one in on], dtype=float)
    middle, half = _line(x, y, at)
    bounds = (-np.inf if least is None else least, np.inf if most is None else most)
    low, high = np.clip(middle - half, *bounds), np.clip(middle + half, *bounds)
    held = np.clip(middle, *bounds)
    rows = zip(held.tolist(), low.tolist(), high.tolist(), strict=True)
    return [Projection(value, lower, upper) for value, lower, upper in rows]


def _too_little(x: Floats) -> str:
    if len(np.unique(x)) < FEWEST_VALUES:
        return "too_few"
    return "too_short" if x.max() - x.min() < SHORTEST_DAYS else ""


def _line(x: Floats, y: Floats, at: Floats) -> tuple[Floats, Floats]:
    n, mean = len(x), x.mean()
    spread = float(((x - mean) ** 2).sum())
    slope = float(((x - mean) * (y - y.mean())).sum()) / spread
    middle = y.mean() + slope * (at - mean)
    left = y - (y.mean() + slope * (x - mean))
    s = math.sqrt(float((left**2).sum()) / (n - 2))
    error = s * np.sqrt(1 + 1 / n + (at - mean) ** 2 / spread)
    return middle, t95(n - 2) * error


def t95(df: int) -> float:
    """The 95 % quantile of Student's t; beyond the table by Abramowitz and Stegun, 26.7.5, to the third decimal."""
    if df <= len(_T95):
        return _T95[df - 1]
    z = _Z95
    return z + (z**3 + z) / (4 * df) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)
