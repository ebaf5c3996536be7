"""Whether the minimum flow is kept below every abstraction, now."""

from __future__ import annotations

from collections import Counter

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.registers.licences import flows as checking
from nonnuoc.records.registers.licences import wording
from nonnuoc.records.registers.licences.declared import ABSTRACTIONS
from nonnuoc.records.registers.licences.flows import Check, Verdict


@allowed("data.internal", "GET", "HEAD")
def flows(request: Entered) -> HttpResponse:
    """Each abstraction with what it must leave and what is measured; those under it first."""
    found = checking.checks(ABSTRACTIONS, request.rights, timezone.now())
    order = {Verdict.UNDER: 0, Verdict.KEPT: 1}
    lines = sorted(found, key=lambda one: (order.get(one.verdict, 2), one.abstraction.code))
    context = {
        "sentence": _sentence(found),
        "lines": [_line(one) for one in lines],
        "simulated": any(one.abstraction.simulated for one in found),
    }
    return render(request, "desk/licences/flows.html", context)


def _line(one: Check) -> dict[str, object]:
    def figure(value: float | None) -> str:
        return "" if value is None else f"{wording.number(round(value, 3))} {UNITS.get(one.unit, one.unit)}"

    return {
        "of": one.abstraction,
        "what": WORDS.get(one.property, lambda: "")(),
        "minimum": figure(one.minimum),
        "value": figure(one.value),
        "time": one.time,
        "verdict": one.verdict.value,
        "said": checking.WORDS[one.verdict],
    }


UNITS = {"m3/s": "m³/s"}
WORDS = {"Flow": lambda: gettext("flow downstream"), "WaterLevel": lambda: gettext("water level")}


def _sentence(found: list[Check]) -> str:
    counted = Counter(one.verdict for one in found)
    under, kept = counted[Verdict.UNDER], counted[Verdict.KEPT]
    unknown = len(found) - under - kept
    if not found:
        return gettext("No abstraction is registered.")
    said = [
        ngettext("%(n)d minimum is not kept.", "%(n)d minima are not kept.", under) % {"n": under}
        if under
        else gettext("No minimum is known to be passed."),
        gettext("%(kept)d kept, %(unknown)d unknown.") % {"kept": kept, "unknown": unknown},
    ]
    return " ".join(said)
