"""The plan and the round that an address names; what somebody may not see is not there."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Plan, Round
from nonnuoc.records.plans.rounds import selectors as rounds


def plan_of(request: Entered, code: str) -> Plan:
    """The plan, as far as the reader may follow it. Raises Http404."""
    found = selectors.plan(code, request.rights)
    if found is None:
        raise Http404(_("There is no plan with this code."))
    return found


def round_of(request: Entered, plan: str, code: str) -> Round:
    """The round of a plan. Raises Http404."""
    found = rounds.round_(plan_of(request, plan), code, request.rights)
    if found is None:
        raise Http404(_("There is no round of reports with this code."))
    return found
