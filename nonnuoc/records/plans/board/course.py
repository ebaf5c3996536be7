"""The tasks of a plan over time: from when until when, what slips, what waits for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans.board import parts
from nonnuoc.records.plans.models import Assignment, Dependency, Milestone, Plan
from nonnuoc.records.plans.tasks import standing
from nonnuoc.records.plans.tasks.standing import Standing


@dataclass(frozen=True, slots=True)
class Course:
    """A task with its milestones, what it waits for (codes), and who leads it."""

    standing: Standing
    milestones: tuple[Milestone, ...]
    needs: tuple[str, ...]
    leads: tuple[Office, ...]


def timeline(plan: Plan, on: date) -> list[Course]:
    """Every task in the order of the plan."""
    tasks = sorted(standing.of([plan], on).values(), key=lambda one: one.task.order)
    steps: dict[int, list[Milestone]] = defaultdict(list)
    for step in Milestone.objects.filter(task__plan=plan, withdrawn=None).order_by("due", "order"):
        steps[step.task_id].append(step)
    needs, leads = _needs(plan), _leads(plan)
    return [
        Course(one, tuple(steps[one.task.pk]), tuple(needs[one.task.pk]), tuple(leads[one.task.pk])) for one in tasks
    ]


def _needs(plan: Plan) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    edges = Dependency.objects.filter(task__plan=plan, on__withdrawn=None).order_by("on__order")
    for task, code in edges.values_list("task_id", "on__code"):
        found[task].append(code)
    return found


def _leads(plan: Plan) -> Mapping[int, list[Office]]:
    found: dict[int, list[Office]] = defaultdict(list)
    for one in parts.assignments(plan):
        if one.role == Assignment.Role.LEAD:
            found[one.task_id].append(one.office)
    return found
