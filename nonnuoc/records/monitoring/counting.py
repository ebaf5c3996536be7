"""Keeps the counts of what arrived: a job of every few minutes (ingest/tasks.py). Pages only read what it left.

1. Every raw datastream gets a row for every local day from its first value to yesterday.
2. Days that are new, or were touched since (touched_days.py), are counted, and the spans that pages show added up.
3. The last 24 hours are counted afresh.

It may be cut short anywhere: what is not done stays marked, and is done the next time.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import numpy as np
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from numpy.typing import NDArray

from nonnuoc.domain import availability as domain
from nonnuoc.domain.local import DAY_US, OFFSET_US
from nonnuoc.records.monitoring import arrays, observations
from nonnuoc.records.monitoring.arrays import Int4
from nonnuoc.records.monitoring.models import Availability
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.monitoring.touched_days import day_of

log = logging.getLogger(__name__)

Span = Availability.Span
DAYS = {Span.WEEK: 7, Span.MONTH: 30, Span.YEAR: 365}
PORTION = 500_000  # values read at once
MARKS = 20_000  # days taken in hand at once
SECOND, MINUTE = 1_000_000, 60_000_000  # µs
Longs = NDArray[np.int64]

EXTEND = """
INSERT INTO monitoring_dailycount (datastream_id, day, interval_s, arrived, usable, stale)
SELECT d.id, day, CASE WHEN d.active AND t.state = 'active' THEN d.interval_s END, 0, 0, true
FROM monitoring_datastream d
JOIN monitoring_thing t ON t.id = d.thing_id
CROSS JOIN LATERAL generate_series(coalesce(
    (SELECT max(c.day) + 1 FROM monitoring_dailycount c WHERE c.datastream_id = d.id),
    (SELECT min(o.time) AT TIME ZONE 'Asia/Ho_Chi_Minh' FROM observation o WHERE o.datastream_id = d.id)::date
)::timestamp, %s::date::timestamp, interval '1 day') AS day
WHERE d.procedure = 'raw' AND d.interval_s IS NOT NULL AND d.latest_time IS NOT NULL
ORDER BY 1, 2
ON CONFLICT DO NOTHING
"""
# A history that was brought in may begin long before what was counted, and have holes.
FILL = """
INSERT INTO monitoring_dailycount (datastream_id, day, interval_s, arrived, usable, stale)
SELECT known.id, day, CASE WHEN d.active AND t.state = 'active' THEN d.interval_s END, 0, 0, true
FROM (
    SELECT datastream_id AS id, min(day)::timestamp AS first, max(day)::timestamp AS last FROM monitoring_dailycount
    WHERE datastream_id IN (SELECT datastream_id FROM monitoring_dailycount WHERE stale) GROUP BY 1
) AS known
JOIN monitoring_datastream d ON d.id = known.id
JOIN monitoring_thing t ON t.id = d.thing_id
CROSS JOIN LATERAL generate_series(known.first, known.last, interval '1 day') AS day
ORDER BY 1, 2
ON CONFLICT DO NOTHING
"""
# What a writer holds is left for the next time: a count never waits for a writer who may wait for it.
TAKE = """
SELECT datastream_id, day - date '1970-01-01', coalesce(interval_s, 0) FROM monitoring_dailycount
WHERE stale AND day <= %s ORDER BY datastream_id, day LIMIT %s FOR UPDATE SKIP LOCKED
"""
KEEP = """
UPDATE monitoring_dailycount c SET arrived = n.arrived, usable = n.usable, stale = false
FROM unnest(%s, %s, %s, %s) AS n(id, day, arrived, usable)
WHERE c.datastream_id = n.id AND c.day = date '1970-01-01' + n.day
"""
# Nothing is expected before the first value; the local day it came on is left out whole.
ADD_UP = """
INSERT INTO monitoring_availability (datastream_id, span, expected, arrived, usable, counted)
SELECT d.id, span.name, coalesce(round(sum(86400.0 / c.interval_s)), 0),
    coalesce(sum(c.arrived), 0), coalesce(sum(c.usable), 0), %s
FROM (SELECT d.id, (
    SELECT f.day FROM monitoring_dailycount f WHERE f.datastream_id = d.id AND f.arrived > 0 ORDER BY f.day LIMIT 1
) AS first FROM unnest(%s) AS d(id)) AS d
CROSS JOIN unnest(%s::text[], %s::int[]) AS span(name, days)
LEFT JOIN monitoring_dailycount c ON c.datastream_id = d.id AND c.interval_s IS NOT NULL AND c.day > d.first
    AND c.day BETWEEN %s::date - span.days + 1 AND %s::date
GROUP BY 1, 2
ON CONFLICT (datastream_id, span) DO UPDATE SET
    expected = excluded.expected, arrived = excluded.arrived, usable = excluded.usable, counted = excluded.counted
"""
STREAMS = """
SELECT array_agg(d.id ORDER BY d.id),
    array_agg(CASE WHEN d.active AND t.state = 'active' THEN d.interval_s ELSE 0 END ORDER BY d.id),
    array_agg(coalesce((
        SELECT f.day FROM monitoring_dailycount f WHERE f.datastream_id = d.id AND f.arrived > 0 ORDER BY f.day LIMIT 1
    ) - date '1970-01-01', 2147483647) ORDER BY d.id)
FROM monitoring_datastream d JOIN monitoring_thing t ON t.id = d.thing_id
WHERE d.procedure = 'raw' AND d.interval_s IS NOT NULL AND d.latest_time IS NOT NULL
"""
LAST_DAY = """
INSERT INTO monitoring_availability (datastream_id, span, expected, arrived, usable, counted)
SELECT n.id, '24h', n.expected, n.arrived, n.usable, %s FROM unnest(%s, %s, %s, %s) AS n(id, expected, arrived, usable)
ON CONFLICT (datastream_id, span) DO UPDATE SET
    expected = excluded.expected, arrived = excluded.arrived, usable = excluded.usable, counted = excluded.counted
"""


def refresh(at: datetime) -> int:
    """Bring all counts up to `at`; give how many days were counted (again)."""
    yesterday = timezone.localdate(at) - timedelta(days=1)
    _lay_out(EXTEND, [yesterday])
    _lay_out(FILL, [])
    days = 0
    while some := _count_days(yesterday, at):
        days += some
    _count_last_day(at)
    return days


def _lay_out(sql: str, parameters: list[date]) -> None:
    """Make rows of days to be counted; where a writer is about to make the same ones, leave it for the next time."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout TO '300ms'")
            cursor.execute(sql, parameters)
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        log.warning("days to be counted are laid out the next time: %s", error)


@transaction.atomic
def _count_days(yesterday: date, at: datetime) -> int:
    """Count some of the marked days, and add up the spans of their datastreams; give how many."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [yesterday, MARKS])
        taken = np.array(cursor.fetchall(), np.int64).reshape(-1, 3)
    if not len(taken):
        return 0
    ids, day, interval = taken.T
    most = _per_day(interval)
    counts = [_counted(ids[part], day[part], most[part]) for part in _portions(most)]
    arrived, usable = (np.concatenate(each) for each in zip(*counts, strict=True))
    arrays.execute(KEEP, (Int4(ids), Int4(day), Int4(arrived), Int4(usable)))
    spans = ([span.value for span in DAYS], list(DAYS.values()))
    arrays.execute(ADD_UP, (at, Int4(np.unique(ids)), *spans, yesterday, yesterday))
    return len(taken)


def _counted(ids: Longs, day: Longs, most: Longs) -> domain.Counts:
    """What came on each (datastream, local day); sorted, none twice."""
    since = day * DAY_US - OFFSET_US
    rows = observations.read_spans(ids, since, since + DAY_US)
    cell = np.searchsorted(_key(ids, day), _key(rows.datastream.astype(np.int64), day_of(rows.time)))
    return domain.counted(cell, rows.value, rows.quality, most)


def _key(ids: Longs, day: Longs) -> Longs:
    return ids * 2**32 + day


def _count_last_day(at: datetime) -> None:
    """The 24 hours that ended an interval and a minute before `at`: what is still under way is not missing yet."""
    ids, interval, first_day = (column.astype(np.int64) for column in arrays.fetch(STREAMS, (), (Int4,) * 3))
    if not len(ids):
        return
    until = micros(at) // MINUTE * MINUTE - interval * SECOND - MINUTE
    parts = [
        _last_day(ids[part], interval[part], first_day[part], until[part]) for part in _portions(_per_day(interval))
    ]
    columns = (Int4(np.concatenate(each)) for each in zip(*parts, strict=True))
    arrays.execute(LAST_DAY, (at, Int4(ids), *columns))


def _last_day(ids: Longs, interval: Longs, first_day: Longs, until: Longs) -> tuple[Longs, Longs, Longs]:
    """(expected, arrived, usable) of each datastream over the 24 hours to `until`, itself included."""
    since = until - DAY_US
    rows = observations.read_spans(ids, since + 1, until + 1)
    cell = np.searchsorted(ids, rows.datastream)
    begins = np.where(first_day < day_of(since), since, until)
    came, place = np.unique(cell[domain.arrived(rows.quality)], return_index=True)
    first = rows.time[domain.arrived(rows.quality)][place]
    begins[came] = np.minimum(begins[came], first - interval[came] * SECOND)
    begins = np.maximum(begins, since)
    step = np.where(interval > 0, interval * SECOND, DAY_US + 1)
    expected = (until - begins) // step
    return (expected, *domain.counted(cell, rows.value, rows.quality, expected))


def _per_day(interval: Longs) -> Longs:
    """The most that counts on a full day; 0 where nothing is expected."""
    return np.where(interval > 0, -(-domain.DAY_S // np.maximum(interval, 1)), 0)


def _portions(most: Longs) -> Iterator[NDArray[np.intp]]:
    """Places in parts of about PORTION values."""
    portion = np.cumsum(most + 1) // PORTION
    for n in np.unique(portion).tolist():
        yield np.flatnonzero(portion == n)
