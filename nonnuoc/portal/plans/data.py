"""The public part of the plans for programs: tasks and targets as CSV, all of it as JSON. English names, ISO days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from nonnuoc.look import tabular_csv
from nonnuoc.look.access import public
from nonnuoc.records.plans import published
from nonnuoc.records.plans.models import Plan, Value
from nonnuoc.records.plans.published import Open
from nonnuoc.records.plans.targets import standings
from nonnuoc.records.plans.targets.standings import Standing
from nonnuoc.records.plans.tasks import wording

TASKS = ("plan", "code", "section", "title", "time", "starts", "ends", "lead", "coordinators", "done", "expected")
STANDS = ("standing", "computed", "reasons", "milestones", "milestones_done")
TARGETS = ("plan", "code", "title", "unit", "wanted", "wanted_to", "wanted_as_written", "due", "baseline", "wanted_now")
VALUES = (
    "measured",
    "measured_day",
    "measured_quality",
    "measured_why",
    "declared",
    "declared_day",
    "declared_evidence",
)
AGE_S = 300


@public(max_age=AGE_S)
def tasks(request: HttpRequest) -> HttpResponse:
    """Every public task of every public plan."""
    on = timezone.localdate()
    return _csv((*TASKS, *STANDS, "simulated"), (_task(plan, one) for plan, one in _tasks(on)), "tasks", on)


@public(max_age=AGE_S)
def targets(request: HttpRequest) -> HttpResponse:
    """Every public target of every public plan, with its newest values of both kinds."""
    on = timezone.localdate()
    return _csv((*TARGETS, *VALUES, "simulated"), (_target(plan, one) for plan, one in _targets(on)), "targets", on)


@public(max_age=AGE_S)
def plans(request: HttpRequest) -> HttpResponse:
    """All of it at once."""
    on = timezone.localdate()
    found = [
        {
            "code": plan.code,
            "title": plan.title,
            "number": plan.number or None,
            "issued": plan.issued,
            "issuer": plan.issuer.name,
            "starts": plan.starts,
            "ends": plan.ends,
            "simulated": plan.simulated,
            "tasks": [_task(plan, one) for one in published.tasks(plan, on)],
            "targets": [_target(plan, one) for one in standings.public(plan, on)],
        }
        for plan in published.plans()
    ]
    return HttpResponse(orjson.dumps({"day": on, "plans": found}), content_type="application/json")


def _tasks(on: date) -> Iterator[tuple[Plan, Open]]:
    return ((plan, one) for plan in published.plans() for one in published.tasks(plan, on))


def _targets(on: date) -> Iterator[tuple[Plan, Standing]]:
    return ((plan, one) for plan in published.plans() for one in standings.public(plan, on))


def _task(plan: Plan, one: Open) -> dict[str, Any]:
    task, stands = one.task, one.standing
    facts = (
        task.code,
        task.section,
        task.title,
        task.time_text,
        task.starts,
        task.ends,
        task.lead_text,
        task.help_text,
    )
    found: dict[str, Any] = dict(
        zip(TASKS, (plan.code, *facts, task.done, stands.expected if stands else None), strict=True)
    )
    if stands is not None:
        with translation.override("en"):
            reasons = wording.reasons(stands.reasons)
        found |= {
            "standing": stands.light.value,
            "computed": stands.computed.value,
            "reasons": reasons,
            "milestones": stands.steps,
            "milestones_done": stands.done_steps,
        }
    return {**dict.fromkeys(STANDS), **found, "simulated": plan.simulated or one.simulated}


def _target(plan: Plan, one: Standing) -> dict[str, Any]:
    target = one.target
    facts = (
        target.title,
        target.unit,
        target.wanted,
        target.wanted_to,
        target.wanted_text,
        target.due,
        target.baseline,
    )
    measured, declared = one.measured, one.declared
    return {
        **dict(zip(TARGETS, (plan.code, target.code, *facts, one.wanted_now), strict=True)),
        "measured": measured.value if measured else None,
        "measured_day": measured.day if measured else None,
        "measured_quality": measured.quality if measured else None,
        "measured_why": measured.why if measured else None,
        "declared": declared.value if declared else None,
        "declared_day": declared.day if declared else None,
        "declared_evidence": declared.evidence if declared else None,
        "simulated": plan.simulated or target.simulated or _is_simulated(measured, declared),
    }


def _is_simulated(*values: Value | None) -> bool:
    return any(one.simulated for one in values if one is not None)


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], name: str, on: date) -> HttpResponse:
    lines = [",".join(columns)]
    lines += [",".join(tabular_csv.safe(_plain(row[column])) for column in columns) for row in rows]
    answer = HttpResponse("\n".join(lines) + "\n", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="plans-{name}-{on:%Y-%m-%d}.csv"'
    return answer


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else value
