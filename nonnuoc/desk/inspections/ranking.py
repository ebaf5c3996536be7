"""Which facilities call most for an inspection, and why; from here inspections are planned."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.inspections import risk
from nonnuoc.records.inspections.risk import Scored

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A facility in the ranking; `parts`: words, figure (None: unknown), points – only what gave points."""

    scored: Scored
    share: float  # of the highest score there can be, percent
    parts: tuple[tuple[Promise, float | None, float], ...]


@allowed("inspections.keep", "GET", "HEAD")
def ranking(request: Entered) -> HttpResponse:
    """The ranking, how it is counted, and its limits."""
    found = risk.ranked(request.rights)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    planned = risk.planned(one.facility.pk for one in page.object_list)
    context = {
        "page": page,
        "lines": [(line(one), planned.get(one.facility.pk)) for one in page.object_list],
        "count": len(found),
        "reasons": [
            (risk.WORDS[one.key], list(zip(one.at_least, one.points, strict=True)), one.unknown)
            for one in risk.reasons()
        ],
        "most": risk.most(),
    }
    return render(request, "desk/inspections/ranking.html", context)


def line(one: Scored) -> Line:
    """A score in words."""
    parts = tuple((risk.WORDS[part.key], part.figure, part.points) for part in one.parts if part.points)
    return Line(one, 100 * one.total / risk.most(), parts)
