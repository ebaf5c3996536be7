"""What can be done with people."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person


def register_administrator(email: str, *, name: str, password: str, by: Person | None) -> Person:
    """A new administrator. Raises ValidationError for a weak password, IntegrityError for an address already known."""
    access.require(by, "people.register")
    person = Person(email=email.strip().lower(), name=name, is_administrator=True)
    validate_password(password, person)
    person.set_password(password)
    with transaction.atomic():
        person.save()
        audit.record(by, "person.registered", person.email, administrator=True)
    return person
