"""JSON for the map and the chart. Everything here is public, and every page says the same in HTML."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from nonnuoc.look import series_json
from nonnuoc.look.access import public
from nonnuoc.portal import asked as asking
from nonnuoc.portal import charts, land, rows, telling
from nonnuoc.portal.charts import Stream
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring import timeseries
from nonnuoc.records.monitoring.selectors import Position, StationNow

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
        if since and until and not timedelta(0) < until - since <= asking.LONGEST:
            raise forms.ValidationError("`until` must lie after `since`, at most ten years.")
        if since and until and not (since.year in asking.YEARS and until.year in asking.YEARS):
            raise forms.ValidationError("`since` and `until` must lie in this century.")
        return cleaned


@public(max_age=60)
def series(request: HttpRequest, code: str) -> HttpResponse:
    """One datastream of the station over [since, until), thinned to `points`. Times are seconds since 1970 UTC."""
    asked = Span(request.GET)
    if not asked.is_valid():
        return JsonResponse({"status": 400, "title": "Bad request", "errors": asked.errors}, status=400)
    station = monitoring.station_now(code, timezone.now()) if "\0" not in code else None
    stream = _stream(station, asked.cleaned_data["stream"]) if station else None
    if station is None or stream is None:
        raise Http404
    since, until = asked.cleaned_data["since"], asked.cleaned_data["until"]
    found = timeseries.over(stream.id, since, until, asked.cleaned_data["points"] or 600)
    return JsonResponse(series_json.told(found, telling.bounds(charts.limits(station.kind, stream, since, until))))


def _stream(station: StationNow, stream_id: int) -> Stream | None:
    """One of the streams that the public may see of it."""
    every = (one for procedures in charts.streams(station).values() for one in procedures.values())
    return next((one for one in every if one.id == stream_id), None)


def _station(station: StationNow, where: Position, at: datetime) -> dict[str, Any]:
    now = rows.current(station)
    mark = rows.mark(station, now)
    condition, badness = rows.urgency(station, now)
    return _feature(
        _point(where.lon, where.lat),
        code=station.code,
        name=station.name,
        mark=mark.css + ("" if where.exact else "-hollow"),
        number=mark.number,
        said=rows.said(station, now, at),
        order=1000 * condition + badness,
        simulated=station.simulated,
    )


def _point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}


def _feature(shape: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": shape, "properties": properties}
