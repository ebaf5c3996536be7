"""/api/incidents: threshold crossings as events, with how often, since when, how long, how far."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from nonnuoc.api.doors.callers import Caller, read
from nonnuoc.api.doors.problems import Problem
from nonnuoc.api.doors.rendering import as_json
from nonnuoc.api.incidents import asking
from nonnuoc.look.catalogue import LICENCE
from nonnuoc.records.alerts import events
from nonnuoc.records.alerts.events import Event
from nonnuoc.records.alerts.models import Alarm, Incident, Severity

#: A line of the table is one alarm: its incident first.
COLUMNS = (
    *("incident", "station", "simulated", "family", "incident_severity", "state", "outcome"),
    *("rule", "datastream", "property", "procedure", "severity", "onset", "raised", "cleared", "elapsed_s"),
    *("level", "peak", "unit", "peak_time", "values", "suspect", "document"),
)


@read(max_age=60)
def listing(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Those the caller may see, the newest first."""
    now = timezone.now()
    wanted = asking.of(request.GET, now)
    found = events.newest(caller.rights, wanted.asked, before=wanted.before, most=wanted.most + 1)
    shown, more = found[: wanted.most], len(found) > wanted.most
    following = _following(request, shown) if more else None
    if wanted.format == "csv":
        answer = HttpResponse(_table(shown, now), content_type="text/csv; charset=utf-8")
        if following:
            answer.headers["Link"] = f'<{following}>; rel="next"'
        return answer
    told = {
        "at": _time(now),
        "licence": LICENCE.url,
        "next": following,
        "incidents": [_told(one, now) for one in shown],
    }
    return as_json(told)


@read(max_age=60)
def one(request: HttpRequest, caller: Caller, identity: int) -> HttpResponse:
    """One incident."""
    asking.format_of(request.GET)
    found = events.by_id(identity, caller.rights) if identity <= asking.HIGHEST else None
    if found is None:
        raise Problem(404, "unknown", "There is no incident with this number, or none that you may read.")
    return as_json(_told(found, timezone.now()))


def _following(request: HttpRequest, shown: list[Event]) -> str:
    query = {**request.GET.dict(), "before": str(shown[-1].incident.id)}
    return f"{request.build_absolute_uri(request.path)}?{urlencode(query)}"


def _told(event: Event, now: datetime) -> dict[str, Any]:
    incident = event.incident
    thing = incident.thing
    inside = (
        {
            "acknowledged": _time(incident.acknowledged),
            "closed": _time(incident.closed),
            "cause": incident.cause,
            "changed": _time(incident.changed),
        }
        if event.inside
        else {}
    )
    return {
        "id": incident.id,
        "uuid": str(incident.uuid),
        "station": thing.code if thing else None,
        "simulated": _is_simulated(event),
        "family": incident.family,
        "severity": _severity(incident.severity),
        "state": incident.state,
        "outcome": incident.outcome or None,
        "onset": _time(incident.onset),
        "cleared": _time(incident.cleared),
        "elapsed_s": _elapsed(incident, now),
        "opened": _time(incident.opened),
        "merged_into": incident.merged_into_id if event.inside else None,
        **inside,
        "alarms": [_alarm(one, paper, now) for one, paper in zip(event.alarms, event.documents, strict=True)],
    }


def _alarm(alarm: Alarm, document: str, now: datetime) -> dict[str, Any]:
    stream = alarm.datastream
    return {
        "rule": alarm.code,
        "name": alarm.rule.name_vi,
        "name_en": alarm.rule.name_en,
        "station": alarm.thing.code if alarm.thing else None,
        "datastream": alarm.datastream_id,
        "property": stream.observed_property.code if stream else None,
        "procedure": stream.procedure if stream else None,
        "unit": stream.observed_property.unit if stream else None,
        "severity": _severity(alarm.severity),
        "onset": _time(alarm.onset),
        "raised": _time(alarm.raised),
        "cleared": _time(alarm.cleared),
        "elapsed_s": _elapsed(alarm, now),
        "level": alarm.level,
        "peak": alarm.peak,
        "peak_time": _time(alarm.peak_time),
        "values": alarm.beyond,
        "suspect": alarm.suspect,
        "document": document,
    }


def _table(found: Iterable[Event], now: datetime) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(line for event in found for line in _lines(event, now))
    return text.getvalue()


def _lines(event: Event, now: datetime) -> Iterator[list[Any]]:
    incident = event.incident
    for alarm, document in zip(event.alarms, event.documents, strict=True):
        told = {
            **_alarm(alarm, document, now),
            "incident": incident.id,
            "simulated": _is_simulated(event),
            "family": incident.family,
            "incident_severity": _severity(incident.severity),
            "state": incident.state,
            "outcome": incident.outcome,
        }
        yield ["" if told[name] is None else told[name] for name in COLUMNS]


def _is_simulated(event: Event) -> bool:
    things = [event.incident.thing] if event.incident.thing else [one.thing for one in event.alarms]
    return any(one.simulated for one in things if one is not None)


def _elapsed(lasting: Incident | Alarm, now: datetime) -> int:
    """Seconds of the event itself: until it was over, or until now."""
    return max(0, int(((lasting.cleared or now) - lasting.onset).total_seconds()))


def _severity(number: int) -> str:
    return Severity(number).name.lower()


def _time(moment: datetime | None) -> str | None:
    """ISO 8601, local with its offset, to the second."""
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
