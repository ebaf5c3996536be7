"""How the province's ground stands on one page: what is due, craft villages against the target, urban wastewater."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.land.stages import Step, steps_of
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.land import craft, selectors
from nonnuoc.records.registers.land.models import ContaminatedSite
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import of_model
from nonnuoc.records.registers.waters import sewerage
from nonnuoc.records.registers.waters.models import UrbanArea


@dataclass(frozen=True, slots=True)
class Row:
    """A site or a dump."""

    ground: Any
    link: str
    steps: list[Step]
    here: Step
    days: int | None  # until it is due; negative: it is over
    is_late: bool


@allowed("data.internal", "GET", "HEAD")
def overview(request: Entered) -> HttpResponse:
    """All of it, as far as one may read."""
    today = timezone.localdate()
    context = {
        "rows": [_row(one, today, request.rights) for one in selectors.grounds(request.rights)],
        "craft": craft.progress(request.rights),
        "target": craft.TARGET_PERCENT,
        "urban": [
            {
                "type": one.words(),
                "areas": one.areas,
                "states": [(state.label, one.by_state.get(state.value, 0)) for state in UrbanArea.Sewerage],
                "unknown": one.by_state.get("", 0),
            }
            for one in sewerage.standing(request.rights)
        ],
        "states": [state.label for state in UrbanArea.Sewerage],
    }
    return render(request, "desk/land/overview.html", context)


def _row(ground: Any, today: date, rights: Rights) -> Row:
    steps, register = steps_of(ground), of_model(type(ground))
    route, arguments = "land-site" if isinstance(ground, ContaminatedSite) else "land-dump", [ground.code]
    if not rights.may("data.internal", reading.subject(register, ground)):
        route, arguments = "desk-register-entry", [register.key, ground.code]
    days = (ground.due - today).days if ground.due else None
    late = days is not None and days < 0 and ground.stage != "closed"
    here = next(one for one in steps if one.standing == "here")
    return Row(ground, reverse(route, args=arguments), steps, here, days, late)
