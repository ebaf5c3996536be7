"""A round is opened: a form for each unit, with what is known already; later more is asked, or it is called off."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Delegation, Office, Person
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.models import Answer, Assignment, Form, Plan, Round, Task
from nonnuoc.records.plans.rounds import prefilling, telling
from nonnuoc.records.plans.tasks.allowed import held_plan

BATCH = 1000
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def subject(of: Round, office: Office | None = None) -> str:
    """Under which name the trail keeps a round, or a unit's form in it."""
    return f"plan {of.plan.code} round {of.code}" + (f" {office.code}" if office else "")


def require(plan: Plan, by: Person | None) -> Delegation | None:
    """Running rounds is for who follows the plan. Gives what was lent; raises PermissionDenied."""
    return access.require(by, "plans.steer", plans.subject(plan.leading)).lent


@transaction.atomic
def open_(
    plan: Plan,
    *,
    code: str,
    kind: str,
    title: str,
    begins: date,
    ends: date,
    due: date,
    tasks: Iterable[Task],
    offices: Iterable[Office],
    by: Person | None,
    at: datetime,
    asked: str = "",
    simulated: bool = False,
) -> Round:
    """Ask these units about these tasks; each is told. With the code of a round there is: that one, as it stands.

    A unit gets a form with an answer for each of the tasks it has a part in; one that has none gets no form. Raises
    ValidationError where nobody would be asked anything, or the period or the day cannot be.
    """
    through, code = require(plan, by), code.strip()
    held_plan(plan)  # pressed twice, it is one
    there = Round.objects.filter(plan=plan, code=code).first()
    if there is not None:
        return there
    if due < timezone.localtime(at).date():
        raise ValidationError({"due": _("This day is over already: units could not report by it.")})
    if not CODE.fullmatch(code):
        raise ValidationError({"code": _("A code is made of small letters, digits and hyphens: 2026, 2026-mua-mua.")})
    if ends < begins:
        raise ValidationError({"ends": _("The period cannot end before it begins.")})
    made = Round(plan=plan, code=code, kind=kind, title=title.strip(), asked=asked.strip())
    made.begins, made.ends, made.due, made.simulated = begins, ends, due, simulated or plan.simulated
    made.opened, made.opened_by = at, by
    made.full_clean(exclude=["opened_by"])  # the system itself may open one
    made.save()
    forms = _ask(made, list(tasks), list(offices), at)
    if not forms:
        raise ValidationError({"offices": _("None of these units has a part in any of these tasks.")})
    after = {"title": made.title, "due": due.isoformat(), "tasks": made.tasks.count(), "forms": len(forms)}
    audit.record(by, "plan-round.opened", subject(made), after=after, through=through)
    return made


@transaction.atomic
def extend(
    of: Round, *, by: Person | None, at: datetime, tasks: Iterable[Task] = (), offices: Iterable[Office] = ()
) -> Round:
    """Ask more of the same round: these tasks of everybody asked, and these units. What is asked already stays.

    A form that was submitted already and is asked more goes back to its unit. Raises ValidationError once it is closed.
    """
    held = _locked(of)
    through = require(held.plan, by)
    is_open(held)
    before = {"tasks": held.tasks.count(), "forms": held.forms.count()}
    all_tasks = {one.pk: one for one in (*held.tasks.filter(withdrawn=None), *tasks)}
    all_offices = {one.pk: one for one in (*Office.objects.filter(plan_forms__round=held), *offices)}
    _ask(held, list(all_tasks.values()), list(all_offices.values()), at)
    after = {"tasks": held.tasks.count(), "forms": held.forms.count()}
    if after != before:
        audit.record(by, "plan-round.extended", subject(held), before=before, after=after, through=through)
    return held


@transaction.atomic
def postpone(of: Round, due: date, why: str, *, by: Person | None, at: datetime) -> Round:
    """Another day to report by. The same day: nothing happens. Raises ValidationError for one that is over."""
    held = _locked(of)
    through = require(held.plan, by)
    is_open(held)
    if held.due == due:
        return held
    if due < timezone.localtime(at).date():
        raise ValidationError({"due": _("This day is over already: units could not report by it.")})
    if not why.strip():
        raise ValidationError({"why": _("Say why.")})
    before, held.due = held.due, due
    held.save(update_fields=["due"])
    was, now = {"due": before.isoformat()}, {"due": due.isoformat()}
    audit.record(by, "plan-round.postponed", subject(held), before=was, after=now, why=why.strip(), through=through)
    return held


@transaction.atomic
def call_off(of: Round, why: str, *, by: Person | None, at: datetime) -> Round:
    """Nobody has to report after all; what was filled in stays readable. Called off before: nothing happens."""
    held = _locked(of)
    through = require(held.plan, by)
    if held.called_off:
        return held
    is_open(held)
    if not why.strip():
        raise ValidationError({"why": _("Say why it is called off: every unit reads it.")})
    held.state, held.closed, held.called_off = Round.State.CLOSED, at, why.strip()[:500]
    held.save()
    telling.nothing_more(held, "called off")
    audit.record(by, "plan-round.called_off", subject(held), why=held.called_off, through=through)
    return held


def is_open(of: Round) -> None:
    """Raises ValidationError once the round is closed."""
    if of.state == Round.State.CLOSED:
        said = {"title": of.title, "why": of.called_off or _("its report is issued")}
        raise ValidationError(_("“%(title)s” is closed: %(why)s.") % said)


def forecast(tasks: Collection[Task], offices: Collection[Office]) -> tuple[int, int, list[Office]]:
    """How many forms and answers would be asked for, and which of the units have no part in any task. One query."""
    parts = Assignment.objects.filter(task__in=tasks, office__in=offices, ended=None)
    pairs = set(parts.values_list("task_id", "office_id"))
    asked = {office for _task, office in pairs}
    return len(asked), len(pairs), [one for one in offices if one.pk not in asked]


def _ask(of: Round, tasks: list[Task], offices: list[Office], at: datetime) -> list[Form]:
    """Make what is missing of forms and answers; gives the new forms."""
    if any(one.plan_id != of.plan_id or one.withdrawn for one in tasks):
        raise ValidationError({"tasks": _("These are not all tasks of this plan that are in force.")})
    of.tasks.add(*tasks)
    on = timezone.localtime(at).date()
    roles = {
        (one.task_id, one.office_id): one.role
        for one in Assignment.objects.filter(task__in=tasks, office__in=offices, ended=None)
    }
    forms = {one.office_id: one for one in of.forms.defer("original")}
    there = set(Answer.objects.filter(form__round=of).values_list("task_id", "form__office_id"))
    wanted = [pair for pair in roles if pair not in there]
    fresh = {office for _task, office in wanted} - forms.keys()
    made = Form.objects.bulk_create(Form(round=of, office=one) for one in offices if one.pk in fresh)
    forms |= {one.office_id: one for one in made}
    facts = prefilling.known(tasks, [one for one in offices if one.pk in forms], begins=of.begins, on=on)
    before = prefilling.last_year(of)
    Answer.objects.bulk_create(
        (
            Answer(
                form=forms[office],
                task_id=task,
                role=roles[task, office],
                known=facts[task, office],
                last_year=before.get((task, office), ""),
            )
            for task, office in wanted
        ),
        batch_size=BATCH,
    )
    asked_more = {forms[office].pk for _task, office in wanted} - {one.pk for one in made}
    _give_back(asked_more)
    telling.asked(of, made, at=at)
    return made


def _give_back(ids: Collection[int]) -> None:
    states = (Form.State.SUBMITTED, Form.State.APPROVED)
    facts = {"state": Form.State.RETURNED, "approved": None, "approved_by": None}
    Form.objects.filter(pk__in=ids, state__in=states).update(**facts)


def _locked(of: Round) -> Round:
    return Round.objects.select_for_update(of=("self",)).select_related("plan__leading").get(pk=of.pk)
