"""What was found in the field, reported from there; and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.nature.report_form import Report
from nonnuoc.look import csp
from nonnuoc.records.registers.nature import naming, reporting
from nonnuoc.records.registers.pattern import documents

OFFERED = 2000  # species in the list to choose from


@allowed("occurrences.write", "GET", "HEAD", "POST")
def report(request: Entered) -> HttpResponse:
    """The form, and the reader's own reports with what experts made of them."""
    form = Report(request.POST or None, request.FILES or None, rights=request.rights)
    if form.is_bound and form.is_valid() and _kept(request, form):
        messages.success(request, _("It is reported, and waits for an expert."))
        return redirect("nature-report")
    context = {
        "form": form,
        "species": naming.offered()[:OFFERED],
        "own": reporting.own(request.user),
        "place": [form[name] for name in ("lat", "lon", "uncertainty_m", "commune", "locality")],
        "facts": [form[name] for name in ("species", "day", "count", "basis")],
        "more": [form[name] for name in ("note", "photo")],
    }
    answer = render(request, "desk/nature/report.html", context, status=422 if form.errors else 200)
    answer.headers["Permissions-Policy"] = csp.asking("geolocation")
    return answer


def _kept(request: Entered, form: Report) -> bool:
    """Whether it is kept; if not, the form says why."""
    told = form.cleaned_data
    try:
        made = reporting.report(_values(request, told), by=request.user, token=told["token"])
        if told["photo"]:
            photo = told["photo"]
            documents.add(
                reporting.REPORTS,
                made.code,
                name=photo.name,
                media_type=photo.content_type or "",
                body=photo.read(),
                by=request.user,
            )
    except ValidationError as error:
        choices.refuse(form, error)
    except PermissionDenied as error:
        form.add_error("lat", str(error))
    else:
        return True
    return False


def _values(request: Entered, told: dict[str, Any]) -> dict[str, Any]:
    """As the register takes them."""
    values = {name: told[name] for name in ("day", "count", "basis", "commune", "locality", "note")}
    values |= {"species": told["species"].code, "recorded_by": request.user.name}
    values["source"] = _("Reported from the field by %(name)s") % {"name": request.user.name}
    if told["lon"] is not None:
        values |= {name: told[name] for name in ("lon", "lat", "uncertainty_m")}
        values["position_source"] = _("given by whoever reported it")
    return values
