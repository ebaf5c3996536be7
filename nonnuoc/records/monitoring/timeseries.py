"""What a datastream said over a span of time, thinned to what a chart can show. Nothing here writes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from nonnuoc.domain import quality as q
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Datastream

Floats = NDArray[np.float64]
Times = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Series:
    """One datastream over a span, thinned to what a chart can show. Times are µs since 1970 UTC; arrays are (n,).

    `value` is the mean of the usable values of a step, `low` and `high` their spread; NaN breaks the line: a gap.
    Flagged values stand apart, as they were sent; failed ones are in no mean.
    """

    datastream: Datastream
    since: datetime
    until: datetime
    step_s: int  # 0: every value as it is
    count: int  # values in the span
    time: Times
    value: Floats
    low: Floats
    high: Floats
    validated: NDArray[np.bool_]
    flagged_time: Times
    flagged_value: Floats
    flagged_quality: q.Quality
    usable_time: Times  # (m,): every usable value, for what must be said exactly
    usable_value: Floats


def over(datastream_id: int, since: datetime, until: datetime, points: int) -> Series:
    """A datastream over [since, until), in at most about `points` steps, the extremes kept.

    Raises Datastream.DoesNotExist.
    """
    stream = Datastream.objects.select_related("observed_property", "thing").get(id=datastream_id)
    rows = observations.read(datastream_id, since, until)
    time, value, quality = rows.time, rows.value, rows.quality
    there = ~np.isnan(value)
    good = there & q.usable(quality)
    flagged = there & (q.flag(quality) >= q.Flag.SUSPECT)
    start, end = observations.micros(since), observations.micros(until)
    step = _step_s(end - start, points, stream.interval_s) if len(time) > points else 0
    thinned = _thin(time[good], value[good], quality[good] < 0, start, step * 1_000_000)
    broken = _break_gaps(*thinned, gap=1.5e6 * max(step, stream.interval_s or 0))
    kept = _worst_of_step(time[flagged], value[flagged], quality[flagged], start, step * 1_000_000)
    return Series(stream, since, until, step, len(time), *broken, *kept, time[good], value[good])


def _step_s(span_us: int, points: int, interval_s: int | None) -> int:
    """The step in whole multiples of the cadence, so that full steps hold equally many values."""
    cadence = interval_s or 60
    return max(cadence, math.ceil(span_us / 1_000_000 / max(points, 1) / cadence) * cadence)


def _thin(
    time: Times, value: Floats, validated: NDArray[np.bool_], start: int, step: int
) -> tuple[Times, Floats, Floats, Floats, NDArray[np.bool_]]:
    if step == 0 or len(time) == 0:
        return time, value, value, value, validated
    cell = (time - start) // step
    first = np.flatnonzero(np.diff(cell, prepend=cell[0] - 1))
    size = np.diff(first, append=len(time))
    return (
        start + cell[first] * step + step // 2,
        np.add.reduceat(value, first) / size,
        np.minimum.reduceat(value, first),
        np.maximum.reduceat(value, first),
        np.logical_and.reduceat(validated, first),
    )


def _break_gaps(
    time: Times, value: Floats, low: Floats, high: Floats, validated: NDArray[np.bool_], *, gap: float
) -> tuple[Times, Floats, Floats, Floats, NDArray[np.bool_]]:
    """A NaN between neighbours further apart than `gap` µs; without a cadence (samples) nothing is a gap."""
    if gap <= 0 or len(time) < 2:
        return time, value, low, high, validated
    at = np.flatnonzero(np.diff(time) > gap) + 1
    middle = time[at - 1] + (time[at] - time[at - 1]) // 2
    return (
        np.insert(time, at, middle),
        np.insert(value, at, np.nan),
        np.insert(low, at, np.nan),
        np.insert(high, at, np.nan),
        np.insert(validated, at, False),
    )


def _worst_of_step(
    time: Times, value: Floats, quality: q.Quality, start: int, step: int
) -> tuple[Times, Floats, q.Quality]:
    """Of each step's flagged values the one with the worst flag, the largest of these."""
    if step == 0 or len(time) == 0:
        return time, value, quality
    cell = (time - start) // step
    order = np.lexsort((value, q.flag(quality), cell))
    last = order[np.flatnonzero(np.diff(cell[order], append=cell[order][-1] + 1))]
    return time[last], value[last], quality[last]
