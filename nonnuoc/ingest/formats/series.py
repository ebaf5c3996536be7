"""Whose values rows are, where each row says so itself: how many different series one delivery may name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST = 50_000  # different datastreams, or triples of station, symbol and unit
MOST_ID = 2**31 - 1


def numbers(told: NDArray[np.int64] | NDArray[np.uint64]) -> NDArray[np.int64]:
    """Numbers of datastreams; -1 for what cannot be one."""
    possible = (told > 0) & (told <= MOST_ID)
    return np.where(possible, told, 0).astype(np.int64) - ~possible


def too_many(
    datastream: NDArray[np.int64] | None,
    station: NDArray[np.int32],
    symbol: NDArray[np.int32],
    unit: NDArray[np.int32],
) -> bool:
    """Whether the rows are of more different series than one delivery may name. All arrays (n,)."""
    key = unit.astype(np.int64) * (MOST + 2)  # each of the four is below MOST + 2
    if datastream is not None:
        key = key * (MOST_ID + 2) + datastream + 1
    else:
        key = (key + station + 1) * (MOST + 2) + symbol + 1
    return len(np.unique(key)) > MOST
