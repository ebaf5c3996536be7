"""The search over everything that is public."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from nonnuoc.look.access import public
from nonnuoc.look.mapping.faces import PORTAL
from nonnuoc.look.searching import finding
from nonnuoc.records.accounts.access import ANYBODY


@public(max_age=60)
def search(request: HttpRequest) -> HttpResponse:
    """What was found, by kind."""
    found = finding.answer(request.GET.get("q", ""), ANYBODY, PORTAL)
    return render(request, "searching/page.html", {"found": found, "face": PORTAL, "base": "base.html"})


@public(max_age=60)
def hits(request: HttpRequest) -> HttpResponse:
    """The same as JSON, for the box on the map."""
    found = finding.answer(request.GET.get("q", ""), ANYBODY, PORTAL, limit=finding.IN_THE_BOX)
    return JsonResponse(finding.as_json(found))
