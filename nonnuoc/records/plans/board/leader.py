"""The province on one page: all running plans, what is red and why, targets, who is late, what waits for a decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.board import asked, totals
from nonnuoc.records.plans.board.asked import Asked
from nonnuoc.records.plans.board.totals import Total
from nonnuoc.records.plans.models import Assignment, Blocker, Plan, Question
from nonnuoc.records.plans.targets import values
from nonnuoc.records.plans.tasks import standing
from nonnuoc.records.plans.tasks.standing import Standing

#: By which right somebody decides a difficulty in this state.
DECIDES = {Blocker.State.SUBMITTED: "plans.decide", Blocker.State.RAISED: "plans.keep"}


@dataclass(frozen=True, slots=True)
class Red:
    """A task that is late or at risk, its plan, and who leads it."""

    standing: Standing
    plan: Plan
    leads: tuple[Office, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """Questions of a plan that nobody has decided."""

    plan: Plan
    kinds: Mapping[str, int]  # of each Question.Kind there is

    @property
    def number(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Province:
    """All of it; `red`, `targets` and `blockers` are cut at `most`, their whole number stands beside them."""

    plans: tuple[Plan, ...]
    total: Total
    red: tuple[Red, ...]
    red_number: int
    targets: tuple[values.Standing, ...]  # those behind their path first, then what is not known
    rounds: tuple[Asked, ...]
    blockers: tuple[Blocker, ...]  # that this person may decide, the oldest first
    blockers_number: int
    questions: tuple[Open, ...]  # that this person may decide

    @property
    def questions_number(self) -> int:
        return sum(one.number for one in self.questions)

    @property
    def missing(self) -> int:
        """Units whose report of a running round has not come."""
        return sum(len(one.missing) for one in self.rounds)

    @property
    def simulated(self) -> bool:
        """Whether anything that is shown is invented for demonstration."""
        values = (one.first for one in self.targets if one.first is not None)
        return (
            any(one.simulated for one in self.plans)
            or any(one.task.simulated for one in self.total.tasks)
            or any(one.round.simulated for one in self.rounds)
            or any(one.simulated for one in values)
        )


def running(rights: Rights) -> list[Plan]:
    """Plans that are carried out or being written, as far as they may follow them, the newest first."""
    return list(selectors.plans(rights).exclude(state=Plan.State.ENDED))


def province(rights: Rights, on: date, *, most: int) -> Province:
    """The page of the leader. A fixed number of queries, however many plans, tasks and units there are."""
    plans = running(rights)
    tasks = list(standing.of(plans, on).values())
    red = totals.red(tasks)
    blockers, number = _blockers(rights, plans, most)
    return Province(
        tuple(plans),
        totals.whole(tasks),
        _red(red[:most], plans),
        len(red),
        tuple(values.latest(plans).values()),
        tuple(asked.running(plans, on)),
        blockers,
        number,
        _questions(rights, plans),
    )


def _red(found: Sequence[Standing], plans: Iterable[Plan]) -> tuple[Red, ...]:
    of = {one.pk: one for one in plans}
    leads = leading(one.task.pk for one in found)
    return tuple(Red(one, of[one.task.plan_id], leads.get(one.task.pk, ())) for one in found)


def leading(tasks: Iterable[int]) -> Mapping[int, tuple[Office, ...]]:
    """Who leads each of these tasks. One query."""
    found: dict[int, list[Office]] = defaultdict(list)
    parts = Assignment.objects.filter(task__in=list(tasks), role=Assignment.Role.LEAD, ended=None)
    for one in parts.select_related("office").order_by("office__name"):
        found[one.task_id].append(one.office)
    return {task: tuple(offices) for task, offices in found.items()}


def _blockers(rights: Rights, plans: Sequence[Plan], most: int) -> tuple[tuple[Blocker, ...], int]:
    states = [state for state, action in DECIDES.items() if rights.may(action)]
    if not states:
        return (), 0
    found = Blocker.objects.filter(plan__in=plans, state__in=states)
    shown = tuple(found.select_related("plan", "task", "office").order_by("raised", "pk")[:most])
    return shown, len(shown) if len(shown) < most else found.count()


def _questions(rights: Rights, plans: Sequence[Plan]) -> tuple[Open, ...]:
    if not rights.may("plans.decide"):
        return ()
    found: dict[int, dict[str, int]] = defaultdict(dict)
    counted = Question.objects.filter(plan__in=plans, state=Question.State.OPEN).values_list("plan", "kind").order_by()
    for plan, kind, number in counted.annotate(n=Count("pk")):
        found[plan][kind] = number
    return tuple(Open(one, found[one.pk]) for one in plans if one.pk in found)
