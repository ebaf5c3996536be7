"""Limits that a regulation sets, and what is over them.

Tables come in as `rules.load("qcvn05" or "qcvn08", on=day).data`. A number that is only remembered is not in `data`;
who wants it passes `data_with_unverified`, and its Limit carries the mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Classes of surface water in the order of QCVN 08:2023/BTNMT, best first; what `grade` counts through.
GRADES = ("A", "B", "C", "D")
UNKNOWN = -1
BEYOND = len(GRADES)


@dataclass(frozen=True)
class Limit:
    """What a regulation allows of a property. At least one bound is set, or `not_detectable`."""

    property: str
    unit: str
    averaging: str = ""  # "1h", "8h", "24h", "year"; "" for a sample
    water: str = ""  # "river" or "lake", where the regulation tells them apart
    grade: str = ""  # "A" .. "D"
    minimum: float | None = None  # allowed from here on, itself included
    maximum: float | None = None  # allowed up to here, itself included
    below: float | None = None  # of a worst class: also values under this ...
    above: float | None = None  # ... or over this belong to it
    condition: str = ""  # what the number alone does not decide
    not_detectable: bool = False  # the regulation says "không phát hiện": no number to compare with
    evidence: str = ""  # its own mark; "" as its table
    valid_from: date | None = None  # its own validity; None as its table
    valid_to: date | None = None


def limits(data: Mapping[str, Any], parameter: str) -> tuple[Limit, ...]:
    """All limits of a property, in the order of the regulation; empty if it sets none."""
    return tuple(Limit(**entry) for entry in data["limit"] if entry["property"] == parameter)


def limit(
    data: Mapping[str, Any], parameter: str, *, averaging: str = "", water: str = "", grade: str = ""
) -> Limit | None:
    """The one limit of a property for an averaging time (air) or for a kind of water and a class; None if not set.

    QCVN 05:2023/BTNMT: `limit(data, "PM2.5", averaging="24h")`. QCVN 08:2023/BTNMT: table 1 `limit(data, "As")`, tables
    2 and 3 `limit(data, "BOD5", water="river", grade="B")`.
    """
    for found in limits(data, parameter):
        if (found.averaging, found.water, found.grade) == (averaging, water, grade):
            return found
    return None


def within(values: ArrayLike, allowed: Limit) -> NDArray[np.bool_]:
    """Which values keep to a limit; unit of the limit, any shape. NaN keeps to nothing and exceeds nothing."""
    x = np.asarray(values, dtype=np.float64)
    if allowed.not_detectable:
        inside = x == 0
    elif allowed.below is not None or allowed.above is not None:
        inside = (x < _or(allowed.below, -np.inf)) | (x > _or(allowed.above, np.inf))
    else:
        inside = (x >= _or(allowed.minimum, -np.inf)) & (x <= _or(allowed.maximum, np.inf))
    return np.asarray(inside)


def exceeds(values: ArrayLike, allowed: Limit) -> NDArray[np.bool_]:
    """Which values break a limit, under its minimum included; unit of the limit, any shape. NaN: not known to."""
    x = np.asarray(values, dtype=np.float64)
    return ~np.isnan(x) & ~within(x, allowed)


def grade(data: Mapping[str, Any], parameter: str, values: ArrayLike, *, water: str) -> NDArray[np.intp]:
    """The class of surface water that each value of a property alone has. QCVN 08:2023/BTNMT, tables 2 and 3.

    values   canonical unit, any shape
    water    "river" (table 2: rivers, streams, canals) or "lake" (table 3: lakes, ponds, lagoons)
    returns  place in GRADES; BEYOND: worse than D is described; UNKNOWN: NaN, or not decided by what is verified

    The best class that a value keeps to is its class, as long as every better class is known: where one is not in
    `data`, what did not fall into a class before it stays UNKNOWN; so does what a condition beside the number decides.
    """
    x = np.asarray(values, dtype=np.float64)
    result = np.full(x.shape, UNKNOWN, dtype=np.intp)
    open_ = ~np.isnan(x)
    for place, name in enumerate(GRADES):
        allowed = limit(data, parameter, water=water, grade=name)
        if allowed is None:
            return result
        inside = open_ & within(x, allowed)
        if not allowed.condition:
            result[inside] = place
        open_ &= ~inside
    result[open_] = BEYOND
    return result


def _or(bound: float | None, otherwise: float) -> float:
    return otherwise if bound is None else bound
