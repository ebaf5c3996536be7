"""The head of a plan: what is filled in later, and its way from draft to issued to ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Plan

State = Plan.State
FIELDS = (
    "title",
    "short_title",
    "number",
    "issued",
    "issued_text",
    "signer",
    "starts",
    "ends",
    "report_month",
    "report_day",
    "source",
    "public",
    "public_lights",
)


@transaction.atomic
def change(plan: Plan, *, version: int, by: Person | None, **given: Any) -> Plan:
    """Fill in or mend the head. Nothing new: nothing happens.

    Raises PermissionDenied, and ValidationError where somebody else changed it since `version`, for days that do not
    fit, and where number or day of an issued plan would be taken away.
    """
    if strange := sorted(set(given) - set(FIELDS)):
        raise TypeError(f"not of a plan's head: {', '.join(strange)}")
    held = _locked(plan)
    through = access.require(by, "plans.keep", selectors.subject(held.leading)).lent
    before = {name: getattr(held, name) for name in given}
    for name, value in given.items():
        setattr(held, name, value.strip() if isinstance(value, str) else value)
    changed = {name for name in given if getattr(held, name) != before[name]}
    if not changed:
        return held
    if held.version != version:
        raise ValidationError(_("Somebody else has changed this since you opened it. Look at it again."))
    for name in ("number", "issued"):
        if held.state != State.DRAFT and before.get(name) and not getattr(held, name):
            raise ValidationError({name: _("An issued plan keeps its number and its day.")})
    held.version += 1
    held.full_clean(exclude=["issuer", "leading"])
    held.save()
    audit.record(
        by,
        "plan.head_changed",
        f"plan {held.code}",
        before={name: _plain(before[name]) for name in sorted(changed)},
        after={name: _plain(getattr(held, name)) for name in sorted(changed)},
        through=through,
    )
    return held


@transaction.atomic
def issue(plan: Plan, *, by: Person | None, at: datetime) -> Plan:
    """The draft is issued now. Issued before: nothing happens.

    Number and day may follow later: papers are signed before the registry numbers them. Raises ValidationError
    for a plan that has ended.
    """
    held = _locked(plan)
    through = access.require(by, "plans.keep", selectors.subject(held.leading)).lent
    if held.state == State.ISSUED:
        return held
    if held.state == State.ENDED:
        raise ValidationError(_("This plan has ended."))
    _move(held, State.ISSUED)
    audit.record(by, "plan.issued", f"plan {held.code}", after={"number": held.number}, through=through)
    return held


@transaction.atomic
def end(plan: Plan, why: str, *, by: Person | None, at: datetime) -> Plan:
    """The plan is no longer carried out: its time is over, or another took its place. It stays readable."""
    held = _locked(plan)
    through = access.require(by, "plans.keep", selectors.subject(held.leading)).lent
    if held.state == State.ENDED:
        return held
    if not why.strip():
        raise ValidationError({"why": _("Say why it ends, and what takes its place.")})
    _move(held, State.ENDED)
    audit.record(by, "plan.ended", f"plan {held.code}", why=why.strip(), through=through)
    return held


def _move(held: Plan, state: str) -> None:
    held.state = state
    held.version += 1
    held.save(update_fields=["state", "version"])


def _locked(plan: Plan) -> Plan:
    return Plan.objects.select_for_update(of=("self",)).select_related("leading").get(pk=plan.pk)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | None) else str(value)
