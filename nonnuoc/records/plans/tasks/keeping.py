"""A task is written, changed, finished, reopened, or taken out of the plan. How it stands is never written."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.domain.plan import time
from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.plans.models import Evidence, Plan, Task
from nonnuoc.records.plans.tasks import evidencing
from nonnuoc.records.plans.tasks.allowed import Deed, held, held_plan, living, require, subject, words

#: What may be changed of a task; the code stays, because addresses and the trail name it.
CHANGEABLE = frozenset(
    {
        "title",
        "time_text",
        "time",
        "starts",
        "ends",
        "lead_text",
        "help_text",
        "product",
        "section",
        "section_title",
        "printed",
        "order",
        "added_by",
        "public",
    }
)
#: It stands in addresses, and in the trail between spaces.
CODE = re.compile(r"\w[\w.-]*")
WHEN = frozenset({"time", "starts", "ends", "time_text"})


@transaction.atomic
def create(
    plan: Plan,
    *,
    code: str,
    title: str,
    time_text: str,
    lead_text: str,
    by: Person | None,
    at: datetime,
    added_by: str = "",
    **given: Any,
) -> Task:
    """A task added to a plan by a decision (`added_by`), its dates read from its time unless they are given.

    The same code and title again: the one there is. Raises ValidationError for a code that is taken, for what is
    missing, for a time that reads neither as dates nor as continuous while none are given; and PermissionDenied.
    """
    if strange := sorted(set(given) - CHANGEABLE - {"simulated"}):
        raise TypeError(f"no facts of a task: {', '.join(strange)}")
    within = held_plan(plan)
    made = Task(plan=within, code=code.strip(), title=title.strip(), time_text=time_text.strip(), lead_text=lead_text)
    allowed = require(by, made, Deed.KEEP)
    there = within.tasks.filter(code=made.code).first()
    if there is not None:
        if there.title == made.title:
            return there
        raise ValidationError({"code": _("This plan has a task %(code)s already.") % {"code": made.code}})
    if not CODE.fullmatch(made.code):
        raise ValidationError({"code": _("A number is made of letters, digits and dots: “III.13”.")})
    made.added_by = words("added_by", added_by, most=300, wanted=_("Name the decision that adds this task."))
    made.section, _dot, made.printed = made.code.rpartition(".")
    last = within.tasks.aggregate(last=Max("order"))["last"] or 0
    made.order = last + 1
    for name, value in given.items():
        setattr(made, name, value)
    if not made.time:
        _read_time(made)
    if not made.section_title:
        same = within.tasks.filter(section=made.section).first()
        made.section_title = same.section_title if same else ""
    _check(made)
    made.save()
    audit.record(by, "plan-task.created", subject(made), through=allowed.through, after=facts(made))
    return made


@transaction.atomic
def change(
    task: Task, *, by: Person | None, at: datetime, version: int | None = None, reason: str = "", **given: Any
) -> Task:
    """Change what is written of a task. Nothing else than it is: nothing happens.

    Other dates need a reason; what was planned before stays in the trail. A new `time_text` alone is read anew. Raises
    ValidationError for a `version` that is not the newest any more, and PermissionDenied.
    """
    if strange := sorted(set(given) - CHANGEABLE):
        raise TypeError(f"no facts of a task: {', '.join(strange)}")
    now = held(task)
    allowed = require(by, now, Deed.KEEP)
    living(now)
    is_newest(now, version)
    before = facts(now)
    for name, value in given.items():
        setattr(now, name, value.strip() if isinstance(value, str) else value)
    if "time_text" in given and not WHEN & set(given) - {"time_text"} and now.time_text != before["time_text"]:
        _read_time(now)
    after = facts(now)
    if after == before:
        return now
    why = words("reason", reason, most=500)
    if any(before[name] != after[name] for name in ("time", "starts", "ends")) and not why:
        raise ValidationError({"reason": _("Say why it is planned for another time: that stays in its history.")})
    now.version += 1
    _check(now)
    now.save()
    told = {name: value for name, value in after.items() if value != before[name]}
    was = {name: before[name] for name in told}
    audit.record(by, "plan-task.changed", subject(now), through=allowed.through, before=was, after=told, reason=why)
    return now


@transaction.atomic
def finish(task: Task, *, done: date, by: Person | None, at: datetime, basis: str = "") -> Task:
    """The task is done: somebody who keeps the plan has seen what shows it. Finished on that day before: nothing.

    `basis` names the document that shows it, and becomes evidence. Raises ValidationError for a day to come, for
    milestones still open, and where there is neither evidence nor a basis.
    """
    now = held(task)
    allowed = require(by, now, Deed.KEEP)
    living(now)
    if now.done == done:
        return now
    if now.done is not None:
        raise ValidationError({"done": _("It is done already. Reopen it first to write another day.")})
    if done > timezone.localdate(at):
        raise ValidationError({"done": _("This day is still to come.")})
    waiting = list(now.milestones.filter(withdrawn=None, done=None).values_list("title", flat=True))
    if waiting:
        said = {"titles": "; ".join(waiting)}
        raise ValidationError(_("Milestones still open: %(titles)s. Do them, or withdraw them first.") % said)
    if basis.strip():
        evidencing.add_reference(
            now, kind=Evidence.Kind.DOCUMENT, reference=basis, title=basis, office=now.plan.leading, by=by, at=at
        )
    elif not now.evidence.filter(withdrawn=None).exists():
        raise ValidationError({"basis": _("Add evidence first, or name the document that shows that it is done.")})
    now.done, now.version = done, now.version + 1
    now.save()
    audit.record(
        by,
        "plan-task.finished",
        subject(now),
        through=allowed.through,
        after={"done": done.isoformat()},
        basis=basis.strip(),
    )
    return now


@transaction.atomic
def reopen(task: Task, *, reason: str, by: Person | None, at: datetime) -> Task:
    """It is not done after all. Not done: nothing happens. Raises ValidationError without a reason."""
    now = held(task)
    allowed = require(by, now, Deed.KEEP)
    if now.done is None:
        return now
    why = words("reason", reason, most=500, wanted=_("Say why it is open again."))
    before, now.done, now.version = now.done, None, now.version + 1
    now.save()
    audit.record(
        by, "plan-task.reopened", subject(now), through=allowed.through, before={"done": before.isoformat()}, reason=why
    )
    return now


@transaction.atomic
def withdraw(task: Task, *, reason: str, by: Person | None, at: datetime) -> Task:
    """An amendment takes it out of the plan; it stays readable, and nothing waits for it any more. Again: no harm."""
    now = held(task)
    allowed = require(by, now, Deed.KEEP)
    if now.withdrawn is not None:
        return now
    why = words("reason", reason, most=500, wanted=_("Name the amendment that takes it out."))
    now.withdrawn, now.version = at, now.version + 1
    now.save()
    audit.record(by, "plan-task.withdrawn", subject(now), through=allowed.through, reason=why)
    return now


def is_newest(task: Task, version: int | None) -> None:
    """Raise ValidationError where a form was made of an older version; None asks nothing."""
    if version is not None and version != task.version:
        raise ValidationError(_("Somebody else changed this task meanwhile. Open it again and look at what changed."))


def facts(task: Task) -> dict[str, Any]:
    """What is written of a task, as the trail keeps it."""
    written = {name: getattr(task, name) for name in sorted(CHANGEABLE)}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in written.items()}


def _read_time(task: Task) -> None:
    span = time.read(task.time_text, starts=task.plan.starts, ends=task.plan.ends)
    task.time, task.starts, task.ends = span.kind, span.starts, span.ends
    if span.kind == "unread":
        said = {"text": task.time_text}
        how = _("“%(text)s” cannot be read as dates. Write it like “Quý IV năm 2027”, or give the dates yourself.")
        raise ValidationError({"time_text": how % said})


def _check(task: Task) -> None:
    """Raise ValidationError, field by field."""
    if task.time in (Task.Time.QUARTER, Task.Time.YEARS, Task.Time.DAY) and task.ends is None:
        raise ValidationError({"ends": _("Give the day by which it ends.")})
    if task.starts and task.ends and task.ends < task.starts:
        raise ValidationError({"ends": _("The end lies before the beginning.")})
    later = task.milestones.filter(withdrawn=None, done=None, due__gt=task.ends) if task.pk and task.ends else ()
    if titles := "; ".join(step.title for step in later):
        raise ValidationError(
            {"ends": _("Milestones lie after this end, move them first: %(titles)s") % {"titles": titles}}
        )
    task.full_clean(exclude=["plan"])
