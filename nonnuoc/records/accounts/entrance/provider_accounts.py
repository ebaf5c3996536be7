"""Who somebody is at the province's single sign-on, tied to the account they were invited to."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.entrance.models import ProviderAccount
from nonnuoc.records.accounts.models import Person


class NotInvitedError(LookupError):
    """Nobody was invited under this address."""


class NotProvenError(LookupError):
    """The provider does not vouch for the address."""


class AnotherAccountError(LookupError):
    """The account here is tied to somebody else there: an address that went to another person opens nothing."""


def person_of(issuer: str, subject: str, *, email: str, verified: bool) -> Person:
    """The account of this identity: tied before, else by the address the provider vouches for, and then tied to it.

    Nobody is made. Raises NotInvitedError, NotProvenError, AnotherAccountError.
    """
    tied = ProviderAccount.objects.select_related("person").filter(issuer=issuer, subject=subject).first()
    if tied is not None:
        return _open(tied.person)
    if not verified:
        raise NotProvenError
    return _tie(_open(Person.objects.filter(email=email.strip().lower()).first()), issuer, subject)


def of(person: Person) -> ProviderAccount | None:
    """The identity tied to a person."""
    return ProviderAccount.objects.filter(person=person).first()


@transaction.atomic
def untie(person: Person, *, by: Person | None) -> None:
    """For somebody whose identity at the provider is a new one."""
    if ProviderAccount.objects.filter(person=person).delete()[0]:
        audit.record(by, "provider-account.untied", person.email)


def _tie(person: Person, issuer: str, subject: str) -> Person:
    try:
        with transaction.atomic():
            ProviderAccount.objects.create(person=person, issuer=issuer, subject=subject)
            audit.record(person, "provider-account.tied", person.email, issuer=issuer)
    except IntegrityError as error:
        raise AnotherAccountError from error
    return person


def _open(person: Person | None) -> Person:
    if person is None or not person.is_active:
        raise NotInvitedError
    return person
