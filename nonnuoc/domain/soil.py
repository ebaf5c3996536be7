"""Whether what a laboratory found in soil keeps to the limit of the class of its use. QCVN 03:2023/BTNMT, table 1.

Tables come in as `rules.load("qcvn03", on=day).data` and `rules.load("units", on=day).data`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from nonnuoc.domain import units

CLASSES = ("1", "2", "3")  # section 2 of the regulation, the strictest first


class Verdict(StrEnum):
    """What a comparison says."""

    WITHIN = "within"
    OVER = "over"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A result beside its limit, both in the limit's unit; None: there is none to compare."""

    verdict: Verdict
    limit: float | None = None
    value: float | None = None
    unit: str = ""


def limit(data: Mapping[str, Any], parameter: str, grade: str) -> tuple[float, str] | None:
    """(highest content allowed, itself included; its unit) of a parameter in a class; None: the table sets none."""
    for entry in data["limit"]:
        if entry["parameter"] == parameter and f"class_{grade}" in entry:
            return float(entry[f"class_{grade}"]), str(entry["unit"])
    return None


def compare(
    data: Mapping[str, Any],
    unit_table: Mapping[str, Any],
    parameter: str,
    grade: str,
    value: float,
    unit: str,
    *,
    below_detection: bool = False,
) -> Comparison:
    """One result against the limit of its class ("1" .. "3"; "": not known yet).

    value, unit      dry mass content in any registered spelling of a unit; one with no registered way is UNKNOWN
    below_detection  nothing was found, and `value` is what could have been: under a limit that is within, over a limit
                     the method was too coarse to tell, which is UNKNOWN
    """
    found = limit(data, parameter, grade)
    way = units.factor(unit_table, unit, found[1]) if found else None
    if found is None or way is None or not value >= 0:
        return Comparison(Verdict.UNKNOWN, *(found or (None,))[:1])
    highest, canonical = found
    converted = value * way[0] + way[1]
    if converted <= highest:
        return Comparison(Verdict.WITHIN, highest, converted, canonical)
    return Comparison(Verdict.UNKNOWN if below_detection else Verdict.OVER, highest, converted, canonical)
