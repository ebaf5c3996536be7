"""How every task stands on a day: computed for whole plans at once, with as many queries for one task as for thousands.

Nothing is stored, so nothing can be out of date: the word follows the records of that day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from django.db.models import BooleanField, Count, Max, Q
from django.db.models.aggregates import Aggregate
from django.db.models.functions import Coalesce

from nonnuoc.domain.plan import light, waiting
from nonnuoc.domain.plan.light import Facts, Light, Reason, Step, Wait
from nonnuoc.records.plans.models import Assignment, Blocker, Dependency, Milestone, Override, Plan, Task

#: States in which a difficulty still waits for somebody: decided, the task can go on.
OPEN = (Blocker.State.RAISED, Blocker.State.SUBMITTED)


class _Every(Aggregate):
    """True where all are."""

    function = "bool_and"
    output_field = BooleanField()


@dataclass(frozen=True, slots=True)
class Standing:
    """How one task stands: `light` is what is shown, `computed` what follows from the records."""

    task: Task
    light: Light
    computed: Light
    override: Override | None
    reasons: tuple[Reason, ...]
    expected: date | None  # with the delays of what it waits for; None: it has no end
    slip_days: int  # how much later than its end that is; 0 where it is not later
    done_steps: int
    steps: int
    open_blockers: int
    waits_for: tuple[Wait, ...]
    next_step: Step | None  # the first one not done
    last_told: date | None


@dataclass(frozen=True, slots=True)
class _Known:
    """What the queries gave, by task."""

    steps: Mapping[int, Sequence[Step]]
    told: Mapping[int, tuple[date | None, int, int, bool]]  # last, by how many leads, leads, whether all are done
    blockers: Mapping[int, int]
    overrides: Mapping[int, Override]
    needs: Mapping[int, Sequence[tuple[int, int]]]  # (what it waits for, days after that)


def of(plans: Iterable[Plan], on: date) -> Mapping[int, Standing]:
    """By the id of the task, in the order of plans and tasks; six queries. Tasks that were taken out have none."""
    by_id = {plan.pk: plan for plan in plans}
    tasks = list(Task.objects.filter(plan__in=by_id, withdrawn=None).order_by("plan_id", "order"))
    for task in tasks:
        task.plan = by_id[task.plan_id]
    return _judged(tasks, _known(by_id, on), on) if tasks else {}


def of_one(task: Task, on: date) -> Standing:
    """One task's, also of one that was taken out: that waits for nothing."""
    found = of([task.plan], on).get(task.id)
    return found or _judged([task], _known({task.plan_id: task.plan}, on), on)[task.id]


def _known(plans: Mapping[int, Plan], on: date) -> _Known:
    """Five queries. What happened after the day is left out where its day is known."""
    steps: dict[int, list[Step]] = defaultdict(list)
    found = Milestone.objects.filter(task__plan__in=plans, withdrawn=None).order_by("due", "order")
    for task, due, done, title in found.values_list("task_id", "due", "done", "title"):
        steps[task].append(Step(due, done, title))
    leads = Assignment.objects.filter(task__plan__in=plans, role=Assignment.Role.LEAD, ended=None)
    by_then = Q(told__lte=on)
    told = (
        leads.exclude(state=Assignment.State.NOT_OURS)
        .order_by()
        .values("task_id")
        .annotate(
            last=Max("told", filter=by_then),
            recent=Count("pk", filter=by_then & Q(told__gte=on - timedelta(days=light.SILENT_DAYS))),
            leads=Count("pk"),
            every=_Every(Coalesce(Q(state=Assignment.State.DONE) & by_then, False)),
        )
    )
    blockers = Blocker.objects.filter(task__plan__in=plans, state__in=OPEN).order_by()
    overrides = Override.objects.filter(task__plan__in=plans, ended=None, until__gte=on).select_related("by")
    needs: dict[int, list[tuple[int, int]]] = defaultdict(list)
    waits = Dependency.objects.filter(task__plan__in=plans).order_by("task_id", "on__order")
    for task, other, days in waits.values_list("task_id", "on_id", "days"):
        needs[task].append((other, days))
    return _Known(
        steps,
        {row[0]: row[1:] for row in told.values_list("task_id", "last", "recent", "leads", "every")},
        dict(blockers.values("task_id").annotate(count=Count("pk")).values_list("task_id", "count")),
        {one.task_id: one for one in overrides},
        needs,
    )


def _judged(tasks: Sequence[Task], known: _Known, on: date) -> Mapping[int, Standing]:
    facts = {task.id: _facts(task, known) for task in tasks}
    by_id = {task.id: task for task in tasks}
    ends = {task.id: light.alone(facts[task.id], on) for task in tasks}
    expected, slips = _expected(tasks, ends, known, on)
    return {
        task.id: _standing(task, facts[task.id], known, on, (by_id, expected, slips.get(task.id, 0))) for task in tasks
    }


def _facts(task: Task, known: _Known) -> Facts:
    told, recent, leads, every = known.told.get(task.id, (None, 0, 0, False))
    return Facts(
        task.starts,
        task.ends,
        done=task.done,
        continuous=task.time == Task.Time.CONTINUOUS,
        milestones=known.steps.get(task.id, ()),
        open_blockers=known.blockers.get(task.id, 0),
        last_told=told,
        leads=leads,
        leads_told=recent,
        told_done=every,
        time=task.time,
    )


def _expected(
    tasks: Sequence[Task], alone: Mapping[int, date | None], known: _Known, on: date
) -> tuple[Mapping[int, date | None], Mapping[int, int]]:
    """Expected ends and slips by task. What is done delays nothing any more, and nothing delays what is done."""
    place = {task.id: index for index, task in enumerate(tasks)}
    done = {task.id for task in tasks if task.done is not None and task.done <= on}
    edges = [
        (place[task], place[other], days)
        for task, others in known.needs.items()
        for other, days in others
        if task in place and other in place and task not in done and other not in done
    ]
    ends = np.array([task.ends.toordinal() if task.ends else np.nan for task in tasks])
    own = np.array([day.toordinal() if (day := alone[task.id]) else np.nan for task in tasks])
    ended, slips = waiting.expected(ends, own, edges)
    days = {
        task.id: None if np.isnan(day) else date.fromordinal(int(day)) for task, day in zip(tasks, ended, strict=True)
    }
    return days, {task.id: max(0, int(slip)) for task, slip in zip(tasks, slips, strict=True)}


def _standing(
    task: Task,
    facts: Facts,
    known: _Known,
    on: date,
    reached: tuple[Mapping[int, Task], Mapping[int, date | None], int],
) -> Standing:
    by_id, expected, slip = reached
    waits = tuple(
        Wait(by_id[other].code, expected[other], _is_done(by_id[other], on), days)
        for other, days in known.needs.get(task.id, ())
        if other in by_id
    )
    full = replace(facts, waits_for=waits, expected=expected[task.id])
    judged = light.judged(full, on)
    done, steps = light.counted(full, on)
    override = None if judged.light is Light.DONE else known.overrides.get(task.id)
    return Standing(
        task,
        Light(override.light) if override else judged.light,
        judged.light,
        override,
        judged.reasons,
        expected[task.id],
        slip if task.ends else 0,
        done,
        steps,
        facts.open_blockers,
        waits,
        next((step for step in known.steps.get(task.id, ()) if not light.is_done(step, on)), None),
        facts.last_told,
    )


def _is_done(task: Task, on: date) -> bool:
    return task.done is not None and task.done <= on
