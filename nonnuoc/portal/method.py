"""How a number comes to be, step by step, and what every step stands on. All figures come from the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc import rules
from nonnuoc.ingest import clocks
from nonnuoc.look import figures
from nonnuoc.look.access import public
from nonnuoc.portal import glossary, method_checks, method_indices, river, sources
from nonnuoc.portal.sources import exact


@dataclass(frozen=True, slots=True)
class Conversion:
    """A registered way from one unit to another."""

    since: str
    to: str
    how: str
    as_it_is: bool  # a concentration in air taken as it came, not corrected to normal conditions


@public(max_age=3600)
def method(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    steps = river.steps()
    context = {
        "today": sources.day(today),
        "contents": contents(),
        "steps": steps,
        "course": river.course(steps),
        "wide": river.WIDE,
        "high": river.HIGH,
        "ahead": int(clocks.AHEAD.total_seconds() // 60),
        "shift": int(clocks.UTC_SHIFT.total_seconds() // 3600),
        "tt10": rules.load("tt10", on=today),
        "statuses": method_checks.statuses(today),
        "tests": method_checks.tests(today),
        "thresholds": method_checks.thresholds(today),
        "qc": rules.load("qc", on=today),
        "averaging": rules.load("averaging", on=today),
        "means": method_indices.means(today),
        "air": method_indices.air(today),
        "water": method_indices.water(today),
        "documents": sources.documents(today),
        "conversions": conversions(today),
        "sources": sources.sources(today),
        "words": glossary.words(),
    }
    return render(request, "portal/method.html", context)


def contents() -> list[tuple[str, str]]:
    """(anchor, heading) of every section, in the order of the page. Other pages link to these anchors."""
    return [
        ("river", gettext("From the instrument to the page")),
        ("arrival", gettext("Clocks, late data, and what an instrument says of itself")),
        ("qc", gettext("Quality checks")),
        ("standing", gettext("Provisional and validated")),
        ("averages", gettext("Means, and when there are enough values for one")),
        ("vn_aqi", gettext("Air: VN_AQI")),
        ("vn_wqi", gettext("Water: VN_WQI")),
        ("limits", gettext("Limits and when they hold")),
        ("availability", gettext("Availability: how much of what was to come has come")),
        ("units", gettext("Units and their conversion")),
        ("simulated", gettext("Simulated stations")),
        ("sources", gettext("Sources")),
        ("glossary", gettext("Words")),
    ]


def conversions(on: date) -> list[Conversion]:
    """Every registered conversion; what is not here is not converted, and the line is refused."""
    found = rules.load("units", on=on).data["conversion"]
    return [
        Conversion(
            figures.unit(one["from"]),
            figures.unit(one["to"]),
            _how(one["factor"], one.get("offset", 0)),
            "not corrected to normal conditions" in one["reason"],
        )
        for one in found
    ]


def _how(factor: float, offset: float) -> str:
    said = f"× {exact(factor)}"
    return f"{said} {'−' if offset < 0 else '+'} {exact(abs(offset))}" if offset else said
