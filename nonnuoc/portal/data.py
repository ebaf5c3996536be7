"""JSON for the map and the chart. Everything here is public, and every page says the same in HTML."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from nonnuoc.domain.quality import Flag
from nonnuoc.domain.quality import flag as flag_of
from nonnuoc.look.access import public
from nonnuoc.portal import land, rows, words
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring import timeseries
from nonnuoc.records.monitoring.selectors import Position, StationNow
from nonnuoc.records.monitoring.timeseries import Series

GEOJSON = "application/geo+json"


@public(max_age=30)
def stations(request: HttpRequest) -> HttpResponse:
    """Every station that has at least a commune, with its mark."""
    at = timezone.now()
    features = [_station(s, s.position, at) for s in monitoring.stations_now(at) if s.position]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type=GEOJSON)


@public(max_age=3600)
def communes(request: HttpRequest) -> HttpResponse:
    """Every commune as a point with its name, and as a polygon, simplified, where boundaries were imported."""
    there = land.land()
    features = [_feature(_point(lon, lat), code=code, name=name) for code, name, lon, lat in there.communes]
    features += [_feature(shape, code=code) for code, shape in there.fine.items()]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type=GEOJSON)


class Span(forms.Form):
    """What a chart asks for: which stream, which time, how many points."""

    stream = forms.IntegerField(min_value=1)
    since = forms.DateTimeField()
    until = forms.DateTimeField()
    points = forms.IntegerField(min_value=10, max_value=2000, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and not timedelta(0) < until - since <= timedelta(days=3700):
            raise forms.ValidationError("`until` must lie after `since`, at most ten years.")
        return cleaned


@public(max_age=60)
def series(request: HttpRequest, code: str) -> HttpResponse:
    """One datastream of the station over [since, until), thinned to `points`. Times are seconds since 1970 UTC."""
    asked = Span(request.GET)
    if not asked.is_valid():
        return JsonResponse({"status": 400, "title": "Bad request", "errors": asked.errors}, status=400)
    station = monitoring.station_now(code, timezone.now())
    if station is None or asked.cleaned_data["stream"] not in streams_of(station):
        raise Http404
    since, until = asked.cleaned_data["since"], asked.cleaned_data["until"]
    found = timeseries.over(asked.cleaned_data["stream"], since, until, asked.cleaned_data["points"] or 600)
    return JsonResponse(_series(found))


def streams_of(station: StationNow) -> set[int]:
    """The datastreams the public may see of a station: all active ones."""
    own = {one.datastream_id for one in station.latest}
    own |= {one.datastream_id for means in station.means.values() for one in means.values()}
    return own | ({station.index.datastream_id} if station.index else set())


def _series(found: Series) -> dict[str, Any]:
    return {
        "since": found.since.timestamp(),
        "until": found.until.timestamp(),
        "step_s": found.step_s,
        "count": found.count,
        "time": _seconds(found.time),
        "value": _numbers(found.value),
        "low": _numbers(found.low),
        "high": _numbers(found.high),
        "validated": found.validated.tolist(),
        "flagged": {
            "time": _seconds(found.flagged_time),
            "value": _numbers(found.flagged_value),
            "failed": (flag_of(found.flagged_quality) >= Flag.FAIL).tolist(),
            "words": [words.flags(quality) for quality in found.flagged_quality.tolist()],
        },
    }


def _seconds(times: np.ndarray[Any, Any]) -> list[float]:
    return (times / 1_000_000).tolist()  # type: ignore[no-any-return]


def _numbers(values: np.ndarray[Any, Any]) -> list[float | None]:
    """JSON knows no NaN; means are cut to nine digits, which no instrument has."""
    return [None if value != value else float(f"{value:.9g}") for value in values.tolist()]


def _station(station: StationNow, where: Position, at: datetime) -> dict[str, Any]:
    row = rows.row(station, at)
    hollow = not where.exact
    return _feature(
        _point(where.lon, where.lat),
        code=station.code,
        name=station.name,
        mark=row.mark.css + ("-hollow" if hollow else ""),
        number=row.mark.number,
        hollow=hollow,
        order=row.now.badness if row.now else -1,
        simulated=station.simulated,
    )


def _point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}


def _feature(shape: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": shape, "properties": properties}
