"""What a datastream said over a span of time, thinned to what a chart can show. Nothing here writes.

Few values are read as they are. Many are drawn together by the database, step by step along the index: ten years of
5-minute values (1.02 million) in 230 ms of its time and no memory to speak of, where reading them takes 900 ms and
100 MB here. Every step is a look-up of its own; a GROUP BY over `date_bin` needs 350 ms for the same.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from numpy.typing import NDArray

from nonnuoc.domain import local
from nonnuoc.domain import quality as q
from nonnuoc.records.monitoring import arrays, observations
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty
from nonnuoc.records.monitoring.rows import micros, moment

Floats = NDArray[np.float64]
Times = NDArray[np.int64]
Bools = NDArray[np.bool_]

MINUTE, HOUR, DAY = 60, 3600, 86_400
#: Steps that people can name, in seconds; those of days begin at local midnight.
LADDER = (
    *(MINUTE * n for n in (1, 2, 3, 5, 10, 15, 20, 30)),
    *(HOUR * n for n in (1, 2, 3, 4, 6, 8, 12)),
    *(DAY * n for n in (1, 2, 3, 5, 7, 10, 14, 21, 30)),
)
FEW = """
SELECT array_agg(o.time), array_agg(o.value), array_agg(o.quality::int4)
FROM (
    SELECT time, value, quality FROM observation WHERE datastream_id = %s AND time >= %s AND time < %s
    ORDER BY time LIMIT %s
) AS o
"""
# `worst` is, of the flagged values of a step, the one with the worst flag and of these the largest, and comes from the
# same look. OFFSET 0 keeps the planner from computing `used` once for every aggregate.
STEPS = """
SELECT array_agg(step.since), array_agg(s.n), array_agg(s.used), array_agg(coalesce(s.total, 'NaN')),
    array_agg(coalesce(s.low, 'NaN')), array_agg(coalesce(s.high, 'NaN')), array_agg(coalesce(s.validated, 0)),
    array_agg(coalesce(s.worst[2], 'NaN')), array_agg(coalesce(s.worst[3], 0)), array_agg(coalesce(s.worst[4], 0))
FROM unnest(%s, %s) AS step(since, until)
CROSS JOIN LATERAL (
    SELECT count(*)::int4 AS n, count(o.used)::int4 AS used, sum(o.used) AS total, min(o.used) AS low,
        max(o.used) AS high, bool_and(o.quality < 0 OR o.used IS NULL)::int4 AS validated,
        max(ARRAY[(o.quality & 15)::float8, o.value, o.quality::float8, (extract(epoch FROM o.time) * 1e6)::float8])
            FILTER (WHERE (o.quality & 15::int2) >= 3) AS worst
    FROM (
        SELECT time, value, quality, CASE WHEN (quality & 15::int2) <= 3 THEN value END AS used
        FROM observation
        WHERE datastream_id = %s AND time >= step.since AND time < step.until AND time >= %s AND time < %s
            AND value <> 'NaN'
        OFFSET 0
    ) AS o
) AS s WHERE s.n > 0
"""
KINDS = [arrays.Time, arrays.Int4, arrays.Int4, *[arrays.Float8] * 3, arrays.Int4, *[arrays.Float8] * 3]
EXTREME = """
SELECT min(time) FROM observation
WHERE datastream_id = %s AND time >= %s AND time < %s AND value = %s AND (quality & 15::int2) <= 3
"""
LAST = """
SELECT value FROM observation
WHERE datastream_id = %s AND time >= %s AND time < %s AND value <> 'NaN' AND (quality & 15::int2) <= 3
ORDER BY time DESC LIMIT 1
"""
# A mean stamped 00:00 is of the day before, and so is the first moment of a limit (domain/local.py).
DAYS_OVER = """
SELECT count(DISTINCT ((o.time - interval '1 microsecond') AT TIME ZONE %s)::date)
FROM unnest(%s::float8[], %s::timestamptz[], %s::timestamptz[]) AS held(allowed, since, until)
JOIN observation o ON o.time > held.since AND o.time <= held.until AND o.value > held.allowed
WHERE o.datastream_id = %s AND o.time >= %s AND o.time < %s AND o.value <> 'NaN' AND (o.quality & 15::int2) <= 3
"""


class Asked(NamedTuple):
    """A stream and the span it is asked for."""

    datastream_id: int
    procedure: str
    interval_s: int | None
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said of a span exactly, however thin its chart: of the usable values alone. NaN and 0 of none."""

    count: int
    low: float
    high: float
    mean: float
    last: float
    high_at: int  # µs since 1970 UTC, the first time


NOTHING = Summary(0, math.nan, math.nan, math.nan, math.nan, 0)


@dataclass(frozen=True, slots=True)
class Series:
    """One datastream over a span, thinned to what a chart can show. Times are µs since 1970 UTC; arrays are (n,).

    `value` is the mean of the usable values of a step, `low` and `high` their spread; NaN breaks the line: a gap.
    Flagged values stand apart, as they were sent; failed ones are in no mean.
    """

    datastream_id: int
    procedure: str
    interval_s: int | None
    since: datetime
    until: datetime
    step_s: int  # 0: every value as it is
    count: int  # values in the span
    time: Times
    value: Floats
    low: Floats
    high: Floats
    validated: Bools
    flagged_time: Times
    flagged_value: Floats
    flagged_quality: q.Quality
    summary: Summary

    def state(self) -> bytes:
        """Equal for two of the same stream and span exactly when they say the same."""
        seen = hashlib.blake2b(repr((self.step_s, self.count, self.summary)).encode(), digest_size=16)
        line = (self.time, self.value, self.low, self.high, self.validated)
        for column in (*line, self.flagged_time, self.flagged_value, self.flagged_quality):
            seen.update(column.tobytes())
        return seen.digest()


def over(datastream_id: int, since: datetime, until: datetime, points: int) -> Series:
    """A datastream over [since, until), in at most about `points` steps, the extremes kept.

    Raises Datastream.DoesNotExist.
    """
    asked = Asked(datastream_id, *_stream(datastream_id), since, until)
    time, value, quality = arrays.fetch(
        FEW, (datastream_id, since, until, points + 1), [arrays.Time, arrays.Float8, arrays.Int4]
    )
    many = len(time) > points
    return _stepped(asked, points) if many else _whole(asked, time, value, quality.astype(np.int16))


def _stream(datastream_id: int) -> tuple[str, int | None]:
    found = Datastream.objects.values_list("procedure", "interval_s").get(id=datastream_id)
    return found[0], found[1]


def first_time(datastream_id: int) -> datetime | None:
    """The time of the oldest value there is."""
    return Datastream.objects.filter(id=datastream_id).values_list("first_time", flat=True).first()


def property_codes() -> dict[int, str]:
    """Id -> code of every observed property: what the status of an index says."""
    return dict(ObservedProperty.objects.values_list("id", "code"))


def days_over(series: Series, limits: Sequence[tuple[float, datetime, datetime]]) -> int:
    """The local days of the span on which a usable value was over a limit, of (value, since, until], while it held."""
    if not limits:
        return 0
    allowed, since, until = (list(column) for column in zip(*limits, strict=True))
    where = (series.datastream_id, series.since, series.until)
    with connection.cursor() as cursor:
        cursor.execute(DAYS_OVER, (settings.TIME_ZONE, allowed, since, until, *where))
        return int(cursor.fetchone()[0])


def _whole(asked: Asked, time: Times, value: Floats, quality: q.Quality) -> Series:
    there = ~np.isnan(value)
    good = there & q.usable(quality)
    flagged = there & (q.flag(quality) >= q.Flag.SUSPECT)
    known = value[good]
    broken = _break_gaps(time[good], known, known, known, quality[good] < 0, gap=1.5e6 * (asked.interval_s or 0))
    kept = time[flagged], value[flagged], quality[flagged]
    return Series(*asked, 0, int(there.sum()), *broken, *kept, _summary(time[good], known))


def _stepped(asked: Asked, points: int) -> Series:
    start, end = micros(asked.since), micros(asked.until)
    step_s = _step_s(end - start, points, asked.interval_s)
    edges = _edges(start, end, step_s * 1_000_000)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(observations.NESTED)
        wanted = (arrays.Time(edges[:-1]), arrays.Time(edges[1:]), asked.datastream_id, asked.since, asked.until)
        first, n, used, total, low, high, validated, value, quality, time = arrays.fetch(STEPS, wanted, KINDS)
        cursor.execute(observations.AS_BEFORE)
    after = edges[np.searchsorted(edges, first) + 1]
    good, flagged = used > 0, ~np.isnan(value)
    middle = first + (after - first) // 2
    broken = _break_gaps(
        middle[good],
        total[good] / used[good],
        low[good],
        high[good],
        validated[good] > 0,
        gap=1.5e6 * max(step_s, asked.interval_s or 0),
    )
    kept = time[flagged].astype(np.int64), value[flagged], quality[flagged].astype(np.int16)
    steps = (first[good], after[good], used[good], total[good], low[good], high[good])
    return Series(*asked, step_s, int(n.sum()), *broken, *kept, _summary_of_steps(asked.datastream_id, *steps))


def _step_s(span_us: int, points: int, interval_s: int | None) -> int:
    """The shortest step that people can name, of whole intervals, so that full steps hold equally many values."""
    cadence = interval_s or MINUTE
    least = span_us / 1_000_000 / max(points, 1)
    named = (step for step in LADDER if step >= least and step % cadence == 0)
    return next(named, math.ceil(least / cadence) * cadence)


def _edges(start: int, end: int, step: int) -> Times:
    """Where steps begin and end, (steps + 1,): counted from local midnight, the first and the last cut short."""
    first = (start + local.OFFSET_US) // step + 1
    last = -(-(end + local.OFFSET_US) // step)
    inner = np.arange(first, last, dtype=np.int64) * step - local.OFFSET_US
    return np.concatenate([[start], inner, [end]]).astype(np.int64)


def _summary(time: Times, value: Floats) -> Summary:
    if not len(value):
        return NOTHING
    peak = int(value.argmax())
    return Summary(
        len(value), float(value.min()), float(value[peak]), float(value.mean()), float(value[-1]), int(time[peak])
    )


def _summary_of_steps(
    datastream_id: int, first: Times, after: Times, used: NDArray[np.int32], total: Floats, low: Floats, high: Floats
) -> Summary:
    if not len(first):
        return NOTHING
    peak = int(high.argmax())
    with connection.cursor() as cursor:
        highest = float(high[peak])
        cursor.execute(EXTREME, (datastream_id, moment(first[peak]), moment(after[peak]), highest))
        (found,) = cursor.fetchone()
        cursor.execute(LAST, (datastream_id, moment(first[-1]), moment(after[-1])))
        last = cursor.fetchone() or (math.nan,)
    at = micros(found) if found else int(first[peak])  # somebody may have corrected it since
    return Summary(int(used.sum()), float(low.min()), highest, float(total.sum() / used.sum()), float(last[0]), at)


def _break_gaps(
    time: Times, value: Floats, low: Floats, high: Floats, validated: Bools, *, gap: float
) -> tuple[Times, Floats, Floats, Floats, Bools]:
    """A NaN between neighbours further apart than `gap` µs; without a cadence (samples) nothing is a gap."""
    if gap <= 0 or len(time) < 2:
        return time, value, low, high, validated
    at = np.flatnonzero(np.diff(time) > gap) + 1
    middle = time[at - 1] + (time[at] - time[at - 1]) // 2
    return (
        np.insert(time, at, middle),
        np.insert(value, at, np.nan),
        np.insert(low, at, np.nan),
        np.insert(high, at, np.nan),
        np.insert(validated, at, False),
    )
