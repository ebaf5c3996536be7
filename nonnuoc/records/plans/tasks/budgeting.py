"""Money of a task by year and source (plan, II.13), in đồng; sums say of how many figures they know nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.plans.models import Budget, Task
from nonnuoc.records.plans.tasks.allowed import Deed, held, living, require, subject, words

FIGURES = ("estimated", "approved", "spent")


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum in đồng of what is known (None: nothing is), and of how many lines it is not known."""

    known: Decimal | None
    missing: int


@dataclass(frozen=True, slots=True)
class Line:
    """The money of a year from a source; each None in a line that sums over all of them."""

    year: int | None
    source: str | None
    lines: int
    estimated: Amount
    approved: Amount
    spent: Amount


@dataclass(frozen=True, slots=True)
class Sums:
    """By year and source, by year, by source, and all in all; `untold`: tasks that say nothing of money."""

    lines: Sequence[Line]
    years: Sequence[Line]
    sources: Sequence[Line]
    total: Line
    untold: int


@transaction.atomic
def put(
    task: Task,
    *,
    year: int,
    source: str,
    by: Person | None,
    at: datetime,
    estimated: Decimal | None = None,
    approved: Decimal | None = None,
    spent: Decimal | None = None,
    document: str = "",
    simulated: bool = False,
) -> Budget:
    """What is known of the task's money of one year from one source; None: not told. So already: nothing happens.

    Raises ValidationError for a year outside the plan, for what was approved without its document, for less than 0.
    """
    now = held(task)
    allowed = require(by, now, Deed.LEAD)
    living(now)
    if not now.plan.starts.year <= year <= now.plan.ends.year:
        said = {"first": now.plan.starts.year, "last": now.plan.ends.year}
        raise ValidationError({"year": _("The plan runs from %(first)d to %(last)d.") % said})
    there = Budget.objects.filter(task=now, year=year, source=source).first()
    one = there or Budget(task=now, year=year, source=source)
    before = _facts(one) if there else {}
    one.estimated, one.approved, one.spent = estimated, approved, spent
    one.document = words("document", document, most=300)
    if there and before == _facts(one):
        return one
    if approved is not None and not one.document:
        raise ValidationError({"document": _("Name the document that approves this money.")})
    for name in FIGURES:
        value = getattr(one, name)
        if value is not None and value < 0:
            raise ValidationError({name: _("Money cannot be less than 0.")})
    one.at, one.by, one.simulated = at, by, simulated
    one.full_clean(exclude=["task", "by"])
    one.save()
    audit.record(by, "plan-task.budgeted", subject(now), through=allowed.through, before=before, after=_facts(one))
    return one


def sums(tasks: Iterable[Task]) -> Sums:
    """The money of these tasks; five queries at most."""
    ids = [task.pk for task in tasks]
    found = Budget.objects.filter(task__in=ids, task__withdrawn=None).order_by()
    told = found.values("task_id").distinct().count()
    return Sums(
        [_line(row) for row in _summed(found.values("year", "source")).order_by("year", "source")],
        [_line(row) for row in _summed(found.values("year")).order_by("year")],
        [_line(row) for row in _summed(found.values("source")).order_by("source")],
        _line(found.aggregate(lines=Count("pk"), **_aggregates())),
        len(set(ids)) - told,
    )


def _aggregates() -> dict[str, Any]:
    known = {f"{name}_known": Count(name) for name in FIGURES}
    return {f"{name}_sum": Sum(name) for name in FIGURES} | known


def _summed(grouped: Any) -> Any:
    return grouped.annotate(lines=Count("pk"), **_aggregates())


def _line(row: dict[str, Any]) -> Line:
    lines = row["lines"]
    amounts = [Amount(row[f"{name}_sum"], lines - row[f"{name}_known"]) for name in FIGURES]
    return Line(row.get("year"), row.get("source"), lines, *amounts)


def _facts(one: Budget) -> dict[str, Any]:
    money = {name: None if (value := getattr(one, name)) is None else str(value) for name in FIGURES}
    return {"year": one.year, "money_source": one.source, **money, "document": one.document}
