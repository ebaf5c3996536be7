"""What VN_AQI and VN_WQI have in common: a value, who leads it, what is missing, how it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Reason(IntEnum):
    """Why there is no index: what is missing. Beside it, `Index.sub` tells which parameters are there."""

    COMPLETE = 0
    NO_PARTICLES = 1  # VN_AQI: neither PM10 nor PM2.5
    PARTICLES_TOO_FEW = 2  # VN_AQI: there are particle values, too few for a NowCast or a day's mean
    NO_GROUP_IV = 3  # VN_WQI: too few organic and nutrient parameters
    NO_TEMPERATURE = 4  # VN_WQI: as NO_GROUP_IV, and dissolved oxygen would count if the water temperature were known
    TOO_FEW_GROUPS = 5  # VN_WQI: fewer groups of parameters than the Decision asks for


class Index(NamedTuple):
    """An index for each of n moments or samples; `...` is the shape of the input, usually (n,).

    value        float64 (...), unrounded; NaN: not enough data
    leading      intp (...), which of `parameters` decides (the highest VN_AQI, the lowest VN_WQI); -1: none
    sub          float64 (parameters, ...), the index of each parameter alone; NaN: not there
    parameters   the codes of the observed properties, in the order of `sub`
    reason       int8 (...), `Reason`
    """

    value: Floats
    leading: NDArray[np.intp]
    sub: Floats
    parameters: tuple[str, ...]
    reason: NDArray[np.int8]

    def led_by(self, ids: Mapping[str, int]) -> NDArray[np.int16]:
        """The number, by `ids`, of the parameter that leads each index; 0 where there is none, or it has no number."""
        numbers = np.array([*(ids.get(code, 0) for code in self.parameters), 0], np.int16)
        return numbers[self.leading]


def rounded(value: ArrayLike) -> Floats:
    """The whole number both Decisions show, half up as the printed 109.5 -> 110 has it (QĐ 1459/QĐ-TCMT, 2.3 c).

    Any shape; NaN stays NaN. A billionth is added so that 109.5 computed as 109.49999999999999 goes up as well.
    """
    return np.floor(np.asarray(value, dtype=np.float64) + (0.5 + 1e-9))


def category(value: ArrayLike, categories: Sequence[Mapping[str, Any]]) -> NDArray[np.intp]:
    """Which of the table's categories each index belongs to; -1 for NaN or outside all of them.

    value        index values of any shape, rounded here: 50.4 shows as 50 and is called what 50 is called
    categories   the table's, each with whole `min` and `max`, both inclusive
    """
    whole = rounded(value)
    result = np.full(whole.shape, -1, dtype=np.intp)
    for place, entry in enumerate(categories):
        result[(whole >= entry["min"]) & (whole <= entry["max"])] = place
    return result


def clean(values: ArrayLike) -> Floats:
    """Concentrations that can be: negative and infinite ones become NaN, for they are not measurements."""
    x = np.asarray(values, dtype=np.float64)
    return np.where((x >= 0) & (x < np.inf), x, np.nan)
