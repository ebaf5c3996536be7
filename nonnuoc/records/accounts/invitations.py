"""A place kept for somebody until they choose a password: the link, and what becomes of it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.records.accounts import access, audit, services
from nonnuoc.records.accounts.models import Invitation, Office, Person
from nonnuoc.records.places.models import Commune

VALID = timedelta(days=7)


class UnknownInvitationError(LookupError):
    """There is no such invitation, or it was used, withdrawn, or has run out."""


@transaction.atomic
def invite(
    email: str,
    *,
    name: str,
    office: Office,
    role: str,
    by: Person | None,
    communes: Iterable[Commune] = (),
    facility: str = "",
) -> str:
    """Keep a place; give the secret of its link, which is told once. An earlier invitation of this address ends."""
    lent = access.require(by, "people.register").lent
    address = email.strip().lower()
    if Person.objects.filter(email=address).exists():
        raise ValidationError({"email": gettext("This address has an account: give that person the task instead.")})
    narrowed = list(communes)
    services.check_role(office, role, narrowed=bool(narrowed or facility))
    open_to(address).update(revoked=timezone.now())
    secret = secrets.token_urlsafe(32)
    invitation = Invitation(
        sha256=_digest(secret),
        email=address,
        name=name.strip(),
        office=office,
        role=role,
        facility=facility,
        expires=timezone.now() + VALID,
        by=by,
    )
    invitation.full_clean(exclude=["communes"])
    invitation.save()
    invitation.communes.set(narrowed)
    places = sorted(one.code for one in narrowed)
    facts = {"role": role, "office": office.code, "communes": places, "facility": facility}
    audit.record(by, "person.invited", address, after=facts, through=lent)
    return secret


def waiting() -> QuerySet[Invitation]:
    """Those neither used nor withdrawn nor run out, the newest first."""
    found = Invitation.objects.filter(accepted=None, revoked=None, expires__gt=timezone.now())
    return found.select_related("office", "by").order_by("-id")


def by_id(identity: int) -> Invitation | None:
    """One of those waiting."""
    return waiting().filter(id=identity).first()


def open_to(email: str) -> QuerySet[Invitation]:
    """Those of one address."""
    return waiting().filter(email=email)


def find(secret: str) -> Invitation:
    """The invitation of a link. Raises UnknownInvitationError."""
    found = waiting().filter(sha256=_digest(secret)).first()
    if found is None:
        raise UnknownInvitationError
    return found


@transaction.atomic
def accept(secret: str, *, password: str) -> Person:
    """The account, with the task it was meant for. Raises UnknownInvitationError, ValidationError (weak password)."""
    invitation = find(secret)
    invitation = waiting().select_for_update(of=("self",)).filter(id=invitation.id).first() or _gone()
    person = services.register_person(invitation.email, name=invitation.name, password=password, by=None)
    communes = list(invitation.communes.all())
    services.appoint(
        person, invitation.office, invitation.role, communes=communes, facility=invitation.facility, by=None
    )
    invitation.accepted = timezone.now()
    invitation.save(update_fields=["accepted"])
    audit.record(person, "invitation.accepted", invitation.email)
    return person


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Person | None) -> None:
    """The link opens nothing any more."""
    lent = access.require(by, "people.register").lent
    if waiting().filter(id=invitation.id).update(revoked=timezone.now()):
        audit.record(by, "invitation.withdrawn", invitation.email, through=lent)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def _gone() -> Invitation:
    raise UnknownInvitationError
