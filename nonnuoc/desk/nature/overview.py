"""Nature at a glance: what waits, and how much of the province is under forest."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.registers.nature import cover, forest, queue
from nonnuoc.records.registers.nature.declared import REGISTERS
from nonnuoc.records.registers.pattern import reading

NAMED = 8  # communes of which nothing is known


@allowed("data.internal", "GET", "HEAD")
def overview(request: Entered) -> HttpResponse:
    """The registers of nature with how many entries each has, the queue, and the share of forest."""
    found = forest.cover_now(request.rights)
    context = {
        "registers": [(one, reading.readable(one, request.rights).count()) for one in REGISTERS],
        "waiting": queue.count(request.rights),
        "may_judge": request.rights.may(queue.ACTION),
        "may_report": request.rights.may("occurrences.write"),
        "cover": found,
        "target": cover.TARGET_PERCENT,
        "target_year": cover.TARGET_YEAR,
        "named": found.missing[:NAMED] if found else (),
        "unnamed": max(0, len(found.missing) - NAMED) if found else 0,
    }
    return render(request, "desk/nature/overview.html", context)
