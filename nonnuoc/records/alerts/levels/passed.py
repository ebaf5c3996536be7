"""The level that an alarm passed, as the document behind it has it.

A rule may have steps of its own design: twice the limit is graver than the limit. The document knows the limit only,
and nothing else may be shown beside its name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nonnuoc.records.alerts.models import Alarm, AlarmRule

Kind = AlarmRule.Kind


@dataclass(frozen=True, slots=True)
class Passed:
    """What is printed, in the property's unit, and how many times that the step is (1: itself)."""

    limit: float
    times: float = 1.0


def of(alarm: Alarm) -> Passed | None:
    """Of an alarm, with its rule; None where no level was passed, or none of a value."""
    if alarm.level is None:
        return None
    under = alarm.peak is not None and alarm.peak < alarm.level
    return of_step(alarm.rule, alarm.step, alarm.level, under=under)


def of_step(rule: AlarmRule, step: int, level: float, *, under: bool = False) -> Passed:
    """Of one step of a rule, whose level is this; `under`: what lies below it passes.

    An index is a whole number: what is over 150.5 is called 151, the first of its category.
    """
    facts: Mapping[str, Any] = rule.steps[step] if step < len(rule.steps) else {}
    times = float(facts.get("times", 1))
    limit = level * times if under else level / times
    if rule.kind == Kind.INDEX:
        limit = math.floor(level) if under else math.ceil(level)
    return Passed(round(limit, 9), times)  # what came of multiplying, or of the last number before a level
