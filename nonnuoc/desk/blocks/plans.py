"""The plans of the province in two sentences, with the way to the whole page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from nonnuoc.desk.plans.overview import wording
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans.board import leader

SHOWN = 3


def make(rights: Rights, at: datetime) -> dict[str, Any] | None:
    """How all tasks stand, what is red, what waits for a decision; nothing where no plan runs."""
    if not rights.may("plans.read"):
        return None
    found = leader.province(rights, timezone.localdate(at), most=SHOWN)
    if not found.plans:
        return None
    return {
        "waits": found.blockers_number,
        "sentence": wording.counted(found.total),
        "deciding": wording.deciding(found.blockers_number) if rights.may("plans.decide") else "",
        "red": found.red,
        "rounds": [(one, wording.reported(one)) for one in found.rounds],
        "simulated": found.simulated,
    }
