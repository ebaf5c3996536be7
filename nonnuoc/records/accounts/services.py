"""What can be done with people, their offices and their tasks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.records.accounts import access, audit, offices, preferences, trail
from nonnuoc.records.accounts.models import Appointment, AuditEntry, Delegation, Office, Person, Role, Setting
from nonnuoc.records.accounts.trail import Asked
from nonnuoc.records.places import province
from nonnuoc.records.places.models import Commune

LONGEST_DELEGATION = timedelta(days=366)


def root_office() -> Office:
    """The office at the top of the tree; made where there is none yet."""
    facts = {"name": f"UBND tỉnh {province.read().name}", "kind": Office.Kind.PROVINCE}
    office, made = Office.objects.get_or_create(code=offices.ROOT, defaults=facts)
    if made:
        audit.record(None, "office.registered", office.code, after=_office_facts(office))
    return office


@transaction.atomic
def register_office(
    code: str,
    *,
    name: str,
    kind: str,
    by: Person | None,
    parent: Office | None = None,
    commune: Commune | None = None,
    email: str = "",
    phone: str = "",
    is_active: bool = True,
    source: str = "",
) -> Office:
    """An office, known by its code; registered again, its facts are brought up to date. Raises ValidationError."""
    lent = access.require(by, "offices.manage").lent
    office = Office.objects.select_for_update().filter(code=code).first() or Office(code=code)
    before = _office_facts(office) if office.id else {}
    if parent is not None and office.id is not None and parent.id in offices.under(office.id):
        raise ValidationError({"parent": gettext("An office cannot stand under itself.")})
    if office.id is not None and office.is_active and not is_active:
        _keep_one_administrator(without=office)
    office.name, office.kind, office.parent, office.commune = name.strip(), kind, parent, commune
    office.email, office.phone, office.is_active, office.source = email, phone, is_active, source
    if before == _office_facts(office):
        return office
    office.full_clean()
    office.save()
    audit.record(by, "office.registered", code, before=before, after=_office_facts(office), through=lent)
    return office


@transaction.atomic
def register_person(email: str, *, name: str, password: str | None, by: Person | None, phone: str = "") -> Person:
    """Someone who can sign in, without a task yet; without a password, only by another proof.

    Raises ValidationError for a weak password, IntegrityError for an address already known.
    """
    lent = access.require(by, "people.register").lent
    person = Person(email=email.strip().lower(), name=name.strip(), phone=phone)
    if password is not None:
        validate_password(password, person)
    person.set_password(password)
    person.save()
    audit.record(by, "person.registered", person.email, after={"name": person.name}, through=lent)
    return person


@transaction.atomic
def register_administrator(email: str, *, name: str, password: str, by: Person | None) -> Person:
    """A new administrator of the province. Raises as `register_person`."""
    person = register_person(email, name=name, password=password, by=by)
    appoint(person, root_office(), Role.ADMINISTRATOR, by=by)
    return person


@transaction.atomic
def change_person(person: Person, *, name: str, phone: str, is_active: bool, by: Person | None) -> Person:
    """Facts of a person, by an administrator. A closed account keeps its history; it opens nothing any more."""
    lent = access.require(by, "people.register").lent
    before = {"name": person.name, "phone": person.phone, "is_active": person.is_active}
    after = {"name": name.strip(), "phone": phone.strip(), "is_active": is_active}
    if before == after:
        return person
    if not is_active:
        _keep_one_administrator(without=person)
    person.name, person.phone, person.is_active = name.strip(), phone.strip(), is_active
    person.full_clean(exclude=["password"])
    person.save(update_fields=["name", "phone", "is_active"])
    audit.record(by, "person.changed", person.email, before=before, after=after, through=lent)
    return person


@transaction.atomic
def appoint(
    person: Person,
    office: Office,
    role: str,
    *,
    by: Person | None,
    communes: Iterable[Commune] = (),
    facility: str = "",
    until: datetime | None = None,
) -> Appointment:
    """Give a person a task in an office, from now on; where they hold it otherwise, that one ends.

    Given again just so, it is the one they hold.
    """
    lent = access.require(by, "people.register").lent
    narrowed = list(communes)
    check_role(office, role, narrowed=bool(narrowed or facility))
    now = timezone.now()
    if until is not None and until <= now:
        raise ValidationError({"until": gettext("The end must lie ahead.")})
    Person.objects.select_for_update().get(id=person.id)  # the same form sent twice at once: one after the other
    wanted = sorted(commune.code for commune in narrowed)
    for held in _held(person, office, role, facility, now):
        if held.until == until and wanted == sorted(held.communes.values_list("code", flat=True)):
            return held
        if until is not None:
            _keep_one_administrator(without=held)
        _end(held, by, lent)
    appointment = Appointment(
        person=person, office=office, role=role, facility=facility, since=now, until=until, given_by=by
    )
    appointment.full_clean(exclude=["communes"])
    appointment.save()
    appointment.communes.set(narrowed)
    facts = {"role": role, "office": office.code, "communes": wanted, "facility": facility}
    span = {"until": until.isoformat() if until else None}
    audit.record(by, "appointment.given", person.email, after=facts | span, through=lent)
    return appointment


@transaction.atomic
def end_appointment(appointment: Appointment, *, by: Person | None) -> None:
    """The task ends now, and what was lent of it. The province keeps at least one administrator."""
    lent = access.require(by, "people.register").lent
    if appointment.until is not None and appointment.until <= timezone.now():
        return
    _keep_one_administrator(without=appointment)
    _end(appointment, by, lent)


@transaction.atomic
def delegate(
    appointment: Appointment, to: Person, *, since: datetime, until: datetime, reason: str, by: Person | None
) -> Delegation:
    """Lend what one may do by an appointment to somebody else, in [since, until).

    One lends one's own; an administrator may for those who cannot. What was lent cannot be lent on.
    """
    own = by is not None and by.id == appointment.person_id
    decision = access.require(by, "delegations.give" if own else "people.register")
    now = timezone.now()
    if not own and decision.lent is not None:
        raise ValidationError(gettext("What was lent to you cannot be lent on. Ask its owner."))
    if appointment.until is not None and appointment.until <= now:
        raise ValidationError(gettext("This task has ended; it cannot be lent."))
    if to.id == appointment.person_id or not to.is_active:
        raise ValidationError({"to": gettext("Choose another person, whose account is open.")})
    if not max(since, now) < until <= since + LONGEST_DELEGATION:
        raise ValidationError({"until": gettext("The end must lie ahead, at most a year after the beginning.")})
    if not reason.strip():
        raise ValidationError({"reason": gettext("Say why: it stands in the audit trail.")})
    lent = Delegation(appointment=appointment, to=to, since=since, until=until, reason=reason.strip(), given_by=by)
    same = Delegation.objects.filter(appointment=appointment, to=to, since=since, until=until, reason=lent.reason)
    if (held := same.first()) is not None:
        return held
    lent.full_clean()
    lent.save()
    facts = {"to": to.email, "role": appointment.role, "office": appointment.office.code}
    span = {"since": since.isoformat(), "until": until.isoformat(), "reason": lent.reason}
    audit.record(by, "delegation.given", appointment.person.email, after=facts | span)
    return lent


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: Person | None) -> None:
    """It ends now: by who lent it, by who was lent it, or by an administrator."""
    involved = by is not None and by.id in (delegation.appointment.person_id, delegation.to_id)
    lent = None if involved else access.require(by, "people.register").lent
    now = timezone.now()
    if delegation.until <= now:
        return
    delegation.until = max(now, delegation.since)
    delegation.save(update_fields=["until"])
    told = {"to": delegation.to.email}
    audit.record(by, "delegation.ended", delegation.appointment.person.email, before=told, through=lent)


@transaction.atomic
def choose_setting(code: str, value: Any, *, by: Person | None) -> Any:
    """Set what preferences.CHOICES names; chosen again just so: nothing happens. Raises ValidationError, KeyError."""
    lent = access.require(by, "settings.manage").lent
    choice = preferences.CHOICES[code]
    wanted = choice.clean(value)
    held = Setting.objects.select_for_update().filter(code=code).first()
    before = held.value if held else choice.default
    if before != wanted:
        Setting.objects.update_or_create(code=code, defaults={"value": wanted})
        audit.record(by, "setting.chosen", code, before={"value": before}, after={"value": wanted}, through=lent)
        transaction.on_commit(preferences.forget)
    return wanted


def _held(person: Person, office: Office, role: str, facility: str, at: datetime) -> Iterable[Appointment]:
    """The task as the person holds it, if so; more than one where an earlier version of it has an end ahead."""
    same = Appointment.objects.filter(person=person, office=office, role=role, facility=facility)
    return same.filter(Q(until=None) | Q(until__gt=at)).order_by("id")


def _end(appointment: Appointment, by: Person | None, through: Delegation | None) -> None:
    now = timezone.now()
    appointment.until = max(now, appointment.since)
    appointment.save(update_fields=["until"])
    for lent in appointment.delegations.filter(until__gt=now):
        lent.until = max(now, lent.since)
        lent.save(update_fields=["until"])
    facts = {"role": appointment.role, "office": appointment.office.code}
    audit.record(by, "appointment.ended", appointment.person.email, before=facts, through=through)


def check_role(office: Office, role: str, *, narrowed: bool = False) -> None:
    """Raise ValidationError where such an office has no such task, or not one narrowed to communes or a facility."""
    if role == Role.ADMINISTRATOR and narrowed:
        told = gettext("An administrator's task reaches everywhere: leave communes and facility empty.")
        raise ValidationError({"role": told})
    if not office.is_active:
        raise ValidationError({"office": gettext("This office is closed: nobody can be given a task in it.")})
    places: dict[str, set[str]] = {
        Role.COMMUNE_OFFICER: {Office.Kind.COMMUNE},
        Role.ENTERPRISE: {Office.Kind.ENTERPRISE},
        Role.MINISTRY: {Office.Kind.MINISTRY},
    }
    outside = {Office.Kind.ENTERPRISE, Office.Kind.MINISTRY, Office.Kind.PARTY, Office.Kind.COUNCIL, Office.Kind.FRONT}
    own = {Role.READER, Role.ENTERPRISE, Role.MINISTRY}
    if role in places and office.kind not in places[role]:
        raise ValidationError({"role": gettext("This task belongs to another kind of office.")})
    if office.kind in outside and role not in own:
        raise ValidationError(
            {"role": gettext("People of this office can only read, or look after its own facilities.")}
        )


@transaction.atomic
def export_trail(asked: Asked, *, form: str, by: Person | None) -> QuerySet[AuditEntry]:
    """What was asked of the audit trail, as it stands, to be carried out of the house; that is an entry itself."""
    lent = access.require(by, "audit.read").lent
    audit.record(by, "audit.exported", form, after=asked.told, through=lent)
    return trail.find(asked)


def _keep_one_administrator(*, without: Person | Appointment | Office) -> None:
    """Raise ValidationError where nobody would be left to manage the installation.

    Every row it depends on is locked until the transaction ends: two administrators cannot remove each other at once.
    """
    held = Appointment.objects.select_for_update().filter(
        role=Role.ADMINISTRATOR, until=None, person__is_active=True, office__is_active=True
    )
    gone = [without in (one, one.person, one.office) for one in held.select_related("person", "office").order_by("id")]
    if gone and all(gone):
        raise ValidationError(gettext("This is the last administrator. Appoint another one first."))


def _office_facts(office: Office) -> dict[str, Any]:
    return {
        "name": office.name,
        "kind": str(office.kind),
        "parent": office.parent.code if office.parent else None,
        "commune": office.commune.code if office.commune else None,
        "email": office.email,
        "phone": office.phone,
        "is_active": office.is_active,
        "source": office.source,
    }
