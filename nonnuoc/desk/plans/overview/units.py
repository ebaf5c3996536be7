"""Who does what: every unit of a plan, and one unit with all that is its own."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.desk.plans.overview import finding
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.board import parts
from nonnuoc.records.plans.board.parts import OneUnit

SOON = timedelta(days=62)  # what falls due until then stands open on the list


@allowed("plans.read", "GET", "HEAD")
def listing(request: Entered, plan: str) -> HttpResponse:
    """Departments and communes, each in a line; the reader's own first."""
    found, today = plan_of(request, plan), timezone.localdate()
    mine = {one.pk for one in finding.mine(request)}
    units = parts.units(found, today)
    context = {
        "plan": found,
        "mine": [one for one in units if one.office.pk in mine],
        "departments": [one for one in units if one.office.kind != Office.Kind.COMMUNE],
        "communes": [one for one in units if one.office.kind == Office.Kind.COMMUNE],
        "number": len(units),
        "simulated": bool(selectors.invented([found])),
    }
    return render(request, "desk/plans/overview/units.html", context)


@allowed("plans.read", "GET", "HEAD")
def page(request: Entered, plan: str, office: str) -> HttpResponse:
    """One unit. Who may report for it finds the way to its form."""
    found, where = plan_of(request, plan), finding.office(office)
    unit = parts.unit(found, where, timezone.localdate())
    own = request.rights.may("plans.report", selectors.subject(where))
    today = timezone.localdate()
    soon = [one for one in unit.todo if not one.done and one.day is not None and one.day <= today + SOON]
    context = {
        "plan": found,
        "unit": unit,
        "own": own,
        "sentence": _sentence(unit, own=own),
        "soon": soon,
        "later": [one for one in unit.todo if one not in soon],
        "today": today,
        "simulated": bool(selectors.invented([found])),
    }
    return render(request, "desk/plans/overview/unit.html", context)


def _sentence(unit: OneUnit, *, own: bool) -> str:
    """What it leads and coordinates; "You" to its own people."""
    said = {"leads": len(unit.leads), "helps": len(unit.helps)}
    if not (unit.leads or unit.helps):
        return _("This unit has no part in the plan.")
    if own:
        return _("You lead %(leads)d and coordinate %(helps)d.") % said
    led = ngettext("Leads %(leads)d task", "Leads %(leads)d tasks", len(unit.leads)) % said
    return led + _(", coordinates %(helps)d.") % said
