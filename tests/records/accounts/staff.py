"""Offices and people for tests of who may do what."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from nonnuoc.records.accounts.models import Appointment, Delegation, Office, Person, Role
from nonnuoc.records.places.models import Commune

#: The kind of office each task is given in.
KINDS = {
    Role.COMMUNE_OFFICER: Office.Kind.COMMUNE,
    Role.ENTERPRISE: Office.Kind.ENTERPRISE,
    Role.MINISTRY: Office.Kind.MINISTRY,
    Role.READER: Office.Kind.COUNCIL,
}


def commune(code: str = "01273") -> Commune:
    facts = {"kind": "xa", "name": f"Xã {code}", "name_ascii": f"xa {code}", "lon": 106, "lat": 22, "source": "test"}
    return Commune.objects.get_or_create(code=code, defaults=facts)[0]


def office(code: str, kind: str = Office.Kind.DEPARTMENT, parent: Office | None = None, **facts: object) -> Office:
    if kind == Office.Kind.COMMUNE:
        facts.setdefault("commune", commune())
    return Office.objects.create(code=code, name=f"Cơ quan {code}", kind=kind, parent=parent, **facts)


def person(name: str = "An", **facts: object) -> Person:
    return Person.objects.create(email=f"{name.lower()}@example.vn", name=name, **facts)


def task(someone: Person, where: Office, role: str, *communes: Commune, **facts: object) -> Appointment:
    begun = timezone.now() - timedelta(days=30)
    given = Appointment.objects.create(person=someone, office=where, role=role, **{"since": begun, **facts})
    given.communes.set(communes)
    return given


def lend(held: Appointment, to: Person, **facts: object) -> Delegation:
    now = timezone.now()
    span = {"since": now - timedelta(days=1), "until": now + timedelta(days=1), "reason": "away"}
    return Delegation.objects.create(appointment=held, to=to, **{**span, **facts})
