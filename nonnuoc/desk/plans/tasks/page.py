"""One task: how it stands and why, who does what, what waits, what proves it, and what one can do about it."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.tasks import deeds
from nonnuoc.desk.plans.tasks.proofs import Proof, proofs
from nonnuoc.look import handing_out
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Plan, Task
from nonnuoc.records.plans.tasks import budgeting, evidencing, history, reading, standing


@allowed("plans.read", "GET", "HEAD")
def page(request: Entered, plan: str, code: str) -> HttpResponse:
    """The whole page."""
    return render(request, "desk/plans/tasks/task.html", _page(request, *_found(request, plan, code)))


@allowed("plans.read", "POST")
def act(request: Entered, plan: str, code: str) -> HttpResponse:
    """Do what one of the forms says; access asks for each. Refused, the page comes back with the reason."""
    where, task = _found(request, plan, code)
    kind = deeds.DEEDS.get(request.POST.get("deed", ""))
    thing = deeds.Thing(task, request.rights)
    if kind is None or kind not in deeds.offered(thing):
        messages.error(request, _("This cannot be done now: the task has changed meanwhile, or it is not yours to do."))
        return redirect("plan-task", plan=plan, code=code)
    form = kind(thing, request.POST, request.FILES)
    if form.attempt(request):
        return redirect("plan-task", plan=plan, code=code)
    return render(request, "desk/plans/tasks/task.html", _page(request, where, task, form), status=422)


@allowed("plans.read", "GET", "HEAD")
def evidence(request: Entered, plan: str, code: str, identity: int) -> HttpResponse:
    """A file. Pictures are shown, everything else is saved; none of it is ever run."""
    _where, task = _found(request, plan, code)
    found = evidencing.read(task, identity, request.rights)
    if found is None or found.task_id != task.pk:
        raise Http404(_("There is no such file, or it is not for you."))
    return handing_out.shown(found.name, found.media_type, bytes(found.body or b""))


def _found(request: Entered, plan: str, code: str) -> tuple[Plan, Task]:
    where = selectors.plan(plan, request.rights)
    task = reading.task(where, code) if where is not None else None
    if where is None or task is None:
        raise Http404(_("There is no task with this number in the plan."))
    return where, task


def _page(request: Entered, plan: Plan, task: Task, refused: deeds.Deed | None = None) -> dict[str, Any]:
    today = timezone.localdate()
    thing = deeds.Thing(task, request.rights)
    offered = [kind(thing) for kind in deeds.offered(thing)]
    forms = [refused if refused is not None and one.key == refused.key else one for one in offered]
    readable = evidencing.readable(task, request.rights)
    shown: dict[int | None, list[Proof]] = defaultdict(list)
    for proof in proofs(readable.shown):
        shown[proof.evidence.milestone_id].append(proof)
    return {
        "plan": plan,
        "task": task,
        "today": today,
        "standing": standing.of([plan], today).get(task.pk),
        "steps": [(step, shown[step.pk]) for step in reading.steps(task)],
        "needs": reading.needs(task),
        "needed_by": reading.needed_by(task),
        "parts": reading.parts(task),
        "blockers": thing.blockers,
        "evidence": shown[None],
        "hidden": readable.hidden,
        "money": task.budgets.all(),
        "sum": budgeting.sums([task]).total,
        "targets": reading.targets(task),
        "sentences": reading.sentences(task),
        "reported": reading.reported(task),
        "history": history.of(task, request.rights),
        "simulated": task.simulated or bool(selectors.invented([plan])),
        "may_keep": request.rights.may("plans.keep"),
        "deeds": forms,
        "placed": {place: list(found) for place, found in groupby(sorted(forms, key=_place), key=_place)},
    }


def _place(deed: deeds.Deed) -> str:
    return deed.place
