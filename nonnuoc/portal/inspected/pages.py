"""What the public is told of inspections: conclusions, what is being put right, and the facility's own words."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.look.access import PAGE_S, public
from nonnuoc.records.inspections import selectors

ON_A_PAGE = 30


@public(max_age=PAGE_S)
def listing(request: HttpRequest) -> HttpResponse:
    """All that is published, the newest first."""
    page = Paginator(selectors.published(), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/inspected/list.html", {"page": page})


@public(max_age=PAGE_S)
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One of them; withdrawn, its page says so and why, and nothing else."""
    found = selectors.publication(code)
    if found is None:
        raise Http404(_("Nothing has been published of an inspection with this number."))
    trail = [(_("Published inspections"), reverse("published-inspections")), (found.title, None)]
    context = {"trail": trail, "text": found, "inspection": found.inspection, "today": timezone.localdate()}
    return render(request, "portal/inspected/one.html", context, status=410 if found.withdrawn else 200)
