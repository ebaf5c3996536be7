"""One invented entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nonnuoc.records.accounts.access import SYSTEM
from nonnuoc.records.registers.pattern import keeping, reading
from nonnuoc.records.registers.pattern.register import Register

SOURCE = "mô phỏng"


def made(register: Register, code: str, facts: Mapping[str, Any]) -> Any:
    """The new entry, marked as simulated; None where it is there already."""
    if reading.one(register, code, SYSTEM) is not None:
        return None
    placed = {"position_source": SOURCE} if {"lon", "shape"} & set(facts) else {}
    common = {"code": code, "source": SOURCE, "simulated": True}
    return keeping.create(register, common | placed | dict(facts), by=None, reason=SOURCE)
