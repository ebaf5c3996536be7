"""How a producer's declaration stands: what is due, what is missing, what is late. Unknown where nobody typed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from nonnuoc.domain import waste
from nonnuoc.records.registers.waste.models import Declaration


@dataclass(frozen=True, slots=True)
class Standing:
    """How a declaration stands; None where it cannot be known from what was typed."""

    declaration: Declaration
    due_t: float | None  # to be recycled: what was put on the market times the rate as it was typed
    short_t: float | None
    unpaid_vnd: int | None
    late: bool | None


def standing(one: Declaration, today: date) -> Standing:
    """What is still to be done of one declaration."""
    due_t = waste.recycling_due(one.market_t, one.rate_percent)
    short = None if due_t is None or one.recycled_t is None else max(0.0, due_t - one.recycled_t)
    unpaid = None if one.due_vnd is None else max(0, one.due_vnd - (one.paid_vnd or 0))
    settled = one.state == Declaration.State.SETTLED
    late = False if settled else None if one.due is None else one.due < today
    return Standing(one, due_t, short, unpaid, late)


def standing_today(one: Declaration) -> Standing:
    """How it stands on the day it is read."""
    return standing(one, timezone.localdate())
