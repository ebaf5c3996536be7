"""Rows taken out of the store: into the history, with who and why. Nothing is lost.

Who takes rows away holds their station (streams.lock), and sees to what was computed from them (ingest/removing.py).
"""

from __future__ import annotations

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray

from nonnuoc.records.monitoring import arrays, news, observations, touched_days
from nonnuoc.records.monitoring.rows import Rows, moment

#: Rows one request may take away; more are taken away in parts.
MOST = 1_000_000
#: Begins the reason, in the history, of what a person deleted.
DELETED = "deleted: "

_KEEP = """
INSERT INTO monitoring_observationhistory
    (datastream_id, time, value, status, quality, replaced_by, reason, replaced_at, stored)
SELECT datastream_id, time, value, status, quality, %s, %s, now(), stored FROM gone
"""
SOME = f"""
WITH gone AS (
    DELETE FROM observation o USING unnest(%s, %s) AS n(datastream_id, time)
    WHERE o.datastream_id = n.datastream_id AND o.time = n.time AND o.time >= %s AND o.time <= %s
    RETURNING o.*
) {_KEEP}"""  # noqa: S608
ALL = f"WITH gone AS (DELETE FROM observation WHERE datastream_id = ANY(%s) RETURNING *) {_KEEP}"  # noqa: S608
FORGET = """
DELETE FROM monitoring_observationfeature f USING unnest(%s, %s) AS n(datastream_id, time)
WHERE f.datastream_id = n.datastream_id AND f.time = n.time
"""
ENDS = """
UPDATE monitoring_datastream d
SET latest_time = n.time, latest_value = n.value, latest_status = n.status, latest_quality = n.quality,
    latest_received = CASE WHEN n.time IS NULL THEN NULL ELSE d.latest_received END,
    first_time = (SELECT o.time FROM observation o WHERE o.datastream_id = d.id ORDER BY o.time LIMIT 1)
FROM unnest(%s) AS changed(id)
LEFT JOIN LATERAL (
    SELECT * FROM observation o WHERE o.datastream_id = changed.id ORDER BY o.time DESC LIMIT 1
) AS n ON true
WHERE d.id = changed.id
"""
LAST_DELETED = """
SELECT array_agg(n.place), array_agg(h.replaced_at) FROM unnest(%s, %s, %s) AS n(place, datastream_id, time)
CROSS JOIN LATERAL (
    SELECT max(h.replaced_at) AS replaced_at FROM monitoring_observationhistory h
    WHERE h.datastream_id = n.datastream_id AND h.time = n.time AND h.reason LIKE %s
) AS h
WHERE h.replaced_at IS NOT NULL
"""
COUNT = "SELECT count(*) FROM (SELECT FROM observation WHERE datastream_id = ANY(%s) LIMIT %s) AS few"


def number(datastream_ids: list[int], *, most: int = MOST) -> int:
    """How many rows these datastreams have; most + 1 where there are more than `most`."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, (datastream_ids, most + 1))
        return int(cursor.fetchone()[0])


def take(rows: Rows, *, by: str, reason: str) -> int:
    """Take these rows away by their datastreams and times; give how many there were.

    `by` has 120 characters at most, `reason` 200. What is cached on each datastream is that of the rows that are left.
    """
    if not len(rows):
        return 0
    rows = rows.sort()
    streams, times = arrays.Int4(rows.datastream), arrays.Time(rows.time)
    first, last = moment(rows.time.min()), moment(rows.time.max())
    with transaction.atomic(savepoint=False):
        observations.hold(rows.datastream)
        with connection.cursor() as cursor:
            cursor.execute(observations.NESTED)
        taken = arrays.execute(SOME, (streams, times, first, last, by, reason)).rowcount
        with connection.cursor() as cursor:
            cursor.execute(observations.AS_BEFORE)
        arrays.execute(FORGET, (streams, times))
        arrays.execute(news.telling(ENDS), [arrays.Int4(np.unique(rows.datastream))])
        touched_days.mark(rows, now=timezone.now())
    return taken


def last_deleted(rows: Rows) -> NDArray[np.int64]:
    """When somebody last deleted the value of each row's datastream and time (µs since 1970 UTC); 0: nobody did."""
    found = np.zeros(len(rows), np.int64)
    if len(rows):
        which = arrays.Int4(np.arange(len(rows)))
        asked = (which, arrays.Int4(rows.datastream), arrays.Time(rows.time), f"{DELETED}%")
        place, at = arrays.fetch(LAST_DELETED, asked, [arrays.Int4, arrays.Time])
        found[place] = at
    return found


def take_all(datastream_ids: list[int], *, by: str, reason: str) -> int:
    """Take every row of these datastreams away; give how many there were. The datastreams are deleted next."""
    return arrays.execute(ALL, (datastream_ids, by, reason)).rowcount
