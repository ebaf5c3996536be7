"""Rounds of reporting that run now: who has answered, who has not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nonnuoc.records.plans.models import Form, Plan, Round
from nonnuoc.records.plans.rounds.selectors import WITH_UNIT


@dataclass(frozen=True, slots=True)
class Asked:
    """A running round. Every form is in exactly one of the four lists; each is ordered by the unit's name."""

    round: Round
    missing: tuple[Form, ...]  # nothing came yet
    returned: tuple[Form, ...]  # came once, and has to be mended
    came: tuple[Form, ...]  # waits to be looked at
    approved: tuple[Form, ...]
    days_left: int  # until the day it is due; negative: past

    @property
    def forms(self) -> int:
        return len(self.missing) + self.here

    @property
    def here(self) -> int:
        """How many units have reported."""
        return len(self.returned) + len(self.came) + len(self.approved)

    @property
    def is_over(self) -> bool:
        """The day has passed: what is missing is late."""
        return self.days_left < 0


def running(plans: Iterable[Plan], on: date) -> list[Asked]:
    """Rounds of these plans that are open, what is due first, first. Two queries."""
    rounds = list(
        Round.objects.filter(plan__in=list(plans), state=Round.State.OPEN).select_related("plan").order_by("due", "id")
    )
    forms: dict[int, list[Form]] = {one.pk: [] for one in rounds}
    found = Form.objects.filter(round__in=rounds).select_related("office").order_by("office__name", "pk")
    for form in found.only("round", "state", "first_submitted", "office__name", "office__code", "office__kind"):
        forms[form.round_id].append(form)
    return [_asked(one, forms[one.pk], on) for one in rounds]


def _asked(round: Round, forms: list[Form], on: date) -> Asked:
    missing = tuple(one for one in forms if one.state in WITH_UNIT and one.first_submitted is None)
    returned = tuple(one for one in forms if one.state in WITH_UNIT and one.first_submitted is not None)
    came = tuple(one for one in forms if one.state == Form.State.SUBMITTED)
    approved = tuple(one for one in forms if one.state == Form.State.APPROVED)
    return Asked(round, missing, returned, came, approved, (round.due - on).days)
