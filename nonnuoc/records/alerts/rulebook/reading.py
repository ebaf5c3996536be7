"""The rules of alarm as people read them: one line a rule, and all versions of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from nonnuoc.records.alerts.models import AlarmRule, Family
from nonnuoc.records.alerts.rulebook.drafting import FAMILIES
from nonnuoc.records.monitoring.models import ObservedProperty
from nonnuoc.records.monitoring.selectors import Property


class Standing(StrEnum):
    """Whether a rule judges what is measured now."""

    ON = "on"
    OFF = "off"
    ENDED = "ended"
    COMING = "coming"  # it begins later


@dataclass(frozen=True, slots=True)
class Line:
    """A rule by its newest version that has begun, or by its first."""

    rule: AlarmRule
    standing: Standing
    versions: int

    @property
    def family(self) -> Family:
        return FAMILIES[self.rule.kind]


def lines(at: datetime) -> list[Line]:
    """Every rule, by family and code. Two queries, however many."""
    found: dict[str, list[AlarmRule]] = {}
    for rule in _full(AlarmRule.objects.all()).order_by("code", "version"):
        found.setdefault(rule.code, []).append(rule)
    order = {family: place for place, family in enumerate(Family)}
    listed = [_line(many, at) for many in found.values()]
    return sorted(listed, key=lambda line: (order[line.family], line.standing != Standing.ON, line.rule.code))


def versions(code: str) -> list[AlarmRule]:
    """All versions of a rule, the newest first; empty: there is no such rule. Two queries."""
    return list(_full(AlarmRule.objects.filter(code=code)).order_by("-version"))


def line(versions: list[AlarmRule], at: datetime) -> Line:
    """The rule that these versions are of, the newest first."""
    return _line(versions[::-1], at)


def standing(rule: AlarmRule, at: datetime) -> Standing:
    """Of one version."""
    if rule.valid_to is not None and rule.valid_to <= at:
        return Standing.ENDED
    if not rule.enabled:
        return Standing.OFF
    return Standing.ON if rule.valid_from <= at else Standing.COMING


def properties() -> dict[str, Property]:
    """Every observed property by code, in the order of lists. One query."""
    rows = ObservedProperty.objects.order_by("order", "code")
    return {row.code: Property(row.code, row.name_vi, row.name_en, row.unit, row.decimals) for row in rows}


def _line(ascending: list[AlarmRule], at: datetime) -> Line:
    begun = [rule for rule in ascending if rule.valid_from <= at]
    newest = (begun or ascending)[-1]
    return Line(newest, standing(newest, at), len(ascending))


def _full(rules: QuerySet[AlarmRule]) -> QuerySet[AlarmRule]:
    return rules.select_related("observed_property", "thing", "by").prefetch_related("communes")
