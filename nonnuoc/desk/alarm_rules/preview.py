"""What a rule of alarm would have raised, shown before it is switched on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from nonnuoc.desk.alarm_rules import rule, shown, wording
from nonnuoc.desk.alarm_rules.shown import Shown
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.accounts.access import Reach
from nonnuoc.records.alerts.rulebook import drafting, previewing, scoping
from nonnuoc.records.alerts.rulebook.drafting import Draft

DEFAULT = "30d"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which past, and from which station on."""

    period: str
    start: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Previewed:
    """A draft run over a past, and the rules beside it."""

    asked: Asked
    shown: Shown
    overlaps: list[rule.Beside]


def asked(query: QueryDict) -> Asked:
    """What was asked for; 30 days and the first station where that cannot be read."""
    period, start = query.get("period", ""), query.get("start", "")
    period = period if period in shown.PERIODS else DEFAULT
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    return Asked(period, first, *shown.span(period, timezone.now()))


def run(draft: Draft, wanted: Asked, reach: Reach) -> Previewed:
    """The draft over the past that was asked for."""
    version = drafting.candidate(draft, since=wanted.since)
    spots = scoping.where(version, reach)
    found = previewing.preview(version, spots, wanted.since, wanted.until, start=wanted.start)
    overlaps = scoping.overlapping(version, spots, timezone.now()) if wanted.start == 0 else []
    return Previewed(wanted, shown.of(version, found), [rule.beside(one) for one in overlaps])


@allowed("alarm_rules.manage", "GET", "HEAD")
def preview(request: Entered, code: str) -> HttpResponse:
    """What the rule as it stands would have raised, whether it is switched on or not."""
    _versions, line = rule.managed(request, code)
    wanted = asked(request.GET)
    found = run(drafting.of_rule(line.rule), wanted, request.rights.reach("alarm_rules.manage"))
    context = {
        "rule": line.rule,
        "name": wording.told(line.rule, "name"),
        "standing": line.standing,
        "state": wording.state(line.standing),
        "previewed": found,
        "periods": shown.period_words(),
        "next": f"?{urlencode({'period': wanted.period, 'start': found.shown.next})}" if found.shown.next else "",
        "simulated": any(place.simulated for place in found.shown.places),
    }
    return render(request, "desk/alarm_rules/preview.html", context)
