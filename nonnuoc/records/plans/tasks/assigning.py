"""Who has which part in a task, and what each office tells of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Assignment, Task
from nonnuoc.records.plans.tasks.allowed import Allowed, Deed, held, held_each, living, require, subject, words

Role, State = Assignment.Role, Assignment.State


@transaction.atomic
def assign(
    task: Task, office: Office, *, role: str, by: Person | None, at: datetime, named: str = "", part: str = ""
) -> Assignment:
    """An office leads a task, or coordinates. Where it has a part already, that becomes so; the same: nothing happens.

    `named` is what the plan calls it ("UBND cấp xã"), its own name where nothing is given. Raises ValidationError for
    an office that is closed, and where a task would be left without a lead.
    """
    now = held(task)
    allowed = require(by, now, Deed.KEEP)
    living(now)
    if not office.is_active:
        raise ValidationError(
            {"office": _("%(office)s is closed: choose the one that took over.") % {"office": office}}
        )
    if role not in Role.values:
        raise ValidationError({"role": _("Say whether it leads or coordinates.")})
    there = now.assignments.filter(office=office, ended=None).first()
    one = there or Assignment(task=now, office=office)
    before = _facts(one) if there else {}
    one.named = words("named", named, most=160) or one.named or office.name
    one.role, one.part = role, words("part", part) or one.part
    if there and before == _facts(one):
        return one
    if there and before["plan_role"] == Role.LEAD and role != Role.LEAD:
        _another_lead(now, one)
    one.save()
    audit.record(by, "plan-task.assigned", subject(now), through=allowed.through, before=before, after=_facts(one))
    return one


@transaction.atomic
def end(assignment: Assignment, *, reason: str, by: Person | None, at: datetime) -> Assignment:
    """The office has no part in it any more; what it told stays. Ended before: nothing happens.

    Raises ValidationError without a reason, and for the only lead.
    """
    now = held(assignment.task)
    one = now.assignments.select_related("office").get(pk=assignment.pk)
    allowed = require(by, now, Deed.KEEP)
    if one.ended is not None:
        return one
    why = words("reason", reason, most=500, wanted=_("Say why it has no part in this task any more."))
    if one.role == Role.LEAD:
        _another_lead(now, one)
    one.ended = at
    one.save()
    audit.record(by, "plan-task.unassigned", subject(now), through=allowed.through, before=_facts(one), reason=why)
    return one


@transaction.atomic
def tell(
    assignment: Assignment,
    *,
    state: str,
    by: Person | None,
    at: datetime,
    note: str = "",
    told: date | None = None,
    part: str | None = None,
) -> Assignment:
    """What an office tells of its own part: its state, a note, and in its own words what is its to do.

    `told` is the day it says so, that of `at` where nothing is given. Who runs the rounds may enter it for the office.
    Told so on that day before: nothing happens. Raises ValidationError for a day to come, for "nothing to do here"
    without saying why, and for a part that has ended; PermissionDenied.
    """
    now = held(assignment.task)
    one = now.assignments.select_related("office").get(pk=assignment.pk)
    allowed = _may_tell(by, now, one.office)
    living(now)
    if one.ended is not None:
        raise ValidationError(_("%(office)s has no part in this task any more.") % {"office": one.office})
    if state not in State.values:
        raise ValidationError({"state": _("Say how it stands.")})
    day = told or timezone.localdate(at)
    if day > timezone.localdate(at):
        raise ValidationError({"told": _("This day is still to come.")})
    before = _facts(one)
    wanted = _("Say why there is nothing to do here.") if state == State.NOT_OURS else ""
    one.state, one.note = state, words("note", note, most=500, wanted=wanted)
    one.part = one.part if part is None else words("part", part)
    one.told = None if state == State.NOT_TOLD else day
    if before == _facts(one):
        return one
    one.save()
    audit.record(by, "plan-task.told", subject(now), through=allowed.through, before=before, after=_facts(one))
    return one


@transaction.atomic
def tell_reported(
    office: Office, said: Mapping[int, tuple[str, str]], *, told: date, by: Person | None, at: datetime
) -> int:
    """What an office reported of its parts (state and note, by the id of the task), as of a day; how many changed.

    For who runs the rounds. What the office told of a part after that day stays, and so do parts that ended meanwhile
    and tasks that were taken out. A query for what changed, whatever their number, and an entry in the trail for each.
    """
    tasks = {pk: one for pk, one in held_each(said).items() if one.withdrawn is None}
    parts = Assignment.objects.filter(task__in=tasks, office=office, ended=None).filter(
        Q(told=None) | Q(told__lte=told)
    )
    plans = {one.plan_id: one.plan for one in tasks.values()}
    rights = access.of(by)
    lent = {pk: rights.require("plans.steer", selectors.subject(plan.leading)).lent for pk, plan in plans.items()}
    changed = []
    for one in parts.order_by("task_id"):
        one.office = office
        before = _facts(one)
        one.state, one.note = said[one.task_id]
        one.told = told
        if before != _facts(one):
            changed.append(one)
            task = tasks[one.task_id]
            through = lent[task.plan_id]
            audit.record(by, "plan-task.told", subject(task), through=through, before=before, after=_facts(one))
    Assignment.objects.bulk_update(changed, ["state", "note", "told"])
    return len(changed)


def _may_tell(by: Person | None, task: Task, office: Office) -> Allowed:
    steers = access.of(by).decide("plans.steer", selectors.subject(task.plan.leading))
    if steers.allowed:
        return Allowed(steers.lent, office)
    try:
        return require(by, task, Deed.HELP, office=office)
    except PermissionDenied as refused:
        why = _("Only %(office)s tells of this part, or who runs the rounds for it.") % {"office": office}
        raise PermissionDenied(why) from refused


def _another_lead(task: Task, leaving: Assignment) -> None:
    if not task.assignments.filter(role=Role.LEAD, ended=None).exclude(pk=leaving.pk).exists():
        raise ValidationError({"role": _("A task needs a lead: name the new one first.")})


def _facts(one: Assignment) -> dict[str, str | None]:
    return {
        "office": one.office.code,
        "plan_role": one.role,
        "named": one.named,
        "part": one.part,
        "part_state": one.state,
        "told": one.told.isoformat() if one.told else None,
        "note": one.note,
    }
