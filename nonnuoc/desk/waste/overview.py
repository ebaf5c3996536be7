"""Waste of the province on one page: what the plan wants, what is known of it, who has told nothing, what waits."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.registers.waste import manifests, praising, tables, targets

EARLIEST = 2020


@allowed("data.internal", "GET", "HEAD")
def page(request: Entered) -> HttpResponse:
    """Of a year: this one, or the one asked for."""
    today, asked = timezone.localdate(), request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and EARLIEST <= int(asked) <= today.year else today.year
    shares = targets.shares(request.rights, year)
    waiting = manifests.waiting(request.rights)
    context = {
        "year": year,
        "years": range(today.year, max(EARLIEST, today.year - 4), -1),
        "shares": shares,
        "known": [one for one in shares if one.share.percent is not None],
        "counts": targets.counts(request.rights),
        "about": tables.about_sites(request.rights),
        "waiting": waiting,
        "late": [one for one in praising.standings(request.rights, today) if one.late],
        "simulated": targets.has_invented(request.rights, year),
    }
    return render(request, "desk/waste/overview.html", context)
