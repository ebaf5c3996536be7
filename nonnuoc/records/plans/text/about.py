"""What sentences of a plan can be about: its tasks and targets, in their order."""

from __future__ import annotations

from django.db.models import QuerySet

from nonnuoc.records.plans.models import Plan, Target, Task


def tasks(plan: Plan) -> QuerySet[Task]:
    """Its tasks, without those an amendment took out."""
    return Task.objects.filter(plan=plan, withdrawn=None).order_by("order")


def targets(plan: Plan) -> QuerySet[Target]:
    """Its targets, without those taken out."""
    return Target.objects.filter(plan=plan, withdrawn=None).order_by("order")
