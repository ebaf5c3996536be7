"""Who does what in a plan: every unit in a line, and one unit with all that is its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from nonnuoc.domain.plan.light import Light
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.board import totals
from nonnuoc.records.plans.models import Assignment, Blocker, Form, Milestone, Plan, Round
from nonnuoc.records.plans.rounds import selectors as rounds
from nonnuoc.records.plans.tasks import standing
from nonnuoc.records.plans.tasks.standing import Standing

LEAD, HELP = Assignment.Role.LEAD, Assignment.Role.HELP
OPEN = (Blocker.State.RAISED, Blocker.State.SUBMITTED)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in the list of all. `late` counts the late tasks it leads, `silent` the parts it has told nothing of."""

    office: Office
    leads: int
    helps: int
    late: int
    silent: int
    forms: tuple[Form, ...]  # of running rounds


@dataclass(frozen=True, slots=True)
class Part:
    """A task as one unit sees it."""

    assignment: Assignment
    standing: Standing
    leads: tuple[Office, ...]
    helps: int  # how many coordinate

    @property
    def others(self) -> list[Office]:
        """Who leads it besides the unit itself."""
        return [one for one in self.leads if one.pk != self.assignment.office_id]


class Todo(StrEnum):
    """What kind of thing stands on a unit's list."""

    FORM = "form"
    MILESTONE = "milestone"
    LEAD = "lead"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a unit has to do, whichever task it is of."""

    kind: Todo
    day: date | None
    words: str
    code: str  # of the task, of the round
    done: bool = False


@dataclass(frozen=True, slots=True)
class OneUnit:
    """Everything one unit has in a plan."""

    office: Office
    leads: tuple[Part, ...]
    helps: tuple[Part, ...]
    forms: tuple[Form, ...]  # of running rounds
    blockers: tuple[Blocker, ...]  # its own, undecided
    todo: tuple[Item, ...] = field(default=())  # open things first, by day

    @property
    def counts(self) -> Mapping[Light, int]:
        return totals.whole(one.standing for one in self.leads).counts

    @property
    def waiting(self) -> tuple[Item, ...]:
        return tuple(one for one in self.todo if not one.done)


def units(plan: Plan, on: date) -> list[Unit]:
    """Every unit with a part, departments before communes, by name."""
    tasks = standing.of([plan], on)
    parts: dict[int, list[Assignment]] = defaultdict(list)
    offices: dict[int, Office] = {}
    for one in assignments(plan):
        if one.task_id in tasks:
            parts[one.office_id].append(one)
            offices[one.office_id] = one.office
    forms = _forms(plan)
    found = [_unit(office, parts[pk], tasks, forms.get(pk, ())) for pk, office in offices.items()]
    return sorted(found, key=lambda one: (one.office.kind == Office.Kind.COMMUNE, one.office.name, one.office.code))


def unit(plan: Plan, office: Office, on: date) -> OneUnit:
    """One unit: what it leads and coordinates, its forms, its difficulties, and one list of all it has to do."""
    tasks = standing.of([plan], on)
    every = [one for one in assignments(plan) if one.task_id in tasks]
    leads, helps = _others(every)
    mine = [
        Part(one, tasks[one.task_id], tuple(leads[one.task_id]), helps[one.task_id])
        for one in every
        if one.office_id == office.pk
    ]
    forms = _forms(plan).get(office.pk, ())
    blockers = Blocker.objects.filter(plan=plan, office=office, state__in=OPEN).select_related("task", "with_office")
    led = tuple(one for one in mine if one.assignment.role == LEAD)
    helped = tuple(one for one in mine if one.assignment.role == HELP)
    steps = Milestone.objects.filter(task__plan=plan, office=office, withdrawn=None, task__withdrawn=None)
    todo = [*_of_forms(forms), *_of_steps(steps.select_related("task")), *_of_parts(mine)]
    todo.sort(key=lambda one: (one.done, one.day or date.max, one.kind, one.code))
    return OneUnit(office, led, helped, tuple(forms), tuple(blockers), tuple(todo))


def assignments(plan: Plan) -> Sequence[Assignment]:
    """All parts of a plan that hold now, in the order of its tasks. One query."""
    found = Assignment.objects.filter(task__plan=plan, task__withdrawn=None, ended=None)
    return list(found.select_related("office").order_by("task__order", "office__name", "pk"))


def _others(every: Iterable[Assignment]) -> tuple[Mapping[int, list[Office]], Mapping[int, int]]:
    leads: dict[int, list[Office]] = defaultdict(list)
    helps: dict[int, int] = defaultdict(int)
    for one in every:
        if one.role == LEAD:
            leads[one.task_id].append(one.office)
        else:
            helps[one.task_id] += 1
    return leads, helps


def _unit(office: Office, parts: Sequence[Assignment], tasks: Mapping[int, Standing], forms: Sequence[Form]) -> Unit:
    led = [one for one in parts if one.role == LEAD]
    late = sum(tasks[one.task_id].light == Light.LATE for one in led)
    silent = sum(one.state == Assignment.State.NOT_TOLD for one in parts)
    return Unit(office, len(led), len(parts) - len(led), late, silent, tuple(forms))


def _forms(plan: Plan) -> Mapping[int, Sequence[Form]]:
    """Forms of its running rounds, by office."""
    found: dict[int, list[Form]] = defaultdict(list)
    running = Form.objects.filter(round__plan=plan, round__state=Round.State.OPEN).defer("original")
    for one in running.select_related("round").order_by("round__due", "pk"):
        found[one.office_id].append(one)
    return found


def _of_forms(forms: Iterable[Form]) -> Iterable[Item]:
    for one in forms:
        done = one.state in (Form.State.SUBMITTED, Form.State.APPROVED)
        yield Item(Todo.FORM, one.round.due, one.round.title, one.round.code, done)


def _of_steps(steps: Iterable[Milestone]) -> Iterable[Item]:
    for one in steps:
        yield Item(Todo.MILESTONE, one.due, one.title, one.task.code, one.done is not None)


def _of_parts(parts: Iterable[Part]) -> Iterable[Item]:
    for one in parts:
        told, task = one.assignment, one.standing.task
        settled = told.state in (Assignment.State.DONE, Assignment.State.NOT_OURS)
        kind = Todo.LEAD if told.role == LEAD else Todo.HELP
        yield Item(kind, task.ends, told.part or task.title, task.code, settled or task.done is not None)


@dataclass(frozen=True, slots=True)
class Mine:
    """What running plans ask of the units somebody reports for."""

    pairs: tuple[tuple[Plan, Office], ...]  # units with a part in a plan
    leads: int  # open tasks
    helps: int
    late: tuple[Standing, ...]  # of those they lead
    forms: tuple[Form, ...]  # that wait for them


def mine(rights: Rights, on: date) -> Mine | None:
    """None for who reports for no unit that has a part in a running plan. A fixed number of queries."""
    reporting = {one.pk: one for one in selectors.reporting(rights)}
    if not reporting:
        return None
    plans = list(selectors.plans(rights).exclude(state=Plan.State.ENDED))
    held = Assignment.objects.filter(task__plan__in=plans, office__in=reporting, ended=None).order_by("task__order")
    found = list(held.values_list("task_id", "office_id", "role"))
    if not found:
        return None
    tasks = standing.of(plans, on)
    unfinished = [(tasks[task], role) for task, _office, role in found if task in tasks and not _is_over(tasks[task])]
    led = {one.task.pk: one for one, role in unfinished if role == LEAD}
    helped = {one.task.pk for one, role in unfinished if role == HELP}
    of = {one.pk: one for one in plans}
    pairs = dict.fromkeys((tasks[task].task.plan_id, office) for task, office, _role in found if task in tasks)
    late = totals.red(one for one in led.values() if one.light == Light.LATE)
    named = tuple((of[plan], reporting[office]) for plan, office in pairs)
    return Mine(named, len(led), len(helped), tuple(late), tuple(rounds.own(rights, on)))


def _is_over(one: Standing) -> bool:
    return one.light == Light.DONE
