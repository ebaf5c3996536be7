"""When an instrument gave nothing to count on, and why, as far as its rows say. Nothing here writes.

A month of 5-minute values of ten instruments is 86,000 rows, and few of them lie at a gap: the hourly means tell which
hours are incomplete, and only those are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from nonnuoc.domain import local
from nonnuoc.domain import quality as q
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.rows import Rows, micros, moment
from nonnuoc.records.monitoring.selectors import is_silent


@dataclass(frozen=True, slots=True)
class Instrument:
    """A datastream that sends at a cadence, and the one of its hourly means."""

    datastream_id: int
    hourly_id: int | None
    interval_s: int


@dataclass(frozen=True, slots=True)
class Gap:
    """No usable value after `since` until `until`, which is the next one; `open`: there was none since."""

    since: datetime
    until: datetime
    open: bool
    missing: int  # rows that say that nothing was measured
    failed: int  # rows that were refused
    checks: int  # the checks that spoke in them, OR-ed (domain/quality.py)
    status: int  # the worst TT 10 code the instrument gave of itself; 0: none


def of(instruments: Sequence[Instrument], since: datetime, until: datetime) -> Mapping[int, list[Gap]]:
    """Datastream -> its gaps in [since, until), the newest first: more than one and a half intervals without a value.

    A gap that began before `since` is given from `since` on. Two queries, however many instruments.
    """
    start, end = micros(since) // local.HOUR_US * local.HOUR_US, micros(until)
    hourly = [one.hourly_id for one in instruments if one.hourly_id is not None]
    means = observations.read(hourly, start + 1, end + 1) if hourly else observations.empty()
    wanted = [_incomplete(one, means, start, end) for one in instruments]
    ids = np.repeat([one.datastream_id for one in instruments], [len(first) for first, _ in wanted])
    if not len(ids):
        return {}
    first, after = (np.concatenate([pair[place] for pair in wanted]) for place in (0, 1))
    rows = observations.read_spans(ids, first + 1, after + 1)
    return {
        one.datastream_id: _gaps(one, rows.take(rows.datastream == one.datastream_id), *spans, end)
        for one, spans in zip(instruments, wanted, strict=True)
    }


def _incomplete(one: Instrument, means: Rows, start: int, end: int) -> tuple[local.Times, local.Times]:
    """The spans (first, after] of the hours in which something is missing; hours side by side are one span."""
    hours = np.arange(start, end, local.HOUR_US, dtype=np.int64)
    full = means.time[(means.datastream == one.hourly_id) & (means.status >= 100)]
    short = ~np.isin(hours + local.HOUR_US, full)
    edge = np.diff(np.concatenate([[0], short.astype(np.int8), [0]]))
    first, last = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    return hours[first] if len(first) else hours[:0], start + last * local.HOUR_US


def _gaps(one: Instrument, rows: Rows, first: local.Times, after: local.Times, end: int) -> list[Gap]:
    interval = one.interval_s * 1_000_000
    there = ~np.isnan(rows.value) & q.usable(rows.quality)
    time, found = rows.time[there], []
    for begins, ends in zip(first.tolist(), after.tolist(), strict=True):
        inside = time[(time > begins) & (time <= ends)]
        last = ends + interval if ends < end else end
        edges = np.concatenate([[begins], inside, [last]])
        for at in np.flatnonzero(np.diff(edges) > 1.5 * interval):
            found.append(_gap(rows, ~there, int(edges[at]), int(edges[at + 1]), is_open=int(edges[at + 1]) == end))
    if found and found[-1].open and not is_silent(found[-1].since, one.interval_s, found[-1].until):
        found.pop()  # the next value is not late yet
    return found[::-1]


def _gap(rows: Rows, lost: NDArray[np.bool_], since: int, until: int, *, is_open: bool) -> Gap:
    inside = lost & (rows.time > since) & (rows.time < until)
    quality, status = rows.quality[inside], rows.status[inside]
    failed = q.flag(quality) == q.Flag.FAIL
    return Gap(
        since=moment(since),
        until=moment(until),
        open=is_open,
        missing=int((~failed).sum()),
        failed=int(failed.sum()),
        checks=int(np.bitwise_or.reduce(quality & np.int16(q.CHECK_MASK), initial=0)),
        status=int(status.max(initial=0)),
    )
