"""The network as JSON: the same stations, states and counts as its page, with the same filters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone

from nonnuoc.look.access import public
from nonnuoc.portal import network_filter
from nonnuoc.portal.network import streams
from nonnuoc.records.monitoring import availability
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.availability import Counted, Share, Span
from nonnuoc.records.monitoring.selectors import Latest, StationNow


@public(max_age=60)
def network(request: HttpRequest) -> HttpResponse:
    """Stations as `/network` lists them, fifty at a time; `next` leads on. Times are ISO 8601 in UTC."""
    asked = network_filter.read(request.GET, monitoring.stations_now(at := timezone.now()))
    counted = availability.of(streams(asked.shown))
    here = request.build_absolute_uri(reverse("data-network"))
    more = here + asked.query(page=asked.page + 1) if asked.page < asked.pages else None
    told = {
        "at": _time(at),
        "counted": _time(counted.at),
        "definition": request.build_absolute_uri(reverse("method")) + "#availability",
        "found": len(asked.found),
        "page": asked.page,
        "pages": asked.pages,
        "next": more,
        "stations": [_station(one, counted) for one in asked.shown],
    }
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


def _station(station: StationNow, counted: Counted) -> dict[str, Any]:
    return {
        "code": station.code,
        "name": station.name,
        "kind": station.kind,
        "state": network_filter.state(station),
        "commune": station.commune,
        "simulated": station.simulated,
        "newest": _time(station.heard),
        "silent_since": _time(station.silent_since),
        "availability": {span.value: _share(counted.together(streams([station]), span)) for span in Span},
        "parameters": [_parameter(latest, counted) for latest in station.latest],
    }


def _parameter(latest: Latest, counted: Counted) -> dict[str, Any]:
    return {
        "property": latest.observed.code,
        "unit": latest.observed.unit,
        "procedure": latest.procedure,
        "interval_s": latest.interval_s,
        "newest": _time(latest.time),
        "silent_since": _time(latest.silent_since),
        "flag": latest.flag,
        "status": latest.status,
        "validated": latest.validated,
        "availability": {span.value: _share(counted.of(latest.datastream_id, span)) for span in Span},
    }


def _share(share: Share) -> dict[str, Any] | None:
    if not share.expected:
        return None
    return {
        "expected": share.expected,
        "arrived": share.arrived,
        "usable": share.usable,
        "arrived_percent": share.arrived_percent,
        "usable_percent": share.usable_percent,
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
