"""One obligation: what it rests on, what was reported, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from nonnuoc import rules
from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.licences import rows
from nonnuoc.desk.licences.forms import Decided, Reported
from nonnuoc.look import handing_out
from nonnuoc.records.registers.licences import reporting, selectors, wording, writing
from nonnuoc.records.registers.licences.models import Obligation
from nonnuoc.records.registers.licences.reporting import File


@allowed("data.internal", "GET", "HEAD")
def one(request: Entered, identity: int) -> HttpResponse:
    """Its page."""
    return _page(request, _found(request, identity))


@allowed("obligations.report", "POST")
def report(request: Entered, identity: int) -> HttpResponse:
    """Say that it is done, with a file."""
    row = _found(request, identity)
    form = Reported(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, row, reported=form)
    told = form.cleaned_data
    try:
        reporting.report(row.pk, done_on=told["done_on"], note=told["note"], file=_file(told["file"]), by=request.user)
    except ValidationError as error:
        choices.refuse(form, error)
        return _page(request, row, reported=form)
    messages.success(request, _("Reported. Whoever keeps the licences looks at it."))
    return redirect("licences-obligation", row.pk)


@allowed("licences.keep", "POST")
def decide(request: Entered, identity: int) -> HttpResponse:
    """Accept a report, return it, excuse the obligation, or open it again."""
    row = _found(request, identity)
    form = Decided(request.POST)
    if not form.is_valid():
        return _page(request, row, decided=form)
    told = form.cleaned_data
    deeds: dict[str, Callable[[], Any]] = {
        "accept": lambda: reporting.decide(told["report"], accept=True, by=request.user),
        "return": lambda: reporting.decide(told["report"], accept=False, reason=told["reason"], by=request.user),
        "excuse": lambda: reporting.excuse(row.pk, reason=told["reason"], by=request.user),
        "reopen": lambda: reporting.reopen(row.pk, reason=told["reason"], by=request.user),
    }
    if told["deed"] in ("accept", "return") and told["report"] not in {one.pk for one in row.reports.all()}:
        raise Http404
    try:
        deeds[told["deed"]]()
    except ValidationError as error:
        choices.refuse(form, error)
        return _page(request, row, decided=form)
    messages.success(request, SAID[told["deed"]]())
    return redirect("licences-obligation", row.pk)


@allowed("data.internal", "GET", "HEAD")
def file(request: Entered, identity: int, document: int) -> HttpResponse:
    """A file that was sent with a report; never run, always saved."""
    found = selectors.file(request.rights, identity, document)
    if found is None:
        raise Http404
    return handing_out.saved(found.name, found.media_type, found.body)


SAID = {
    "accept": lambda: _("Accepted."),
    "return": lambda: _("Returned. Whoever reported it is told."),
    "excuse": lambda: _("Excused."),
    "reopen": lambda: _("Open again."),
}


def _found(request: Entered, identity: int) -> Obligation:
    row = selectors.one(request.rights, identity)
    if row is None:
        raise Http404
    return row


def _file(sent: Any) -> File | None:
    return None if sent is None else File(sent.name, sent.content_type or "", sent.read())


def _page(
    request: Entered, row: Obligation, *, reported: Reported | None = None, decided: Decided | None = None
) -> HttpResponse:
    rights, subject = request.rights, writing.subject(row.dossier)
    line = selectors.line(row, timezone.localdate())
    may_keep, is_open = rights.may(writing.KEEP, subject), row.settled == Obligation.Settled.OPEN
    refused = (reported is not None and reported.errors) or (decided is not None and decided.errors)
    context = {
        "row": row,
        "line": rows.of([line])[0],
        "basis": wording.basis(row),
        "law": _law(row),
        "reports": list(row.reports.all()),
        "waiting": next((one for one in row.reports.all() if one.state == "waiting"), None),
        "may_keep": may_keep,
        "may_report": is_open and rights.may(reporting.REPORT, subject),
        "may_excuse": is_open and may_keep,
        "may_reopen": not is_open and row.settled != Obligation.Settled.REPORTED and may_keep,
        "reported": reported or Reported(initial={"done_on": timezone.localdate()}),
        "decided": decided or Decided(),
        "simulated": row.dossier.simulated,
    }
    return render(request, "desk/licences/obligation.html", context, status=422 if refused else 200)


def _law(row: Obligation) -> dict[str, Any] | None:
    """Of the yearly report: who gets it, on which form, how sure the day is."""
    if row.kind != Obligation.Kind.YEARLY or row.period_until is None:
        return None
    table = rules.find("environmental_report", row.period_until)
    if table is None:
        return None
    language = "en" if get_language() == "en" else "vi"
    forms = table.data["form"]
    return {
        "table": table,
        "recipients": table.data[f"recipients_{language}"],
        "caution": table.data[f"caution_{language}"],
        "form": forms.get(row.dossier.kind, ""),
        "zone_form": forms["zone_owner"],
    }
