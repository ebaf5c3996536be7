"""The plan, the round, the form an address names; what somebody may not see is not there."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.models import Form, Plan, Round
from nonnuoc.records.plans.rounds import selectors


def plan(request: Entered, code: str) -> Plan:
    found = plans.plan(code, request.rights)
    if found is None:
        raise Http404(_("There is no plan with this code."))
    return found


def round_(request: Entered, of: str, code: str) -> Round:
    found = selectors.round_(plan(request, of), code, request.rights)
    if found is None:
        raise Http404(_("There is no round of reports with this code."))
    return found


def form(request: Entered, of: str, code: str, office: str) -> Form:
    found = selectors.form(round_(request, of, code), office, request.rights)
    if found is None:
        raise Http404(_("There is no form of this unit here that you may see."))
    return found
