"""The second proofs of a person: which there are, and who must have one."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.entrance import authenticator, passkeys, recovery_codes
from nonnuoc.records.accounts.entrance.models import Authenticator, Passkey
from nonnuoc.records.accounts.models import Person


@dataclass(frozen=True, slots=True)
class Held:
    """The second proofs of one person."""

    authenticator: Authenticator | None
    passkeys: tuple[Passkey, ...]

    @property
    def any(self) -> bool:
        return self.authenticator is not None or bool(self.passkeys)

    @property
    def last(self) -> bool:
        """Whether without one more of them there would be none."""
        return (self.authenticator is not None) + len(self.passkeys) == 1


class LastFactorError(Exception):
    """Whoever must have a second proof keeps one."""


def of(person: Person) -> Held:
    """What the person has enrolled."""
    kept = Authenticator.objects.filter(person=person).first()
    return Held(kept, tuple(Passkey.objects.filter(person=person)))


def missing(person: Person, rights: Rights | None = None) -> bool:
    """Whether the person must have a second proof and has none. `rights`: theirs, where they were read already."""
    if not settings.SECOND_FACTOR_REQUIRED or not (rights or access.of(person)).needs_second_factor:
        return False
    return not of(person).any


def required(person: Person) -> bool:
    """Whether the person must have one."""
    return bool(settings.SECOND_FACTOR_REQUIRED) and access.needs_second_factor(person)


def passkey(person: Person, identity: int) -> Passkey | None:
    """One of the person's own."""
    return Passkey.objects.filter(person=person, id=identity).first()


@transaction.atomic
def remove_authenticator(person: Person) -> None:
    """The person gives it up. Raises LastFactorError."""
    _keep_one(person)
    authenticator.remove(person, by=person)


@transaction.atomic
def remove_passkey(person: Person, held: Passkey) -> None:
    """The person gives it up. Raises LastFactorError."""
    _keep_one(person)
    passkeys.remove(held, by=person)


@transaction.atomic
def remove_all(person: Person, *, by: Person | None) -> None:
    """For somebody who lost them all: they enrol anew at the next sign-in."""
    authenticator.remove(person, by=by)
    for held in Passkey.objects.filter(person=person):
        passkeys.remove(held, by=by)
    recovery_codes.forget(person)


def _keep_one(person: Person) -> None:
    Person.objects.select_for_update().get(id=person.id)  # one after the other, from however many browsers
    if of(person).last and required(person):
        raise LastFactorError
