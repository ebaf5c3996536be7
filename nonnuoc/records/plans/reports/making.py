"""A draft of the report is asked for, and made by a job: it takes seconds, and whoever asked watches how far it is."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Delegation, Person
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.models import Plan, Report, Round
from nonnuoc.records.plans.reports import content, docx, selectors, xlsx
from nonnuoc.records.plans.reports.gathering import gather

log = logging.getLogger(__name__)

JOB = "nonnuoc.desk.tasks.make_plan_report"
State = Report.State
#: Percent done once all is read, is said, is written as a document.
READ, SAID, WRITTEN = 30, 50, 80


def require(plan: Plan, by: Person | None) -> Delegation | None:
    """Having a report made is for who runs the plan's rounds. Gives what was lent; raises PermissionDenied."""
    return access.require(by, "plans.steer", plans.subject(plan.leading)).lent


@transaction.atomic
def ask(of: Round, *, by: Person | None, at: datetime) -> Report:
    """Have a draft made. Asked again while one waits or is being made: that one.

    Raises ValidationError once the report is issued, or the round was called off.
    """
    held = Round.objects.select_for_update(of=("self",)).select_related("plan__leading").get(pk=of.pk)
    through = require(held.plan, by)
    before = Report.objects.filter(round=held).defer("docx", "xlsx", "content")
    if before.filter(state=State.ISSUED).exists():
        raise ValidationError(_("The report of this round is issued; it cannot be made anew."))
    if held.called_off:
        raise ValidationError(_("This round was called off: %(why)s") % {"why": held.called_off})
    for one in before.filter(state__in=(State.WAITING, State.RUNNING)):
        if not selectors.broke_off(one):
            _queue(one)
            return one
        Report.objects.filter(pk=one.pk).update(state=State.FAILED, why=_("Whoever made it broke off."))
    made = Report.objects.create(round=held, asked=at, asked_by=by)
    audit.record(by, "plan.report_asked", f"plan {held.plan.code} round {held.code}", through=through)
    _queue(made)
    return made


def make(uuid: UUID) -> None:
    """Make the draft that was asked for; nothing where somebody else is at it, or it was made. A failure says why."""
    report = Report.objects.filter(uuid=uuid, state__in=(State.WAITING, State.RUNNING)).select_related("round").first()
    if report is None:
        return
    with selectors.making(report) as mine:
        if mine and Report.objects.filter(pk=report.pk, state__in=(State.WAITING, State.RUNNING)).exists():
            _note(report, state=State.RUNNING, progress=0)
            try:
                _made(report)
            except Exception:
                log.exception("the report %s could not be made", report.uuid)
                why = _("Something went wrong here, not in what was reported; it is in the log.")
                _note(report, state=State.FAILED, why=why)


def _made(report: Report) -> None:
    at = timezone.now()  # what comes in from now on may be missing in it
    with transaction.atomic():
        found = gather(report.round, timezone.localtime(at).date())
    _note(report, progress=READ)
    told = content.of(found)
    _note(report, progress=SAID)
    document = docx.write(told)
    _note(report, progress=WRITTEN)
    workbook = xlsx.write(told)
    with transaction.atomic():
        older = Report.objects.filter(round=report.round, asked__lte=report.asked).exclude(pk=report.pk)
        older.filter(state__in=(State.DRAFT, State.FAILED)).delete()
        _note(report, state=State.DRAFT, progress=100, content=told, docx=document, xlsx=workbook, made=at, why="")


def _queue(report: Report) -> None:
    """Once only, however often it is asked for; again where the queue has lost it."""
    job = app.configure_task(JOB, lock=f"plan-report-{report.round_id}", queueing_lock=f"plan-report-{report.uuid}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(uuid=str(report.uuid))


def _note(report: Report, **facts: object) -> None:
    Report.objects.filter(pk=report.pk).update(**facts)
