"""Who may write what of a target: who keeps plans, all; the office responsible for it, its values and baseline."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import Decision, Rights
from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Plan, Target


def decide(rights: Rights, target: Target) -> Decision:
    """Whether they may declare a value of it, or set its baseline where that is asked of their office."""
    keeps = rights.decide("plans.keep", selectors.subject(target.plan.leading))
    if keeps.allowed:
        return keeps
    for office in _offices(target):
        told = rights.decide("plans.report", selectors.subject(office))
        if told.allowed:
            return told
    if target.responsible is None:
        return keeps
    said = {"office": target.responsible.name}
    return Decision(False, _("Only who keeps plans or %(office)s, which is responsible for it, may write this.") % said)


def require(by: Person | None, target: Target) -> Decision:
    """The decision. Raises PermissionDenied with the reason where it is no."""
    decision = decide(access.of(by), target)
    if not decision.allowed:
        raise PermissionDenied(decision.why)
    return decision


def keeps(by: Person | None, plan: Plan) -> Decision:
    """The decision of who writes this plan. Raises PermissionDenied with the reason where it is no."""
    return access.require(by, "plans.keep", selectors.subject(plan.leading))


def _offices(target: Target) -> list[Office]:
    return [one for one in (target.responsible, target.baseline_by) if one is not None]
