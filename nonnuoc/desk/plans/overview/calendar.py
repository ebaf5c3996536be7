"""The days of a plan: as a list by month, and as an address that calendar programs read by themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.desk.plans.overview import finding
from nonnuoc.domain import icalendar
from nonnuoc.look.access import PUBLIC, stated
from nonnuoc.records.accounts import offices
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.board import agenda, feeds
from nonnuoc.records.plans.board.agenda import Day, Kind
from nonnuoc.records.plans.models import Plan

RINGS = 14  # days before it is due


@dataclass(frozen=True, slots=True)
class Month:
    """A month and what falls on its days."""

    title: str
    days: tuple[tuple[Day, str, str], ...]  # what it is, and where it is told


@allowed("plans.read", "GET", "HEAD", "POST")
def page(request: Entered, plan: str) -> HttpResponse:
    """What is open, by month; one's own address for a calendar, made and ended here."""
    found = plan_of(request, plan)
    if request.method == "POST":
        return _act(request, found)
    today = timezone.localdate()
    office = _office(request.GET.get("office", ""))
    days = agenda.days(found, office)
    open_days = [one for one in days if not one.done]
    key = feeds.key(request.user)
    context = {
        "plan": found,
        "months": [
            Month(title, tuple((one, said(one), link(found, one)) for one in those))
            for title, those in groupby(open_days, key=lambda one: f"{one.day:%m/%Y}")
        ],
        "late": sum(one.day < today for one in open_days),
        "number": len(open_days),
        "done": len(days) - len(open_days),
        "today": today,
        "office": office,
        "mine": finding.mine(request)[:1],
        "key": key,
        "address": request.build_absolute_uri(_address(found, feeds.token(key), office)) if key else "",
        "simulated": bool(selectors.invented([found])),
    }
    return render(request, "desk/plans/overview/calendar.html", context)


def _act(request: Entered, plan: Plan) -> HttpResponse:
    try:
        if request.POST.get("deed") == "end":
            feeds.end(request.user)
            messages.success(request, _("The address shows nothing any more."))
        else:
            feeds.make(request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{reverse('plan-calendar', args=[plan.code])}#own")


@stated(PUBLIC)
@never_cache
@require_safe
def feed(request: HttpRequest, plan: str, token: str) -> HttpResponse:
    """The days as iCalendar, for the bearer of the address: what its person may see at this moment."""
    rights = feeds.reader(token)
    found = selectors.plan(plan, rights) if rights is not None and rights.may("plans.read") else None
    if found is None:
        raise Http404(_("This address shows nothing, or nothing any more. Make a new one on the desk."))
    office = _office(request.GET.get("office", ""))
    name = f"{found.short_title}: {office.name}" if office else found.short_title
    text = icalendar.calendar(
        [_event(request, found, one) for one in agenda.days(found, office)],
        name=name,
        producer="Non Nuoc//Plans",
        stamp=timezone.now(),
    )
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


def said(day: Day) -> str:
    """What falls on it, in words."""
    return _SAID[day.kind](day)


_SAID: Mapping[Kind, Callable[[Day], str]] = {
    Kind.TASK: lambda day: _("Task %(code)s ends: %(title)s") % {"code": day.code, "title": day.title},
    Kind.MILESTONE: lambda day: _("Milestone of task %(code)s: %(title)s") % {"code": day.code, "title": day.title},
    Kind.ROUND: lambda day: _("Report due: %(title)s") % {"title": day.title},
    Kind.BASELINE: lambda day: (
        _("Baseline of target %(code)s to be set: %(title)s") % {"code": day.code, "title": day.title}
    ),
}
_ROUTES: Mapping[Kind, str] = {
    Kind.TASK: "plan-task",
    Kind.MILESTONE: "plan-task",
    Kind.ROUND: "plan-round",
    Kind.BASELINE: "plan-target",
}


def link(plan: Plan, day: Day) -> str:
    """Where it is told of."""
    return reverse(_ROUTES[day.kind], args=[plan.code, day.code])


def _event(request: HttpRequest, plan: Plan, day: Day) -> icalendar.Day:
    mark = _("[simulated]") if day.simulated or plan.simulated else ""
    words = " ".join(filter(None, [mark, said(day)]))
    address = request.build_absolute_uri(link(plan, day))
    return icalendar.Day(f"{day.key}@nonnuoc", day.day, words, day.about or plan.title, address, day.done, RINGS)


def _address(plan: Plan, token: str, office: Office | None) -> str:
    address = reverse("plan-calendar-feed", args=[plan.code, token])
    return f"{address}?office={office.code}" if office else address


def _office(code: str) -> Office | None:
    return offices.by_code(code) if code else None
