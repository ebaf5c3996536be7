"""Days whose values were counted and have changed since: late data, corrections, histories brought in.

Today is not counted yet, so live stations mark nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from nonnuoc.domain.local import DAY_US, OFFSET_US
from nonnuoc.records.monitoring import arrays
from nonnuoc.records.monitoring.rows import Rows, micros

#: What is written so shortly before midnight may be committed after its day was counted: it marks its own day too.
SLOWEST_COMMIT = timedelta(hours=1)

# Each row is locked, marked before or not: the count leaves it until this transaction ends, or this one waits for it.
MARK = """
INSERT INTO monitoring_dailycount (datastream_id, day, interval_s, arrived, usable, stale)
SELECT d.id, date '1970-01-01' + touched.day,
    CASE WHEN d.active AND t.state = 'active' THEN d.interval_s END, 0, 0, true
FROM unnest(%s, %s) AS touched(id, day)
JOIN monitoring_datastream d ON d.id = touched.id JOIN monitoring_thing t ON t.id = d.thing_id
WHERE d.procedure = 'raw' AND d.interval_s IS NOT NULL
ORDER BY 1, 2
ON CONFLICT (datastream_id, day) DO UPDATE SET stale = true WHERE NOT monitoring_dailycount.stale
"""


def day_of(time: NDArray[np.int64]) -> NDArray[np.int64]:
    """The local day each moment (µs since 1970 UTC) lies in, in days since 1970-01-01."""
    days: NDArray[np.int64] = (time + OFFSET_US) // DAY_US
    return days


def mark(changed: Rows, *, now: datetime) -> None:
    """Remember, in the transaction that stores these rows, which days of raw datastreams must be counted (again).

    The rows are sorted by datastream and time.
    """
    day = day_of(changed.time)
    open_day = (micros(now + SLOWEST_COMMIT) + OFFSET_US) // DAY_US
    first = np.ones(len(day), bool)
    first[1:] = (np.diff(changed.datastream) != 0) | (np.diff(day) != 0)
    chosen = first & (day < open_day)
    if chosen.any():
        arrays.execute(MARK, (arrays.Int4(changed.datastream[chosen]), arrays.Int4(day[chosen])))
