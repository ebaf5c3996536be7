"""The working behind an index: the numbers its formulas are filled with, for one moment or one sample.

`air` and `water` compute the index for whole arrays; here is what they did with one value, for those who ask why. The
tests hold both to the same result.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isnan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nonnuoc.domain.index import Floats, clean


class Piece(NamedTuple):
    """The straight piece of a curve that a value lies on, from (x0, y0) to (x1, y1).

    Beyond an end of the curve it is level and reaches to -inf or inf.
    """

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_level(self) -> bool:
        """The same index all along: nothing is interpolated."""
        return self.y0 == self.y1


class Weights(NamedTuple):
    """How NowCast weighs its hours. QĐ 1459/QĐ-TCMT, 2.2.1 a."""

    lowest: float  # Cmin, µg/m3
    highest: float  # Cmax
    factor: float  # w
    share: Floats  # (hours,) what each hour is multiplied with, oldest first; 0 where the hour is missing


def air_piece(concentration: float, breakpoints: ArrayLike, levels: ArrayLike) -> Piece | None:
    """Where a concentration lies in table 2. QĐ 1459/QĐ-TCMT, 2.2.1 b.

    µg/m3, one row of the table, I1 .. I8. At a breakpoint it is the piece that ends there. None where there is no
    index: missing, negative, or above a BP followed by "-".
    """
    bp = np.asarray(breakpoints, dtype=np.float64)
    known = ~np.isnan(bp)
    top = np.asarray(levels, dtype=np.float64)[known]
    above = float(top[-1]) if known.all() else None
    return _piece(concentration, bp[known], top, below=None, above=above)


def water_piece(value: float, curve: Mapping[str, Any]) -> Piece | None:
    """Where a value lies on the curve of its parameter. QĐ 1460/QĐ-TCMT; the curve as in `water.sub_index`.

    None where the value is missing, negative or infinite.
    """
    if "limit" not in curve:
        return _piece(value, np.array(curve["bp"]), np.array(curve["q"]), curve["below"], curve["above"])
    limit, within, beyond = float(curve["limit"]), float(curve["within"]), float(curve["beyond"])
    if isnan(float(clean(value))):
        return None
    return Piece(-inf, within, limit, within) if value <= limit else Piece(limit, beyond, inf, beyond)


def nowcast_weights(hourly: ArrayLike, *, weight_floor: float = 0.5) -> Weights | None:
    """The weights behind the NowCast of the newest of these hours; Σ share·c is the NowCast where there is one.

    hourly   µg/m3, (hours,), oldest first, NaN = hour missing; negative = missing
    returns  None where no hour is there. As in `air.nowcast`, the Decision's Σ (1/2)^i·ci is followed when every hour
             is there; its weights add up to a little less than 1.
    """
    c = clean(hourly)
    there = ~np.isnan(c)
    if not there.any():
        return None
    lowest, highest = float(np.nanmin(c)), float(np.nanmax(c))
    factor = max(weight_floor, lowest / highest if highest > 0 else 1.0)
    power = np.where(there, factor ** np.arange(len(c) - 1, -1, -1.0), 0.0)
    literal = factor == weight_floor and bool(there.all())
    return Weights(lowest, highest, factor, power * weight_floor if literal else power / power.sum())


def _piece(x: float, xs: Floats, ys: Floats, below: float | None, above: float | None) -> Piece | None:
    """Beyond an end for which no level is given there is no piece."""
    if isnan(float(clean(x))):
        return None
    if x < xs[0]:
        return None if below is None else Piece(-inf, float(below), float(xs[0]), float(below))
    if x > xs[-1]:
        return None if above is None else Piece(float(xs[-1]), float(above), inf, float(above))
    end = max(1, int(np.searchsorted(xs, x, "left")))
    return Piece(float(xs[end - 1]), float(ys[end - 1]), float(xs[end]), float(ys[end]))
