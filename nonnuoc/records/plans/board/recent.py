"""What changed in a plan lately, from the audit trail: whoever follows the plan sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q, QuerySet

from nonnuoc.records.accounts.models import AuditEntry, Office
from nonnuoc.records.plans.models import Plan


def changes(plan: Plan, *, most: int) -> QuerySet[AuditEntry]:
    """The newest entries about the plan, its tasks, targets and rounds. One query."""
    own = Q(subject=f"plan {plan.code}") | Q(subject__startswith=f"plan {plan.code} ")
    return AuditEntry.objects.filter(own).select_related("by").order_by("-id")[:most]


def form(plan: Plan, subject: str) -> tuple[str, str]:
    """The round and the unit whose form an entry is about, by their codes; "" of each that it does not name."""
    rest = subject.removeprefix(f"plan {plan.code}").split()
    if rest[:1] != ["round"]:
        return "", ""
    return "".join(rest[1:2]), "".join(rest[2:3])


def units(plan: Plan, entries: Iterable[AuditEntry]) -> Mapping[str, str]:
    """The names of the units whose forms these are about, by code. One query."""
    codes = {form(plan, one.subject)[1] for one in entries} - {""}
    return dict(Office.objects.filter(code__in=codes).values_list("code", "name"))


def code(plan: Plan, subject: str) -> str:
    """What of the plan an entry is about: the code of a task or a target, "" of the plan itself or of a round."""
    rest = subject.removeprefix(f"plan {plan.code}").strip()
    return "" if " " in rest else rest
