"""When in the day and in the year a thing is high: hourly means by hour of day and month."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nonnuoc.domain import local

Floats = NDArray[np.float64]
CELLS = (24, 12)


class Pattern(NamedTuple):
    """Every array is (24, 12): the local hour of the day, the month of the year."""

    mean: Floats  # of the hourly means there are; NaN: none
    hours: NDArray[np.int64]  # that stand in it
    expected: NDArray[np.int64]  # hours the span holds

    @property
    def share(self) -> Floats:
        """How much of each cell was measured, 0 to 1; NaN where the span holds no such hour."""
        return np.where(self.expected > 0, self.hours / np.maximum(self.expected, 1), np.nan)


def hour_by_month(end: local.Times, value: Floats, since: int, until: int) -> Pattern:
    """The mean of hourly means in each hour of the day and month of the year, local time.

    end           (n,) the ends of their windows, µs since 1970 UTC; value (n,), NaN is left out
    since, until  of the span, µs since 1970 UTC: windows that end in (since, until] were to be expected
    """
    known = ~np.isnan(value)
    cell = _cell(end[known])
    count = np.bincount(cell, minlength=288)
    total = np.bincount(cell, weights=value[known], minlength=288)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    first = since // local.HOUR_US + 1
    whole = np.arange(first, until // local.HOUR_US + 1, dtype=np.int64) * local.HOUR_US
    expected = np.bincount(_cell(whole), minlength=288)
    return Pattern(mean.reshape(CELLS), count.reshape(CELLS), expected.reshape(CELLS))


def _cell(end: local.Times) -> NDArray[np.int64]:
    cell: NDArray[np.int64] = local.hour_of_window(end) * 12 + local.month_of_day(local.day_of_window(end))
    return cell
