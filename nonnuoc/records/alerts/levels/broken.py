"""Rules that got past the checks and cannot be judged by: they judge nothing, and keep no other rule from judging.

Whoever writes rules is checked (rulebook/checking.py); a restored table or somebody at the database is not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from nonnuoc.records.alerts.levels import kinds
from nonnuoc.records.alerts.models import AlarmRule

log = logging.getLogger(__name__)
Reason = Literal["no_levels", "unreadable"]
Kind = AlarmRule.Kind
#: Which number of a step its basis asks for; without a basis it is `above` or `below`.
_ASKED = {"vn_aqi": "category", "vn_wqi": "category", "water_levels": "alarm"}
_told: set[tuple[int | None, Reason]] = set()


def reason(rule: AlarmRule) -> Reason | None:
    """Why nothing can be judged by it; None: it can."""
    if not isinstance(rule.steps, list) or not rule.steps:
        return "no_levels"
    try:
        levelled = all(list(_levels(rule, step)) for step in rule.steps)
        numbers = [float(one) for one in rule.parameters.values() if not isinstance(one, list)]
        severities = [int(step["severity"]) for step in rule.steps]
        [int(one) for one in rule.parameters.get("statuses", ())]
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        return "unreadable"
    if rule.kind in kinds.LEVELLED and not levelled:
        return "no_levels"
    return None if all(0 < one < 5 for one in severities) and all(one == one for one in numbers) else "unreadable"


def is_broken(rule: AlarmRule) -> bool:
    """Whether nothing can be judged by it. The log tells of each once."""
    found = reason(rule)
    if found is not None and (rule.id, found) not in _told:
        _told.add((rule.id, found))
        log.error("rule of alarm %s (version %s) judges nothing: %s", rule.code, rule.version, found)
    return found is not None


def _levels(rule: AlarmRule, step: Mapping[str, Any]) -> Iterator[float]:
    """The numbers of a step that lead to a level. Raises what is no number."""
    if rule.kind not in kinds.LEVELLED:
        return
    if rule.basis not in kinds.BASES.get(rule.kind, ("",)):
        raise ValueError(rule.basis)
    asked = _ASKED.get(rule.basis)
    if asked is not None:
        yield int(step[asked])
    elif rule.basis:
        yield 1 / float(step.get("times", 1))
    else:
        yield from (float(step[side]) for side in ("above", "below") if step.get(side) is not None)
        float(step.get("clear") or 0)
