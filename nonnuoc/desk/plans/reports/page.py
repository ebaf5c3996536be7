"""The report of a round on the web: every sentence with what it rests on; how far the making is; its seal."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import round_of
from nonnuoc.desk.plans.reports import chapters, finding
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.models import Report, Round
from nonnuoc.records.plans.reports import selectors
from nonnuoc.records.plans.reports.wording import of_tasks

AGAIN_S = 2
State = Report.State


@allowed("plans.read", "GET", "HEAD")
def page(request: Entered, plan: str, code: str) -> HttpResponse:
    """The whole page. While a draft is being made it looks again by itself, without JavaScript too."""
    of = round_of(request, plan, code)
    found = context(request, of)
    response = render(request, "desk/plans/reports/report.html", found)
    if found["making"] is not None and not found["failed"]:
        response["Refresh"] = str(AGAIN_S)
    return response


@allowed("plans.read", "GET", "HEAD")
def basis(request: Entered, plan: str, code: str, place: str) -> HttpResponse:
    """One sentence with everything it rests on; or all accounts of a task's coordinators."""
    report = finding.report(request, plan, code)
    try:
        lines = chapters.at(report, place, request.rights)
    except (LookupError, ValueError, TypeError) as error:
        raise Http404(_("The report has no such sentence any more.")) from error
    found = {"lines": lines, "round": report.round, "plan": report.round.plan}
    return render(request, "desk/plans/reports/basis.html", {**found, "simulated": report.content["head"]["simulated"]})


@allowed("plans.read", "GET", "HEAD")
def unit(request: Entered, plan: str, code: str, office: str) -> HttpResponse:
    """What one unit reported, task by task, as the report has it."""
    report = finding.report(request, plan, code)
    place, told = next((one for one in enumerate(report.content["units"]) if one[1]["code"] == office), (0, None))
    if told is None:
        raise Http404(_("This unit was not asked in this round."))
    titles = {task["code"]: task["title"] for section in report.content["sections"] for task in section["tasks"]}
    answers = [(one, titles[one["task"]], of_tasks.state(one["state"])) for one in told["answers"]]
    found = {
        "unit": told,
        "answers": answers,
        "lines": chapters.unit_lines(report, place, request.rights),
        "round": report.round,
        "plan": report.round.plan,
        "follows": selectors.may_follow(report.round, request.rights),
        "simulated": report.content["head"]["simulated"],
    }
    return render(request, "desk/plans/reports/unit.html", found)


def context(request: Entered, of: Round) -> dict[str, Any]:
    """What the page shows."""
    report = selectors.shown(of, request.rights)
    making = selectors.at_work(of, request.rights)
    if report is not None:
        report.round = of
    broke = making is not None and selectors.broke_off(making)
    subject = plans.subject(of.plan.leading)
    is_draft = report is not None and report.state == State.DRAFT
    return {
        "round": of,
        "plan": of.plan,
        "report": report,
        "head": report.content["head"] if report is not None else None,
        "simulated": report is not None and report.content["head"]["simulated"],
        "chapters": chapters.chapters(report, request.rights) if report is not None else (),
        "making": making,
        "failed": making is not None and (broke or making.state == State.FAILED),
        "may_ask": not _is_over(of, report) and request.rights.may("plans.steer", subject),
        "may_issue": is_draft and making is None and request.rights.may("plans.issue", subject),
        "sees_forms": selectors.may_follow(of, request.rights),
        "since": [one.office.name for one in selectors.sent_since(report)] if report is not None and is_draft else (),
        "is_intact": report is None or is_draft or selectors.is_intact(report),
    }


def _is_over(of: Round, report: Report | None) -> bool:
    return bool(of.called_off) or (report is not None and report.state == State.ISSUED)
