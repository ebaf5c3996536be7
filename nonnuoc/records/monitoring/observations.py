"""The store of observations: arrays in, arrays out. Rows are written here and nowhere else, and never deleted.

Whoever writes holds the rows of the datastreams concerned (`hold`), so what is found held stays so until the
commit, and rows that are not held yet go in by a plain COPY: nothing else can bring them meanwhile. Sending held
rows again touches no page of the table.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from numpy.typing import ArrayLike

from nonnuoc.records.monitoring import arrays, news, rows, spans, touched_days
from nonnuoc.records.monitoring.rows import Rows, concat, empty, micros, moment

__all__ = [
    "DuplicateRowsError",
    "Rows",
    "UnknownDatastreamError",
    "concat",
    "empty",
    "hold",
    "keep",
    "micros",
    "moment",
    "read",
    "read_spans",
    "remember",
    "write",
]

Moment = datetime | int
#: Held rows are looked up in spans; rows further apart than this (µs) are looked up one by one.
GAP = 3_600_000_000

# status and quality travel as one int4: an array of int2 costs as much to send as one of int8
ONE_SPAN = """
SELECT array_agg(time), array_agg(value), array_agg((status::int4 << 16) | (quality::int4 & 65535))
FROM observation WHERE datastream_id = %s AND time >= %s AND time < %s
"""
# The outer bounds say nothing new; they let the planner leave out whole years.
MANY_SPANS = """
SELECT array_agg(o.time), array_agg(o.value), array_agg((o.status::int4 << 16) | (o.quality::int4 & 65535)),
    array_agg(o.datastream_id)
FROM unnest(%s, %s, %s) AS span(datastream_id, since, until)
CROSS JOIN LATERAL (
    SELECT * FROM observation o
    WHERE o.datastream_id = span.datastream_id AND o.time >= span.since AND o.time < span.until
        AND o.time >= %s AND o.time < %s
    OFFSET 0 -- span by span; statistics never know the newest rows, and would have it the other way round
) AS o
"""
# No statistics tell how narrow a span is: left alone, the planner reads whole years (7 s instead of 0.1 s).
PLANNER = ("enable_hashjoin", "enable_mergejoin", "enable_seqscan", "jit")
NESTED = "; ".join(f"SET LOCAL {name} TO off" for name in PLANNER)
AS_BEFORE = "; ".join(f"SET LOCAL {name} TO DEFAULT" for name in PLANNER)

HOLD = "SELECT id FROM monitoring_datastream WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
# `stored` of a row is the time of the transaction that brought it, and `replaced_at` that of the one that took it away:
# between the two it stood (as_of.py).
REPLACE = """
INSERT INTO observation (datastream_id, time, value, status, quality)
SELECT * FROM unnest(%s, %s, %s, %s, %s)
ON CONFLICT (datastream_id, time) DO UPDATE
SET value = excluded.value, status = excluded.status, quality = excluded.quality, stored = now()
"""
REMEMBER = """
INSERT INTO monitoring_observationhistory
    (datastream_id, time, value, status, quality, replaced_by, reason, replaced_at, stored)
SELECT n.*, %s, %s, now(), now() FROM unnest(%s, %s, %s, %s, %s) AS n
"""
REMEMBER_HELD = """
INSERT INTO monitoring_observationhistory
    (datastream_id, time, value, status, quality, replaced_by, reason, replaced_at, stored)
SELECT n.*, %s, %s, now(), held.stored FROM unnest(%s, %s, %s, %s, %s) AS n(datastream_id, time, value, status, quality)
CROSS JOIN LATERAL (
    SELECT o.stored FROM observation o WHERE o.datastream_id = n.datastream_id AND o.time = n.time OFFSET 0
) AS held
"""
_NEWER = "(d.latest_time IS NULL OR n.time >= d.latest_time)"
_CACHED = ("time", "value", "status", "quality", "received")
ENDS = f"""
UPDATE monitoring_datastream d
SET first_time = least(d.first_time, n.first_time),
    {", ".join(f"latest_{one} = CASE WHEN {_NEWER} THEN n.{one} ELSE d.latest_{one} END" for one in _CACHED)}
FROM (
    SELECT *, %s::timestamptz AS received
    FROM unnest(%s, %s, %s, %s, %s, %s) AS n(id, first_time, time, value, status, quality)
) AS n
WHERE d.id = n.id AND ({_NEWER} OR d.first_time IS NULL OR n.first_time < d.first_time)
"""  # noqa: S608 - all of it ours
#: News is of newest values: one that an older row left as it was is none.
NEWS = "CASE WHEN d.latest_time = n.time THEN d.thing_id END"


class DuplicateRowsError(ValueError):
    """One batch holds two rows for the same datastream and time: decide which one counts before writing."""


class UnknownDatastreamError(LookupError):
    """Rows belong to a datastream that is not registered."""


def read(datastream: ArrayLike, since: Moment, until: Moment) -> Rows:
    """The rows of one datastream, or of several, with since <= time < until, sorted by datastream and time.

    Times are aware datetimes or µs since 1970-01-01 UTC.
    """
    return read_spans(datastream, _micros(since), _micros(until))


def read_spans(datastream: ArrayLike, since: ArrayLike, until: ArrayLike) -> Rows:
    """The rows of many spans (datastream, since <= time < until) in one statement, sorted by datastream and time.

    The arguments are integers or arrays of shape (n,), broadcast against each other; times in µs since 1970-01-01
    UTC. A row in several spans is given once. The answer is held in memory, 40 bytes a row here and some more on
    the server: ask for tens of millions in parts.
    """
    wanted = spans.union(datastream, since, until)
    if not len(wanted.datastream):
        return empty()
    first, last = moment(wanted.since.min()), moment(wanted.until.max())
    kinds = [arrays.Time, arrays.Float8, arrays.Int4]
    if len(wanted.datastream) == 1:
        only = int(wanted.datastream[0])
        time, value, packed = arrays.fetch(ONE_SPAN, (only, first, last), kinds)
        stream = np.full(len(time), only, np.int32)
    else:
        columns = (arrays.Int4(wanted.datastream), arrays.Time(wanted.since), arrays.Time(wanted.until))
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.execute(NESTED)
            time, value, packed, stream = arrays.fetch(MANY_SPANS, (*columns, first, last), [*kinds, arrays.Int4])
            cursor.execute(AS_BEFORE)
    return Rows(stream, time, value, packed >> 16, packed.astype(np.int16)).sort()


def hold(datastream: ArrayLike) -> None:
    """Keep these datastreams from being written by others until the transaction ends, in the order of their ids.

    Raises UnknownDatastreamError. `write` does it itself; who reads before writing does it before reading.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("hold() lasts until the transaction ends: open one first")
    ids = np.unique(np.asarray(datastream, np.int32))
    if arrays.execute(HOLD, [arrays.Int4(ids)]).rowcount < len(ids):
        raise UnknownDatastreamError(f"one of the datastreams {ids.tolist()[:20]} is not registered")


def write(new: Rows, *, by: str, reason: str, at: datetime, history: bool = True) -> int:
    """Store rows, as `keep` does; give how many are new or differ from what was held."""
    return len(keep(new, by=by, reason=reason, at=at, history=history))


def keep(new: Rows, *, by: str, reason: str, at: datetime, history: bool = True) -> Rows:
    """Store rows; give those that are new or differ from what was held.

    What they replace goes to the history with `by` (120 characters) and `reason` (200). Cached on each datastream are
    its newest row, `at` as the time it was received, and the time of its oldest. `history=False` says that the caller
    knows all rows to be new, which spares looking; should one be held after all, it is replaced with its history.
    Raises DuplicateRowsError and UnknownDatastreamError, and then nothing is stored.
    """
    if not len(new):
        return empty()
    new = _checked(new)
    with transaction.atomic(savepoint=False):
        hold(new.datastream)
        changed = new
        if history or not _append_unseen(new):
            changed = _merge(new, by=by, reason=reason)
        _refresh_ends(changed, at)
        touched_days.mark(changed, now=timezone.now())
    return changed


def remember(superseded: Rows, *, by: str, reason: str) -> None:
    """Keep rows in the history that were sent but never stood, because another one took their place at once."""
    if len(superseded):
        arrays.execute(REMEMBER, (by, reason, *_columns(superseded).values()))


def _merge(new: Rows, *, by: str, reason: str) -> Rows:
    """Store what is new or differs, and give it."""
    held = read_spans(*spans.around(new, gap=GAP))
    place = rows.find(new, held)
    known = np.flatnonzero(place >= 0)
    differs = known[~rows.alike(new.take(known), held.take(place[known]))]
    unseen = np.flatnonzero(place < 0)
    if len(unseen):
        _append(new.take(unseen))
    if len(differs):
        arrays.execute(REMEMBER_HELD, (by, reason, *_columns(held.take(place[differs])).values()))
        arrays.execute(REPLACE, list(_columns(new.take(differs)).values()))
    return new.take(np.sort(np.concatenate([unseen, differs])))


def _append(new: Rows) -> None:
    arrays.copy_in("observation", _columns(new))


def _append_unseen(new: Rows) -> bool:
    """Store rows believed to be new; False, and nothing stored, when one of them is held."""
    try:
        with transaction.atomic():
            _append(new)
    except IntegrityError:
        return False
    return True


def _refresh_ends(changed: Rows, at: datetime) -> None:
    """The newest value and the time of the first, as they are cached on each datastream."""
    if len(changed):
        turns = np.diff(changed.datastream) != 0
        newest = changed.take(np.append(turns, True))
        first = arrays.Time(changed.time[np.append(True, turns)])
        stream, *latest = _columns(newest).values()
        arrays.execute(news.telling(ENDS, NEWS), (at, stream, first, *latest))


def _checked(new: Rows) -> Rows:
    """Sorted, every NaN the same NaN, no key twice."""
    new = new.sort()
    if (twice := rows.repeated(new)) >= 0:
        when = moment(int(new.time[twice])).isoformat()
        raise DuplicateRowsError(f"datastream {new.datastream[twice]} has two rows for {when}: keep one before writing")
    return Rows(new.datastream, new.time, np.where(np.isnan(new.value), np.nan, new.value), new.status, new.quality)


def _columns(some: Rows) -> dict[str, arrays.Column]:
    return {
        "datastream_id": arrays.Int4(some.datastream),
        "time": arrays.Time(some.time),
        "value": arrays.Float8(some.value),
        "status": arrays.Int2(some.status),
        "quality": arrays.Int2(some.quality),
    }


def _micros(when: Moment) -> int:
    return micros(when) if isinstance(when, datetime) else when
