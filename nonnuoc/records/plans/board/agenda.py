"""The days of a plan: ends of tasks, milestones, reports, baselines; for a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q

from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans.models import Milestone, Plan, Round, Target, Task


class Kind(StrEnum):
    """What falls on a day."""

    TASK = "task"
    MILESTONE = "milestone"
    ROUND = "round"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Day:
    """Something of a plan that is due on a day. `key` stays the same for ever, also when the day moves."""

    key: str
    day: date
    kind: Kind
    title: str
    code: str  # of the task, the target, the round
    about: str = ""  # of a milestone: its task
    done: bool = False
    simulated: bool = False


def days(plan: Plan, office: Office | None = None) -> list[Day]:
    """All of them in order; with an office only what it leads, helps with, sets or reports. Four queries."""
    found = [*_tasks(plan, office), *_milestones(plan, office), *_rounds(plan, office), *_baselines(plan, office)]
    return sorted(found, key=lambda one: (one.day, one.kind, one.code))


def _tasks(plan: Plan, office: Office | None) -> Iterator[Day]:
    found = Task.objects.filter(plan=plan, withdrawn=None, ends__isnull=False)
    for one in found.filter(_of(office, "")).distinct():
        done = one.done is not None
        if one.ends is not None:
            key = f"{plan.code}-task-{one.code}"
            yield Day(key, one.ends, Kind.TASK, one.title, one.code, done=done, simulated=one.simulated)


def _milestones(plan: Plan, office: Office | None) -> Iterator[Day]:
    found = Milestone.objects.filter(task__plan=plan, task__withdrawn=None, withdrawn=None).select_related("task")
    for one in found.filter(_of(office, "task__")).distinct():
        done, task = one.done is not None, one.task
        key = f"{plan.code}-milestone-{one.pk}"
        yield Day(key, one.due, Kind.MILESTONE, one.title, task.code, task.title, done, task.simulated)


def _rounds(plan: Plan, office: Office | None) -> Iterator[Day]:
    found = Round.objects.filter(plan=plan)
    for one in found.filter(forms__office=office) if office is not None else found:
        done = one.state == Round.State.CLOSED
        yield Day(f"{plan.code}-round-{one.code}", one.due, Kind.ROUND, one.title, one.code, "", done, one.simulated)


def _baselines(plan: Plan, office: Office | None) -> Iterator[Day]:
    found = Target.objects.filter(plan=plan, withdrawn=None, baseline_due__isnull=False)
    for one in found.filter(baseline_by=office) if office is not None else found:
        if one.baseline_due is not None:
            done, key = one.baseline is not None, f"{plan.code}-baseline-{one.code}"
            yield Day(key, one.baseline_due, Kind.BASELINE, one.title, one.code, "", done, one.simulated)


def _of(office: Office | None, path: str) -> Q:
    if office is None:
        return Q()
    return Q(**{f"{path}assignments__office": office, f"{path}assignments__ended": None})
