"""Before the visit: an inspection is planned, announced, or cancelled."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Decision
from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.alerts.models import Incident
from nonnuoc.records.inspections import risk, selectors
from nonnuoc.records.inspections.models import Inspection
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.pattern import numbering

State = Inspection.State


def require(inspection: Inspection, by: Person | None, action: str = "inspections.keep") -> Decision:
    """The decision of access for this facility. Raises PermissionDenied."""
    return access.of(by).require(action, selectors.subject(inspection))


def locked(inspection: Inspection) -> Inspection:
    """The inspection as it is now, and nobody else's to change until the transaction ends."""
    return Inspection.objects.select_for_update(of=("self",)).select_related("facility").get(pk=inspection.pk)


@transaction.atomic
def plan(
    facility: Facility,
    *,
    kind: str,
    reason: str,
    lead: Person,
    by: Person | None,
    office: Office | None = None,
    scheduled: date | None = None,
    team: str = "",
    scope: str = "",
    incident: Incident | None = None,
    simulated: bool = False,
) -> Inspection:
    """A new inspection, with the risk as it is today. Planned again for the same day and facility: the one there is.

    Without an office it is that of the task by which `by` may plan it. Raises ValidationError for a facility that is
    out of the register, and PermissionDenied.
    """
    Facility.objects.select_for_update(of=("self",)).get(pk=facility.pk)
    made = Inspection(
        code=numbering.following(Inspection, "code", f"KT-{timezone.localdate():%Y}-")[0],
        facility=facility,
        kind=kind,
        reason=reason.strip(),
        lead=lead,
        office=office or _office(facility, by),
        scheduled=scheduled,
        team=team,
        scope=scope,
        incident=incident,
        simulated=simulated,
        made_by=by,
    )
    through = require(made, by).lent
    if facility.withdrawn is not None:
        raise ValidationError({"facility": _("This facility is no longer in the register.")})
    same = Inspection.objects.filter(facility=facility, kind=kind, scheduled=scheduled, state=State.PLANNED)
    if scheduled is not None and (there := same.first()) is not None:
        return there
    made.score = risk.as_data(risk.scored([facility], timezone.now())[0])
    made.full_clean()
    made.save()
    audit.record(by, "inspection.planned", made.code, after=_facts(made), through=through)
    return made


@transaction.atomic
def announce(inspection: Inspection, *, by: Person | None, at: datetime | None = None) -> Inspection:
    """Tell the facility: from now on it sees the inspection. Announced before: nothing happens.

    Raises ValidationError for one that is unannounced, or that has begun or been cancelled.
    """
    held = locked(inspection)
    through = require(held, by).lent
    if held.announced is not None:
        return held
    if held.kind == Inspection.Kind.UNANNOUNCED:
        raise ValidationError(_("An unannounced inspection is not announced: it is told when the visit begins."))
    _is_planned(held)
    held.announced = at or timezone.now()
    held.save()
    audit.record(by, "inspection.announced", held.code, through=through)
    return held


@transaction.atomic
def replan(inspection: Inspection, *, by: Person | None, **given: Any) -> Inspection:
    """Change day, lead, team or scope before the visit. Raises ValidationError once it has begun."""
    if strange := sorted(set(given) - {"scheduled", "lead", "team", "scope", "reason"}):
        raise TypeError(f"no plan of an inspection: {', '.join(strange)}")
    held = locked(inspection)
    through = require(held, by).lent
    _is_planned(held)
    before = _facts(held)
    for name, value in given.items():
        setattr(held, name, value)
    if (after := _facts(held)) != before:
        held.full_clean()
        held.save()
        audit.record(by, "inspection.replanned", held.code, before=before, after=after, through=through)
    return held


@transaction.atomic
def cancel(inspection: Inspection, why: str, *, by: Person | None) -> Inspection:
    """It does not take place. Raises ValidationError without a reason, and once the visit has begun."""
    held = locked(inspection)
    through = require(held, by).lent
    if held.state == State.CANCELLED:
        return held
    if not why.strip():
        raise ValidationError({"why": _("Say why it does not take place.")})
    _is_planned(held)
    held.state, held.cancelled_why = State.CANCELLED, why.strip()[:500]
    held.save()
    audit.record(by, "inspection.cancelled", held.code, why=held.cancelled_why, through=through)
    return held


def _office(facility: Facility, by: Person | None) -> Office | None:
    part = access.of(by).reach("inspections.keep").part(selectors.subject(Inspection(facility=facility)))
    return part.grant.appointment.office if part and part.grant else None


def _is_planned(held: Inspection) -> None:
    if held.state != State.PLANNED:
        said = {"code": held.code, "state": held.get_state_display()}
        raise ValidationError(_("Inspection %(code)s is %(state)s: this can be done only before the visit.") % said)


def _facts(held: Inspection) -> dict[str, Any]:
    return {
        "facility": held.facility.code,
        "kind": held.kind,
        "scheduled": held.scheduled.isoformat() if held.scheduled else None,
        "lead": held.lead_id,
        "team": held.team,
        "scope": held.scope,
        "reason": held.reason,
        "incident": held.incident_id,
    }
