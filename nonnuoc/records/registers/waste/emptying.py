"""Pick-ups of pesticide packaging from its tanks: written once, corrected with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.accounts.models import DataClass, Person
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.waste.models import PickUp, Tank

MOST_KG = 100_000.0


@dataclass(frozen=True, slots=True)
class Given:
    """What was taken out of a tank on one day, and who took it: a facility, or a name where it is not registered."""

    day: date
    kg: float
    to: Facility | None = None
    to_name: str = ""
    note: str = ""


def subject(tank: Tank) -> Subject:
    """What access decides on."""
    return Subject(tank.office_id, tank.commune_id)


def tank(code: str, rights: Rights) -> Tank | None:
    """The tank of this code; None where there is none, or none they may know of."""
    readable = rights.readable(office="office_id", commune="commune_id", facility=None)
    return Tank.objects.filter(readable, code=code).first()


def one(identity: int, rights: Rights) -> PickUp | None:
    """A pick-up with its tank; None where there is none, or of a tank whose internal data they may not read."""
    found = PickUp.objects.filter(id=identity).select_related("tank", "to", "by").first()
    if found is None or not rights.may_read(DataClass.INTERNAL, subject(found.tank)):
        return None
    return found


def of(tank: Tank) -> QuerySet[PickUp]:
    """What holds now, newest first."""
    return PickUp.objects.filter(tank=tank, current=True).select_related("to", "by", "replaces")


@transaction.atomic
def report(tank: Tank, given: Given, *, token: UUID, by: Person | None) -> PickUp:
    """Keep a pick-up. The same form sent twice is one. Raises ValidationError and PermissionDenied."""
    through = access.of(by).require("waste.report", subject(tank)).lent
    if (known := PickUp.objects.filter(token=token, tank=tank).first()) is not None:
        return known
    wrong: dict[str, str] = {}
    if given.day > timezone.localdate():
        wrong["day"] = _("This lies ahead. Give the day it was done.")
    if not 0 <= given.kg <= MOST_KG:
        wrong["kg"] = _("Give kilograms from 0 to %(most)d.") % {"most": int(MOST_KG)}
    if given.to is None and not given.to_name.strip():
        wrong["to_name"] = _("Say who took it.")
    if wrong:
        raise ValidationError(wrong)
    made = PickUp.objects.create(
        tank=tank,
        day=given.day,
        kg=given.kg,
        to=given.to,
        to_name=given.to_name.strip(),
        note=given.note.strip(),
        by=by,
        at=timezone.now(),
        token=token,
    )
    audit.record(
        by, "tank.emptied", tank.code, after={"value": made.kg, "since": made.day.isoformat()}, through=through
    )
    return made


@transaction.atomic
def correct(identity: int, *, kg: float | None, reason: str, token: UUID, by: Person | None) -> PickUp:
    """Say another mass instead (None strikes it out); the old row stays.

    Raises ValidationError, PermissionDenied, DoesNotExist.
    """
    old = PickUp.objects.select_for_update(of=("self",)).select_related("tank").get(id=identity)
    through = access.of(by).require("waste.report", subject(old.tank)).lent
    if (known := PickUp.objects.filter(token=token).first()) is not None:
        return known
    if not old.current:
        raise ValidationError(_("This number was corrected meanwhile. Correct the one that holds now."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the old number stays beside the new one.")})
    if kg is not None and not 0 <= kg <= MOST_KG:
        raise ValidationError({"kg": _("Give kilograms from 0 to %(most)d.") % {"most": int(MOST_KG)}})
    old.current = False
    old.save(update_fields=["current"])
    new = PickUp.objects.create(
        tank=old.tank,
        day=old.day,
        kg=kg,
        to=old.to,
        to_name=old.to_name,
        note=old.note,
        by=by,
        at=timezone.now(),
        token=token,
        replaces=old,
        reason=reason.strip()[:300],
        current=kg is not None,
    )
    audit.record(
        by,
        "tank.corrected",
        old.tank.code,
        before={"value": old.kg},
        after={"value": kg},
        through=through,
        reason=new.reason,
    )
    return new
