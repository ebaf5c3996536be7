"""The chart as it is drawn on the server: for the first paint, for print, and for those without JavaScript.

Positions across are percent, positions down are pixels of a drawing HEIGHT high; so text keeps its size at any width.
The lines themselves lie in an inner drawing of WIDE units that is stretched to fit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from nonnuoc.domain.quality import Flag
from nonnuoc.domain.quality import flag as flag_of
from nonnuoc.look import figures
from nonnuoc.portal.charts import Chart
from nonnuoc.portal.telling import limit_says, limit_source

HEIGHT = 320
TOP, BOTTOM = 14, 276  # of the field, px
WIDE = 1000
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    words: str


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
class Plot:
    line: str
    validated: str
    band: str
    lonely: list[Dot]
    dots: list[Dot]
    limits: list[Limit]
    down: list[Tick]
    across: list[Tick]


def plot(chart: Chart) -> Plot | None:
    """The drawing of a chart; None when there is nothing to draw."""
    series = chart.series
    if series.count == 0 or not (np.isfinite(series.value).any() or series.flagged_value.size):
        return None
    low, high = _reach(series.low, series.high, [span.limit.value for span in chart.limits], series.flagged_value)
    start, end = series.since.timestamp() * 1e6, series.until.timestamp() * 1e6

    def down(values: Floats) -> Floats:
        return BOTTOM - (values.clip(low, high) - low) / (high - low) * (BOTTOM - TOP)

    def across(times: NDArray[np.int64]) -> Floats:
        return (times - start) / (end - start)

    x, y = across(series.time), down(series.value)
    bottom, top = down(series.low), down(series.high)
    runs, sure = _runs(series.value), np.where(series.validated, series.value, np.nan)
    failed = flag_of(series.flagged_quality) >= Flag.FAIL
    return Plot(
        line=" ".join(_path(x[run], y[run]) for run in runs if len(run) > 1),
        validated=" ".join(_path(x[run], y[run]) for run in _runs(sure) if len(run) > 1),
        band=" ".join(_area(x[r], bottom[r], top[r]) for r in runs if len(r) > 1) if series.step_s else "",
        lonely=[Dot(100 * float(x[run[0]]), float(y[run[0]]), False) for run in runs if len(run) == 1],
        dots=[
            Dot(100 * float(dx), float(dy), bool(bad))
            for dx, dy, bad in zip(across(series.flagged_time), down(series.flagged_value), failed, strict=True)
        ],
        limits=[
            Limit(
                float(down(np.array([span.limit.value]))[0]),
                100 * (span.since.timestamp() * 1e6 - start) / (end - start),
                100 * (span.until.timestamp() * 1e6 - start) / (end - start),
                limit_says(span.limit),
                limit_source(span.limit),
            )
            for span in chart.limits
        ],
        down=[Tick(float(down(np.array([v]))[0]), figures.number(v, _decimals(high - low))) for v in _nice(low, high)],
        across=_times(series.since, series.until),
    )


def _reach(low: Floats, high: Floats, limits: list[float], flagged: Floats) -> tuple[float, float]:
    """What the scale spans: usable values and limits; a refused value beyond it stands at the edge."""
    known = np.concatenate([low[~np.isnan(low)], high[~np.isnan(high)], np.array(limits, dtype=np.float64)])
    known = known if known.size else flagged
    least, most = float(known.min()), float(known.max())
    room = (most - min(least, 0.0) or 1.0) * 0.12
    return (0.0 if least >= 0 and least < most * 0.6 else least - room), most + room


def _runs(values: Floats) -> list[NDArray[np.intp]]:
    there = np.flatnonzero(~np.isnan(values))
    if not there.size:
        return []
    return np.split(there, np.flatnonzero(np.diff(there) > 1) + 1)


def _path(x: Floats, y: Floats) -> str:
    return "M" + "L".join(f"{a * WIDE:.1f} {b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))


def _area(x: Floats, low: Floats, high: Floats) -> str:
    return _path(np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]])) + "Z"


def _nice(low: float, high: float) -> list[float]:
    """About five round numbers inside."""
    rough = (high - low) / 5
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    return [step * i for i in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _decimals(span: float) -> int:
    return max(0, 1 - math.floor(math.log10(span / 2))) if span < 10 else 0


def _times(since: datetime, until: datetime) -> list[Tick]:
    """Local times along the foot: hours in a day, else days, never more than fit on a phone."""
    span = until - since
    step = next(
        (s for s in (timedelta(hours=6), timedelta(days=2), timedelta(days=7), timedelta(days=73)) if span / s < 6),
        span / 4,
    )
    first = timezone.localtime(since).replace(hour=0, minute=0, second=0, microsecond=0)
    ticks, moment = [], first
    while moment < until:
        place = 100 * (moment - since) / span
        if 3 < place < 97:
            said = figures.clock(moment) if step < timedelta(days=1) else figures.day(moment)[:5]
            ticks.append(Tick(place, figures.day(moment)[:5] if said == "00:00" else said))
        moment += step
    return ticks
