"""The search over everything that somebody may read."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.look.mapping.faces import DESK
from nonnuoc.look.searching import finding


@allowed("desk.enter", "GET", "HEAD")
def search(request: Entered) -> HttpResponse:
    """What was found, by kind."""
    found = finding.answer(request.GET.get("q", ""), request.rights, DESK)
    return render(request, "searching/page.html", {"found": found, "face": DESK, "base": "desk/page.html"})


@allowed("desk.enter", "GET", "HEAD")
def hits(request: Entered) -> HttpResponse:
    """The same as JSON, for the box on the map."""
    found = finding.answer(request.GET.get("q", ""), request.rights, DESK, limit=finding.IN_THE_BOX)
    return JsonResponse(finding.as_json(found))
