"""Incidents that somebody has yet to close: what needs somebody first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nonnuoc.desk.duty import listing, telling
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.alerts import selectors

SHOWN = 5


def make(rights: Rights, at: datetime) -> dict[str, Any] | None:
    """The first few of the duty desk, and how many there are; nothing for who may not see any."""
    if not rights.may("incidents.read"):
        return None
    standing = selectors.standing(rights)
    found = selectors.listed(rights, most=SHOWN)
    rows = [listing.row(one, rights, at) for one in found]
    first, second = telling.answer(standing)
    return {
        "waits": standing.waiting,
        "first": first,
        "second": second,
        "rows": rows,
        "more": standing.waiting + standing.looked_after + standing.over - len(rows),
        "simulated": any(one.simulated for one in rows),
    }
