"""What a value's neighbours in time say about it: links, spikes, rates of change, flat lines.

All functions work on the rows of many series at once, one after the other, and never look across the end of a series
or across a gap. Times and durations are in µs, values in the unit of their stream, arrays have shape (rows,).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

HOUR = 3_600_000_000


class Series(NamedTuple):
    """Rows sorted by (stream, time), each with a finite value that passed the pointwise checks."""

    stream: Rows
    time: NDArray[np.int64]
    value: Floats
    unjudged: Mask  # no person has validated the value


def linked(series: Series, gap: Floats) -> Mask:
    """Which rows have the row before them for a neighbour: the same stream, no further back than `gap`."""
    out = np.zeros(series.time.shape, np.bool_)
    np.less_equal(np.diff(series.time), gap[1:], out=out[1:])
    out[1:] &= series.stream[1:] == series.stream[:-1]
    return out


def spike_height(series: Series, linked: Mask) -> Floats:
    """How far a value stands out on the same side of both its neighbours (the nearer of them counts).

    0 where it lies between them, NaN where one is lacking. Taking the nearer neighbour is what keeps the values
    beside a spike free of blame: they stand out against the spike only.
    """
    height = np.full(series.value.shape, np.nan)
    if height.size > 2:
        step = np.diff(series.value)
        up, down = step[:-1], -step[1:]
        inner = np.maximum(np.minimum(up, down), -np.maximum(up, down))
        np.maximum(inner, 0.0, out=inner)
        inner[~(linked[1:-1] & linked[2:])] = np.nan
        height[1:-1] = inner
    return height


def rate(series: Series, linked: Mask, spike: Mask, gap: Floats, interval: Floats) -> Floats:
    """Change per hour since the last neighbour that is no spike, always positive; NaN where there is none.

    Rows closer together than their `interval` (NaN: unknown) are treated as one interval apart: two readings a second
    apart differ by noise, which divided by a second would look like a leap.
    """
    before = np.arange(-1, series.value.size - 1)
    known = linked.copy()
    behind = np.flatnonzero(spike[:-1] & linked[1:]) + 1
    if behind.size:
        # there is always a calm row to go back to, in the same series: the first of linked rows is never a spike
        calm = np.flatnonzero(~spike)
        before[behind] = calm[np.searchsorted(calm, behind) - 1]
        known[behind] = series.time[behind] - series.time[before[behind]] <= gap[behind]
    change = np.abs(series.value - series.value[before])
    elapsed = np.fmax((series.time - series.time[before]).astype(np.float64), interval)
    elapsed[~known] = np.nan
    return change / (elapsed / HOUR)


def held(series: Series, linked: Mask, tolerance: Floats, durations: tuple[Floats, ...]) -> tuple[Rows, ...]:
    """For each duration the rows up to which the value has stayed within `tolerance` for at least that long.

    The window of a row begins with the last row at or before its time less the duration; it is flat when its highest
    and lowest value differ by no more than the tolerance, which may be 0, and when no link in it is broken.
    """
    step = np.abs(np.diff(series.value, prepend=np.nan))
    broken = ~(linked & (step <= tolerance))
    number = np.arange(series.value.size)
    start = np.maximum.accumulate(np.where(broken, number, 0))
    lasted = series.time - series.time[start]
    return tuple(
        _within(series, start, np.flatnonzero(lasted >= duration), tolerance, duration) for duration in durations
    )


def _within(series: Series, start: Rows, rows: Rows, tolerance: Floats, duration: Floats) -> Rows:
    """Of rows whose every single step was small enough, those whose whole window was."""
    creeping = tolerance[rows] > 0
    if not creeping.any():
        return rows
    last = rows[creeping]
    first = _window_start(series.time, start, last, duration[last])
    flat = ~creeping
    flat[creeping] = _spread(series.value, first, last) <= tolerance[last]
    return rows[flat]


def _window_start(time: NDArray[np.int64], start: Rows, last: Rows, duration: Floats) -> Rows:
    """The last row of the run at or before the time of `last` less `duration`, by bisection in all runs at once."""
    wanted = time[last] - duration
    low, high = start[last], last + 0
    while np.any(low < high):
        middle = (low + high + 1) // 2
        early = time[middle] <= wanted
        low, high = np.where(early, middle, low), np.where(early, high, middle - 1)
    return low


def _spread(value: Floats, first: Rows, last: Rows) -> Floats:
    """Highest less lowest value of `value[first : last + 1]` for each pair, from windows of doubling width."""
    level = np.frexp(last - first + 1)[1] - 1
    spread = np.empty(first.shape)
    high = low = value
    for power in range(int(level.max()) + 1):
        width = 1 << power
        pairs = level == power
        left, right = first[pairs], last[pairs] - width + 1
        spread[pairs] = np.maximum(high[left], high[right]) - np.minimum(low[left], low[right])
        high, low = np.maximum(high[:-width], high[width:]), np.minimum(low[:-width], low[width:])
    return spread
