"""People, for those who ask. Nothing here writes."""

from __future__ import annotations

from nonnuoc.records.accounts.models import Person


def has_administrator() -> bool:
    """Whether anybody can sign in to manage this installation."""
    return Person.objects.filter(is_administrator=True, is_active=True).exists()
