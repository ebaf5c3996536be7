"""When everything is lost: another administrator, or whoever has the machine, lets somebody begin anew."""

from __future__ import annotations

from django.db import transaction

from nonnuoc.records.accounts import access, access_keys, audit
from nonnuoc.records.accounts.entrance import factors, passwords, presences, provider_accounts
from nonnuoc.records.accounts.models import Person


@transaction.atomic
def set_password(person: Person, password: str) -> None:
    """From the machine itself: a new password, no second proof, signed out everywhere. Raises ValidationError."""
    passwords.reset(person, password, by=None, how="machine")
    _open_again(person, by=None)


@transaction.atomic
def give_link(person: Person, *, by: Person) -> tuple[str, str]:
    """By an administrator, who passes the link on: the second proofs go, the person is signed out everywhere.

    Gives the key for `passwords.of_reset_key`. The password holds until the person chooses another.
    """
    access.require(by, "people.register")
    _open_again(person, by=by)
    presences.end_others(person, "", by=by)
    audit.record(by, "recovery.link-given", person.email)
    return passwords.reset_key(person)


def _open_again(person: Person, *, by: Person | None) -> None:
    factors.remove_all(person, by=by)
    provider_accounts.untie(person, by=by)
    access_keys.revoke_all(person, by=by)
