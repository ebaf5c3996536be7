"""What plans ask of the reader's own unit: reports that are due, tasks that are late."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from nonnuoc.desk.plans.overview import wording
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans.board import parts

FORMS, LATE, UNITS = 3, 3, 4  # shown of each


def make(rights: Rights, at: datetime) -> dict[str, Any] | None:
    """Nothing for who reports for no unit that has a part in a plan."""
    today = timezone.localdate(at)
    found = parts.mine(rights, today)
    if found is None:
        return None
    return {
        "waits": len(found.forms),
        "sentence": wording.part(found),
        "forms": [(one, wording.due((one.round.due - today).days)) for one in found.forms[:FORMS]],
        "more_forms": len(found.forms) - FORMS,
        "late": found.late[:LATE],
        "more_late": len(found.late) - LATE,
        "units": [(plan, one) for plan, one in found.pairs[:UNITS]],
        "simulated": any(one.round.simulated for one in found.forms),
    }
