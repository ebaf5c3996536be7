"""All warnings: in force now, exercises in a frame of their own, and those of the last thirty days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from nonnuoc.look import warning as reading
from nonnuoc.look.access import PAGE_S, public
from nonnuoc.records.places import selectors as places
from nonnuoc.records.places.models import Commune
from nonnuoc.records.warnings import selectors as warnings
from nonnuoc.records.warnings.models import PublicWarning

PAST = timedelta(days=30)
Status = PublicWarning.Status


@public(max_age=PAGE_S)
def listing(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    asked = request.GET.get("commune", "")
    chosen = places.commune_by_code(asked) if asked and "\0" not in asked else None
    now = _within(warnings.in_force(at), chosen)
    running = {one.identifier for one in now}
    past = [one for one in warnings.published(at - PAST, commune=chosen) if one.identifier not in running]
    context = {
        "at": at,
        "sentence": sentence(len(now), chosen),
        "now": [reading.told(one) for one in now],
        "exercises": [reading.told(one) for one in _within(warnings.in_force(at, status=Status.EXERCISE), chosen)],
        "past": [(reading.told(one), _end(one, at)) for one in _last_of_each(past)],
        "communes": places.communes_like(""),
        "chosen": chosen,
    }
    return render(request, "portal/warned/list.html", context)


def sentence(count: int, chosen: Commune | None) -> str:
    """The answer first."""
    if chosen is not None:
        if not count:
            return gettext("No warning is in force for %(where)s.") % {"where": chosen.full_name}
        said = ngettext("%(n)d warning is in force for %(where)s.", "%(n)d warnings are in force for %(where)s.", count)
        return said % {"n": count, "where": chosen.full_name}
    if not count:
        return gettext("No warning is in force.")
    return ngettext("%(n)d warning is in force.", "%(n)d warnings are in force.", count) % {"n": count}


def _within(held: Sequence[PublicWarning], chosen: Commune | None) -> list[PublicWarning]:
    return [one for one in held if chosen is None or any(each.id == chosen.id for each in one.communes.all())]


def _last_of_each(past: Sequence[PublicWarning]) -> list[PublicWarning]:
    """Of a line of updates its last message; it tells of the others."""
    changed = {one.changes_id for one in past}
    return [one for one in past if one.id not in changed]


def _end(one: PublicWarning, at: datetime) -> str:
    """How it ended, or that it goes on in another message."""
    if one.message_type == PublicWarning.MessageType.CANCEL:
        return gettext("cancelled")
    return gettext("over") if one.expires <= at else gettext("updated")
