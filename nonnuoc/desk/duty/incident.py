"""One incident: all that somebody needs to judge it at three in the morning, and what they can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.duty import charts, forms, listing, logged, near_map, nearby, telling
from nonnuoc.desk.duty.forms import Deed
from nonnuoc.look import figures, handing_out
from nonnuoc.records.alerts import selectors, surroundings
from nonnuoc.records.alerts.attending import told
from nonnuoc.records.alerts.attending.wording import article
from nonnuoc.records.alerts.levels import documents
from nonnuoc.records.alerts.models import Alarm, Family, Incident
from nonnuoc.records.alerts.selectors import Listed
from nonnuoc.records.alerts.surroundings import Near
from nonnuoc.records.monitoring import receipts

RECEIPTS = 5
LISTED = 60  # alarms on the page; an incident of the network has one for each station


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """One alarm of the table."""

    alarm: Alarm
    name: str
    what: str
    peak: str
    level: str
    length: str
    link: str  # to the rule's document
    article: str  # what the rule rests on


@allowed("incidents.read", "GET", "HEAD")
def incident(request: Entered, identity: int) -> HttpResponse:
    """The whole page."""
    return render(request, "desk/duty/incident.html", _page(request, _found(request, identity)))


@allowed("incidents.handle", "POST")
def act(request: Entered, identity: int) -> HttpResponse:
    """Do what one of the forms says. Refused, the page comes back with the reason in that form."""
    found = _found(request, identity)
    request.rights.require("incidents.handle", selectors.subject(found))
    kind = forms.DEEDS.get(request.POST.get("deed", ""))
    if kind is None:
        raise Http404(_("There is nothing like that to be done."))
    form = kind(found, request.POST, request.FILES)
    if form.attempt(request):
        return redirect("duty") if request.POST.get("back") == "list" else redirect("duty-incident", identity)
    again = _found(request, identity)
    return render(request, "desk/duty/incident.html", _page(request, again, form), status=422)


@allowed("incidents.read", "GET", "HEAD")
def attachment(request: Entered, identity: int, uuid: UUID) -> HttpResponse:
    """A file somebody added. Pictures are shown, everything else is saved; none of it is ever run."""
    found = selectors.attachment(_found(request, identity).id, uuid)
    if found is None:
        raise Http404
    return handing_out.shown(found.name, found.media_type, found.body)


def _found(request: Entered, identity: int) -> Incident:
    found = selectors.by_id(identity, request.rights)
    if found is None:
        raise Http404(_("There is no incident with this number."))
    return found


def _page(request: Entered, found: Incident, refused: Deed | None = None) -> dict[str, Any]:
    at, rights = timezone.now(), request.rights
    alarms = selectors.alarms(found.id)
    lead = min(alarms, key=lambda one: (-one.severity, one.cleared is not None, one.onset), default=None)
    going_on = sum(one.cleared is None for one in alarms)
    stations = len({one.thing_id for one in alarms if one.thing_id})
    listed = Listed(found, selectors.part_of(found), lead, len(alarms), going_on, stations)
    row = listing.row(listed, rights, at)
    subject = selectors.subject(found)
    may_handle = rights.may("incidents.handle", subject)
    return {
        "at": at,
        "incident": found,
        "row": row,
        "lead": lead,
        "rule": _rule(lead),
        "alarms": _lines(alarms[:LISTED], at),
        "more_alarms": max(0, len(alarms) - LISTED),
        "merged": selectors.merged(found.id),
        "charts": charts.of(found, alarms, at),
        "log": logged.lines(selectors.log(found.id)),
        "told": told.messages(found.id) if rights.may("outbox.read") or may_handle else [],
        "deeds": _deeds(found, at, refused) if may_handle else [],
        "refused": refused,
        "may_warn": rights.may("warnings.write", subject) and found.family == Family.ENVIRONMENT,
        "simulated": row.simulated,
        "standing": selectors.standing(rights),
        **(_around(request, found, lead, at) if found.thing is not None else {}),
    }


def _around(request: Entered, found: Incident, lead: Alarm | None, at: datetime) -> dict[str, Any]:
    rights, thing = request.rights, found.thing
    assert thing is not None  # noqa: S101 - asked by the caller
    near = surroundings.neighbours(thing, lead, rights, at)
    delivered = rights.reach("deliveries.read")
    return {
        "near": nearby.lines(near, lead, at),
        "verdict": nearby.verdict(near, lead),
        "map": _map(thing.id, request, near),
        "weather": nearby.weather(surroundings.weather(thing, lead, rights, at), at),
        "calibrations": surroundings.calibrations(thing.id, at),
        "receipts": receipts.newest(delivered, station=thing.code, most=RECEIPTS),
        "may_read_receipts": rights.may("deliveries.read"),
    }


def _map(thing_id: int, request: Entered, near: Sequence[Near]) -> near_map.NearMap | None:
    own = next((one for one in surroundings.spots(request.rights, kinds=("",), also=thing_id)), None)
    if own is None or own.lon is None or own.lat is None:
        return None
    return near_map.draw(own.lon, own.lat, own.exact, near)


def _lines(alarms: Sequence[Alarm], at: datetime) -> list[AlarmLine]:
    return [_line(one, paper, at) for one, paper in zip(alarms, documents.of_alarms(alarms), strict=True)]


def _line(alarm: Alarm, document: str, at: datetime) -> AlarmLine:
    length = telling.span((alarm.cleared or max(at, alarm.last_beyond)) - alarm.onset)
    source = alarm.rule.source
    return AlarmLine(
        alarm, telling.name(alarm), telling.measured(alarm), telling.value(alarm, alarm.peak),
        telling.level(alarm, _unit(alarm)), length, source if source.startswith("https://") else "",
        article(document),
    )  # fmt: skip


def _unit(alarm: Alarm) -> str:
    return figures.unit(alarm.datastream.observed_property.unit) if alarm.datastream else ""


def _rule(lead: Alarm | None) -> dict[str, str]:
    """What it means and what to do, in the reader's language."""
    if lead is None:
        return {}
    language = "en" if get_language() == "en" else "vi"
    return {name: getattr(lead.rule, f"{name}_{language}") for name in ("meaning", "action")}


def _deeds(found: Incident, at: datetime, refused: Deed | None) -> list[Deed]:
    every = forms.offered(found, at)
    if refused is None:
        return every
    mended = [refused if one.key == refused.key else one for one in every]
    return mended if refused in mended else [refused, *mended]
