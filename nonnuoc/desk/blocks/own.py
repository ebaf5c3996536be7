"""An enterprise's own stations, as the authority sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nonnuoc.desk.blocks import board
from nonnuoc.records.accounts.access import Rights


def make(rights: Rights, at: datetime) -> dict[str, Any] | None:
    """The board, of the stations within reach of its deliveries only."""
    return {**board.of(rights, at, rights.reach("deliveries.read"))}
