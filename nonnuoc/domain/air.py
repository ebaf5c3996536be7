"""VN_AQI: the air quality index of Quyết định 1459/QĐ-TCMT (12/11/2019).

Tables come in as `rules.load("vn_aqi", on=day).data`; concentrations are µg/m3, NaN where missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nonnuoc.domain.index import Floats, Index, Reason, clean


def nowcast(
    hourly: ArrayLike, *, hours: int = 12, recent: int = 3, recent_needed: int = 2, weight_floor: float = 0.5
) -> Floats:
    """NowCast of each hour: the weighted mean of its 12 latest hourly means. QĐ 1459/QĐ-TCMT, 2.2.1 a.

    hourly    µg/m3, shape (..., hours), one value each hour along the last axis, NaN = hour missing; negative = missing
    keywords  the Decision's numbers, `table.data["nowcast"]`
    returns   µg/m3, same shape; NaN where fewer than 2 of the hour and its two predecessors are there

    With c1 the hour itself: w = max(1/2, Cmin/Cmax); for w > 1/2 it is Σ w^(i-1)·ci / Σ w^(i-1), missing hours left out
    of both sums. For w = 1/2 the Decision prints Σ (1/2)^i·ci, which is followed when all 12 hours are there. It takes
    the weights to add up to 1, so with c1 missing it would report half the concentration: with hours missing the first
    formula is used. With 12 hours the two differ by one part in 4096.
    """
    c = clean(hourly)
    present = ~np.isnan(c)
    smallest = _trailing(np.where(present, c, np.inf), hours, np.minimum)
    largest = _trailing(np.where(present, c, 0.0), hours, np.maximum)
    ratio = np.divide(smallest, largest, out=np.ones_like(c), where=largest > 0)  # all zero: constant
    w = np.clip(ratio, weight_floor, 1.0)

    filled = np.where(present, c, 0.0)
    weight = present.astype(np.float64)
    above = np.zeros_like(c)
    below = np.zeros_like(c)
    count = np.zeros(c.shape, dtype=np.int8)
    for back in range(hours - 1, -1, -1):  # Horner's scheme from c12 to c1
        above *= w
        below *= w
        here, there = _shifted(c.shape, back)
        above[here] += filled[there]
        below[here] += weight[there]
        count[here] += present[there]
    result = np.divide(above, below, out=np.full_like(c, np.nan), where=below > 0)
    literal = (w == weight_floor) & (count == hours)
    result[literal] = weight_floor * above[literal]
    result[recent_hours(c, recent=recent) < recent_needed] = np.nan
    return result


def recent_hours(hourly: ArrayLike, *, recent: int = 3) -> NDArray[np.int8]:
    """How many of c1, c2, c3 are there for each hour; NowCast needs 2. QĐ 1459/QĐ-TCMT, 2.2.1 a, note.

    hourly   µg/m3, shape (..., hours), NaN or negative = missing
    returns  int8, same shape, 0 .. 3
    """
    present = ~np.isnan(clean(hourly))
    count = np.zeros(present.shape, dtype=np.int8)
    for back in range(recent):
        here, there = _shifted(present.shape, back)
        count[here] += present[there]
    return count


def sub_index(concentration: ArrayLike, breakpoints: ArrayLike, levels: ArrayLike) -> Floats:
    """AQI of one parameter. QĐ 1459/QĐ-TCMT, 2.2.1 b, formulas 1 and 2, with table 2.

    concentration  µg/m3, any shape; NaN, negative or infinite gives NaN
    breakpoints    BP1 .. BP8, µg/m3; NaN at the end where the table prints "-"
    levels         I1 .. I8
    returns        unrounded index, same shape

    Table 2 opens its last row ("≥ 500") and table 1 ends at 500: at and above the last BP the index is 500.
    Above a BP followed by "-" there is no index: NaN.
    """
    bp = np.asarray(breakpoints, dtype=np.float64)
    known = ~np.isnan(bp)
    top = np.asarray(levels, dtype=np.float64)[known]
    return np.interp(clean(concentration), bp[known], top, right=top[-1] if known.all() else np.nan)


def hourly(
    table: Mapping[str, Any],
    concentrations: Mapping[str, ArrayLike],
    *,
    seen: Mapping[str, ArrayLike] | None = None,
) -> Index:
    """VN_AQI of an hour: the largest index of its parameters. QĐ 1459/QĐ-TCMT, 2.1 b and 2.2.1.

    concentrations  by property: NowCast of "PM2.5" and "PM10", hourly means of "O3", "SO2", "NO2", "CO"; µg/m3,
                    all of one shape; absent ones are not measured
    seen            by property, bool: was there any value in the window? Tells PARTICLES_TOO_FEW from NO_PARTICLES
                    (`recent_hours(...) > 0`)
    returns         Index; without PM2.5 and PM10 there is none, whatever the gases say
    """
    return _highest(table, table["hourly"], concentrations, seen or {})


def daily(
    table: Mapping[str, Any],
    concentrations: Mapping[str, ArrayLike],
    *,
    seen: Mapping[str, ArrayLike] | None = None,
) -> Index:
    """VN_AQI of a day (hours stamped 01:00 to 00:00). QĐ 1459/QĐ-TCMT, 2.1 b and 2.2.2.

    concentrations  24 h means of "PM2.5" and "PM10", the day's highest "O3_1h" and "O3_8h", and the day's highest
                    hourly means of "SO2", "NO2", "CO"; µg/m3, all of one shape; absent ones are not measured
    seen            as in `hourly`
    returns         Index; O3 is the larger of its two, of the 1 h one alone where the 8 h mean is above 400 µg/m3
    """
    return _highest(table, table["daily"], concentrations, seen or {})


def _highest(
    table: Mapping[str, Any],
    inputs: Mapping[str, Any],
    concentrations: Mapping[str, ArrayLike],
    seen: Mapping[str, ArrayLike],
) -> Index:
    """The largest sub-index. `inputs`: of each property, the columns of table 2 that it is looked up in."""
    known = [name for columns in inputs.values() for name in columns]
    if unknown := set(concentrations) - set(known):
        raise KeyError(f"VN_AQI knows no {min(unknown)!r}; it takes {', '.join(known)}")
    shape = np.broadcast_shapes(*(np.shape(values) for values in concentrations.values()))
    parameters = tuple(inputs)
    sub = np.full((len(parameters), *shape), np.nan)
    for row, columns in enumerate(inputs.values()):
        for name, column in columns.items():
            if name in concentrations:
                found = sub_index(concentrations[name], table["breakpoints"][column], table["levels"])
                sub[row] = np.fmax(sub[row], found)

    particles = [parameters.index(name) for name in table["one_of"]]
    enough = ~np.isnan(sub[particles]).all(axis=0)
    ranked = np.where(np.isnan(sub), -1.0, sub)
    leading = np.where(enough, ranked.argmax(axis=0), -1)
    value = np.where(enough, ranked.max(axis=0), np.nan)
    some = np.zeros(shape, dtype=np.bool_)
    for name in table["one_of"]:
        some |= np.asarray(seen.get(name, False), dtype=np.bool_)
    reason = np.where(enough, Reason.COMPLETE, np.where(some, Reason.PARTICLES_TOO_FEW, Reason.NO_PARTICLES))
    return Index(value, leading.astype(np.intp), sub, parameters, reason.astype(np.int8))


def _shifted(shape: tuple[int, ...], back: int) -> tuple[Any, Any]:
    """Slices of the last axis that pair each hour with the one `back` hours before it."""
    length = shape[-1]
    return (..., slice(min(back, length), None)), (..., slice(None, max(length - back, 0)))


def _trailing(x: Floats, width: int, smaller: np.ufunc) -> Floats:
    """The minimum or maximum of the `width` latest values along the last axis, doubling the window each time."""
    result, reached = x, 1
    while reached < width:
        step = min(reached, width - reached)
        here, there = _shifted(x.shape, step)
        wider = result.copy()
        wider[here] = smaller(result[here], result[there])
        result, reached = wider, reached + step
    return result
