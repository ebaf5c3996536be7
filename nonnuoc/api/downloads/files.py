"""A datastream as a file: /api/datastreams/<id>.csv, .xlsx, .parquet, .json."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from nonnuoc.api.doors import quotas
from nonnuoc.api.doors.callers import Caller, read
from nonnuoc.api.doors.patience import patience
from nonnuoc.api.doors.problems import Problem, in_query
from nonnuoc.api.downloads import asking, json_file, parquet_file, sending, tables, workbook
from nonnuoc.api.downloads.asking import Asked
from nonnuoc.look import catalogue, tabular_csv
from nonnuoc.look.tabular import Table
from nonnuoc.records.monitoring import described, pages
from nonnuoc.records.monitoring.aggregates import Resolution
from nonnuoc.records.monitoring.described import Described

#: Rows of the longest workbook: ten years of 5-minute values, which take a minute to be written.
ROWS_OF_WORKBOOK = 1_100_000


@dataclass(frozen=True, slots=True)
class Format:
    """`rows`: of a batch; `pieces` None: it is sent when it is finished; `text`: it is worth compressing."""

    content_type: str
    pieces: Callable[[Table], Iterator[bytes]] | None
    rows: int
    text: bool


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Mapping[str, Format] = {
    "csv": Format("text/csv; charset=utf-8", tabular_csv.written, pages.PAGE, True),
    "json": Format("application/json", json_file.written, pages.PAGE, True),
    "parquet": Format("application/vnd.apache.parquet", parquet_file.written, parquet_file.ROWS, False),
    "xlsx": Format(XLSX, None, pages.PAGE, False),
}


@read(max_age=60, budget=quotas.DOWNLOADS, patient=False)
def file(request: HttpRequest, caller: Caller, datastream_id: int, suffix: str) -> HttpResponse:
    """All that was asked for, whatever its length."""
    if suffix not in FORMATS:
        raise Problem(404, "unknown", f"There is no such file; there are {', '.join(FORMATS)}.")
    now = timezone.now()
    asked = asking.of_file(request.GET, now)
    chosen = FORMATS[suffix]
    with patience():
        stream = one(caller, datastream_id)
        address = request.build_absolute_uri(request.path)
        table = tables.of(stream, asked, now, address, rows=chosen.rows)
        if chosen.pieces is None:
            _fits_a_workbook(stream, asked)
    table = replace(table, batches=sending.patiently(table.batches))
    if chosen.pieces is None:
        answer = sending.from_disk(workbook.written(table), chosen.content_type)
    else:
        answer = sending.streamed(request, chosen.pieces(table), chosen.content_type, text=chosen.text)
    sending.attachment(answer, name(stream, asked, suffix))
    link = dict(table.about)["link"]
    answer.headers["Link"] = f'<{catalogue.LICENCE.url}>; rel="license", <{link}>; rel="cite-as"'
    return answer


def one(caller: Caller, datastream_id: int) -> Described:
    """The datastream. Raises Problem 404 where there is none, or none that the caller may read."""
    found = described.readable([datastream_id], caller.rights) if datastream_id <= asking.HIGHEST else []
    if not found:
        raise Problem(404, "unknown", f"There is no datastream {datastream_id}, or none that you may read.")
    return found[0]


def name(stream: Described, asked: Asked, suffix: str) -> str:
    """Of the file."""
    ends = [one for one in (asked.since, asked.until) if one]
    days = "_".join(f"{timezone.localtime(one):%Y%m%d}" for one in ends)
    drawn = "" if asked.resolution == asking.RAW else f"_{asked.resolution}"
    return f"{stream.station_code}_{stream.property_code}_{stream.procedure}{drawn}_{days}.{suffix}"


def _fits_a_workbook(stream: Described, asked: Asked) -> None:
    """Raise Problem 400 for a span of more rows than anybody wants in a spreadsheet, or to wait for."""
    since = asked.since or pages.first_time(stream.id) or asked.until
    each_s = stream.interval_s if asked.resolution == asking.RAW else tables.SECONDS[Resolution(asked.resolution)]
    rows = (min(asked.until, _end(stream)) - since).total_seconds() / each_s if each_s else 0
    if rows > ROWS_OF_WORKBOOK:
        told = f"A workbook of {rows:,.0f} rows is too long: at most {ROWS_OF_WORKBOOK:,}."
        raise in_query("since", f"{told} Ask for a shorter span, for means, or for CSV or Parquet.")


def _end(stream: Described) -> datetime:
    return stream.latest or timezone.now()
