"""Who follows the plan looks at what a unit sent: returns it with what has to be mended, or approves it.

Approved, what it says becomes what is known of the plan: each part's state, and difficulties that climb to who can
decide.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.outbox import services as outbox
from nonnuoc.records.plans.models import Answer, Form, Remark
from nonnuoc.records.plans.rounds import filling, opening, selectors, telling
from nonnuoc.records.plans.tasks import assigning, blocking
from nonnuoc.records.plans.tasks.allowed import held_each

#: The difficulty an answer tells of is raised under a name made of the answer, so that it is raised once.
DIFFICULTY = UUID("0d2ad0b4-5f0c-5a53-9f0e-7d8f2b8d3f5e")
#: Signs of an answer that its part of the task keeps as a note; the whole stays in the form.
NOTE = 500
State = Form.State


@transaction.atomic
def return_(form: Form, remarks: Mapping[int | None, str], *, by: Person | None, at: datetime) -> Form:
    """Give the form back with remarks: by the id of a task, or None for the whole. Its people are told.

    Returned already with nothing new to say: nothing happens. Raises ValidationError without a remark, of a task the
    form does not ask about, and for a form that was not submitted.
    """
    held = filling.locked(form)
    through = opening.require(held.round.plan, by)
    opening.is_open(held.round)
    said = {task: text.strip() for task, text in remarks.items() if text.strip()}
    if held.state == State.RETURNED and not said:
        return held
    if held.state not in (State.SUBMITTED, State.APPROVED, State.RETURNED):
        raise ValidationError(_("%(office)s has not submitted its form.") % {"office": held.office.name})
    if not said:
        raise ValidationError(_("Write what has to be mended, of a task or of the whole."))
    tasks = {one.task_id: one.task for one in selectors.answers(held)}
    if strange := set(said) - set(tasks) - {None}:
        raise ValidationError(_("The form does not ask about %(number)d of these tasks.") % {"number": len(strange)})
    there = set(held.remarks.filter(settled=None).values_list("task_id", "text"))
    fresh = {task: text for task, text in said.items() if (task, text) not in there}
    if held.state == State.RETURNED and not fresh:
        return held
    Remark.objects.bulk_create(Remark(form=held, task_id=task, text=text, at=at, by=by) for task, text in fresh.items())
    held.state, held.approved, held.approved_by = State.RETURNED, None, None
    held.version += 1
    held.save(update_fields=["state", "approved", "approved_by", "version"])
    words = [f"{tasks[task].code}: {text}" if task else text for task, text in fresh.items()]
    audit.record(by, "plan-form.returned", opening.subject(held.round, held.office), remarks=words, through=through)
    telling.returned(held, words, at=at)
    return held


@transaction.atomic
def approve(form: Form, *, by: Person | None, at: datetime) -> Form:
    """The form is as it should be; its unit is told. Approved before: nothing happens.

    Raises ValidationError for a form that was not submitted, or that has remarks nobody has settled.
    """
    return _approved(filling.locked(form), by=by, at=at)


@transaction.atomic
def approve_all(forms: Collection[Form], *, by: Person | None, at: datetime) -> int:
    """Approve several: all of them or none. Gives how many; raises as `approve`."""
    with outbox.together(at):
        held = [filling.locked(one) for one in sorted(forms, key=lambda one: one.pk)]
        held_each(Answer.objects.filter(form__in=held).values_list("task_id", flat=True))
        return len([_approved(one, by=by, at=at) for one in held])


def _approved(held: Form, *, by: Person | None, at: datetime) -> Form:
    through = opening.require(held.round.plan, by)
    if held.state == State.APPROVED:
        return held
    opening.is_open(held.round)
    if held.state != State.SUBMITTED:
        raise ValidationError(_("%(office)s has not submitted its form.") % {"office": held.office.name})
    held.state, held.approved, held.approved_by = State.APPROVED, at, by
    held.save(update_fields=["state", "approved", "approved_by"])
    answers = selectors.answers(held)
    _tell(held, answers, by, at)
    _raise(held, answers, by, at)
    after = {"version": held.version, "answers": len(answers)}
    audit.record(by, "plan-form.approved", opening.subject(held.round, held.office), after=after, through=through)
    telling.approved(held, at=at)
    return held


def _tell(held: Form, answers: list[Answer], by: Person | None, at: datetime) -> None:
    """What the unit said becomes the state of its parts, as of the day it came."""
    empty = _("Nothing to do in this period.")
    said = {one.task_id: (one.state, Truncator(one.result).chars(NOTE) or empty) for one in answers if one.state}
    told = held.received or timezone.localtime(held.submitted or at).date()
    assigning.tell_reported(held.office, said, told=told, by=by, at=at)


def _raise(held: Form, answers: list[Answer], by: Person | None, at: datetime) -> None:
    """Each difficulty climbs once: approved anew, nothing is added."""
    for one in answers:
        if one.difficulty and one.task.withdrawn is None:
            token = uuid5(DIFFICULTY, str(one.pk))
            blocking.raise_(
                one.task,
                office=held.office,
                text=one.difficulty,
                proposal=held.proposals,
                token=token,
                by=by,
                at=at,
            )
