"""All that a report is made of, read at once: a number of queries that no number of units or tasks changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import Q
from django.utils import timezone

from nonnuoc.records.accounts.models import Office
from nonnuoc.records.places import names
from nonnuoc.records.plans.models import (
    Answer,
    Assignment,
    Blocker,
    Budget,
    Edition,
    Evidence,
    Form,
    Mark,
    Milestone,
    Passage,
    Plan,
    Round,
    Task,
)
from nonnuoc.records.plans.targets import standings as reached
from nonnuoc.records.plans.tasks import standing

#: Of these forms the answers count: what is being filled in, or was sent back, is not told yet.
TOLD = (Form.State.SUBMITTED, Form.State.APPROVED)
#: Departments before communes, as reports list them.
ORDER = [str(kind) for kind in Office.Kind]


@dataclass(frozen=True)
class Gathered:
    """A round with everything that belongs to it; mappings are by the id of a task."""

    round: Round
    plan: Plan
    on: date
    tasks: Sequence[Task]
    forms: Sequence[Form]
    answers: Mapping[int, Sequence[Answer]]  # of every form, told or not
    leads: Mapping[int, Sequence[Assignment]]
    standings: Mapping[int, standing.Standing]
    milestones: Mapping[int, Sequence[Milestone]]
    evidence: Mapping[int, Sequence[Evidence]]
    blockers: Mapping[int, Sequence[Blocker]]
    budgets: Mapping[int, Sequence[Budget]]
    passages: Mapping[int, Sequence[Passage]]
    targets: Sequence[reached.Standing]
    ministries: Sequence[Office]

    def told(self, task: Task) -> list[Answer]:
        """What units that have reported say of it."""
        return [one for one in self.answers.get(task.pk, ()) if one.form.state in TOLD and is_answered(one)]


def is_answered(answer: Answer) -> bool:
    return bool(answer.state or answer.result.strip() or answer.next.strip() or answer.difficulty.strip())


def came(form: Form) -> date | None:
    """The day the form came for the first time; what came on paper or by e-mail counts from when it was received."""
    if form.received is not None:
        return form.received
    first = form.first_submitted or form.submitted
    return timezone.localdate(first) if first is not None else None


def gather(round_: Round, on: date) -> Gathered:
    """Everything of the round as it stands now; how tasks stand is judged on `on`."""
    plan = Plan.objects.select_related("issuer", "leading__parent").get(pk=round_.plan_id)
    tasks = list(round_.tasks.filter(withdrawn=None).order_by("order"))
    forms = list(Form.objects.filter(round=round_).select_related("office").defer("original"))
    forms.sort(key=lambda one: (ORDER.index(one.office.kind), names.alphabetical(one.office.name), one.office.code))
    place = {one.pk: number for number, one in enumerate(forms)}
    answers = list(Answer.objects.filter(form__round=round_).defer("known"))
    whole = {one.pk: one for one in forms}
    for one in answers:
        one.form = whole[one.form_id]
    answers.sort(key=lambda one: place[one.form_id])
    of = Q(task__in=tasks)
    leads = Assignment.objects.filter(of, role=Assignment.Role.LEAD, ended=None).select_related("office")
    raised = Blocker.objects.filter(of, raised__date__lte=on).select_related("office", "with_office", "decided_by")
    return Gathered(
        round=round_,
        plan=plan,
        on=on,
        tasks=tasks,
        forms=forms,
        answers=_by_task(answers),
        leads=_by_task(leads.order_by("id")),
        standings=standing.of([plan], on),
        milestones=_by_task(Milestone.objects.filter(of, withdrawn=None).order_by("due", "order")),
        evidence=_by_task(Evidence.objects.filter(of, withdrawn=None).defer("body").order_by("at", "id")),
        blockers=_by_task(raised.exclude(closed__date__lt=round_.begins).order_by("raised", "id")),
        budgets=_by_task(Budget.objects.filter(of).order_by("year", "source")),
        passages=_passages(plan, tasks),
        targets=list(reached.latest([plan], on).values()),
        ministries=list(Office.objects.filter(kind=Office.Kind.MINISTRY, is_active=True)),
    )


def _passages(plan: Plan, tasks: Sequence[Task]) -> dict[int, list[Passage]]:
    """The sentences of the plan's newest text that each task comes from."""
    edition = Edition.objects.filter(plan=plan).order_by("number").only("id").last()
    if edition is None:
        return {}
    marks = list(Mark.objects.filter(plan=plan, task__in=tasks).values_list("anchor", "task_id"))
    there = {
        one.anchor: one
        for one in Passage.objects.filter(edition=edition, anchor__in={anchor for anchor, _task in marks})
    }
    found: dict[int, list[Passage]] = defaultdict(list)
    for anchor, task_id in marks:
        if anchor in there and there[anchor] not in found[task_id]:
            found[task_id].append(there[anchor])
    return {task_id: sorted(some, key=attrgetter("order")) for task_id, some in found.items()}


def _by_task(some: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for one in some:
        found[one.task_id].append(one)
    return dict(found)
