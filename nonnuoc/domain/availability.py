"""How much of what was to come has come, and how much of that can be used.

A datastream with an interval makes us expect a value every interval. A value has *arrived* when a number came, whatever
was thought of it later; "<0,5" is one, an empty field, "---" and -9999 are none. It is *usable* when it may enter a
mean (`quality.usable`). So the share of usable values of an hour is the completeness its hourly mean stands on.
No rule of law was found for these shares: the definition is ours, and is printed beside the figures.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nonnuoc.domain.quality import Check, Flag, Quality, flag, usable

DAY_S = 86_400
Counts64 = NDArray[np.int64]


class Counts(NamedTuple):
    """Arrays of one shape (cells,)."""

    arrived: Counts64
    usable: Counts64


def arrived(quality: Quality) -> NDArray[np.bool_]:
    """Which values came as a number, or as one below detection; same shape."""
    below = (quality & np.int16(Check.BELOW_DETECTION)) != 0
    came: NDArray[np.bool_] = (flag(quality) != Flag.MISSING) | below
    return came


def counted(cell: NDArray[np.intp], value: NDArray[np.float64], quality: Quality, most: ArrayLike) -> Counts:
    """How many values of each cell arrived and are usable, at most `most` of it.

    cell: (n,) which cell a value belongs to, 0 <= cell < cells, in any order; value, quality: (n,).
    most: (cells,) values of a full cell, 0 where none is expected. What comes more often than expected counts as none
    missing, never as more than all.
    """
    limit = np.asarray(most, np.int64)
    came = arrived(quality)
    used = usable(quality) & np.isfinite(value)
    each = (np.bincount(cell[chosen], minlength=len(limit)) for chosen in (came, used))
    return Counts(*(np.minimum(count, limit) for count in each))


def percent(count: int, of: int) -> float | None:
    """Percent, cut after one decimal so that 100 means every single one; None where nothing was expected."""
    return None if of <= 0 else math.floor(1000 * count / of) / 10
