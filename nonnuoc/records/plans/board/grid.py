"""Units by tasks: who leads and who coordinates what, and whether they have told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans.board import parts
from nonnuoc.records.plans.models import Assignment, Plan
from nonnuoc.records.plans.tasks import standing
from nonnuoc.records.plans.tasks.standing import Standing


@dataclass(frozen=True, slots=True)
class Line:
    """A unit; `cells` stand in the order of the columns, None where it has no part."""

    office: Office
    cells: tuple[Assignment | None, ...]

    @property
    def leads(self) -> int:
        return sum(one is not None and one.role == Assignment.Role.LEAD for one in self.cells)

    @property
    def helps(self) -> int:
        return sum(one is not None and one.role == Assignment.Role.HELP for one in self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Tasks are columns, units lines: departments before communes, by name."""

    columns: tuple[Standing, ...]
    lines: tuple[Line, ...]


def matrix(plan: Plan, on: date) -> Matrix:
    """The whole table."""
    columns = sorted(standing.of([plan], on).values(), key=lambda one: one.task.order)
    place = {one.task.pk: column for column, one in enumerate(columns)}
    offices: dict[int, Office] = {}
    cells: dict[int, list[Assignment | None]] = {}
    for one in parts.assignments(plan):
        if one.task_id in place:
            offices[one.office_id] = one.office
            row = cells.setdefault(one.office_id, [None] * len(columns))
            row[place[one.task_id]] = one
    lines = [Line(office, tuple(cells[pk])) for pk, office in offices.items()]
    return Matrix(tuple(columns), tuple(sorted(lines, key=_order)))


def _order(one: Line) -> tuple[bool, str, str]:
    return (one.office.kind == Office.Kind.COMMUNE, one.office.name, one.office.code)
