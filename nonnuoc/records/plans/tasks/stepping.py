"""Milestones: the steps of a task that can be seen to be done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.plans.models import Milestone, Task
from nonnuoc.records.plans.tasks.allowed import Allowed, Deed, held, living, require, subject, words


@transaction.atomic
def add(
    task: Task, *, title: str, due: date, source: str, by: Person | None, at: datetime, office: Office | None = None
) -> Milestone:
    """A step with its day and where it is set; the same words and day again: the one there is.

    Raises ValidationError for a day after the end of the task, an office without a part in it, a task that is done.
    """
    now, allowed = _open(task, by)
    plain = words("title", title, most=300, wanted=_("Say what is there once it is done."))
    there = now.milestones.filter(title=plain, due=due, withdrawn=None).first()
    if there is not None:
        return there
    last = now.milestones.aggregate(last=Max("order"))["last"] or 0
    one = Milestone(task=now, order=last + 1, title=plain, due=due, office=office)
    one.source = words(
        "source", source, most=300, wanted=_("Say where this step is set: the plan, a decision, or who.")
    )
    _check(now, one)
    one.save()
    audit.record(by, "plan-task.step_added", subject(now), through=allowed.through, after=_facts(one))
    return one


@transaction.atomic
def change(step: Milestone, *, by: Person | None, at: datetime, reason: str = "", **given: Any) -> Milestone:
    """Change title, due, office or source of a step. Another day needs a reason. Nothing new: nothing happens."""
    if strange := sorted(set(given) - {"title", "due", "office", "source"}):
        raise TypeError(f"no facts of a milestone: {', '.join(strange)}")
    now, allowed = _open(step.task, by)
    one = _there(now, step)
    before = _facts(one)
    for name, value in given.items():
        setattr(one, name, value.strip() if isinstance(value, str) else value)
    if before == _facts(one):
        return one
    why = words("reason", reason, most=500)
    if before["due"] != one.due.isoformat() and not why:
        raise ValidationError({"reason": _("Say why it is planned for another time: that stays in its history.")})
    _check(now, one)
    one.save()
    audit.record(
        by,
        "plan-task.step_changed",
        subject(now),
        through=allowed.through,
        before=before,
        after=_facts(one),
        reason=why,
    )
    return one


@transaction.atomic
def do(step: Milestone, *, done: date, by: Person | None, at: datetime) -> Milestone:
    """It is there. Done on that day before: nothing happens. Raises ValidationError for a day to come."""
    now, allowed = _open(step.task, by)
    one = _there(now, step)
    if one.done == done:
        return one
    if done > timezone.localdate(at):
        raise ValidationError({"done": _("This day is still to come.")})
    before, one.done = _facts(one), done
    one.save()
    audit.record(by, "plan-task.step_done", subject(now), through=allowed.through, before=before, after=_facts(one))
    return one


@transaction.atomic
def undo(step: Milestone, *, reason: str, by: Person | None, at: datetime) -> Milestone:
    """It is not there after all. Not done: nothing happens. Raises ValidationError without a reason."""
    now, allowed = _open(step.task, by)
    one = _there(now, step)
    if one.done is None:
        return one
    why = words("reason", reason, most=500, wanted=_("Say why it is open again."))
    before, one.done = _facts(one), None
    one.save()
    audit.record(
        by, "plan-task.step_undone", subject(now), through=allowed.through, before=before, after=_facts(one), reason=why
    )
    return one


@transaction.atomic
def withdraw(step: Milestone, *, reason: str, by: Person | None, at: datetime) -> Milestone:
    """It is no step of the task any more; it stays in the history. Again: nothing happens."""
    now, allowed = _open(step.task, by)
    one = now.milestones.get(pk=step.pk)
    if one.withdrawn is not None:
        return one
    why = words("reason", reason, most=500, wanted=_("Say why this step is no longer needed."))
    one.withdrawn = at
    one.save()
    audit.record(by, "plan-task.step_withdrawn", subject(now), through=allowed.through, before=_facts(one), reason=why)
    return one


def _open(task: Task, by: Person | None) -> tuple[Task, Allowed]:
    now = held(task)
    allowed = require(by, now, Deed.LEAD)
    if living(now).done is not None:
        raise ValidationError(_("This task is done. Reopen it first to change its steps."))
    return now, allowed


def _there(task: Task, step: Milestone) -> Milestone:
    one = task.milestones.select_related("office").get(pk=step.pk)
    if one.withdrawn is not None:
        raise ValidationError(_("This step has been withdrawn."))
    return one


def _check(task: Task, one: Milestone) -> None:
    if task.ends is not None and one.due > task.ends:
        said = {"ends": f"{task.ends:%d/%m/%Y}"}
        raise ValidationError({"due": _("This is after the end of the task, %(ends)s.") % said})
    if one.office is not None and not task.assignments.filter(office=one.office, ended=None).exists():
        said = {"office": one.office.name}
        raise ValidationError({"office": _("%(office)s has no part in this task.") % said})
    one.full_clean(exclude=["task"])


def _facts(one: Milestone) -> dict[str, Any]:
    return {
        "title": one.title,
        "due": one.due.isoformat(),
        "done": one.done.isoformat() if one.done else None,
        "office": one.office.code if one.office else None,
        "source": one.source,
    }
