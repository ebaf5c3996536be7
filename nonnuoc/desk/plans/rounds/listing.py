"""The rounds of a plan: the one that is open first, and what in it waits for the reader."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.rounds import selectors


@allowed("plans.read", "GET", "HEAD")
def listing(request: Entered, plan: str) -> HttpResponse:
    """All of them, the newest first."""
    found, today = plan_of(request, plan), timezone.localdate()
    rounds = list(selectors.rounds(request.rights, found))
    counts = selectors.counts_of(rounds, today)
    context = {
        "plan": found,
        "lines": [(one, counts[one.pk], (one.due - today).days) for one in rounds],
        "own": [one for one in selectors.own(request.rights, today) if one.round.plan_id == found.pk],
        "may_open": request.rights.may("plans.steer", plans.subject(found.leading)),
        "today": today,
    }
    return render(request, "desk/plans/rounds/listing.html", context)
