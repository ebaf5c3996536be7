"""Units by tasks, as a table; and the same as a file."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.look import tabular_csv
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.board import grid
from nonnuoc.records.plans.board.grid import Line, Matrix
from nonnuoc.records.plans.models import Plan

#: Which units are shown.
KINDS = ("", "departments", "communes")


@allowed("plans.read", "GET", "HEAD")
def page(request: Entered, plan: str) -> HttpResponse:
    """The whole table, or that of departments or communes alone."""
    found, kind = plan_of(request, plan), request.GET.get("units", "")
    table = grid.matrix(found, timezone.localdate())
    lines = [one for one in table.lines if _is_of(one, kind)]
    if request.GET.get("format") == "csv":
        return _file(found, table, lines)
    context = {
        "plan": found,
        "columns": table.columns,
        "lines": lines,
        "kind": kind if kind in KINDS else "",
        "kinds": [("", _("all units")), ("departments", _("departments")), ("communes", _("communes"))],
        "simulated": bool(selectors.invented([found])),
    }
    return render(request, "desk/plans/overview/matrix.html", context)


def _is_of(line: Line, kind: str) -> bool:
    if kind not in KINDS[1:]:
        return True
    return (line.office.kind == Office.Kind.COMMUNE) == (kind == "communes")


def _file(plan: Plan, table: Matrix, lines: list[Line]) -> HttpResponse:
    """CSV in UTF-8: a line a unit, a column a task, "lead" or "help" with what the unit told."""
    rows = [["office", "name", *(one.task.code for one in table.columns)]]
    for line in lines:
        cells = [f"{one.role} {one.state}" if one is not None else "" for one in line.cells]
        rows.append([line.office.code, line.office.name, *cells])
    text = "".join(",".join(map(tabular_csv.safe, row)) + "\r\n" for row in rows)
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{plan.code}-matrix.csv"'
    return answer
