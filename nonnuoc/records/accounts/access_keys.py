"""Keys by which a person's programs act in the person's name: made, found, revoked.

A key grants nothing by itself: what its bearer may do is asked of the person's rights at the moment of each request.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import AccessKey, Person

#: What each secret begins with, so that one which got out is recognised in files and logs.
PREFIX = "nnk_"
VALID = timedelta(days=365)
LONGEST = timedelta(days=730)
#: Keys in force one person may hold.
MOST = 20


@transaction.atomic
def make(person: Person, *, name: str, valid: timedelta = VALID, writes: bool = False) -> tuple[AccessKey, str]:
    """A new key of one's own, and its secret, which is told once, here. Raises ValidationError."""
    if not person.is_active:
        raise PermissionDenied(gettext("This account is closed. Ask an administrator of the province."))
    if not timedelta() < valid <= LONGEST:
        raise ValidationError({"valid": gettext("A key holds for two years at most.")})
    Person.objects.select_for_update().get(id=person.id)  # two windows at once still make no more than there may be
    if in_force(person).count() >= MOST:
        raise ValidationError(gettext("You hold %(most)d keys: revoke one you no longer use.") % {"most": MOST})
    secret = PREFIX + secrets.token_urlsafe(32)
    key = AccessKey(
        sha256=digest(secret), person=person, name=name.strip(), writes=writes, expires=timezone.now() + valid
    )
    key.full_clean(exclude=["sha256"], validate_constraints=False)
    key.save()
    facts = {"name": key.name, "writes": writes, "expires": key.expires.isoformat()}
    audit.record(person, "access-key.made", person.email, after=facts)
    return key, secret


def digest(secret: str) -> bytes:
    """What a key is known by: 256 random bits need no slow hash (docs/decisions/0007)."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def find(secret: str) -> AccessKey | None:
    """The key with this secret, with its person; also one revoked or run out."""
    return AccessKey.objects.filter(sha256=digest(secret)).select_related("person").first()


def why_not(key: AccessKey) -> str:
    """Why the key opens nothing now, as a code; "" where it does."""
    if key.revoked is not None:
        return "revoked"
    if key.expires <= timezone.now():
        return "expired"
    return "" if key.person.is_active else "closed"


def used(key: AccessKey) -> None:
    """Keep the day, once a day."""
    today = timezone.localdate()
    if key.last_used != today:
        AccessKey.objects.filter(~Q(last_used=today) | Q(last_used=None), id=key.id).update(last_used=today)


def of(person: Person) -> QuerySet[AccessKey]:
    """All keys the person ever made, the newest first."""
    return AccessKey.objects.filter(person=person).order_by("-id")


def in_force(person: Person) -> QuerySet[AccessKey]:
    """Those that are neither revoked nor run out."""
    return of(person).filter(revoked=None, expires__gt=timezone.now())


def by_id(identity: int) -> AccessKey | None:
    """One key, in force or not."""
    return AccessKey.objects.filter(id=identity).select_related("person").first()


@transaction.atomic
def revoke(key: AccessKey, *, by: Person | None) -> None:
    """The key opens nothing any more. One's own, or by whoever registers people."""
    lent = None if by is not None and by == key.person else access.require(by, "people.register").lent
    if AccessKey.objects.filter(id=key.id, revoked=None).update(revoked=timezone.now()):
        audit.record(by, "access-key.revoked", key.person.email, through=lent, name=key.name)


@transaction.atomic
def revoke_all(person: Person, *, by: Person | None) -> None:
    """Of an account that begins anew: whoever had got hold of it keeps no key of theirs. The caller asks who may."""
    for key in in_force(person):
        AccessKey.objects.filter(id=key.id).update(revoked=timezone.now())
        audit.record(by, "access-key.revoked", person.email, name=key.name)
