"""One target: how it is counted, where it stands and is heading, by commune, and what one can write of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.desk.deeds import Deed
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.targets import deeds, finding
from nonnuoc.look.plans import target_drawing
from nonnuoc.look.plans import targets as words
from nonnuoc.records.plans.models import Target, Value
from nonnuoc.records.plans.targets import measures, projecting, reading, wording
from nonnuoc.records.plans.targets.standings import Standing

SHOWN_VALUES = 40


@allowed("plans.read", "GET", "HEAD")
def page(request: Entered, plan: str, code: str) -> HttpResponse:
    """The whole page."""
    found = finding.target(request, plan, code, timezone.localdate())
    return render(request, "desk/plans/targets/target.html", _page(request, found))


@allowed("plans.read", "POST")
def act(request: Entered, plan: str, code: str) -> HttpResponse:
    """Do what one of the forms says; access asks for each. Refused, the page comes back with the reason."""
    found = finding.target(request, plan, code, timezone.localdate())
    kind = deeds.DEEDS.get(request.POST.get("deed", ""))
    if kind is None or kind not in deeds.offered(found.target, request.rights):
        messages.error(request, _("This is not yours to write."))
        return redirect("plan-target", plan=plan, code=code)
    form = kind(found.target, request.POST)
    if form.attempt(request):
        return redirect("plan-target", plan=plan, code=code)
    return render(request, "desk/plans/targets/target.html", _page(request, found, form), status=422)


def _page(request: Entered, found: Standing, refused: Deed | None = None) -> dict[str, Any]:
    on = timezone.localdate()
    target = found.target
    values = reading.series([target])[target.pk]
    course = projecting.course(found, values)
    communes = reading.by_commune(target, on)
    forms = [kind(target) for kind in deeds.offered(target, request.rights)]
    return {
        "plan": target.plan,
        "target": target,
        "line": words.line(found, values),
        "standing": found,
        "title": words.title(found),
        "sentence": words.sentence(found, course),
        "chart": target_drawing.chart(found, values, course, on),
        "course": course,
        "measured": _told(target, found.measured),
        "followed": reading.followed(found.measured, request.rights) if found.measured else None,
        "declared": _told(target, found.declared),
        **_formula(target),
        "values": [_told(target, one) for one in reading.history(target)[:SHOWN_VALUES]],
        "path": [(one, words.amount(target, one.value)) for one in target.path.all()],
        "baseline": "" if target.baseline is None else words.amount(target, target.baseline),
        "who_sets": wording.who_sets(target),
        "passage": reading.sentence(target),
        "communes": [(one, words.amount(target, one.value or 0.0), _bar(target, one, communes)) for one in communes],
        "deeds": [refused if refused is not None and one.key == refused.key else one for one in forms],
        "may_keep": request.rights.may("plans.keep"),
        "today": on,
    }


def _told(target: Target, one: Value | None) -> dict[str, Any] | None:
    """A value in words, with why part of it is missing and between what it lies."""
    if one is None:
        return None
    return {
        "value": one,
        "words": "" if one.value is None else words.amount(target, one.value),
        "why": wording.why(one) if one.why else "",
        "least": _amount(target, one.facts.get("least")),
        "most": _amount(target, one.facts.get("most")),
    }


def _formula(target: Target) -> dict[str, Any]:
    """How it is counted: in the words of who wrote the target, else in those of the formula."""
    measure = measures.ALL.get(target.measure)
    return {
        "measure": measure,
        "numerator": target.numerator or (measure.numerator if measure else ""),
        "denominator": target.denominator or (measure.denominator if measure else ""),
        "source": target.data_source or (measure.source if measure else ""),
    }


def _amount(target: Target, value: float | None) -> str:
    return "" if value is None else words.amount(target, value)


def _bar(target: Target, one: Value, among: list[Value]) -> float:
    """How long its bar is, in percent: of 100 for a share, else of the largest."""
    most = 100.0 if target.unit == "%" else max([other.value or 0.0 for other in among] or [0.0])
    return max(0.0, min(100.0, 100 * (one.value or 0.0) / most)) if most else 0.0
