"""What a download holds as a table: single values with their flags, or hours, days and months drawn together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from nonnuoc.api.downloads import asking
from nonnuoc.api.downloads.asking import Asked
from nonnuoc.domain import quality as q
from nonnuoc.look import series_table
from nonnuoc.look.tabular import Batch, Column, Kind, Table
from nonnuoc.records.monitoring import aggregates, pages
from nonnuoc.records.monitoring.aggregates import Floats, Resolution, Times
from nonnuoc.records.monitoring.described import Described
from nonnuoc.records.monitoring.rows import Rows, moment

QUALITY = {
    asking.ALL: "all values – their flags beside them",
    asking.USABLE: "usable values (good or not evaluated or suspect) – failed and missing ones are left out",
    asking.VALIDATED: "values that a person has judged",
}
WINDOWS = "(start – end] local: a value at the start belongs to the window before; named by its end (1459/QĐ-TCMT)"
COMPLETENESS = "values in the window of those that were to come (percent cut after one decimal) – no minimum asked"
#: How far rows stand apart; of single values, their cadence tells.
SECONDS = {Resolution.HOURLY: 3_600, Resolution.DAILY: 86_400, Resolution.MONTHLY: 28 * 86_400}
#: Windows computed at once.
WINDOWS_AT_ONCE = {Resolution.HOURLY: 8_784, Resolution.DAILY: 366, Resolution.MONTHLY: 12}


def of(stream: Described, asked: Asked, taken: datetime, address: str, *, rows: int) -> Table:
    """`taken`: the moment of extraction; `address`: of the file, without its query; `rows`: of a batch."""
    if asked.resolution == asking.RAW:
        since, until = asked.since or pages.first_time(stream.id) or asked.until, asked.until
        span = series_table.half_open(since, asked.until)
        found = chosen(pages.pages(stream.id, since, asked.until, asked.as_of or taken, rows=rows), asked.quality)
        columns, batches = series_table.columns(stream), series_table.batches(stream, found)
    else:
        edges = _edges(stream, asked)
        since, until = moment(int(edges[0])), moment(int(edges[-1]))
        span = f"{series_table.iso(since)} < time <= {series_table.iso(until)}"
        columns = columns_of(stream, asked)
        batches = _windows(stream, asked, edges, columns)
    link = f"{address}?{again(asked, since, until, taken)}"
    about = series_table.about(stream, span=span, taken=taken, link=link, **_further(stream, asked))
    return Table(about, columns, batches, simulated=stream.simulated)


def again(asked: Asked, since: datetime, until: datetime, taken: datetime) -> str:
    """The query that gives the same once more, whatever is changed since."""
    functions = {} if asked.functions == asking.FUNCTIONS else {"function": ",".join(asked.functions)}
    return urlencode(
        {
            "since": utc(since),
            "until": utc(until),
            "resolution": asked.resolution,
            "quality": asked.quality,
            **functions,
            "as_of": utc(asked.as_of or taken),
        }
    )


def utc(when: datetime) -> str:
    """To the microsecond where it has any; without a + that an address would have to escape."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def chosen(found: Iterator[Rows], quality: str) -> Iterator[Rows]:
    """The rows that the filter lets through."""
    for rows in found:
        if quality == asking.USABLE:
            yield rows.take(q.usable(rows.quality) & ~np.isnan(rows.value))
        elif quality == asking.VALIDATED:
            yield rows.take(q.is_validated(rows.quality))
        else:
            yield rows


def columns_of(stream: Described, asked: Asked) -> tuple[Column, ...]:
    """Of a file of windows."""
    unit = series_table.unit(stream)
    functions = {
        "mean": Column("mean", Kind.NUMBER, "mean of the usable values; empty: there was none", unit),
        "min": Column("min", Kind.NUMBER, "the lowest of them", unit),
        "max": Column("max", Kind.NUMBER, "the highest of them", unit),
    }
    return (
        Column("time", Kind.TIME, "end of the window, which is its name"),
        Column("start", Kind.TIME, "start of the window, not included"),
        *(functions[one] for one in asked.functions if one in functions),
        Column("count", Kind.WHOLE, "usable values in it"),
        Column("expected", Kind.WHOLE, "values that were to come; empty: no cadence tells"),
        Column("completeness", Kind.NUMBER, COMPLETENESS, "%"),
    )


def _further(stream: Described, asked: Asked) -> dict[str, str]:
    if asked.resolution == asking.RAW:
        status = {"status": series_table.status_means(stream.procedure), "standing": series_table.STANDING}
    else:
        status = {"windows": WINDOWS, "completeness": COMPLETENESS}
    as_of = {"as_of": series_table.iso(asked.as_of)} if asked.as_of else {}
    return {"resolution": asked.resolution, "quality": QUALITY[asked.quality], **status, **as_of}


def _edges(stream: Described, asked: Asked) -> Times:
    """Of the windows asked for; without a beginning from the one that the first value lies in."""
    since = asked.since
    if since is None:
        first = pages.first_time(stream.id) or asked.until
        since = min(first, asked.until) - timedelta(microseconds=1)
    return aggregates.windows(Resolution(asked.resolution), since, asked.until)


def _windows(stream: Described, asked: Asked, edges: Times, columns: tuple[Column, ...]) -> Iterator[Batch]:
    resolution = Resolution(asked.resolution)
    step = WINDOWS_AT_ONCE[resolution]
    for first in range(0, len(edges) - 1, step):
        some = edges[first : first + step + 1]
        known = {stream.id: stream.interval_s}
        found = aggregates.over(known, resolution, some, at=asked.as_of, validated=asked.validated)
        told = {
            "time": found.end,
            "start": found.start,
            "mean": found.mean[0],
            "min": found.low[0],
            "max": found.high[0],
            "count": found.count[0],
            "expected": whole(found.expected[0]),
            "completeness": found.completeness[0],
        }
        yield tuple(told[column.name] for column in columns)


def whole(expected: Floats) -> NDArray[np.int32]:
    """NaN as -1."""
    return np.nan_to_num(expected, nan=-1).astype(np.int32)
