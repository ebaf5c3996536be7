"""Hours, days and months of one datastream or of many at once, over the same windows: …/aggregates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from nonnuoc.api.doors.callers import Caller, read
from nonnuoc.api.doors.problems import Problem, in_query
from nonnuoc.api.downloads import asking, files, tables
from nonnuoc.api.downloads.asking import Asked
from nonnuoc.look import catalogue, series_table, tabular
from nonnuoc.records.monitoring import aggregates, described
from nonnuoc.records.monitoring.aggregates import Aggregates, Floats, Resolution
from nonnuoc.records.monitoring.described import Described
from nonnuoc.records.monitoring.rows import moment

#: Datastreams x windows in one answer.
CELLS = 200_000
#: What is answered where no `since` is told.
DAYS = {Resolution.HOURLY: 7, Resolution.DAILY: 31, Resolution.MONTHLY: 366}
NUMPY = orjson.OPT_SERIALIZE_NUMPY
NOTE = (
    "Only usable values count. No minimum is asked for: decide by completeness. A value lies in the window that ends at"
    " or after it, (start, end]; `time` is the end. Days and months are local (UTC+7)."
)
#: How each function is called among the arrays.
ARRAYS = {"mean": "mean", "min": "low", "max": "high"}


@read(max_age=60)
def of_one(request: HttpRequest, caller: Caller, datastream_id: int) -> HttpResponse:
    """The aggregates of one datastream."""
    now = timezone.now()
    asked = asking.of_aggregates(request.GET, now)
    return _answer(request, asked, [files.one(caller, datastream_id)], now)


@read(max_age=60)
def of_many(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Of up to a hundred; of which one cannot be read, the whole is refused, as a file is."""
    now = timezone.now()
    asked = asking.of_aggregates(request.GET, now, "datastreams")
    ids = asking.datastreams(request.GET)
    found = {one.id: one for one in described.readable(ids, caller.rights)}
    missing = [one for one in ids if one not in found]
    if missing:
        told = ", ".join(map(str, missing[:10]))
        raise Problem(404, "unknown", f"There is no datastream {told}, or none that you may read.",
            parameter="datastreams", missing=missing)  # fmt: skip
    return _answer(request, asked, [found[one] for one in ids], now)


def _answer(request: HttpRequest, asked: Asked, streams: list[Described], now: datetime) -> HttpResponse:
    resolution = Resolution(asked.resolution)
    since = asked.since or asked.until - timedelta(days=DAYS[resolution])
    edges = aggregates.windows(resolution, since, asked.until)
    if len(streams) * (len(edges) - 1) > CELLS:
        most = CELLS // len(streams)
        told = f"{len(edges) - 1:,} windows of {len(streams)} datastreams are too many at once"
        raise in_query("since", f"{told}: at most {most:,} windows. Ask for a shorter span or a longer resolution.")
    known = {one.id: one.interval_s for one in streams}
    found = aggregates.over(known, resolution, edges, at=asked.as_of, validated=asked.validated)
    body = orjson.dumps(_document(request, asked, streams, found, now), option=NUMPY)
    answer = HttpResponse(body, content_type="application/json")
    answer.headers["Link"] = f'<{catalogue.LICENCE.url}>; rel="license"'
    return answer


def _document(
    request: HttpRequest, asked: Asked, streams: list[Described], found: Aggregates, now: datetime
) -> dict[str, Any]:
    since, until = moment(int(found.edges[0])), moment(int(found.edges[-1]))
    ids = request.GET.get("datastreams")
    query = tables.again(asked, since, until, now) + (f"&datastreams={ids}" if ids else "")
    return {
        "resolution": asked.resolution,
        "since": series_table.iso(since),
        "until": series_table.iso(until),
        "quality": asked.quality,
        "time_zone": tabular.ZONE,
        "note": NOTE,
        "completeness": tables.COMPLETENESS,
        "licence": series_table.LICENCE,
        "taken": series_table.iso(now),
        "as_of": series_table.iso(asked.as_of) if asked.as_of else None,
        "link": f"{request.build_absolute_uri(request.path)}?{query}",
        "start": _texts(found.start),
        "time": _texts(found.end),
        "datastreams": [_series(one, asked, found, found.ids.index(one.id)) for one in streams],
    }


def _series(stream: Described, asked: Asked, found: Aggregates, place: int) -> dict[str, Any]:
    functions = {one: getattr(found, ARRAYS[one])[place] for one in asked.functions if one in ARRAYS}
    return {
        "id": stream.id,
        "station": stream.station_code,
        "station_name": stream.station_name,
        "simulated": stream.simulated,
        "property": stream.property_code,
        "property_name": stream.name_en,
        "unit": series_table.unit(stream),
        "procedure": stream.procedure,
        "method": stream.method,
        "rule": stream.rule,
        "interval_s": stream.interval_s,
        **functions,
        "count": found.count[place],
        "expected": _whole(found.expected[place]),
        "completeness": np.ascontiguousarray(found.completeness[place]),
    }


def _texts(time: aggregates.Times) -> list[str]:
    return [one.decode() for one in tabular.stamps(time).tolist()]


def _whole(expected: Floats) -> Iterable[int | None]:
    return [None if one < 0 else one for one in tables.whole(expected).tolist()]
