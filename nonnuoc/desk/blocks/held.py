"""Deliveries that were held back in the last week, by the reason: each can be mended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import receipts

SPAN = timedelta(days=7)


def make(rights: Rights, at: datetime) -> dict[str, Any] | None:
    """Station, reason, how many, the newest."""
    found = receipts.held(rights.reach("deliveries.read"), at - SPAN)
    return {"waits": len(found), "held": found}
