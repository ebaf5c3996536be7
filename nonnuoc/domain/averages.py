"""Means over time, with how much of the time they stand on.

A mean is given where at least `threshold` percent of the expected readings are usable (`quality.usable`); otherwise
the value is NaN and its flag MISSING, and the completeness still says how many there were. No rule of law was found for
the threshold: 75 % is common international practice and a convention here (rules/data/averaging.toml).

A mean is SUSPECT where a reading in it is, and carries the checks that made it so; NOT_EVALUATED where none of its
readings could be evaluated; LATE where one of them came late; VALIDATED where a person has judged all of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nonnuoc.domain.quality import CHECK_MASK, LATE, VALIDATED, Flag, Quality, flag, is_validated, usable

Floats = NDArray[np.float64]

# What is remembered of each reading until all of a mean are OR-ed together: bits free beside the checks and LATE.
_GOOD, _SUSPECT, _UNVALIDATED = np.int16(1), np.int16(2), np.int16(4)
_ROUNDING = 1e-9  # lets 9 of 12.000000000000002 pass for three quarters


class Means(NamedTuple):
    """Three arrays of one shape."""

    value: Floats  # NaN: not enough
    completeness: NDArray[np.int16]  # percent of the expected readings, rounded down, 0..100
    quality: Quality


def binned(cell: NDArray[np.intp], value: Floats, quality: Quality, expected: Floats, *, threshold: float) -> Means:
    """The mean of the readings in each cell; shape of `expected`.

    cell: (n,) which cell a reading falls into, 0 <= cell < len(expected); in any order. value, quality: (n,).
    expected: (cells,) readings of a full cell; 0 or NaN: none can be expected, so none suffice.
    threshold: percent, 1 to 100. Readings beyond the expected number count as none missing, never as more than all.
    """
    enough = _enough(threshold)
    used = usable(quality) & np.isfinite(value)
    if not used.all():
        cell, value, quality = cell[used], value[used], quality[used]
    if np.any(cell[1:] < cell[:-1]):
        order = np.argsort(cell, kind="stable")
        cell, value, quality = cell[order], value[order], quality[order]
    cells = len(expected)
    count = np.bincount(cell, minlength=cells)
    total = np.bincount(cell, weights=value, minlength=cells).astype(np.float64, copy=False)
    traits = np.zeros(cells, np.int16)
    if cell.size:
        starts = np.flatnonzero(np.diff(cell, prepend=-1))
        traits[cell[starts]] = np.bitwise_or.reduceat(_traits(quality), starts)
    return _means(total, count, expected, traits, enough)


def rolling(mean: Floats, quality: Quality, *, width: int, threshold: float) -> Means:
    """The trailing mean of `width` hours, the current one included, along the last axis; shape of `mean`.

    mean: hourly means, NaN where an hour is missing; quality: same shape. Before the first hour nothing is known, so
    those hours count as missing. threshold: percent of `width`, 1 to 100.

    Each window is summed by itself, newest hour first: a running sum would make a mean depend, in its last digits, on
    where the array happens to begin.
    """
    enough = _enough(threshold)
    used = usable(quality) & np.isfinite(mean)
    hours = np.where(used, mean, 0.0)
    each = np.where(used, _traits(quality), np.int16(0))
    total, count, traits = hours.copy(), used.astype(np.int64), each.copy()
    for back in range(1, min(width, mean.shape[-1])):
        total[..., back:] += hours[..., :-back]
        count[..., back:] += used[..., :-back]
        traits[..., back:] |= each[..., :-back]
    return _means(total, count, np.float64(width), traits, enough)


def trailing_max(x: Floats, *, width: int) -> Floats:
    """The highest of the last `width` values along the last axis, the current one included; NaN counts as absent.

    Same shape as `x`; NaN where all are absent.
    """
    highest = x.copy()
    for back in range(1, min(width, x.shape[-1])):
        np.fmax(highest[..., back:], x[..., :-back], out=highest[..., back:])
    return highest


def _enough(threshold: float) -> float:
    if not 1 <= threshold <= 100:
        raise ValueError(f"a completeness of {threshold} is not a percentage from 1 to 100")
    return threshold


def _traits(quality: Quality) -> NDArray[np.int16]:
    """What a usable reading passes on to its mean, so that OR-ing readings gives what is true of the mean."""
    flags = flag(quality)
    suspect = flags == Flag.SUSPECT
    late = quality & np.int16(LATE)
    return (
        late
        | np.where(flags == Flag.GOOD, _GOOD, np.int16(0))
        | np.where(suspect, quality & np.int16(CHECK_MASK) | _SUSPECT, np.int16(0))
        | np.where(is_validated(quality), np.int16(0), _UNVALIDATED)
    )


def _means(
    total: Floats,
    count: NDArray[np.int64],
    expected: Floats | np.float64,
    traits: NDArray[np.int16],
    threshold: float,
) -> Means:
    """Divides sums by counts where the count suffices, and unpacks the traits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = np.where(expected > 0, np.minimum(100 * count / expected, 100.0), 0.0) + _ROUNDING
        enough = (percent >= threshold) & (count > 0)
        value = np.where(enough, total / count, np.nan)
    return Means(value, percent.astype(np.int16), np.where(enough, _quality(traits), np.int16(Flag.MISSING)))


def _quality(traits: NDArray[np.int16]) -> Quality:
    """The quality of a mean, from the OR of its readings' traits."""
    good = np.where(traits & _GOOD, np.int16(Flag.GOOD), np.int16(Flag.NOT_EVALUATED))
    worst = np.where(traits & _SUSPECT, np.int16(Flag.SUSPECT), good)
    validated = np.where(traits & _UNVALIDATED, np.int16(0), np.int16(VALIDATED))
    quality: Quality = worst | (traits & np.int16(CHECK_MASK | LATE)) | validated
    return quality
