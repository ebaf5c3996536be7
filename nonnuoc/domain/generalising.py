"""Places made coarse, so that nobody can find by them what was found there.

Chapman (2020), Current Best Practices for Generalizing Sensitive Species Occurrence Data (GBIF): a place is replaced by
the cell of a grid that it lies in. No random noise: that averages out over many records, while a hundred records of one
cell say no more than one.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

#: A degree of either way on the ellipsoid is never longer, metres.
DEGREE_M = 111_700.0
STEP_M = 10.0  # radii are rounded up to it


class Cells(NamedTuple):
    """The cells that places lie in, WGS 84. Arrays are (n,); NaN where the place is not known."""

    lon: Floats  # of the middle
    lat: Floats
    metres: Floats  # from the middle to the corner that is farthest


def cells(lon: ArrayLike, lat: ArrayLike, per_degree: int) -> Cells:
    """The cells of `per_degree` to a degree that places (n,), degrees, lie in; NaN for places that are not known.

    A cell holds its western and southern edge, and the last ones of the globe their eastern and northern too.
    """
    middle_lon = _middle(np.asarray(lon, np.float64), per_degree, 180)
    middle_lat = _middle(np.asarray(lat, np.float64), per_degree, 90)
    half = 0.5 / per_degree
    widest = np.cos(
        np.radians(np.maximum(np.abs(middle_lat) - half, 0.0))
    )  # of its two edges, the one nearer the equator
    return Cells(middle_lon, middle_lat, np.ceil(np.hypot(half, half * widest) * DEGREE_M / STEP_M) * STEP_M)


def bounds(lon: float, lat: float, per_degree: int) -> tuple[float, float, float, float]:
    """West, south, east, north of the cell with this middle."""
    half = 0.5 / per_degree
    return lon - half, lat - half, lon + half, lat + half


def _middle(degrees: Floats, per_degree: int, last: int) -> Floats:
    cell = np.clip(np.floor(degrees * per_degree), -last * per_degree, last * per_degree - 1)
    return np.round((cell + 0.5) / per_degree, math.ceil(math.log10(per_degree)) + 1)
