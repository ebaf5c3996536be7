"""What each office has to do with plans: what it leads and coordinates, until when, with whom; and counts of that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from nonnuoc.domain.plan.light import GRAVITY, Light
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Assignment, Plan
from nonnuoc.records.plans.work import standing
from nonnuoc.records.plans.work.standing import Standing

Role, State = Assignment.Role, Assignment.State


@dataclass(frozen=True, slots=True)
class Part:
    """An office's part in a task, how the task stands, and with whom: leads first, then those that coordinate."""

    assignment: Assignment
    standing: Standing
    leads: Sequence[Office]
    helpers: int


@dataclass(frozen=True, slots=True)
class Unit:
    """All parts of an office. Both lists are in the order of plans and tasks; `due` by day, the next first."""

    office: Office
    leads: Sequence[Part]
    coordinates: Sequence[Part]
    due: Sequence[tuple[date, Part, str]]  # the day, whose, and the step; "": the end of the task

    @property
    def lights(self) -> Mapping[Light, int]:
        """How many of the tasks it leads stand how, the gravest first."""
        return counted(part.standing for part in self.leads)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many tasks an office leads and coordinates, of how many of these parts it told, and how many are done."""

    leads: int
    coordinates: int
    told: int
    done: int


def of_office(office: Office, rights: Rights, on: date, plans: Iterable[Plan] | None = None) -> Unit:
    """What an office has to do with the plans a reader may follow, or with these of them."""
    seen = selectors.plans(rights)
    followed = list(seen if plans is None else seen.filter(pk__in=[plan.pk for plan in plans]))
    stand = standing.of(followed, on)
    own = Assignment.objects.filter(office=office, ended=None, task__in=list(stand)).select_related("office")
    rows = list(own.order_by("task__plan_id", "task__order"))
    leads, helpers = _others([one.task_id for one in rows])
    parts = [Part(one, stand[one.task_id], leads[one.task_id], helpers[one.task_id]) for one in rows]
    due = sorted((step for part in parts for step in _due(part, on)), key=lambda one: (one[0], one[1].standing.task.pk))
    return Unit(
        office,
        [part for part in parts if part.assignment.role == Role.LEAD],
        [part for part in parts if part.assignment.role == Role.HELP],
        due,
    )


def counts(plans: Iterable[Plan]) -> Mapping[int, Counted]:
    """By the id of the office, in one query; offices without a part have none."""
    alive = Assignment.objects.filter(task__plan__in=[plan.pk for plan in plans], ended=None, task__withdrawn=None)
    found = (
        alive.order_by()
        .values("office_id")
        .annotate(
            leads=Count("pk", filter=Q(role=Role.LEAD)),
            coordinates=Count("pk", filter=Q(role=Role.HELP)),
            told=Count("pk", filter=~Q(state=State.NOT_TOLD)),
            done=Count("pk", filter=Q(state=State.DONE)),
        )
    )
    return {row["office_id"]: Counted(row["leads"], row["coordinates"], row["told"], row["done"]) for row in found}


def counted(standings: Iterable[Standing]) -> Mapping[Light, int]:
    """How many stand how, the gravest first; also those of which there are none."""
    found = dict.fromkeys(GRAVITY, 0)
    for one in standings:
        found[one.light] += 1
    return found


def by_section(standings: Iterable[Standing]) -> Mapping[str, Mapping[Light, int]]:
    """The same for each section of one plan, in the plan's order."""
    sections: dict[str, list[Standing]] = defaultdict(list)
    for one in standings:
        sections[one.task.section].append(one)
    return {section: counted(found) for section, found in sections.items()}


def _others(tasks: Sequence[int]) -> tuple[Mapping[int, list[Office]], Mapping[int, int]]:
    """Of each task, its leads and how many coordinate; two queries."""
    leads: dict[int, list[Office]] = defaultdict(list)
    alive = Assignment.objects.filter(task__in=tasks, ended=None)
    for one in alive.filter(role=Role.LEAD).select_related("office").order_by("task_id", "office__name"):
        leads[one.task_id].append(one.office)
    helpers: dict[int, int] = defaultdict(int)
    grouped = alive.filter(role=Role.HELP).order_by().values("task_id").annotate(count=Count("pk"))
    helpers.update(grouped.values_list("task_id", "count"))
    return leads, helpers


def _due(part: Part, on: date) -> list[tuple[date, Part, str]]:
    """What of a task is next: its next step, and its end; nothing once it is done."""
    one = part.standing
    if one.computed is Light.DONE:
        return []
    step = [(one.next_step.due, part, one.next_step.title)] if one.next_step else []
    return step + ([(one.task.ends, part, "")] if one.task.ends else [])
