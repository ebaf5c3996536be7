"""The target an address names, as far as who asks may follow its plan."""

from __future__ import annotations

from datetime import date

from django.http import Http404
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.records.plans.targets import reading
from nonnuoc.records.plans.targets.standings import Standing


def target(request: Entered, plan_code: str, code: str, on: date) -> Standing:
    """Where it stands on a day. Raises Http404."""
    found = reading.one(plan_of(request, plan_code), code, on)
    if found is None:
        raise Http404(_("This plan has no target with this code."))
    return found
