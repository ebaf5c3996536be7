"""All plans, and one of them: how it stands by section, what comes next, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.desk.plans.overview import calendar, finding, wording
from nonnuoc.desk.plans.overview.wording import Changed
from nonnuoc.look.plans import words
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.board import agenda, asked, leader, recent, totals
from nonnuoc.records.plans.board.totals import Total
from nonnuoc.records.plans.models import Plan
from nonnuoc.records.plans.tasks import standing

NEXT, CHANGED, RED = 8, 8, 10  # shown of each
AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Line:
    """A plan in the list of all."""

    plan: Plan
    total: Total


@allowed("plans.read", "GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """Every plan they may follow, and how each stands."""
    today = timezone.localdate()
    plans = list(selectors.plans(request.rights))
    tasks = standing.of(plans, today).values()
    lines = [Line(plan, totals.whole(one for one in tasks if one.task.plan_id == plan.pk)) for plan in plans]
    context = {
        "lines": lines,
        "running": sum(one.plan.state != Plan.State.ENDED for one in lines),
        "may_keep": request.rights.may("plans.keep"),
        "simulated": bool(selectors.invented(plans)),
    }
    return render(request, "desk/plans/overview/plans.html", context)


@allowed("plans.read", "GET", "HEAD")
def page(request: Entered, plan: str) -> HttpResponse:
    """The whole page."""
    found, today = plan_of(request, plan), timezone.localdate()
    tasks = list(standing.of([found], today).values())
    red = totals.red(tasks)
    leads = leader.leading(one.task.pk for one in red[:RED])
    running = asked.running([found], today)
    changes = list(recent.changes(found, most=CHANGED))
    units = recent.units(found, changes)
    context = {
        "plan": found,
        "total": totals.whole(tasks),
        "sections": totals.by_section(tasks),
        "sentence": wording.counted(totals.whole(tasks)),
        "unknown": words.unknown(tasks),
        "red": [leader.Red(one, found, leads.get(one.task.pk, ())) for one in red[:RED]],
        "more_red": len(red) - RED,
        "rounds": [(one, wording.reported(one)) for one in running],
        "days": _next(found, today),
        "changes": [Changed(found, one, units) for one in changes],
        "mine": finding.mine(request)[:1],
        "today": today,
        "simulated": bool(selectors.invented([found])),
    }
    return render(request, "desk/plans/overview/plan.html", context)


def _next(plan: Plan, today: date) -> list[tuple[agenda.Day, str, str]]:
    coming = [one for one in agenda.days(plan) if not one.done and today <= one.day <= today + AHEAD][:NEXT]
    return [(one, calendar.said(one), calendar.link(plan, one)) for one in coming]
