"""What each kind of rule of alarm takes: where its levels may come from, and its parameters with their bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from nonnuoc.records.alerts.levels import bounding
from nonnuoc.records.alerts.models import AlarmRule

Kind = AlarmRule.Kind
DAY_S = 86_400

#: Which tables of law (rules/data), or the papers of facilities, may give a kind its levels; "": levels of its own.
BASES: Mapping[str, tuple[str, ...]] = {
    Kind.LIMIT: ("qcvn05", "qcvn08", bounding.LICENCE, ""),
    Kind.INDEX: ("vn_aqi", "vn_wqi"),
    Kind.LEVEL: ("water_levels", ""),
}
#: Kinds whose steps are levels; the others have one step, which says how grave it is.
LEVELLED = frozenset({Kind.LIMIT, Kind.INDEX, Kind.LEVEL, Kind.RATE})
#: Kinds that are judged from values; the others a watch looks after, by the clock.
SERIES = LEVELLED | {Kind.STUCK, Kind.STATUS}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a kind: within what bounds, and what it is where nothing is said."""

    least: float
    most: float
    default: float | None = None  # None: it must be said


_CLEAR = {"clear_percent": Parameter(0, 50, bounding.CLEAR_PERCENT), "clear_by": Parameter(0, inf, 0)}
#: Numbers that each kind takes beside its steps. STATUS takes `statuses` too, a list of TT 10 codes.
PARAMETERS: Mapping[str, Mapping[str, Parameter]] = {
    Kind.LIMIT: _CLEAR,
    Kind.INDEX: _CLEAR,
    Kind.LEVEL: _CLEAR,
    Kind.RATE: {"span_s": Parameter(60, 7 * DAY_S), **_CLEAR},
    Kind.STUCK: {"for_s": Parameter(0, 30 * DAY_S, 0)},
    Kind.STATUS: {"for_s": Parameter(0, 30 * DAY_S, 0)},
    Kind.SILENCE: {"intervals": Parameter(1, 1000, 2), "at_least_s": Parameter(60, 30 * DAY_S, 600)},
    Kind.CLOCK: {"off_s": Parameter(30, DAY_S, 300)},
    Kind.AVAILABILITY: {"below_percent": Parameter(1, 100), "days": Parameter(1, 365, 7)},
    Kind.REFUSED: {"files": Parameter(1, 1000, 3), "within_s": Parameter(3600, 7 * DAY_S, DAY_S)},
    Kind.LAG: {"behind_s": Parameter(30, DAY_S, 300)},
}
#: The spans over which availability is counted (records/monitoring/counting.py).
AVAILABILITY_DAYS = (1, 7, 30, 365)


def parameter(rule: AlarmRule, name: str) -> float:
    """A parameter of a rule, or what its kind has where the rule says nothing."""
    default = PARAMETERS[rule.kind][name].default
    return float(rule.parameters.get(name, default if default is not None else 0))
