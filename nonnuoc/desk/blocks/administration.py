"""What an administrator has to look after: invitations, ending delegations, stations that are nobody's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from nonnuoc.records.accounts import invitations, preferences, selectors
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import network

SOON = timedelta(days=7)


def make(rights: Rights, at: datetime) -> dict[str, Any] | None:
    """Counts, each with the page where it is looked after."""
    without = selectors.without_task().count()
    return {
        "waits": without,
        "without_task": without,
        "invited": invitations.waiting().count(),
        "ending": selectors.delegations_ending(at, at + SOON).count(),
        "nobodys": network.without_office(),
        "contact": preferences.read("site.contact"),
    }
