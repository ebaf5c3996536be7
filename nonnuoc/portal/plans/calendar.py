"""The ends of a plan's public tasks, for anybody's calendar."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.domain import icalendar
from nonnuoc.look.access import public
from nonnuoc.records.plans import published

AGE_S = 3600


@public(max_age=AGE_S)
def feed(request: HttpRequest, plan: str) -> HttpResponse:
    """One day for each task that ends on one."""
    found = published.plan(plan)
    if found is None:
        raise Http404(_("There is no public plan with this code. All of them are in the list of plans."))
    on = timezone.localdate()
    days = [
        icalendar.Day(
            uid=f"{found.code}-task-{one.task.code}@{request.get_host()}",
            day=one.task.ends,
            summary=f"{one.task.code} {one.task.title}",
            description=one.task.lead_text,
            link=request.build_absolute_uri(reverse("plan-progress-task", args=[found.code, one.task.code])),
            done=one.task.done is not None,
        )
        for one in published.tasks(found, on)
        if one.task.ends is not None
    ]
    text = icalendar.calendar(days, name=found.short_title, producer="Non Nước", stamp=timezone.now())
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")
