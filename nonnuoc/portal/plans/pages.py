"""How the plans of the province stand, for everybody: all of them, one, one task, one target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.look.access import PAGE_S, public
from nonnuoc.look.plans import target_drawing, words
from nonnuoc.look.plans import targets as target_words
from nonnuoc.records.accounts import access
from nonnuoc.records.plans import published
from nonnuoc.records.plans.board import totals
from nonnuoc.records.plans.models import Plan
from nonnuoc.records.plans.published import Open
from nonnuoc.records.plans.targets import projecting, standings
from nonnuoc.records.plans.targets import reading as target_reading
from nonnuoc.records.plans.tasks import evidencing, reading

NEXT = 6  # dates shown of what comes next


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a plan, its public tasks, and how many of them stand how, in words ("": not shown)."""

    code: str
    title: str
    tasks: list[Open]
    told: str


@public(max_age=PAGE_S)
def listing(request: HttpRequest) -> HttpResponse:
    """Every public plan, and how it stands."""
    on = timezone.localdate()
    lines = [(plan, published.tasks(plan, on)) for plan in published.plans()]
    context = {
        "lines": [(plan, _told(tasks), _is_simulated(plan, tasks)) for plan, tasks in lines],
        "simulated": any(_is_simulated(plan, tasks) for plan, tasks in lines),
    }
    return render(request, "portal/plans/list.html", context)


@public(max_age=PAGE_S)
def plan(request: HttpRequest, plan: str) -> HttpResponse:
    """One plan: the sentence that counts, what comes next, tasks by section, targets."""
    found, on = _plan(plan), timezone.localdate()
    tasks = published.tasks(found, on)
    aims = standings.public(found, on)
    series = target_reading.series([one.target for one in aims])
    context = {
        "trail": [(_("Plans of the province"), reverse("progress")), (found.short_title, None)],
        "plan": found,
        "sentence": _told(tasks),
        "unknown": words.unknown(one.standing for one in tasks if one.standing is not None),
        "red": _red(tasks),
        "sections": _sections(found, tasks),
        "next": _next(tasks, on),
        "targets": [target_words.line(one, series[one.target.pk]) for one in aims],
        "invented": _is_simulated(found, tasks),
        "simulated": _is_simulated(found, tasks) or any(one.first is not None and one.first.simulated for one in aims),
    }
    return render(request, "portal/plans/plan.html", context)


@public(max_age=PAGE_S)
def task(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """One task: how it stands and why, its steps, who does it, where the plan says so."""
    found, on = _plan(plan), timezone.localdate()
    one = published.task(found, code, on)
    if one is None:
        raise Http404(_("There is no task with this number in the plan."))
    context = {
        **_frame(found, one.task.code),
        "one": one,
        "task": one.task,
        "steps": reading.steps(one.task) if found.public_lights else (),
        "parts": reading.parts(one.task),
        "evidence": evidencing.readable(one.task, access.ANYBODY).shown if found.public_lights else (),
        "sentences": reading.sentences(one.task),
        "targets": reading.targets(one.task).filter(public=True),
        "today": on,
        "simulated": _is_simulated(found, [one]),
    }
    return render(request, "portal/plans/task.html", context)


@public(max_age=PAGE_S)
def target(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """One target: where it stands on its way, how that is counted, and by commune."""
    found, on = _plan(plan), timezone.localdate()
    one = next((aim for aim in standings.public(found, on) if aim.target.code == code), None)
    if one is None:
        raise Http404(_("There is no target with this number in the plan."))
    values = target_reading.series([one.target])[one.target.pk]
    course = projecting.course(one, values)
    context = {
        **_frame(found, one.target.code),
        "target": one.target,
        "line": target_words.line(one, values),
        "title": target_words.title(one),
        "sentence": target_words.sentence(one, course),
        "chart": target_drawing.chart(one, values, course, on),
        "passage": target_reading.sentence(one.target),
        "communes": target_reading.by_commune(one.target, on),
        "values": values,
        "simulated": found.simulated or any(value.simulated for value in values),
    }
    return render(request, "portal/plans/target.html", context)


def _plan(code: str) -> Plan:
    found = published.plan(code)
    if found is None:
        raise Http404(_("There is no public plan with this code. All of them are in the list of plans."))
    return found


def _is_simulated(plan: Plan, tasks: list[Open]) -> bool:
    """Whether anything of the plan and these tasks is invented for demonstration."""
    return plan.simulated or any(one.simulated for one in tasks)


def _frame(plan: Plan, here: str) -> dict[str, Any]:
    trail = [
        (_("Plans of the province"), reverse("progress")),
        (plan.short_title, reverse("plan-progress", args=[plan.code])),
        (here, None),
    ]
    return {"plan": plan, "trail": trail}


def _told(tasks: list[Open]) -> str:
    """ "37 tasks: 3 late, …"; where it is not shown how they stand, only how many."""
    return words.counted(len(tasks), totals.whole(one.standing for one in tasks if one.standing is not None).told)


def _sections(plan: Plan, tasks: list[Open]) -> list[Section]:
    by_section: dict[str, list[Open]] = {}
    for one in tasks:
        by_section.setdefault(one.task.section, []).append(one)
    titles = dict(reading.sections(plan))
    return [Section(code, titles[code], found, _told(found)) for code, found in by_section.items()]


def _red(tasks: list[Open]) -> list[Open]:
    """Those that are late or at risk, the gravest first."""
    shown = {one.task.pk: one for one in tasks}
    return [shown[one.task.pk] for one in totals.red(one.standing for one in tasks if one.standing is not None)]


def _next(tasks: list[Open], on: date) -> list[Open]:
    """Those that end next and are not done."""
    waiting = [one for one in tasks if one.task.done is None and one.task.ends is not None and one.task.ends >= on]
    return sorted(waiting, key=lambda one: (one.task.ends or on, one.task.order))[:NEXT]
