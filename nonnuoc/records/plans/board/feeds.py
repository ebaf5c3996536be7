"""The address by which a calendar program reads a plan without signing in.

It carries the number of an access key of the person, signed; the secret of that key is thrown away as it is made, so
that it opens nothing but this address. The key is listed, runs out and is revoked with the person's others, and what
the feed shows is what the person may see at that moment.
"""

from __future__ import annotations

from django.core import signing
from django.db import transaction

from nonnuoc.records.accounts import access, access_keys
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.entrance import factors
from nonnuoc.records.accounts.models import AccessKey, Person

#: What such a key is called in the list of the person's keys.
NAME = "iCalendar"
_SIGNER = signing.Signer(salt="nonnuoc.plans.calendar", sep="~")


def key(person: Person) -> AccessKey | None:
    """The key behind the person's address; None where they have none in force."""
    return access_keys.in_force(person).filter(name=NAME, writes=False).first()


def token(key: AccessKey) -> str:
    """The part of the address that lets in."""
    return _SIGNER.sign(str(key.pk))


@transaction.atomic
def make(person: Person) -> AccessKey:
    """The person's key, made where there is none. Raises ValidationError, PermissionDenied."""
    Person.objects.select_for_update().get(pk=person.pk)  # pressed twice, it is one
    there = key(person)
    if there is not None:
        return there
    return access_keys.make(person, name=NAME, valid=access_keys.LONGEST)[0]


def end(person: Person) -> None:
    """The address shows nothing any more; without one nothing happens."""
    for one in access_keys.in_force(person).filter(name=NAME, writes=False):
        access_keys.revoke(one, by=person)


def reader(token: str) -> Rights | None:
    """What the person of this address may do now; None where it lets nobody in. Keeps the day it was used."""
    try:
        number = int(_SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    found = access_keys.by_id(number)
    if found is None or found.name != NAME or access_keys.why_not(found):
        return None
    access_keys.used(found)
    rights = access.of(found.person)
    return rights.without_grants() if factors.missing(found.person, rights) else rights
