"""Who may do what with a task, and the task as nobody else can change it meanwhile.

Who writes plans may do everything. Whoever reports for an office that leads the task does its milestones and its money;
for any office that has a part in it: tells of that part, brings evidence, raises difficulties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Delegation, Office, Person
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Assignment, Plan, Task


class Deed(StrEnum):
    """What somebody does with a task."""

    KEEP = "keep"  # the task itself, who has a part in it, what it waits for, how it is seen
    LEAD = "lead"  # its milestones and its money
    HELP = "help"  # tell of one's part, bring evidence, raise a difficulty


@dataclass(frozen=True, slots=True)
class Allowed:
    """By which delegation it is done (None: none), and for which office; None: as who keeps the plan."""

    through: Delegation | None
    office: Office | None


def require(by: Person | None, task: Task, deed: Deed, *, office: Office | None = None) -> Allowed:
    """What it is done by; with an office, for that one. Raises PermissionDenied, saying why."""
    rights = access.of(by)
    keeps = rights.decide("plans.keep", selectors.subject(task.plan.leading))
    if keeps.allowed:
        return Allowed(keeps.lent, office)
    if deed is Deed.KEEP:
        raise PermissionDenied(keeps.why)
    why = rights.decide("plans.report").why
    for one in _offices(task, deed):
        if office is not None and one.pk != office.pk:
            continue
        decision = rights.decide("plans.report", selectors.subject(one))
        if decision.allowed:
            return Allowed(decision.lent, one)
    raise PermissionDenied(why or _refusal(deed))


def can(rights: Rights, task: Task, parts: Iterable[Assignment]) -> frozenset[Deed]:
    """What they may do with a task whose parts, with their offices, are known: for pages. No query of its own."""
    if rights.may("plans.keep", selectors.subject(task.plan.leading)):
        return frozenset(Deed)
    own = [one.role for one in parts if rights.may("plans.report", selectors.subject(one.office))]
    lead = {Deed.LEAD, Deed.HELP} if Assignment.Role.LEAD in own else set()
    return frozenset(lead | ({Deed.HELP} if own else set()))


def held(task: Task) -> Task:
    """The task as it is now, and nobody else's to change until the transaction ends."""
    chosen = Task.objects.select_for_update(of=("self",)).select_related("plan__leading", "plan__issuer")
    return chosen.get(pk=task.pk)


def held_each(tasks: Iterable[int]) -> Mapping[int, Task]:
    """The same of many, by their ids, always in one order: two who hold many never wait for each other."""
    chosen = Task.objects.select_for_update(of=("self",)).select_related("plan__leading", "plan__issuer")
    return {one.pk: one for one in chosen.filter(pk__in=set(tasks)).order_by("pk")}


def held_plan(plan: Plan) -> Plan:
    """The plan as it is now, and nobody else's to change until the transaction ends."""
    return Plan.objects.select_for_update(of=("self",)).select_related("leading", "issuer").get(pk=plan.pk)


def living(task: Task) -> Task:
    """The task. Raises ValidationError for one that an amendment took out."""
    if task.withdrawn is not None:
        said = {"code": task.code}
        raise ValidationError(_("Task %(code)s is no longer part of the plan: nothing can be written to it.") % said)
    return task


def subject(task: Task) -> str:
    """What the audit trail calls a task and everything that belongs to it."""
    return f"plan {task.plan.code} {task.code}"


def words(field: str, text: str, *, most: int | None = None, wanted: str = "") -> str:
    """The text as it is kept. Raises ValidationError where it is too long, or empty though it is `wanted`."""
    plain = text.strip()
    if not plain and wanted:
        raise ValidationError({field: wanted})
    if most is not None and len(plain) > most:
        said = {"most": most, "length": len(plain)}
        raise ValidationError({field: _("At most %(most)d characters; these are %(length)d.") % said})
    return plain


def _offices(task: Task, deed: Deed) -> Iterator[Office]:
    parts = task.assignments.filter(ended=None).select_related("office").order_by("-role", "office__name")
    for part in parts.filter(role=Assignment.Role.LEAD) if deed is Deed.LEAD else parts:
        yield part.office


def _refusal(deed: Deed) -> str:
    if deed is Deed.LEAD:
        return _("Only the offices that lead this task, and who writes the plan, may do this.")
    return _("Only the offices that have a part in this task, and who writes the plan, may do this.")
