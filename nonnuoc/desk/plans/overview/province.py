"""The province on one page: for the leader, five minutes, one sheet of paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.duty import listing as incidents
from nonnuoc.desk.plans.overview import wording
from nonnuoc.look.plans import words
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.alerts import selectors as alerts
from nonnuoc.records.alerts.models import Severity
from nonnuoc.records.alerts.selectors import Asked
from nonnuoc.records.inspections import selectors as inspections
from nonnuoc.records.plans.board import leader
from nonnuoc.records.plans.board.leader import Province
from nonnuoc.records.warnings import boards

#: How much of each a sheet holds; the rest is counted.
RED, TARGETS, WARNINGS, INCIDENTS, NAMES, DECISIONS = 6, 7, 3, 3, 10, 4


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a list is shown, and how many there are more."""

    rows: tuple[Any, ...]
    more: int


def cut(rows: Any, most: int) -> Shown:
    """The first so many."""
    every = tuple(rows)
    return Shown(every[:most], max(0, len(every) - most))


@allowed("plans.read", "GET", "HEAD")
def page(request: Entered) -> HttpResponse:
    """Plans, warnings, incidents and decisions, as far as the reader may see each."""
    now, today = timezone.now(), timezone.localdate()
    rights = request.rights
    found = leader.province(rights, today, most=max(RED, DECISIONS))
    watches = rights.may("incidents.read")
    warned = boards.board(rights, now) if watches else None
    texts = list(inspections.to_publish(rights)) if rights.may("inspections.publish") else []
    to_decide = warned.mine_to_decide if warned else []
    decisions = found.blockers_number + len(to_decide) + len(texts)
    context = {
        "found": found,
        "sentence": wording.counted(found.total),
        "unknown": words.unknown(found.total.tasks),
        "questions": [(one, wording.left_open(one)) for one in found.questions],
        "rounds": [(one, wording.reported(one), cut(one.missing, NAMES)) for one in found.rounds],
        "deciding": wording.deciding(decisions),
        "decisions": decisions,
        "red": Shown(found.red[:RED], max(0, found.red_number - RED)),
        "targets": _targets(found),
        "watches": watches,
        "warnings": cut(warned.in_force if warned else (), WARNINGS),
        "incidents": _incidents(rights, now) if watches else None,
        "blockers": Shown(found.blockers[:DECISIONS], max(0, found.blockers_number - DECISIONS)),
        "warnings_to_decide": cut(to_decide, DECISIONS),
        "texts": cut(texts, DECISIONS),
        "today": today,
        "at": now,
        "simulated": found.simulated,
    }
    return render(request, "desk/plans/overview/province.html", context)


def _targets(found: Province) -> Shown:
    """Those behind their path first, then those nobody knows of, then the others; in the order of the plan."""
    return cut(sorted(found.targets, key=lambda one: one.weight), TARGETS)


def _incidents(rights: Rights, now: datetime) -> Shown:
    """Grave ones that nobody has closed."""
    grave = alerts.listed(rights, Asked(severity=Severity.SEVERE), most=INCIDENTS)
    standing = alerts.standing(rights, Asked(severity=Severity.SEVERE))
    number = standing.waiting + standing.looked_after + standing.over
    return Shown(tuple(incidents.row(one, rights, now) for one in grave), max(0, number - len(grave)))
