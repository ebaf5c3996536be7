"""Every difficulty of a plan: what waits for whom, what was decided."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Blocker
from nonnuoc.records.plans.tasks import reading

State = Blocker.State


@allowed("plans.read", "GET", "HEAD")
def blockers(request: Entered, plan: str) -> HttpResponse:
    """Those that wait first, by where they lie."""
    found = plan_of(request, plan)
    known = list(reading.all_blockers(found))
    titles = {
        State.SUBMITTED: _("Submitted to %(office)s") % {"office": found.issuer.name},
        State.RAISED: _("With %(office)s") % {"office": found.leading.name},
        State.DECIDED: _("Decided"),
        State.CLOSED: _("Gone"),
    }
    groups = [(title, [one for one in known if one.state == state]) for state, title in titles.items()]
    waiting = sum(one.state in (State.RAISED, State.SUBMITTED) for one in known)
    sentence = (
        ngettext("%(n)d difficulty waits for a decision.", "%(n)d difficulties wait for a decision.", waiting)
        % {"n": waiting}
        if waiting
        else _("No difficulty waits for a decision.")
    )
    context = {
        "plan": found,
        "groups": groups,
        "any": bool(known),
        "sentence": sentence,
        "simulated": bool(selectors.invented([found])),
    }
    return render(request, "desk/plans/tasks/blockers.html", context)
