"""The rows of one datastream as they stood at one moment, page by page: constant memory for any span and cadence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import numpy as np
from django.db import connection

from nonnuoc.records.monitoring import arrays
from nonnuoc.records.monitoring.rows import Rows, moment

#: Fewer cost questions, more fall out of the processor's cache: 5,000 are quickest in all, and take 4 MB as text.
PAGE = 5_000
KINDS = (arrays.Time, arrays.Float8, arrays.Int4)
# Which version of a time stood at a moment, as_of.py says: the one of the history that was first replaced after it, or
# else the one held now. Here both come in the order of time, so that a page costs what its rows cost: with the history
# empty, as it mostly is, a twentieth more than reading the table alone. So every file, however long it takes to be
# written while values arrive, is of one moment.
ROWS = """
SELECT array_agg(time), array_agg(value), array_agg(packed) FROM (
    SELECT * FROM (
        (SELECT time, value, (status::int4 << 16) | (quality::int4 & 65535) AS packed,
            'infinity'::timestamptz AS replaced_at, 0::int8 AS id
        FROM observation
        WHERE datastream_id = %s AND time >= %s AND time < %s AND (stored IS NULL OR stored <= %s)
        ORDER BY time LIMIT %s)
        UNION ALL
        (SELECT time, value, (status::int4 << 16) | (quality::int4 & 65535), replaced_at, id
        FROM monitoring_observationhistory
        WHERE datastream_id = %s AND time >= %s AND time < %s AND (stored IS NULL OR stored <= %s) AND replaced_at > %s
        ORDER BY time, replaced_at, id LIMIT %s)
    ) AS versions ORDER BY time, replaced_at, id LIMIT %s
) AS page
"""
FIRST = """
SELECT least(
    (SELECT min(time) FROM observation WHERE datastream_id = %s),
    (SELECT min(time) FROM monitoring_observationhistory WHERE datastream_id = %s)
)
"""


def pages(datastream_id: int, since: datetime, until: datetime, at: datetime, *, rows: int = PAGE) -> Iterator[Rows]:
    """What stood at `at` of [since, until), oldest first, so many rows at a time; no page is empty."""
    while True:
        span = datastream_id, since, until, at
        time, value, packed = arrays.fetch(ROWS, (*span, rows, *span, at, rows, rows), KINDS)
        if len(time):
            first = np.diff(time, prepend=time[0] - 1) != 0  # of the versions of each time
            stream = np.full(int(first.sum()), datastream_id, np.int32)
            yield Rows(stream, time[first], value[first], packed[first] >> 16, packed[first].astype(np.int16))
        if len(time) < rows:
            return
        since = moment(int(time[-1]) + 1)


def first_time(datastream_id: int) -> datetime | None:
    """The time of the oldest value there is or was; None: there never was one."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST, (datastream_id, datastream_id))
        found: datetime | None = cursor.fetchone()[0]
        return found
