"""Incidents as other programs read them: what happened, with every alarm of it. Nothing here writes.

Strangers are told of what somebody has confirmed or what the public was warned of, at public stations: an alarm alone
may be an instrument at fault, and a false one once read is believed for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.alerts import selectors
from nonnuoc.records.alerts.levels import documents
from nonnuoc.records.alerts.models import Alarm, Family, Incident
from nonnuoc.records.alerts.selectors import Asked


@dataclass(frozen=True, slots=True)
class Event:
    """An incident with its alarms. `inside`: the reader may see incidents there, not only what everybody may."""

    incident: Incident
    alarms: Sequence[Alarm]
    inside: bool
    documents: Sequence[str] = ()  # what the level of each alarm rests on; a facility's own paper only for `inside`


def for_all() -> Q:
    """The incidents everybody may read."""
    warned: Any = Incident.objects.filter(warnings__state="published", warnings__status="Actual").values("id")
    confirmed = Q(state=Incident.State.CLOSED, outcome=Incident.Outcome.CONFIRMED)
    outside = Q(family=Family.ENVIRONMENT, thing__data_class=DataClass.PUBLIC, told__isnull=False)
    return outside & (confirmed | Q(id__in=warned))


def newest(rights: Rights, asked: Asked, *, before: int | None = None, most: int) -> list[Event]:
    """At most so many that the reader may see, the newest first; `before` an id, to go on. Three queries."""
    found = Incident.objects.filter(selectors.within(rights) | for_all(), asked.chosen())
    if before is not None:
        found = found.filter(id__lt=before)
    return _events(list(found.select_related("thing").order_by("-id")[:most]), rights)


def by_id(identity: int, rights: Rights) -> Event | None:
    """One of them; None: there is none, or none for this reader."""
    found = Incident.objects.filter(selectors.within(rights) | for_all(), id=identity).select_related("thing")
    return next(iter(_events(list(found), rights)), None)


def _events(incidents: Sequence[Incident], rights: Rights) -> list[Event]:
    ids = [one.id for one in incidents]
    inside = set(Incident.objects.filter(selectors.within(rights), id__in=ids).values_list("id", flat=True))
    alarms: dict[int, list[Alarm]] = {}
    known = Alarm.objects.filter(incident_id__in=ids).select_related("rule", "thing", "datastream__observed_property")
    for one in known.order_by("incident_id", "-severity", F("cleared").desc(nulls_first=True), "onset", "id"):
        alarms.setdefault(one.incident_id, []).append(one)
    named = [alarm for id in inside for alarm in alarms.get(id, ())]
    papers = dict(zip((one.id for one in named), documents.of_alarms(named), strict=True))
    return [
        Event(
            one,
            mine := alarms.get(one.id, ()),
            one.id in inside,
            [papers.get(alarm.id, alarm.rule.article) for alarm in mine],
        )
        for one in incidents
    ]
