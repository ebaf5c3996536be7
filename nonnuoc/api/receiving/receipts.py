"""A delivery's receipt, as every door of the API gives it."""

from __future__ import annotations

from typing import Any

from nonnuoc.records.monitoring.deliveries import Receipt, named_station
from nonnuoc.records.monitoring.models import Delivery


def told(receipt: Receipt | Delivery, size: int) -> dict[str, Any]:
    """What became of a delivery of `size` bytes, ready for JSON."""
    return {
        "uuid": str(receipt.uuid),
        "station": named_station(receipt.station_code),
        "file_name": receipt.file_name,
        "door": receipt.door,
        "received": receipt.received.isoformat(),
        "sha256": bytes(receipt.sha256).hex(),
        "size": size,
        "format": receipt.format,
        "state": receipt.state,
        "code": receipt.code,
        "reason": receipt.reason,
        "first_time": receipt.first_time.isoformat() if receipt.first_time else None,
        "last_time": receipt.last_time.isoformat() if receipt.last_time else None,
        "stored": receipt.stored,
        "unchanged": receipt.unchanged,
        "refused": receipt.refused,
        "problems": receipt.problems,
        "repeats": receipt.repeats,
    }
