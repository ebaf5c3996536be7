"""The record of what was done, by whom, to what, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from nonnuoc.records.accounts.models import AuditEntry, Delegation, Person

#: The address the request at hand came from; None: this machine itself. The web server's middleware sets it.
ORIGIN: ContextVar[str | None] = ContextVar("origin", default=None)


def record(
    by: Person | None,
    action: str,
    subject: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    through: Delegation | None = None,
    **detail: Any,
) -> None:
    """Add one entry, in the caller's transaction: what is undone was not done."""
    AuditEntry.objects.create(
        by=by,
        through=through,
        address=ORIGIN.get(),
        action=action,
        subject=subject[:200],
        before=dict(before or {}),
        after=dict(after or {}),
        detail=detail,
    )
