"""The round an address names, and its report; what somebody may not see is not there."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.models import Report, Round
from nonnuoc.records.plans.reports import selectors
from nonnuoc.records.plans.rounds import selectors as rounds


def round_(request: Entered, plan: str, code: str) -> Round:
    of = plans.plan(plan, request.rights)
    found = rounds.round_(of, code, request.rights) if of is not None else None
    if found is None:
        raise Http404(_("There is no round of reports with this code."))
    return found


def report(request: Entered, plan: str, code: str) -> Report:
    """The issued report, else the newest draft."""
    found = selectors.shown(round_(request, plan, code), request.rights)
    if found is None:
        raise Http404(_("This round has no report yet that you may read."))
    return found
