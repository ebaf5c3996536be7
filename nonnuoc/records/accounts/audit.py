"""The record of what was done."""

from __future__ import annotations

from typing import Any

from nonnuoc.records.accounts.models import AuditEntry, Person


def record(by: Person | None, action: str, subject: str, **detail: Any) -> None:
    """Add one entry, in the caller's transaction: what is undone was not done."""
    AuditEntry.objects.create(by=by, action=action, subject=subject[:200], detail=detail)
