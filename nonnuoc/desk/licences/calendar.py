"""The calendar of obligations: three months as lists, and the next year as a file for one's own calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.licences import rows
from nonnuoc.desk.licences.rows import Row
from nonnuoc.domain import icalendar, obligations
from nonnuoc.records.registers.licences import selectors, wording
from nonnuoc.records.registers.licences.selectors import Line

SHOWN = 3  # months
BACK, AHEAD = timedelta(days=31), timedelta(days=400)  # what the file holds
RINGS = 7  # days before it is due
YEARS = (2000, 2100)


@dataclass(frozen=True, slots=True)
class Month:
    """A month and what falls due in it."""

    first: date
    title: str
    rows: list[Row]


@allowed("data.internal", "GET", "HEAD")
def months(request: Entered) -> HttpResponse:
    """Three months from the one asked for (this one)."""
    today = timezone.localdate()
    first = _asked(request.GET.get("month", "")) or today.replace(day=1)
    ends = obligations.months_after(first, SHOWN)
    lines = selectors.between(request.rights, first, ends - obligations.ONE_DAY, today)
    shown = [_month(obligations.months_after(first, n), lines) for n in range(SHOWN)]
    context = {
        "months": shown,
        "previous": f"{obligations.months_after(first, -SHOWN):%Y-%m}",
        "next": f"{ends:%Y-%m}",
        "is_now": first == today.replace(day=1),
        "sentence": _sentence(lines, shown),
        "simulated": any(row.simulated for month in shown for row in month.rows),
    }
    return render(request, "desk/licences/calendar.html", context)


@allowed("data.internal", "GET", "HEAD")
def file(request: Entered) -> HttpResponse:
    """What is open within a year, and what was due in the last month, as iCalendar."""
    now, today = timezone.now(), timezone.localdate()
    lines = selectors.between(request.rights, today - BACK, today + AHEAD, today)
    text = icalendar.calendar(
        [_day(request, one) for one in lines],
        name=gettext("Environmental obligations"),
        producer="Non Nuoc//Obligations",
        stamp=now,
    )
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="obligations.ics"'
    return answer


def _day(request: Entered, line: Line) -> icalendar.Day:
    row = line.row
    link = request.build_absolute_uri(reverse("licences-obligation", args=[row.pk]))
    mark = gettext("[simulated]") if row.dossier.simulated else ""
    said = " ".join(filter(None, [mark, f"{row.dossier.facility.name}: {wording.title(row)}"]))
    done = row.settled in ("met", "excused")
    return icalendar.Day(f"{row.key}@nonnuoc", row.due, said, row.dossier.number, link, done, RINGS)


def _month(first: date, lines: list[Line]) -> Month:
    mine = [one for one in lines if (one.row.due.year, one.row.due.month) == (first.year, first.month)]
    return Month(first, f"{first:%m/%Y}", rows.of(mine))


def _sentence(lines: list[Line], shown: list[Month]) -> str:
    said = {"n": len(lines), "since": shown[0].title, "until": shown[-1].title}
    if not lines:
        return gettext("Nothing falls due from %(since)s to %(until)s.") % said
    return gettext("From %(since)s to %(until)s: %(n)d obligations.") % said


def _asked(text: str) -> date | None:
    """The first of a month written 2026-12; None: nothing of the kind."""
    year, _dash, month = text.partition("-")
    if not (text.isascii() and year.isdigit() and month.isdigit() and len(year) == 4 and 1 <= int(month[:3]) <= 12):
        return None
    return date(int(year), int(month), 1) if YEARS[0] <= int(year) <= YEARS[1] else None
