"""The chart as it is drawn on the server: for the first paint, for print, and for those without JavaScript.

Positions across are percent, positions down are pixels of a drawing HEIGHT high; so text keeps its size at any width.
The lines themselves lie in an inner drawing of WIDE units that is stretched to fit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nonnuoc.domain.quality import Flag
from nonnuoc.domain.quality import flag as flag_of
from nonnuoc.look import figures, ticks
from nonnuoc.look.ticks import Tick
from nonnuoc.records.monitoring.timeseries import Series

HEIGHT = 320
TOP, BOTTOM = 14, 276  # of the field, px
WIDE = 1000
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit or a level to be drawn, from when to when it held: what stands on its line, and under it."""

    value: float
    since: datetime
    until: datetime
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    failed: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """A line from x1 to x2 percent, at y pixels; its words stand above and under its end."""

    y: float
    x1: float
    x2: float
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A span that is pointed out, in percent."""

    x: float
    wide: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """One stream: paths of the inner drawing, and what is drawn point by point."""

    line: str
    validated: str
    band: str
    lonely: list[Dot]
    dots: list[Dot]
    end: Dot | None  # of the line, where its name may stand


@dataclass(frozen=True, slots=True)
class Plot:
    streams: list[Drawn]
    limits: list[Limit]
    down: list[Tick]
    across: list[Tick]
    marks: list[Mark]

    @property
    def first(self) -> Drawn:
        return self.streams[0]


@dataclass(frozen=True, slots=True)
class Field:
    """What the drawing spans: µs since 1970 across, values down."""

    start: float
    end: float
    low: float
    high: float

    def across(self, times: NDArray[np.int64]) -> Floats:
        """Between 0 and 1."""
        return (times - self.start) / (self.end - self.start)

    def down(self, values: Floats) -> Floats:
        return BOTTOM - (values.clip(self.low, self.high) - self.low) / (self.high - self.low) * (BOTTOM - TOP)

    def percent(self, when: datetime) -> float:
        return 100 * (when.timestamp() * 1e6 - self.start) / (self.end - self.start)


def plot(
    shown: Sequence[Series], limits: Sequence[Bound], marked: Sequence[tuple[datetime, datetime]] = ()
) -> Plot | None:
    """The drawing of streams of one unit over one span, parts of it `marked`; None when there is nothing to draw."""
    if not any(np.isfinite(one.value).any() or one.flagged_value.size for one in shown):
        return None
    since, until = shown[0].since, shown[0].until
    low, high = _reach(shown, [one.value for one in limits])
    field = Field(since.timestamp() * 1e6, until.timestamp() * 1e6, low, high)
    return Plot(
        streams=[_drawn(one, field) for one in shown],
        limits=[_limit(one, field) for one in limits],
        down=[
            Tick(float(field.down(np.array([v]))[0]), figures.number(v, decimals(high - low))) for v in nice(low, high)
        ],
        across=ticks.times(since, until),
        marks=[_mark(begins, ends, field) for begins, ends in marked if begins < until and ends > since],
    )


def _drawn(series: Series, field: Field) -> Drawn:
    x, y = field.across(series.time), field.down(series.value)
    bottom, top = field.down(series.low), field.down(series.high)
    known, sure = runs(series.value), np.where(series.validated, series.value, np.nan)
    failed = flag_of(series.flagged_quality) >= Flag.FAIL
    flags = zip(field.across(series.flagged_time), field.down(series.flagged_value), failed, strict=True)
    end = known[-1][-1] if known else None
    return Drawn(
        line=" ".join(path(x[run], y[run]) for run in known if len(run) > 1),
        validated=" ".join(path(x[run], y[run]) for run in runs(sure) if len(run) > 1),
        band=" ".join(area(x[r], bottom[r], top[r]) for r in known if len(r) > 1) if series.step_s else "",
        lonely=[Dot(100 * float(x[run[0]]), float(y[run[0]]), False) for run in known if len(run) == 1],
        dots=[Dot(100 * float(dx), float(dy), bool(bad)) for dx, dy, bad in flags],
        end=Dot(100 * float(x[end]), float(y[end]), False) if end is not None else None,
    )


def _limit(one: Bound, field: Field) -> Limit:
    y = float(field.down(np.array([one.value]))[0])
    since, until = (max(0.0, min(100.0, field.percent(end))) for end in (one.since, one.until))
    return Limit(y, since, until, one.says, one.source)


def _mark(since: datetime, until: datetime, field: Field) -> Mark:
    x, end = max(0.0, field.percent(since)), min(100.0, field.percent(until))
    return Mark(x, max(end - x, 0.4))


def _reach(shown: Sequence[Series], limits: list[float]) -> tuple[float, float]:
    """What the scale spans: usable values and limits; a refused value beyond it stands at the edge."""
    parts = [part for one in shown for part in (one.low, one.high)] + [np.array(limits, dtype=np.float64)]
    known = np.concatenate(parts)
    known = known[~np.isnan(known)]
    known = known if known.size else np.concatenate([one.flagged_value for one in shown])
    least, most = float(known.min()), float(known.max())
    room = (most - min(least, 0.0) or 1.0) * 0.12
    return (0.0 if least >= 0 and least < most * 0.6 else least - room), most + room


def runs(values: Floats) -> list[NDArray[np.intp]]:
    """The places of known values that follow each other, piece by piece."""
    there = np.flatnonzero(~np.isnan(values))
    if not there.size:
        return []
    return np.split(there, np.flatnonzero(np.diff(there) > 1) + 1)


def path(x: Floats, y: Floats) -> str:
    """A line of the inner drawing: x between 0 and 1, y in pixels."""
    return "M" + "L".join(f"{a * WIDE:.1f} {b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))


def area(x: Floats, low: Floats, high: Floats) -> str:
    """What lies between two lines."""
    return path(np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]])) + "Z"


def nice(low: float, high: float) -> list[float]:
    """About five round numbers inside."""
    rough = (high - low) / 5
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    return [step * i for i in range(math.ceil(low / step), math.floor(high / step) + 1)]


def decimals(span: float) -> int:
    """How many of them the scale needs."""
    return max(0, 1 - math.floor(math.log10(span / 2))) if span < 10 else 0
