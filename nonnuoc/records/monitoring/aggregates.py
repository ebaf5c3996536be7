"""Hours, days and months of datastreams, drawn together by the database; every stream over the same windows.

A window is open at its start and closed at its end, (start, end], and is named by its end, as QĐ 1459/QĐ-TCMT counts
its hours (domain/local.py): a value stamped 00:00 belongs to the day before. Days and months are local. Only usable
values count (domain/quality.py). No minimum is asked for: how many values there were, and how many were to come, is
given beside, so that each reader can ask for their own.

There is no sum: of which properties a sum means anything, their table does not say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nonnuoc.domain import local
from nonnuoc.records.monitoring import arrays, as_of
from nonnuoc.records.monitoring.rows import micros, moment

Times = NDArray[np.int64]
Floats = NDArray[np.float64]


class Resolution(StrEnum):
    """How long a window is."""

    HOURLY = "hourly"
    DAILY = "daily"
    MONTHLY = "monthly"


# Binned by hour or by day; months are put together of days here. One statement for all streams, and one look at each
# row: 10 streams x a month of 5-minute values take 21 ms so, 24 stream by stream, 32 window by window.
BINS = """
SELECT array_agg(id), array_agg(bin), array_agg(n), array_agg(total), array_agg(low), array_agg(high) FROM (
    SELECT datastream_id AS id, date_bin(%s::interval, time - interval '1 microsecond', %s) AS bin, count(*)::int4 AS n,
        sum(value) AS total, min(value) AS low, max(value) AS high
    FROM {source} AS o
    WHERE datastream_id = ANY(%s) AND time > %s AND time <= %s AND (quality & 15::int2) <= 3 AND value <> 'NaN'
        {further}
    GROUP BY 1, 2
) AS bins
"""
VALIDATED = "AND quality < 0"
KINDS = (arrays.Int4, arrays.Time, arrays.Int4, *[arrays.Float8] * 3)
MIDNIGHT = datetime(1999, 12, 31, 17, tzinfo=UTC)  # a local one; hours begin there too


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Streams x windows. `edges`: (windows + 1,) µs since 1970; the others (streams, windows), NaN where there is none.

    `expected`, in whole values, is NaN for a stream without a cadence, and where a window is shorter than the cadence.
    """

    ids: tuple[int, ...]
    edges: Times
    count: NDArray[np.int32]
    mean: Floats
    low: Floats
    high: Floats
    expected: Floats

    @property
    def start(self) -> Times:
        return self.edges[:-1]

    @property
    def end(self) -> Times:
        return self.edges[1:]

    @property
    def completeness(self) -> Floats:
        """Percent, cut after one decimal so that 100 means every single one; more than expected is no more than 100."""
        with np.errstate(invalid="ignore"):
            return np.minimum(np.floor(1000 * self.count / self.expected + 1e-9) / 10, 100.0)


class _Bins(NamedTuple):
    """(bins,) each: place of the stream, start of the hour or day, and what its usable values come to."""

    stream: NDArray[np.intp]
    start: Times
    n: NDArray[np.int32]
    total: Floats
    low: Floats
    high: Floats


def windows(resolution: Resolution, since: datetime, until: datetime) -> Times:
    """The edges (windows + 1,) of the whole windows that a part of [since, until) lies in; of nothing, nothing."""
    first, last = micros(since) + local.OFFSET_US, micros(until) + local.OFFSET_US
    if last <= first:
        return np.empty(0, np.int64)
    if resolution is Resolution.MONTHLY:
        months = np.array([first, last - 1], "datetime64[us]").astype("datetime64[M]").astype(np.int64)
        edges = np.arange(months[0], months[1] + 2).astype("datetime64[M]").astype("datetime64[us]").astype(np.int64)
    else:
        step = step_us(resolution)
        edges = np.arange(first // step, -(-last // step) + 1, dtype=np.int64) * step
    ours: Times = edges - local.OFFSET_US
    return ours


def step_us(resolution: Resolution) -> int:
    """How long a window is; of a month, the least it can be."""
    return {
        Resolution.HOURLY: local.HOUR_US,
        Resolution.DAILY: local.DAY_US,
        Resolution.MONTHLY: 28 * local.DAY_US,
    }[resolution]


def over(
    streams: Mapping[int, int | None],
    resolution: Resolution,
    edges: Times,
    *,
    at: datetime | None = None,
    validated: bool = False,
) -> Aggregates:
    """`streams`: id -> interval_s; `edges`: of `windows`, one window or more; `at`: as values stood then, else now.

    `validated`: only values that a person has judged.
    """
    ids = sorted(streams)
    found = _bins(ids, resolution, edges, at, validated)
    shape = len(ids), len(edges) - 1
    cell = found.stream * shape[1] + np.searchsorted(edges, found.start, "right") - 1
    count = np.bincount(cell, found.n, minlength=shape[0] * shape[1])
    total = np.bincount(cell, found.total, minlength=len(count))
    low, high = np.full(len(count), np.inf), np.full(len(count), -np.inf)
    np.minimum.at(low, cell, found.low)
    np.maximum.at(high, cell, found.high)
    none = count == 0
    mean = np.divide(total, count, out=np.full(len(count), np.nan), where=~none)
    low[none] = high[none] = np.nan
    expected = _expected([streams[one] for one in ids], edges)
    counts = count.astype(np.int32).reshape(shape)
    spread = mean.reshape(shape), low.reshape(shape), high.reshape(shape)
    return Aggregates(tuple(ids), edges, counts, *spread, expected)


def _bins(ids: Sequence[int], resolution: Resolution, edges: Times, at: datetime | None, validated: bool) -> _Bins:
    sql = BINS.format(source="observation" if at is None else as_of.SOURCE, further=VALIDATED if validated else "")
    stood = () if at is None else as_of.values(at)
    bin_ = "1 hour" if resolution is Resolution.HOURLY else "1 day"
    known = arrays.Int4(np.array(ids, np.int32))
    asked = (bin_, MIDNIGHT, *stood, known, moment(int(edges[0])), moment(int(edges[-1])))
    stream, *rest = arrays.fetch(sql, asked, KINDS)
    return _Bins(np.searchsorted(np.array(ids), stream), *rest)


def _expected(intervals: Sequence[int | None], edges: Times) -> Floats:
    cadence = np.array([np.nan if one is None else one * 1e6 for one in intervals])[:, None]
    expected = np.diff(edges)[None, :] / cadence
    whole: Floats = np.where(expected < 1, np.nan, np.round(expected))
    return whole
