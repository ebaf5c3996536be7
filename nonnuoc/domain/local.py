"""Local time on arrays. Việt Nam keeps UTC+7 the whole year, with no daylight saving."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

OFFSET_H = 7
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
OFFSET_US = OFFSET_H * HOUR_US

Times = NDArray[np.int64]


def day_of_window(end: Times) -> Times:
    """The local day, counted from 1970-01-01, that a mean belongs to whose window ends at `end` (µs since 1970 UTC).

    Windows are open on the left: what is stamped 00:00 belongs to the day before, as QĐ 1459/QĐ-TCMT counts its hours.
    """
    return (end - 1 + OFFSET_US) // DAY_US


def hour_of_window(end: Times) -> Times:
    """The local hour, 0 to 23, in which the window of an hourly mean begins: the one stamped 01:00 is hour 0."""
    return (end - 1 + OFFSET_US) // HOUR_US % 24


def month_of_day(day: Times) -> NDArray[Any]:
    """The month, 0 January to 11 December, of days counted from 1970-01-01."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
