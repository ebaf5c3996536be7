"""Spans of time of some datastreams: `since <= time < until`, as three arrays of shape (n,)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nonnuoc.records.monitoring.rows import Rows

#: What both a Python datetime and PostgreSQL can say: the years 1 to 9999, in µs since 1970.
FIRST, LAST = -62_135_596_800_000_000, 253_402_300_799_999_999


class Spans(NamedTuple):
    """Half-open spans; `datastream` int32, `since` and `until` int64 µs since 1970-01-01 UTC."""

    datastream: NDArray[np.int32]
    since: NDArray[np.int64]
    until: NDArray[np.int64]


def union(datastream: ArrayLike, since: ArrayLike, until: ArrayLike) -> Spans:
    """The same moments in spans sorted by datastream and time that neither overlap nor touch; empty ones are left out.

    The three are broadcast against each other, so that one `since` may serve many datastreams.
    """
    ids, start, end = np.broadcast_arrays(np.atleast_1d(datastream), since, until)
    start, end = np.clip(start, FIRST, LAST), np.clip(end, FIRST, LAST)
    order = np.lexsort((start, ids))
    order = order[start[order] < end[order]]
    ids, start, end = ids[order].astype(np.int32), start[order].astype(np.int64), end[order].astype(np.int64)
    if not len(ids):
        return Spans(ids, start, end)
    reached = _furthest(ids, end)
    opens = np.ones(len(ids), bool)
    opens[1:] = (ids[1:] != ids[:-1]) | (start[1:] > reached[:-1])
    first = np.flatnonzero(opens)
    last = np.append(first[1:], len(ids)) - 1
    return Spans(ids[first], start[first], reached[last])


def around(rows: Rows, *, gap: int) -> Spans:
    """Spans that hold these sorted rows and little else: a gap of more than `gap` µs begins a new one."""
    opens = np.ones(len(rows), bool)
    opens[1:] = (np.diff(rows.datastream) != 0) | (np.diff(rows.time) > gap)
    first = np.flatnonzero(opens)
    last = np.append(first[1:], len(rows)) - 1
    return Spans(rows.datastream[first], rows.time[first], rows.time[last] + 1)


def _furthest(ids: NDArray[np.int32], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """The latest end among a span and those before it of the same datastream; ids are sorted."""
    # Ranks instead of µs, so that group and end fit in one integer and one running maximum does.
    ends, rank = np.unique(end, return_inverse=True)
    group = np.cumsum(np.diff(ids, prepend=ids[0]) != 0) * len(ends)
    furthest: NDArray[np.int64] = ends[np.maximum.accumulate(group + rank) - group]
    return furthest
