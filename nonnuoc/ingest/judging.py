"""Steps 4 and 5: readings meet what is held around them, are judged together, and stored.

The judgement of a value depends on its neighbours (domain/qc.py), so neighbours that are already stored are read,
and judged again when a new value may change their flag. The final state is the same in any order of arrival.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from nonnuoc import rules
from nonnuoc.domain import qc, qc_limits
from nonnuoc.domain import quality as q
from nonnuoc.ingest.placing import Placed
from nonnuoc.records.monitoring import observations, streams
from nonnuoc.records.monitoring.deliveries import Receipt
from nonnuoc.records.monitoring.observations import Rows
from nonnuoc.records.monitoring.streams import Stream, Threshold

LATE_AFTER = timedelta(hours=1)  # a value that arrives later than this tells the past
PORTION = 200_000  # readings judged at once
OTHER_VALUE = "another value was sent"
SECOND = 1_000_000
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """What is to be stored. Arrays of one length, sorted by datastream and time."""

    changed: Rows  # rows that are new, or differ from what is held
    receipt: NDArray[np.int32]  # the delivery that brought each; -1: only judged again
    is_new: Bools  # nothing was held for this time


def portions(placed: Placed, receipts: Sequence[Receipt]) -> Iterator[Placed]:
    """The readings by datastream and time, one for each, in pieces that are judged and stored one after the other.

    A file may hold years: in pieces it costs no more memory than a hundred small ones. As results do not depend on the
    order of arrival, it does not matter where it is cut. Late ones are marked; values that a later one of the same time
    contradicts go to the history.
    """
    if not len(placed):
        return
    _span(placed, receipts)
    last, superseded = _last_word(_late(placed, receipts), receipts)
    observations.remember(superseded, by="the same batch", reason=OTHER_VALUE)
    del placed, superseded
    for start in range(0, len(last), PORTION):
        yield last.where(slice(start, start + PORTION))


def judge(readings: Placed, receipts: Sequence[Receipt], catalogue: Sequence[Stream]) -> Judged:
    """Flag every reading, and every held neighbour whose flag it may change; count on the receipts what is new."""
    known = {s.id: s for s in catalogue}
    ids, index = np.unique(readings.stream, return_inverse=True)
    limits = _Limits(known[i] for i in ids.tolist())
    back, ahead = (np.asarray(a) * SECOND for a in limits.reach())
    held = _around(ids, index, readings.time, (back + ahead)[index])
    merged, receipt, is_new, differs = _merge(readings, held)
    index = np.searchsorted(ids, merged.datastream)
    touched = _touched(merged, receipt >= 0, index, back, ahead)
    quality = limits.judge(index, merged)
    changed = is_new | differs | (touched & (quality != merged.quality))
    _count(receipts, receipt, is_new | differs)
    return Judged(merged.with_quality(quality).take(changed), receipt[changed], is_new[changed])


def store(judged: Judged, receipts: Sequence[Receipt]) -> None:
    """Write what is new or changed; whatever is overwritten goes to the history, with who and why."""
    at, changed = _received(receipts), judged.changed
    observations.write(changed.take(judged.is_new), by="", reason="", at=at, history=False)
    again = ~judged.is_new & (judged.receipt < 0)
    observations.write(changed.take(again), by="quality control", reason="judged again with its neighbours", at=at)
    replaced = ~judged.is_new & (judged.receipt >= 0)
    for index in np.unique(judged.receipt[replaced]).tolist():
        rows = changed.take(replaced & (judged.receipt == index))
        observations.write(rows, by=f"delivery {receipts[index].uuid}", reason=OTHER_VALUE, at=at)


class _Limits:
    """The thresholds of some datastreams, each version for its own time."""

    def __init__(self, chosen: Iterator[Stream]) -> None:
        self.streams = list(chosen)
        self.table = rules.load("qc", on=date.today())
        overrides: dict[int, list[Threshold]] = {}
        for threshold in streams.thresholds([s.id for s in self.streams]):
            overrides.setdefault(threshold.datastream_id, []).append(threshold)
        days = {t.valid_from for ts in overrides.values() for t in ts}
        days |= {t.valid_to for ts in overrides.values() for t in ts if t.valid_to}
        #: (from when on in µs, thresholds), oldest first; the first one holds since ever
        self.versions = [(np.iinfo(np.int64).min, self._at(None, overrides))]
        self.versions += [(round(day.timestamp() * SECOND), self._at(day, overrides)) for day in sorted(days)]
        self.sentinels = qc_limits.sentinels(self.table.data)

    def reach(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How far back and ahead a judgement looks, in seconds, whatever the version."""
        each = [qc.reach_s(limits) for _, limits in self.versions]
        return np.max([b for b, _ in each], axis=0), np.max([a for _, a in each], axis=0)

    def judge(self, index: NDArray[np.intp], rows: Rows) -> q.Quality:
        """The quality of each row; `index` is its datastream's place among those of this object."""
        kept = np.where(q.is_validated(rows.quality), rows.quality, rows.quality & np.int16(q.KEPT))
        quality = np.empty(len(rows), np.int16)
        for since, limits in self.versions:
            judged = qc.judge(
                index, rows.time, rows.value, rows.status, kept.astype(np.int16), limits, sentinels=self.sentinels
            )
            quality = np.where(rows.time >= since, judged, quality)
        return quality

    def _at(self, day: datetime | None, overrides: Mapping[int, list[Threshold]]) -> qc.Thresholds:
        return qc_limits.thresholds(
            self.table.data, [_limits_of(s, overrides.get(s.id, ()), day) for s in self.streams]
        )


def _limits_of(s: Stream, own: Sequence[Threshold], day: datetime | None) -> qc_limits.Stream:
    return qc_limits.Stream(
        property=s.property,
        kind=s.kind,
        interval_s=s.interval_s or math.nan,
        instrument_min=math.nan if s.range_min is None else s.range_min,
        instrument_max=math.nan if s.range_max is None else s.range_max,
        own={
            t.check_name: t.value
            for t in own
            if day is not None and t.valid_from <= day and (t.valid_to is None or day < t.valid_to)
        },
    )


def _received(receipts: Sequence[Receipt]) -> datetime:
    return max((r.received for r in receipts), default=datetime.now(UTC))


def _late(placed: Placed, receipts: Sequence[Receipt]) -> Placed:
    limit = np.array([round((r.received - LATE_AFTER).timestamp() * SECOND) for r in receipts], np.int64)
    kept = placed.kept | np.where(placed.time < limit[placed.receipt], q.LATE, 0).astype(np.int16)
    return replace(placed, kept=kept)


def _last_word(placed: Placed, receipts: Sequence[Receipt]) -> tuple[Placed, Rows]:
    """(readings sorted by datastream and time, one for each; those that a later one of the same time contradicts)."""
    order = np.lexsort((np.arange(len(placed)), placed.time, placed.stream))
    p = placed.where(order)
    same = (p.stream[1:] == p.stream[:-1]) & (p.time[1:] == p.time[:-1])
    if not same.any():
        return p, observations.empty()
    differs = same & ~_alike_before(p.value, p.status, p.kept)
    kept = p.kept.copy()
    kept[1:][differs] |= np.int16(q.Check.REPLACED)
    for row in (np.flatnonzero(same) + 1).tolist():  # a third one of the same time is replaced as well
        kept[row] |= kept[row - 1] & np.int16(q.Check.REPLACED)
    gone, lost = np.append(same, False), np.append(differs, False)
    for row in np.flatnonzero(gone).tolist():
        receipts[p.receipt[row]].unchanged += 1
    flags = np.full(int(lost.sum()), q.Flag.NOT_EVALUATED, np.int16) | p.kept[lost]
    superseded = Rows(p.stream[lost], p.time[lost], p.value[lost], p.status[lost], flags)
    return replace(p, kept=kept).where(~gone), superseded


def _around(
    ids: NDArray[np.int32], index: NDArray[np.intp], time: NDArray[np.int64], reach: NDArray[np.float64]
) -> Rows:
    """What is held within reach of the readings; spans that touch are read as one."""
    r = reach.astype(np.int64)
    starts = np.ones(len(time), bool)
    starts[1:] = (index[1:] != index[:-1]) | (time[1:] - time[:-1] > 2 * r[1:])
    first = np.flatnonzero(starts)
    last = np.append(first[1:] - 1, len(time) - 1)
    return observations.read_spans(ids[index[first]], time[first] - r[first], time[last] + r[last] + 1)


def _merge(new: Placed, held: Rows) -> tuple[Rows, NDArray[np.int32], Bools, Bools]:
    """(both together, the delivery of each row or -1, which are new, which differ from what was held)."""
    stream = np.concatenate([held.datastream, new.stream])
    time = np.concatenate([held.time, new.time])
    order = np.lexsort((np.arange(len(time)), time, stream))
    stream, time = stream[order], time[order]
    value = np.concatenate([held.value, new.value])[order]
    status = np.concatenate([held.status, new.status])[order]
    quality = np.concatenate([held.quality, new.kept])[order]
    receipt = np.concatenate([np.full(len(held), -1, np.int32), new.receipt])[order]
    meets = np.zeros(len(time), bool)  # a new row right behind the held one of its time
    meets[1:] = (stream[1:] == stream[:-1]) & (time[1:] == time[:-1])
    differs = np.zeros(len(time), bool)
    differs[1:] = meets[1:] & ~_alike_before(value, status, quality)
    quality[1:] = np.where(meets[1:] & ~differs[1:], quality[:-1], quality[1:])
    quality = np.where(differs, quality | np.int16(q.Check.REPLACED), quality)
    stay = ~np.append(meets[1:], False)
    rows = Rows(stream[stay], time[stay], value[stay], status[stay], quality[stay].astype(np.int16))
    return rows, receipt[stay], ((receipt >= 0) & ~meets)[stay], differs[stay]


def _touched(
    rows: Rows, fresh: Bools, index: NDArray[np.intp], back: NDArray[np.float64], ahead: NDArray[np.float64]
) -> Bools:
    """Which rows lie so near a fresh one that their judgement may change."""
    place = np.arange(len(rows))
    before = np.maximum.accumulate(np.where(fresh, place, -1))
    after = np.minimum.accumulate(np.where(fresh, place, len(rows))[::-1])[::-1]
    has_before = (before >= 0) & (rows.datastream[before] == rows.datastream)
    clipped = np.minimum(after, len(rows) - 1)
    has_after = (after < len(rows)) & (rows.datastream[clipped] == rows.datastream)
    near: Bools = (has_before & (rows.time - rows.time[before] <= back[index])) | (
        has_after & (rows.time[clipped] - rows.time <= ahead[index])
    )
    return near


def _alike_before(value: NDArray[np.float64], status: NDArray[np.int16], quality: NDArray[np.int16]) -> Bools:
    """Whether each row but the first says the same as the one before it; "<0.5" is not 0.5."""
    below = quality & np.int16(q.Check.BELOW_DETECTION)
    same = (value[1:] == value[:-1]) | (np.isnan(value[1:]) & np.isnan(value[:-1]))
    told: Bools = same & (status[1:] == status[:-1]) & (below[1:] == below[:-1])
    return told


def _count(receipts: Sequence[Receipt], receipt: NDArray[np.int32], stored: Bools) -> None:
    ours = receipt >= 0
    new = np.bincount(receipt[ours & stored], minlength=len(receipts))
    same = np.bincount(receipt[ours & ~stored], minlength=len(receipts))
    for index in np.flatnonzero(new + same).tolist():
        receipts[index].stored += int(new[index])
        receipts[index].unchanged += int(same[index])


def _span(placed: Placed, receipts: Sequence[Receipt]) -> None:
    first = np.full(len(receipts), np.iinfo(np.int64).max)
    last = np.full(len(receipts), np.iinfo(np.int64).min)
    np.minimum.at(first, placed.receipt, placed.time)
    np.maximum.at(last, placed.receipt, placed.time)
    for index in np.flatnonzero(first <= last).tolist():
        receipts[index].first_time = observations.moment(first[index])
        receipts[index].last_time = observations.moment(last[index])
