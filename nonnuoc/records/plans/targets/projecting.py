"""Where a target's values are heading: a line through the last value of each quarter, of the kind that stands first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nonnuoc.domain.plan import path
from nonnuoc.domain.plan.path import Projection
from nonnuoc.records.plans.models import Target, Value
from nonnuoc.records.plans.targets.standings import Standing

STEPS = 24  # places of the band


@dataclass(frozen=True, slots=True)
class Course:
    """`end`: on the day the target is due; `band`: from the last value to then, one a day of `days`."""

    used: Sequence[Value]
    due: date
    end: Projection
    days: Sequence[date]
    band: Sequence[Projection]

    def reaches(self, target: Target) -> str:
        """Whether the whole interval says "yes" or "no"; "unsure" where it does neither, "" where there is none."""
        low, high, wanted = self.end.low, self.end.high, target.wanted
        if low is None or high is None or wanted is None:
            return ""
        sense = Target.Sense(target.sense)
        least = None if sense is Target.Sense.AT_MOST else wanted
        most = None if sense is Target.Sense.AT_LEAST else wanted if least is None else target.wanted_to
        if (least is None or low >= least) and (most is None or high <= most):
            return "yes"
        return "no" if (least is not None and high < least) or (most is not None and low > most) else "unsure"


def course(standing: Standing, values: Sequence[Value]) -> Course:
    """Of the values of a target (of any kind, in order of their days). Nothing is projected into the past."""
    target = standing.target
    due = target.due or target.plan.ends
    kind = standing.first.kind if standing.first else ""
    known = [one for one in values if one.kind == kind and one.commune_id is None and one.value is not None]
    used = [known[place] for place in path.last_of_quarters([one.day for one in known])]
    days = _days(used[-1].day, due) if used else [due]
    bounds = (0.0, 100.0) if target.unit == "%" else (0.0, None) if target.kind == Target.Kind.COUNT else (None, None)
    told = [one.value for one in used if one.value is not None]
    band = path.projections([one.day for one in used], told, days, least=bounds[0], most=bounds[1])
    return Course(used, due, band[-1], days, band)


def _days(first: date, last: date) -> list[date]:
    span = max((last - first).days, 0)
    return [first + timedelta(days=round(span * step / STEPS)) for step in range(STEPS)] + [max(first, last)]
