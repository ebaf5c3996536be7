"""The form that an address names; what somebody may not see is not there."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered
from nonnuoc.desk.plans.finding import round_of
from nonnuoc.records.plans.models import Form
from nonnuoc.records.plans.rounds import selectors


def form(request: Entered, of: str, code: str, office: str) -> Form:
    found = selectors.form(round_of(request, of, code), office, request.rights)
    if found is None:
        raise Http404(_("There is no form of this unit here that you may see."))
    return found
