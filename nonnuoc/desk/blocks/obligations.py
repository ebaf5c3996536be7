"""Obligations that wait: overdue ones, reports to be looked at, what falls due soon."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from nonnuoc.desk.licences import rows
from nonnuoc.desk.licences.waiting import sentence
from nonnuoc.domain.obligations import State
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.licences import selectors, writing

SHOWN = 5


def make(rights: Rights, at: datetime) -> dict[str, Any] | None:
    """The most urgent few, and how many there are; nothing for who has none."""
    today = timezone.localdate(at)
    counted = selectors.waiting(rights, today)
    if not (counted.overdue or counted.due or counted.reported):
        return None
    decides = rights.may(writing.KEEP)
    states = [State.OVERDUE, *([State.REPORTED] if decides else []), State.DUE]
    found = rows.of(selectors.listed(rights, states, today, most=SHOWN))
    return {
        "waits": counted.overdue + counted.reported,
        "sentence": sentence(counted, decides=decides),
        "rows": found,
        "more": counted.overdue + counted.due + (counted.reported if decides else 0) - len(found),
        "simulated": any(row.simulated for row in found),
    }
