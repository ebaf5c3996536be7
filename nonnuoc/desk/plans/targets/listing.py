"""All targets of a plan: what is known of each, what is wanted, and which are late."""

from __future__ import annotations

from collections import Counter

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.domain.plan.path import Word
from nonnuoc.look.plans import targets as words
from nonnuoc.records.plans.models import Target
from nonnuoc.records.plans.targets import reading, standings

#: Orders one can choose: as the plan has them, or what is late first.
ORDERS = ("plan", "late")


@allowed("plans.read", "GET", "HEAD")
def listing(request: Entered, plan: str) -> HttpResponse:
    """The sentence that counts, then the table."""
    on = timezone.localdate()
    found = plan_of(request, plan)
    known = list(standings.of(standings.targets_of(found), on).values())
    order = request.GET.get("order", "plan")
    shown = sorted(known, key=lambda one: one.weight) if order == "late" else known
    values = reading.series([one.target for one in known])
    unset = [one.target for one in known if one.target.baseline is None and one.target.kind != Target.Kind.KEPT]
    counted = Counter(one.judged.word for one in known)
    context = {
        "plan": found,
        "lines": [words.line(one, values[one.target.pk]) for one in shown],
        "order": order if order in ORDERS else "plan",
        "known": sum(one.value is not None for one in known),
        "met": counted[Word.AHEAD] + counted[Word.ON],
        "late": sum(one.late for one in known),
        "without_baseline": len(unset),
        "unnamed": sum(one.baseline_by is None for one in unset),
        "simulated": any(one.first is not None and one.first.simulated for one in known),
        "may_keep": request.rights.may("plans.keep"),
        "today": on,
    }
    return render(request, "desk/plans/targets/listing.html", context)
