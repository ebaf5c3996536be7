"""What a chart shows, as a file: every row of one stream over one span, with what a reader of it must know.

A file for machines: English words, decimal points, ISO times; streamed month by month, whatever its length.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import cast
from urllib.parse import quote

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone

from nonnuoc.domain import local
from nonnuoc.domain import quality as q
from nonnuoc.look import catalogue
from nonnuoc.look.access import public
from nonnuoc.portal import asked as asking
from nonnuoc.portal import charts
from nonnuoc.portal.asked import Asked
from nonnuoc.portal.charts import Stream
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring import timeseries
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.rows import Rows
from nonnuoc.records.monitoring.selectors import StationNow

LICENCE = f"{catalogue.LICENCE.name}, {catalogue.LICENCE.url}"
COLUMNS = ("time", "value", "flag", "checks", "standing", "status")
FLAGS = {flag.value: flag.name.lower() for flag in q.Flag}
CHECKS = {check.value: check.name.lower() for check in q.Check} | {q.LATE: "late"}
STATUS = {
    Datastream.Procedure.RAW: "what the instrument said of itself, 10/2021/TT-BTNMT: 0 measuring, 1 calibrating,"
    " 2 faulty, 3 under maintenance",
    Datastream.Procedure.SAMPLE: "not used",
}
LED = "the parameter that leads the index"
COMPLETENESS = "completeness of the mean, percent"


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
    head = _head(station, stream, asked, link, at)
    response = StreamingHttpResponse(_lines(stream, asked, head), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_name(station, stream, asked))}"
    return cast(HttpResponse, response)  # of the same family, which Django's types keep apart


def _name(station: StationNow, stream: Stream, asked: Asked) -> str:
    days = "_".join(f"{timezone.localtime(one):%Y%m%d}" for one in (asked.since, asked.until))
    return f"{station.code}_{stream.observed.code}_{stream.procedure}_{days}.csv"


def _head(station: StationNow, stream: Stream, asked: Asked, link: str, at: datetime) -> list[str]:
    since, until = (timezone.localtime(one).isoformat(timespec="seconds") for one in (asked.since, asked.until))
    simulated = ["SIMULATED DATA: invented numbers for demonstration, not measurements"] if station.simulated else []
    rule = timeseries.rule(stream.id)
    return [
        *simulated,
        f"station: {station.code}, {station.name}",
        f"property: {stream.observed.code}, {stream.observed.name_en}",
        f"unit: {stream.observed.unit if stream.observed.unit != '-' else 'none'}",
        f"procedure: {stream.procedure}" + (f", {rule}" if rule else ""),
        f"span: {since} <= time < {until}",
        "time zone: +07:00, Viet Nam; a mean is stamped with the end of its window",
        f"status: {status_means(stream.procedure)}",
        "standing: provisional (judged by checks only) or validated (judged by a person)",
        f"licence: {LICENCE}",
        f"taken: {timezone.localtime(at).isoformat(timespec='seconds')}",
        f"link: {link}",
    ]


def status_means(procedure: str) -> str:
    """What the last column says."""
    if procedure in (Datastream.Procedure.AQI_1H, Datastream.Procedure.AQI_24H):
        return LED
    if procedure in (Datastream.Procedure.WQI, Datastream.Procedure.WQI_1H):
        return LED
    return STATUS.get(Datastream.Procedure(procedure), COMPLETENESS)


def _lines(stream: Stream, asked: Asked, head: list[str]) -> Iterator[bytes]:
    yield _preamble(head)
    names = timeseries.property_codes() if status_means(stream.procedure) == LED else {}
    for rows in timeseries.chunks(stream.id, asked.since, asked.until):
        if len(rows):
            yield _written(rows, names).encode()


def _preamble(head: list[str]) -> bytes:
    """Each comment is one quoted field that begins with #: a comma or = in a name stays text in any spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([f"# {' '.join(line.split())}"] for line in head)
    return (out.getvalue() + ",".join(COLUMNS) + "\n").encode()


def _written(rows: Rows, names: Mapping[int, str]) -> str:
    """The rows as lines. Nothing in them is text that anybody sent."""
    times = np.datetime_as_string((rows.time + local.OFFSET_US).astype("datetime64[us]"), unit="s").tolist()
    kinds, which = np.unique(rows.quality, return_inverse=True)
    judged = [_judged(int(one)) for one in kinds]
    told = {code: names.get(code, "") if names else str(code) for code in np.unique(rows.status).tolist()}
    columns = (times, rows.value.tolist(), which.tolist(), rows.status.tolist())
    return "".join(
        f"{time}+07:00,{'' if value != value else repr(value)},{judged[kind]},{told[status]}\n"
        for time, value, kind, status in zip(*columns, strict=True)
    )


def _judged(quality: int) -> str:
    checks = " ".join(name for bit, name in CHECKS.items() if quality & bit)
    standing = "validated" if quality < 0 else "provisional"
    return f"{FLAGS.get(quality & q.FLAG_MASK, '')},{checks},{standing}"
