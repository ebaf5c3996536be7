"""A task as its page shows it: who has which part, the steps, what it waits for, what was told, what it costs.

Nothing here writes, and everything here is for everybody who may follow the plan. What proves something is read by
evidencing.py, by the reader's rights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from nonnuoc.records.accounts.models import Office
from nonnuoc.records.places import names
from nonnuoc.records.plans.models import (
    Answer,
    Assignment,
    Blocker,
    Dependency,
    Edition,
    Form,
    Mark,
    Milestone,
    Passage,
    Plan,
    Target,
    Task,
)


@dataclass(frozen=True, slots=True)
class Group:
    """Offices that the plan names with one word, and how far they are."""

    named: str  # as the plan writes it: "UBND cấp xã"
    parts: Sequence[Assignment]
    states: Mapping[str, int]  # the words of a state -> how many of them


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the plan, and what it says of the task."""

    anchor: str
    text: str
    kinds: Sequence[str]  # the words of what it says


@dataclass(slots=True)
class Parts:
    """Who leads, and who coordinates; each group in the order in which the plan names it."""

    lead: list[Group] = field(default_factory=list)
    help: list[Group] = field(default_factory=list)


def tasks(plan: Plan) -> QuerySet[Task]:
    """The tasks of a plan that an amendment has not taken out, in its order."""
    return plan.tasks.filter(withdrawn=None)


def task(plan: Plan, code: str) -> Task | None:
    """One of them, also one that was taken out."""
    return None if "\0" in code else plan.tasks.filter(code=code).select_related("plan", "plan__leading").first()


def asked(plan: Plan, *, section: str = "", office: Office | None = None, role: str = "", words: str = "") -> set[int]:
    """The ids of the tasks that are of the section, of the office (in this part), and hold every word."""
    found = tasks(plan)
    if section:
        found = found.filter(section=section)
    if office is not None:
        part = Q(office=office, ended=None) & (Q(role=role) if role else Q())
        found = found.filter(pk__in=Assignment.objects.filter(part).values("task"))
    wanted = names.folded(words).split()
    rows = found.order_by().values_list("pk", "code", "title", "product")
    return {pk for pk, *texts in rows if all(word in names.folded(" ".join(texts)) for word in wanted)}


def sections(plan: Plan) -> list[tuple[str, str]]:
    """Number and title of each section that has tasks, in the plan's order."""
    rows = tasks(plan).order_by("order").values_list("section", "section_title")
    return list(dict.fromkeys(rows))


def leads(plan: Plan) -> QuerySet[Office]:
    """Every office that leads one of its tasks, by name."""
    led = Assignment.objects.filter(task__plan=plan, task__withdrawn=None, role=Assignment.Role.LEAD, ended=None)
    return Office.objects.filter(pk__in=led.values("office")).order_by("name")


def parts(task: Task) -> Parts:
    """The offices of the task, grouped as the plan names them."""
    found = task.assignments.filter(ended=None).select_related("office").order_by("role", "id")
    named: dict[tuple[str, str], list[Assignment]] = {}
    for one in found:
        named.setdefault((one.role, one.named), []).append(one)
    whole = Parts()
    for (role, name), members in named.items():
        members.sort(key=lambda one: names.alphabetical(one.office.name))
        group = Group(name, members, dict(Counter(str(one.get_state_display()) for one in members)))
        (whole.lead if role == Assignment.Role.LEAD else whole.help).append(group)
    return whole


def needs(task: Task) -> QuerySet[Dependency]:
    """What it waits for."""
    return task.needs.select_related("on").order_by("on__order")


def needed_by(task: Task) -> QuerySet[Dependency]:
    """What waits for it."""
    return task.needed_by.select_related("task").order_by("task__order")


def steps(task: Task) -> QuerySet[Milestone]:
    """Its milestones, in order."""
    return task.milestones.filter(withdrawn=None).select_related("office").order_by("order")


def offices() -> QuerySet[Office]:
    """Every office that can be given a part."""
    return Office.objects.filter(is_active=True).exclude(kind=Office.Kind.ENTERPRISE).order_by("name")


def blockers(task: Task) -> QuerySet[Blocker]:
    """Its difficulties, the newest first."""
    return task.blockers.select_related("office", "with_office", "by", "decided_by")


def all_blockers(plan: Plan, state: str = "") -> QuerySet[Blocker]:
    """The difficulties of every task of the plan, those that wait longest first."""
    found = plan.blockers.select_related("task", "office", "with_office", "decided_by").order_by("raised")
    return found.filter(state=state) if state else found


def sentences(task: Task) -> list[Said]:
    """Where the plan speaks of it, in the plan's order; from the edition in force."""
    kinds: dict[str, list[str]] = {}
    for mark in Mark.objects.filter(task=task):
        kinds.setdefault(mark.anchor, []).append(str(mark.get_kind_display()))
    edition = Edition.objects.filter(plan=task.plan_id).order_by("-number").values("pk")[:1]
    found = Passage.objects.filter(edition__in=edition, anchor__in=kinds).order_by("order")
    return [Said(one.anchor, one.text or " · ".join(one.cells), kinds[one.anchor]) for one in found]


def targets(task: Task) -> QuerySet[Target]:
    """The targets that it serves."""
    return task.targets.filter(withdrawn=None)


def reported(task: Task) -> QuerySet[Answer]:
    """What units reported of it and was approved, the newest round first; leads first."""
    approved = Answer.objects.filter(task=task, form__state=Form.State.APPROVED).exclude(result="", state="")
    found = approved.select_related("form__round", "form__office")
    return found.order_by("-form__round__due", "-role", "form__office__name")
