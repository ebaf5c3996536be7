"""What came in: deliveries and values of the last week, day by day, and where machines take the data."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import receipts

SPAN = timedelta(days=7)


def make(rights: Rights, at: datetime) -> dict[str, Any] | None:
    """A line a local day, the newest first."""
    return {"days": receipts.by_day(rights.reach("deliveries.read"), at - SPAN)}
