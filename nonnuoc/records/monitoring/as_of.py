"""Observations as they stood at a moment: what was held then, whatever was changed or deleted since.

Every row tells since when it stands (`stored`), every row of the history from when to when it stood. A row that has no
`stored` is from before that was kept, and counts as held always, until the first change of it that is known. So the
version of a time at T is the one of the history that was first replaced after T, if it stood by then; where there is
none, the row held now, if it stood by then.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np

from nonnuoc.records.monitoring import arrays
from nonnuoc.records.monitoring.rows import Rows, moment

COLUMNS = "o.datastream_id, o.time, o.value, o.status, o.quality"
#: A version of the history that stood at %s; two %s, both the moment.
_STOOD = "{h}.replaced_at > %s AND ({h}.stored IS NULL OR {h}.stored <= %s)"
_SAME = "{h}.datastream_id = {o}.datastream_id AND {h}.time = {o}.time"
#: OFFSET 0 keeps the planner from making a join of the look-up: that would read all of a datastream where the index
#: gives the first rows of an order.
_HELD = f"""
SELECT {COLUMNS} FROM observation o
WHERE (o.stored IS NULL OR o.stored <= %s) AND NOT EXISTS (
    SELECT FROM monitoring_observationhistory h WHERE {_SAME.format(h="h", o="o")} AND {_STOOD.format(h="h")}
    OFFSET 0
)"""  # noqa: S608 - all of it ours
_REPLACED = f"""
SELECT {COLUMNS} FROM monitoring_observationhistory o
WHERE {_STOOD.format(h="o")} AND NOT EXISTS (
    SELECT FROM monitoring_observationhistory h WHERE {_SAME.format(h="h", o="o")} AND {_STOOD.format(h="h")}
    AND (h.replaced_at, h.id) < (o.replaced_at, o.id)
    OFFSET 0
)"""  # noqa: S608
#: Two tables that are, together, what `observation` was: of each the first rows come from its index, while of a union
#: of them PostgreSQL 15 sorts all.
PARTS = (f"({_HELD})", f"({_REPLACED})")
#: That union, to read in the place of `observation`. The parameters of either are `values(at, sql)`.
SOURCE = f"({_HELD} UNION ALL {_REPLACED})"
READ = f"""
SELECT array_agg(time), array_agg(value), array_agg((status::int4 << 16) | (quality::int4 & 65535))
FROM {SOURCE} AS stood WHERE datastream_id = %s AND time >= %s AND time < %s
"""  # noqa: S608


def values(at: datetime, sql: str = SOURCE) -> tuple[datetime, ...]:
    """The parameters of SOURCE, or of one of its parts."""
    return (at,) * sql.count("%s")


def read(datastream: int, since: datetime | int, until: datetime | int, at: datetime) -> Rows:
    """The rows of one datastream with since <= time < until as they stood at `at`, sorted by time.

    Times are aware datetimes, of the span also µs since 1970-01-01 UTC.
    """
    first, last = (one if isinstance(one, datetime) else moment(one) for one in (since, until))
    kinds = [arrays.Time, arrays.Float8, arrays.Int4]
    time, value, packed = arrays.fetch(READ, (*values(at), datastream, first, last), kinds)
    stream = np.full(len(time), datastream, np.int32)
    return Rows(stream, time, value, packed >> 16, packed.astype(np.int16)).sort()
