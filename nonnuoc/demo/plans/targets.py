"""What is known of the targets: declared for past years, measured from the demonstration's records, paths to 2030."""

from __future__ import annotations

from datetime import date

from nonnuoc.demo.plans.days import OFFICER, moment, person, table
from nonnuoc.records.accounts import offices
from nonnuoc.records.plans.models import Plan
from nonnuoc.records.plans.targets import keeping, values


def load(plan: Plan, today: date) -> None:
    """Values, baselines and paths; what is measured is measured, what is declared says that it is invented."""
    told, by, at = table("targets"), person(OFFICER), moment(today)
    targets = {one.code: one for one in plan.targets.select_related("plan")}
    for code, years in told["declared"].items():
        for year, value in years.items():
            day = date(int(year), 12, 31)
            values.declare(targets[code], day=day, value=value, evidence=told["evidence"], by=by, at=at, simulated=True)
    for code, value in told["baseline"].items():
        day = date(2025, 12, 31)
        keeping.set_baseline(targets[code], value=value, day=day, source=told["evidence"], by=by, at=at)
    known = {one.code: one for one in offices.every()}
    for code, (office, due) in told["asked"].items():
        keeping.ask_for_baseline(targets[code], office=known[office], due=due, by=by, at=at)
    for code, points in told["path"].items():
        path = {int(year): value for year, value in points.items()}
        keeping.set_path(targets[code], path, source=told["source"], by=by, at=at)
    for day in (*(one for one in told["measured"] if one < today), today):
        values.record(plan, day, at=moment(day, 23))
