"""VN_WQI: the water quality index of Quyết định 1460/QĐ-TCMT (12/11/2019).

Tables come in as `rules.load("vn_wqi", on=day).data`. Values are in the canonical units of their properties: mg/L,
µg/L for the pesticides of group II, MPN/100mL for group V; NaN where missing.
The Decision is written for periodic sampling: an index of an automatic station is shown as indicative.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nonnuoc.domain.index import Floats, Index, Reason, clean

FIRST_THREE = ("I", "II", "III")


def oxygen_saturation(oxygen: ArrayLike, temperature: ArrayLike, coefficients: ArrayLike) -> Floats:
    """Dissolved oxygen in percent of saturation. QĐ 1460/QĐ-TCMT, sub-index of DO.

    oxygen        mg/L, any shape; temperature: °C of the water, same shape
    coefficients  of the polynomial of the saturation in mg/L: constant, T, T², T³
    returns       percent; NaN where either is missing or impossible
    """
    a, b, c, d = np.asarray(coefficients, dtype=np.float64)
    t = np.asarray(temperature, dtype=np.float64)
    t = np.where((t >= 0) & (t < 100), t, np.nan)  # liquid water
    saturated = a + t * (b + t * (c + t * d))
    return clean(oxygen) / np.where(saturated > 0, saturated, np.nan) * 100


def sub_index(value: ArrayLike, curve: Mapping[str, Any]) -> Floats:
    """WQI of one parameter. QĐ 1460/QĐ-TCMT: formulas 1 and 2, and the steps of group II and N-NO2.

    value    in the curve's unit, any shape; NaN, negative or infinite gives NaN
    curve    either {"limit", "within", "beyond"}: a step, `within` up to and at the limit; or {"bp", "q", "below",
             "above"}: straight lines between (bp, q), `below` under the first bp, `above` over the last
    returns  unrounded index 10 .. 100, same shape
    """
    x = clean(value)
    if "limit" in curve:
        step: Floats = np.where(np.isnan(x), np.nan, np.where(x <= curve["limit"], curve["within"], curve["beyond"]))
        return step
    line: Floats = np.interp(x, curve["bp"], curve["q"], left=curve["below"], right=curve["above"])
    return line


def wqi(
    table: Mapping[str, Any],
    values: Mapping[str, ArrayLike],
    temperature: ArrayLike | None = None,
    *,
    minimum: bool = True,
    weighted: bool = False,
) -> Index:
    """VN_WQI of samples. QĐ 1460/QĐ-TCMT: five groups of parameters and their aggregation.

    values       by property code, all of one shape; absent ones are not measured, and what a sample has beyond the
                 table's parameters does not count
    temperature  °C of the water, same shape; without it dissolved oxygen does not count
    minimum      True: at least 3 of the 5 groups. False, for the indicative index of an automatic station: any groups.
                 Either way group IV must be there with at least 3 parameters
    weighted     True: the Decision's option in which group IV counts double, (mean(IV)²·mean(V))^(1/3)
    returns      Index; leading is the lowest sub-index

    Groups I, II, III lower the core √(mean(IV)·mean(V)) by their (geometric mean) share of 100; a group that was not
    measured lowers nothing, and without group V the core is mean(IV).
    """
    groups: Mapping[str, tuple[str, ...]] = table["groups"]
    parameters = tuple(code for codes in groups.values() for code in codes)
    shape = np.broadcast_shapes(*(np.shape(array) for array in values.values()))
    sub = np.full((len(parameters), *shape), np.nan)
    for row, code in enumerate(parameters):
        if code in values:
            sub[row] = sub_index(_measure(table, code, values[code], temperature), table["curves"][code])

    of = {group: sub[[parameters.index(code) for code in codes]] for group, codes in groups.items()}
    there = {group: ~np.isnan(part).all(axis=0) for group, part in of.items()}
    value = _aggregate(of, weighted=weighted)

    rule = table["minimum"]
    in_four = (~np.isnan(of[rule["mandatory"]])).sum(axis=0)
    few_in_four = in_four < rule["group_iv_parameters"]
    few_groups = np.sum([there[group] for group in groups], axis=0) < (rule["groups"] if minimum else 0)
    unread = ~np.isnan(clean(values.get("DO", np.nan))) & np.isnan(sub[parameters.index("DO")])
    reason = np.select(
        [few_in_four & unread & (in_four + 1 >= rule["group_iv_parameters"]), few_in_four, few_groups],
        [Reason.NO_TEMPERATURE, Reason.NO_GROUP_IV, Reason.TOO_FEW_GROUPS],
        Reason.COMPLETE,
    )
    enough = reason == Reason.COMPLETE
    leading = np.where(enough, np.where(np.isnan(sub), np.inf, sub).argmin(axis=0), -1)
    return Index(np.where(enough, value, np.nan), leading.astype(np.intp), sub, parameters, reason.astype(np.int8))


def _measure(table: Mapping[str, Any], code: str, values: ArrayLike, temperature: ArrayLike | None) -> ArrayLike:
    """What the curve of a parameter is looked up with: the value itself, of oxygen its saturation."""
    if code != "DO":
        return values
    return oxygen_saturation(values, np.nan if temperature is None else temperature, table["oxygen_saturation"])


def terms(of: Mapping[str, Floats]) -> dict[str, Floats]:
    """What each group brings to the index. QĐ 1460/QĐ-TCMT, aggregation.

    of       the sub-indices of each group, (parameters of the group, ...)
    returns  of groups IV and V their mean, 0 .. 100; of groups I, II, III the geometric mean as a share of 1; (...),
             NaN where a group was not measured
    """
    parts = {group: _mean(of[group]) for group in ("IV", "V")}
    return parts | {group: np.exp(_mean(np.log(of[group]))) / 100 for group in FIRST_THREE}


def _aggregate(of: Mapping[str, Floats], *, weighted: bool) -> Floats:
    """The index from the sub-indices of each group, arrays (parameters of the group, ...)."""
    part = terms(of)
    four, five = part["IV"], part["V"]
    both = np.cbrt(four * four * five) if weighted else np.sqrt(four * five)
    value = np.where(np.isnan(five), four, both)
    for group in FIRST_THREE:
        value = value * np.where(np.isnan(part[group]), 1.0, part[group])
    return value


def _mean(part: Floats) -> Floats:
    """The mean along the first axis of what is there; NaN where nothing is."""
    present = ~np.isnan(part)
    count = present.sum(axis=0)
    total = np.where(present, part, 0.0).sum(axis=0)
    mean: Floats = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean
