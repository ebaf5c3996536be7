"""How much of something a source gave off: flow times concentration, hour by hour, and nothing where either is unknown.

The method that the European register of releases calls M, measured (Regulation (EC) 166/2006, article 5). Hours without
both are not filled in: the load is that of the hours covered, and says how many these are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
GRAMS_A_KILOGRAM = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Loads:
    """Of p parameters: kilograms in the hours covered (NaN where none is), and of all hours the percentage covered."""

    kg: Floats  # (p,)
    coverage: Floats  # (p,) percent, 0 to 100


def loads(flow: Floats, concentration: Floats) -> Loads:
    """`flow`: (h,) m³/h, mean of each hour; `concentration`: (p, h) mg/L; NaN: unknown. A negative value counts as 0.

    1 mg/L is 1 g/m³.
    """
    both = np.isfinite(flow)[None, :] & np.isfinite(concentration)
    with np.errstate(invalid="ignore"):
        grams = np.where(both, np.maximum(flow, 0.0)[None, :] * np.maximum(concentration, 0.0), 0.0)
    hours = both.sum(axis=1)
    kg = np.where(hours > 0, grams.sum(axis=1) / GRAMS_A_KILOGRAM, np.nan)
    return Loads(kg, 100.0 * hours / max(1, both.shape[1]))
