"""The report of a round that an address names; what somebody may not see is not there."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered
from nonnuoc.desk.plans.finding import round_of
from nonnuoc.records.plans.models import Report
from nonnuoc.records.plans.reports import selectors


def report(request: Entered, plan: str, code: str) -> Report:
    """The issued report, else the newest draft."""
    found = selectors.shown(round_of(request, plan, code), request.rights)
    if found is None:
        raise Http404(_("This round has no report yet that you may read."))
    return found
