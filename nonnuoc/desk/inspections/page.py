"""One inspection: what was planned, found, decided and published, and what one can do about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.inspections import deeds
from nonnuoc.desk.inspections.deeds import Deed
from nonnuoc.look import handing_out
from nonnuoc.records.inspections import risk, selectors
from nonnuoc.records.inspections.models import Inspection, Publication


@allowed("inspections.read", "GET", "HEAD")
def page(request: Entered, code: str) -> HttpResponse:
    """The whole page."""
    return render(request, "desk/inspections/inspection.html", _page(request, _found(request, code)))


@allowed("inspections.read", "POST")
def act(request: Entered, code: str) -> HttpResponse:
    """Do what one of the forms says; access asks for each. Refused, the page comes back with the reason."""
    found = _found(request, code)
    kind = deeds.DEEDS.get(request.POST.get("deed", ""))
    if kind is None or kind not in deeds.offered(found, request.rights):
        messages.error(request, _("This cannot be done now: the inspection has changed meanwhile."))
        return redirect("inspection", code=code)
    form = kind(found, request.POST, request.FILES)
    if form.attempt(request):
        return redirect("inspection", code=code)
    return render(request, "desk/inspections/inspection.html", _page(request, _found(request, code), form), status=422)


@allowed("inspections.read", "GET", "HEAD")
def evidence(request: Entered, code: str, identity: int) -> HttpResponse:
    """A file. Pictures are shown, everything else is saved; none of it is ever run."""
    found = selectors.evidence(_found(request, code), identity, request.rights)
    if found is None:
        raise Http404
    return handing_out.shown(found.name, found.media_type, found.body)


def _found(request: Entered, code: str) -> Inspection:
    found = selectors.one(code, request.rights)
    if found is None:
        raise Http404(_("There is no inspection with this number."))
    return found


def _page(request: Entered, found: Inspection, refused: Deed | None = None) -> dict[str, Any]:
    keeps = request.rights.may("inspections.keep", selectors.subject(found))
    may_read = selectors.findings_open(found, request.rights)
    text = deeds.text_of(found)
    offered = [kind(found) for kind in deeds.offered(found, request.rights)]
    decisions = list(found.decisions.prefetch_related("remedies", "findings"))
    return {
        "inspection": found,
        "may_read": may_read,
        "findings": found.findings.select_related("by", "replaced_by").prefetch_related("evidence"),
        "evidence": found.evidence.filter(finding=None).defer("body").select_related("by"),
        "decisions": decisions,
        "text": text if keeps or (text is not None and text.state != Publication.State.DRAFT) else None,
        "replies": text.replies.select_related("by") if text is not None else (),
        "score": _score(found) if keeps else None,
        "deeds": [refused if refused is not None and one.key == refused.key else one for one in offered],
        "today": timezone.localdate(),
        "secret": found.announced is None and found.began is None,
    }


def _score(found: Inspection) -> dict[str, Any] | None:
    if not found.score:
        return None
    parts = [(risk.WORDS[key], figure, points) for key, figure, points in found.score["parts"] if points]
    return {"total": found.score["total"], "most": risk.most(), "parts": parts}
