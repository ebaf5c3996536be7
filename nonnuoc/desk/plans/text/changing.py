"""What an edition changed in the one before, as somebody can read it."""

from __future__ import annotations

from collections import Counter

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.desk.plans.text import finding
from nonnuoc.domain.plan.difference import KEPT
from nonnuoc.records.plans.text import editions


@allowed("plans.read", "GET", "HEAD")
def changes(request: Entered, plan: str, number: int) -> HttpResponse:
    """Every sentence that was added, removed or rewritten; what stayed is left out."""
    found = plan_of(request, plan)
    edition = finding.edition(found, number)
    older = editions.before(edition) if edition else None
    if edition is None or older is None:
        raise Http404(_("There is no edition before this one to compare with."))
    every = editions.changes(edition)
    context = {
        "plan": found,
        "edition": edition,
        "older": older,
        "changes": [one for one in every if one.kind != KEPT],
        "counts": Counter(one.kind for one in every),
        "newest": editions.current(found) == edition,
    }
    return render(request, "desk/plans/text/changes.html", context)
