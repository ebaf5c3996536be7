"""How much a facility's inspection is called for: points that add up, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that counts: steps of a measured figure, the points of each, and those of an unknown one.

    The points of a figure are those of the highest step it reaches (`at_least` ascending); below the first: none.
    """

    key: str
    at_least: tuple[float, ...]
    points: tuple[float, ...]
    unknown: float


def points(reasons: Sequence[Reason], figures: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Points of each facility by each reason, shape (reasons, n); `figures` has (n,) a key, NaN where it is unknown."""
    count = len(next(iter(figures.values())))
    found = np.zeros((len(reasons), count))
    for row, reason in enumerate(reasons):
        values = figures[reason.key]
        step = np.searchsorted(np.array(reason.at_least), values, side="right")
        found[row] = np.where(np.isnan(values), reason.unknown, np.array([0.0, *reason.points])[step])
    return found
