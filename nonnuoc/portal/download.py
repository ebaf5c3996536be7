"""What a chart shows, as a file: every row of one stream over one span, with what a reader of it must know.

A file for machines: English words, decimal points, ISO times; streamed page by page, whatever its length.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone

from nonnuoc.look import series_table, tabular_csv
from nonnuoc.look.access import public
from nonnuoc.look.tabular import Table
from nonnuoc.portal import asked as asking
from nonnuoc.portal import charts
from nonnuoc.portal.asked import Asked
from nonnuoc.portal.charts import Stream
from nonnuoc.records.accounts import access
from nonnuoc.records.monitoring import described, pages
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.described import Described
from nonnuoc.records.monitoring.selectors import StationNow


@public(max_age=60)
def series(request: HttpRequest, code: str) -> HttpResponse:
    """The stream and the span that the address names as the chart's does; at most ten years."""
    at = timezone.now()
    station = monitoring.station_now(code, at) if "\0" not in code else None
    there = charts.streams(station) if station else {}
    if station is None or not there:
        raise Http404
    asked = asking.of(request.GET.dict(), charts.newest(station, at))
    stream = charts.chosen(there, station, asked)
    if request.GET.get("property", stream.observed.code) != stream.observed.code:
        raise Http404
    if request.GET.get("mean", stream.procedure) != stream.procedure:
        raise Http404
    if asked.fault:  # a page can show something else and say so, a file cannot
        return HttpResponse(f"{asked.fault}\n", status=400, content_type="text/plain; charset=utf-8")
    link = request.build_absolute_uri(
        reverse("station", args=[code]) + asked.query(stream.observed.code, stream.procedure)
    )
    (told,) = described.readable([stream.id], access.ANYBODY)
    table = _table(told, asked, link, at)
    response = StreamingHttpResponse(
        tabular_csv.unless_broken(tabular_csv.written(table)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_name(station, stream, asked))}"
    return cast(HttpResponse, response)  # of the same family, which Django's types keep apart


def _name(station: StationNow, stream: Stream, asked: Asked) -> str:
    days = "_".join(f"{timezone.localtime(one):%Y%m%d}" for one in (asked.since, asked.until))
    return f"{station.code}_{stream.observed.code}_{stream.procedure}_{days}.csv"


def _table(stream: Described, asked: Asked, link: str, at: datetime) -> Table:
    about = series_table.about(
        stream,
        span=series_table.half_open(asked.since, asked.until),
        taken=at,
        link=link,
        status=series_table.status_means(stream.procedure),
        standing=series_table.STANDING,
    )
    rows = series_table.batches(stream, pages.pages(stream.id, asked.since, asked.until, at))
    return Table(about, series_table.columns(stream), rows, simulated=stream.simulated)
