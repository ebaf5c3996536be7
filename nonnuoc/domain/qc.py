"""Quality control of readings: what one value, its neighbours and its clock say about it.

Method: IOOS/QARTOD manuals for real-time quality control (tests for syntax and gap, gross range, spike, rate of
change, flat line); flags as in `quality`. The limits are ours (rules/data/qc.toml) or a datastream's own.

Two groups of checks. *Pointwise* ones look at the row alone: instrument status, missing and sentinels, below
detection, gross range, instrument range. *Neighbour* ones compare it with rows of the same stream that passed the
pointwise checks and are no further away than `gap_s`: spike, rate of change, flat line, timing. A neighbour check
that has nobody to compare with has not been evaluated, which is never the same as good.

The verdict on a row follows from the rows within `reach_s` of it and from nothing else: neither the order of arrival
nor how much of the series is at hand changes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nonnuoc.domain import neighbours
from nonnuoc.domain.quality import KEPT, Check, Flag, Quality, is_validated, usable

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

SECOND = 1_000_000  # µs
BLOCK = 16_384  # rows


@dataclass(frozen=True)
class Thresholds:
    """Limits of the checks, each an array of shape (streams,); NaN: this check is not applied to that stream.

    Ranges and spikes in the unit of the property, rates in that unit per hour, durations in seconds. A value is
    outside when it is beyond a limit, not on it. Without `gap_s` no neighbour check is applied.
    """

    gross_min: Floats
    gross_max: Floats
    instrument_min: Floats
    instrument_max: Floats
    spike_suspect: Floats
    spike_fail: Floats
    rate_suspect: Floats
    rate_fail: Floats
    flat_suspect_s: Floats
    flat_fail_s: Floats
    flat_tolerance: Floats
    gap_s: Floats
    interval_s: Floats


NAMES = tuple(field.name for field in fields(Thresholds))
SIGNED = ("gross_min", "gross_max", "instrument_min", "instrument_max")  # a limit that may lie below 0


class Verdicts:
    """The worst flag so far and the checks that spoke, for each row; both int16 (rows,)."""

    def __init__(self, kept: Quality) -> None:
        self.flag = np.full(kept.shape, Flag.GOOD, np.int16)
        self.checks: NDArray[np.int16] = kept & np.int16(KEPT)

    def mark(self, rows: Rows, worst: Flag, check: int = 0) -> None:
        """Row numbers (each at most once) for which `check` spoke."""
        if rows.size:
            self.flag[rows] = np.maximum(self.flag[rows], np.int16(worst))
            self.checks[rows] |= np.int16(check)


def judge(
    stream: Rows,
    time: NDArray[np.int64],
    value: Floats,
    status: NDArray[np.int16],
    kept: Quality,
    limits: Thresholds,
    *,
    sentinels: tuple[float, ...],
) -> Quality:
    """The quality of every row: its worst flag, the checks that gave it, and the bits it keeps.

    All arrays have shape (rows,) and are sorted by (stream, time), each pair once. `stream` indexes the arrays of
    `limits`; `time` is µs since 1970 UTC; `value` in the unit of the limits, NaN where nothing was sent; `status` is
    the instrument's (0: measuring); `kept` the quality the row had, of which only the bits of `quality.KEPT` count.
    A validated row comes back exactly as given. `sentinels` are numbers that stand for "no value".
    """
    quality = np.empty(stream.shape, np.int16)
    for rows in _blocks(stream):
        columns = (stream[rows], time[rows], value[rows], status[rows], kept[rows])
        quality[rows] = _judge_block(*columns, limits, sentinels)
    return quality


def _blocks(stream: Rows) -> Iterator[slice]:
    """Slices of whole series, some `BLOCK` rows each or one long series: what fits the processor's cache goes twice as
    fast as all rows at once, and the memory in between stays small."""
    ends = np.flatnonzero(np.diff(stream)) + 1
    after = np.searchsorted(ends, np.arange(BLOCK, stream.size, BLOCK))
    cuts = np.unique(ends[after[after < ends.size]]).tolist()
    yield from (slice(since, until) for since, until in pairwise([0, *cuts, stream.size]) if since < until)


def _judge_block(
    stream: Rows,
    time: NDArray[np.int64],
    value: Floats,
    status: NDArray[np.int16],
    kept: Quality,
    limits: Thresholds,
    sentinels: tuple[float, ...],
) -> Quality:
    found = Verdicts(kept)
    validated = is_validated(kept)
    sound = _pointwise(found, stream, value, status, kept, limits, sentinels)
    if validated.any():
        # whoever validated a value has decided whether its neighbours may be measured against it
        sound = np.where(validated, usable(kept) & np.isfinite(value), sound)
    _cadence(found, stream, time, limits)
    rows = np.flatnonzero(sound)
    if rows.size:
        _compare(found, rows, neighbours.Series(stream[rows], time[rows], value[rows], ~validated[rows]), limits)
    _demote_unchecked(found, stream, limits)
    return np.where(validated, kept, found.flag | found.checks)


def reach_s(limits: Thresholds) -> tuple[Floats, Floats]:
    """How far (back, ahead) in seconds, each (streams,), rows can matter to the verdict on a row, ends included.

    Ahead: the right neighbour of a spike. Back: a flat line's duration and the link to its first row, or the last
    good value before a spike and, to know that it was none itself, the value before that.
    """
    gap = np.nan_to_num(limits.gap_s)
    spike = ~np.isnan(np.fmin(limits.spike_suspect, limits.spike_fail))
    flat = np.nan_to_num(np.fmax(limits.flat_suspect_s, limits.flat_fail_s))
    flat = np.where(np.isnan(limits.flat_tolerance) | (flat == 0), 0.0, flat + gap)
    back = np.maximum(np.where(spike, 2 * gap, gap), np.where(gap > 0, flat, 0.0))
    return np.maximum(back, np.nan_to_num(limits.interval_s) / 2), np.where(spike, gap, 0.0)


def _pointwise(
    found: Verdicts,
    stream: Rows,
    value: Floats,
    status: NDArray[np.int16],
    kept: Quality,
    limits: Thresholds,
    sentinels: tuple[float, ...],
) -> NDArray[np.bool_]:
    """Marks what the row alone betrays; gives the rows that passed."""
    missing: NDArray[np.bool_] = ~np.isfinite(value)
    for sentinel in sentinels:
        missing |= value == sentinel
    below = (kept & np.int16(Check.BELOW_DETECTION)) != 0
    off = status != 0
    low = np.fmax(limits.gross_min, limits.instrument_min)[stream]
    high = np.fmin(limits.gross_max, limits.instrument_max)[stream]
    outside = ((value < low) | (value > high)) & ~(missing | below)

    found.mark(np.flatnonzero(missing & ~below), Flag.MISSING, Check.MISSING)
    found.mark(np.flatnonzero(below), Flag.MISSING)  # its check bit is among those kept
    found.mark(np.flatnonzero(off), Flag.FAIL, Check.STATUS)
    found.mark(np.flatnonzero(kept & np.int16(Check.REPLACED)), Flag.SUSPECT)
    rows = np.flatnonzero(outside)
    x, of = value[rows], stream[rows]
    gross = (x < limits.gross_min[of]) | (x > limits.gross_max[of])
    instrument = (x < limits.instrument_min[of]) | (x > limits.instrument_max[of])
    found.mark(rows[gross], Flag.FAIL, Check.GROSS_RANGE)
    found.mark(rows[instrument], Flag.FAIL, Check.INSTRUMENT_RANGE)
    passed: NDArray[np.bool_] = ~(missing | below | off | outside)
    return passed


def _cadence(found: Verdicts, stream: Rows, time: NDArray[np.int64], limits: Thresholds) -> None:
    """Marks rows stamped sooner than half an interval after the row before them, whatever that row holds."""
    soon = np.diff(time) < (limits.interval_s * (SECOND / 2))[stream[1:]]
    soon &= stream[1:] == stream[:-1]
    found.mark(np.flatnonzero(soon) + 1, Flag.SUSPECT, Check.TIMING)


def _compare(found: Verdicts, rows: Rows, series: neighbours.Series, limits: Thresholds) -> None:
    """Marks what only neighbours can betray. `rows` says where in `found` each row of `series` stands."""
    of = series.stream
    gap = limits.gap_s * SECOND
    linked = neighbours.linked(series, gap[of])
    first = ~linked & ~np.isnan(gap)[of]
    found.mark(rows[first], Flag.NOT_EVALUATED, Check.TIMING)

    height = neighbours.spike_height(series, linked)
    spike = height > np.fmin(limits.spike_suspect, limits.spike_fail)[of]
    hits = np.flatnonzero(spike)
    found.mark(rows[hits], Flag.SUSPECT, Check.SPIKE)
    found.mark(rows[hits[height[hits] > limits.spike_fail[of[hits]]]], Flag.FAIL)

    rate_limit = np.fmin(limits.rate_suspect, limits.rate_fail)
    rate = neighbours.rate(series, linked, spike & series.unjudged, gap[of], limits.interval_s[of] * SECOND)
    limit = rate_limit[of]
    hits = np.flatnonzero(rate > limit)
    found.mark(rows[hits], Flag.SUSPECT, Check.RATE_OF_CHANGE)
    found.mark(rows[hits[rate[hits] > limits.rate_fail[of[hits]]]], Flag.FAIL)
    found.mark(rows[np.isnan(rate) & ~np.isnan(limit + gap[of])], Flag.NOT_EVALUATED)

    durations = (limits.flat_suspect_s[of] * SECOND, limits.flat_fail_s[of] * SECOND)
    suspect, fail = neighbours.held(series, linked, limits.flat_tolerance[of], durations)
    found.mark(rows[suspect], Flag.SUSPECT, Check.FLAT_LINE)
    found.mark(rows[fail], Flag.FAIL, Check.FLAT_LINE)


def _demote_unchecked(found: Verdicts, stream: Rows, limits: Thresholds) -> None:
    """A value that no limit was ever held against is not good, it is not evaluated."""
    unchecked = np.all([np.isnan(getattr(limits, name)) for name in NAMES if not name.endswith("_s")], axis=0)
    if unchecked.any():
        found.mark(np.flatnonzero(unchecked[stream]), Flag.NOT_EVALUATED)
