"""What changed in a plan lately, from the audit trail: whoever follows the plan sees it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from nonnuoc.records.accounts.models import AuditEntry
from nonnuoc.records.plans.models import Plan


def changes(plan: Plan, *, most: int) -> QuerySet[AuditEntry]:
    """The newest entries about the plan, its tasks, targets and rounds. One query."""
    own = Q(subject=f"plan {plan.code}") | Q(subject__startswith=f"plan {plan.code} ")
    return AuditEntry.objects.filter(own).select_related("by").order_by("-id")[:most]


def code(plan: Plan, subject: str) -> str:
    """What of the plan an entry is about: the code of a task or a target, "" of the plan itself or of a round."""
    rest = subject.removeprefix(f"plan {plan.code}").strip()
    return "" if " " in rest else rest
