"""One round: who has reported, who is late; for a unit, where its own form stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import round_of
from nonnuoc.desk.plans.rounds import deeds
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.models import Form, Round
from nonnuoc.records.plans.rounds import reminding, selectors

State = Form.State
STANDING = {
    selectors.IN_TIME: gettext_lazy("in time"),
    selectors.LATE: gettext_lazy("came late"),
    selectors.WAITED_FOR: gettext_lazy("not here yet"),
    selectors.OVERDUE: gettext_lazy("late"),
}
#: What can be chosen of the list: in the address, in words.
SHOWN = {
    "": gettext_lazy("all units"),
    "overdue": gettext_lazy("late"),
    "waited_for": gettext_lazy("not here yet"),
    "submitted": gettext_lazy("to be looked at"),
    "returned": gettext_lazy("returned"),
    "approved": gettext_lazy("approved"),
}


@allowed("plans.read", "GET", "HEAD")
def page(request: Entered, plan: str, code: str) -> HttpResponse:
    """The whole page."""
    return render(request, "desk/plans/rounds/round.html", context(request, round_of(request, plan, code)))


def context(request: Entered, of: Round, refused: deeds.Deed | None = None) -> dict[str, Any]:
    """What the page shows; `refused`: what somebody tried to do, with what was wrong."""
    today, now = timezone.localdate(), timezone.now()
    forms = list(selectors.listed(of, request.rights, today))
    steers = request.rights.may("plans.steer", plans.subject(of.plan.leading))
    wanted = request.GET.get("show", "")
    shown = [one for one in forms if wanted not in SHOWN or wanted in ("", one.standing, one.state)]  # type: ignore[attr-defined]
    reached = reminding.reached(forms, now) if steers and forms else {}
    is_open = of.state == Round.State.OPEN
    return {
        "round": of,
        "plan": of.plan,
        "left": (of.due - today).days,
        "counts": selectors.counts(of, today),
        "lines": [(one, STANDING[one.standing]) for one in shown],  # type: ignore[attr-defined]
        "unreached": [one.office for one in forms if not reached.get(one.pk, True)],
        "all": len(forms),
        "sees_all": selectors.sees_all(request.rights, of.plan),
        "own": [one for one in forms if request.rights.may("plans.report", plans.subject(one.office))],
        "steers": steers and is_open,
        "choices": SHOWN.items(),
        "wanted": wanted if wanted in SHOWN else "",
        "deeds": deeds.offered(of, refused) if steers and is_open else (),
        "today": today,
    }
