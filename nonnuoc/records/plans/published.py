"""What everybody may read of a plan: what the province chose to show; no draft, and nothing that is kept inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from nonnuoc.domain.plan.light import Reason
from nonnuoc.records.accounts import access
from nonnuoc.records.places.models import Commune
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Assignment, Plan, Task
from nonnuoc.records.plans.tasks import standing
from nonnuoc.records.plans.tasks.standing import Standing


@dataclass(frozen=True, slots=True)
class Open:
    """A task as everybody sees it; `standing` is None where the province does not show how tasks stand.

    `simulated`: the task, or what is told of how far it is, was invented for demonstration.
    """

    task: Task
    standing: Standing | None
    simulated: bool


@dataclass(frozen=True, slots=True)
class Here:
    """What a plan asks of the People's Committee of a commune."""

    plan: Plan
    leads: Sequence[Open]
    helps: int  # in how many more it coordinates


def plans() -> list[Plan]:
    """Every plan that is public, the newest first."""
    return list(selectors.plans(access.ANYBODY))


def plan(code: str) -> Plan | None:
    """The public plan with this code."""
    return selectors.plan(code, access.ANYBODY)


def tasks(plan: Plan, on: date) -> list[Open]:
    """Its public tasks, in its order."""
    found = list(plan.tasks.filter(withdrawn=None, public=True).order_by("order"))
    if not plan.public_lights:
        return [Open(one, None, one.simulated) for one in found]
    known = standing.of([plan], on)
    codes = {one.code for one in found}
    invented = bool(selectors.invented([plan]))
    return [Open(one, _told(known[one.pk], codes), one.simulated or invented) for one in found]


def task(plan: Plan, code: str, on: date) -> Open | None:
    """One of them."""
    return next((one for one in tasks(plan, on) if one.task.code == code), None)


def of_commune(commune: Commune, on: date) -> list[Here]:
    """What the public plans that run on a day ask of a commune; those that ask nothing are left out."""
    found = []
    for one in plans():
        if one.starts <= on <= one.ends and (here := _here(one, commune, on)) is not None:
            found.append(here)
    return found


def _here(plan: Plan, commune: Commune, on: date) -> Here | None:
    parts = Assignment.objects.filter(task__plan=plan, office__commune=commune, ended=None)
    roles: Mapping[int, str] = dict(parts.order_by().values_list("task_id", "role"))
    if not roles:
        return None
    mine = [one for one in tasks(plan, on) if one.task.pk in roles]
    leads = [one for one in mine if roles[one.task.pk] == Assignment.Role.LEAD]
    return Here(plan, leads, len(mine) - len(leads)) if mine else None


def _told(one: Standing, codes: set[str]) -> Standing:
    """Without the names of tasks that are not public: of these it is said that it waits, not for which or how long."""
    told: list[Reason] = []
    for reason in one.reasons:
        named = reason.values.get("code")
        shown = reason if named is None or named in codes else Reason("waits_other")
        if shown not in told:
            told.append(shown)
    return replace(one, reasons=tuple(told), waits_for=tuple(wait for wait in one.waits_for if wait.code in codes))
