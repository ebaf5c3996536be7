"""Whole hours: how the means and indices of many stations are laid out in one long row of cells.

An hour is counted since 1970 (UTC) and named by its end: hour k holds (k-1, k]. All stations' hours stand one after the
other, each run preceded by enough context that a window which ends in a wanted cell never reaches into its neighbour.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nonnuoc import rules
from nonnuoc.domain import quality as q
from nonnuoc.records.monitoring.observations import Rows
from nonnuoc.records.monitoring.streams import Procedure, Stream

HOUR = 3_600_000_000  # µs
CONTEXT = 31  # hours before: a day of rolling 8-hour means (24 + 7)
AFTER = 30  # hours after: the last day one of whose 8-hour means a value enters

Hours = NDArray[np.int64]
Floats = NDArray[np.float64]
Shorts = NDArray[np.int16]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Run:
    """Consecutive hours of one thing whose means and indices are to be computed."""

    thing_id: int
    touched: tuple[int, int]  # first and last hour a changed value lies in
    last: int  # last hour to be computed

    @property
    def first(self) -> int:
        """First cell, context included."""
        return self.touched[0] - CONTEXT

    @property
    def hours(self) -> Hours:
        """The hour of each cell."""
        return np.arange(self.first, self.last + 1)

    def __len__(self) -> int:
        return self.last - self.first + 1


def runs(changed: Rows, catalogue: Sequence[Stream]) -> Iterator[Run]:
    """The hours to compute, per thing: those that changed values lie in, and the one that time going on completed.

    An hour is over when its station has sent something measured at or after its end; `catalogue` tells the newest
    time of each datastream before the change.
    """
    raw = {s.id: s for s in catalogue if s.procedure == Procedure.RAW and s.active}
    ids, inverse = np.unique(changed.datastream, return_inverse=True)
    owner = np.array([raw[i].thing_id if i in raw else 0 for i in ids.tolist()], np.int64)[inverse]
    hour = hour_of(changed.time)
    before: dict[int, int] = defaultdict(lambda: -1)
    for s in raw.values():
        if s.latest_time is not None:
            before[s.thing_id] = max(before[s.thing_id], round(s.latest_time.timestamp() * 1_000_000))
    order = np.argsort(owner, kind="stable")
    things, starts = np.unique(owner[order], return_index=True)
    for thing_id, mine in zip(things.tolist(), np.split(order, starts[1:]), strict=True):
        if not thing_id:
            continue
        over = max(before[thing_id], int(changed.time[mine].max())) // HOUR
        hours = np.unique(hour[mine])
        if 0 <= before[thing_id] // HOUR < over:
            hours = np.union1d(hours, hour_of(np.array([before[thing_id]])))  # the one that was going on until now
        hours = hours[hours <= over]
        for group in np.split(hours, np.flatnonzero(np.diff(hours) > CONTEXT + AFTER) + 1) if len(hours) else ():
            yield Run(thing_id, (int(group[0]), int(group[-1])), min(int(group[-1]) + AFTER, over))


def hour_of(time: NDArray[np.int64]) -> Hours:
    """The hour each moment lies in; the full hour belongs to the one it ends."""
    hours: Hours = -(-time // HOUR)
    return hours


class Cells:
    """Where the hours of (datastream, run) pairs stand in one long row."""

    def __init__(self, source: NDArray[np.int32], first: Hours, last: Hours) -> None:
        self.source, self.first, self.last = source, first, last
        self.count = last - first + 1
        self.offset = np.concatenate([[0], np.cumsum(self.count)])

    def __len__(self) -> int:
        return int(self.offset[-1])

    def of(self, pair: int) -> slice:
        """The cells of one pair."""
        return slice(int(self.offset[pair]), int(self.offset[pair + 1]))

    def hours(self) -> Hours:
        """The hour of every cell."""
        return np.arange(len(self)) - np.repeat(self.offset[:-1] - self.first, self.count)

    def find(self, datastream: NDArray[np.int32], hour: Hours, among: NDArray[np.intp]) -> NDArray[np.intp]:
        """The cell of each row, among pairs of which no two of one datastream overlap."""
        key = self._key(self.source[among], self.first[among])
        order = np.argsort(key)
        pair = among[order][np.searchsorted(key[order], self._key(datastream, hour), "right") - 1]
        cell: NDArray[np.intp] = self.offset[pair] + hour - self.first[pair]
        return cell

    def layers(self) -> Iterator[NDArray[np.intp]]:
        """All pairs, in groups in which no two of one datastream overlap: their contexts may."""
        order = np.lexsort((self.first, self.source))
        layer = np.zeros(len(order), np.int64)
        for a, b in zip(order[:-1].tolist(), order[1:].tolist(), strict=True):
            if self.source[a] == self.source[b] and self.first[b] <= self.last[a]:
                layer[b] = layer[a] + 1
        for n in range(int(layer.max(initial=-1)) + 1):
            yield np.flatnonzero(layer == n)

    @staticmethod
    def _key(datastream: NDArray[np.int32], hour: Hours) -> Hours:
        return datastream.astype(np.int64) * 2**32 + hour


def tables(name: str, days: Hours) -> Iterator[tuple[rules.Table, Bools]]:
    """(each table in force on one of the local days since 1970, which of them it was in force on).

    On days before the first one there is no such index, and none is given.
    """
    unique, inverse = np.unique(days, return_inverse=True)
    epoch = date(1970, 1, 1)
    found = [rules.find(name, on=epoch + timedelta(days=d)) for d in unique.tolist()]
    for table in {id(t): t for t in found if t is not None}.values():
        yield table, np.array([t is table for t in found])[inverse]


def trailing_count(x: Bools, width: int) -> NDArray[np.int64]:
    """How many are true among each and the `width` - 1 before it."""
    total = np.cumsum(np.concatenate([np.zeros(width, np.int64), x]))
    count: NDArray[np.int64] = total[width:] - total[:-width]
    return count


class Doubts(NamedTuple):
    """What the inputs of computed values pass on to them, arrays of one shape."""

    suspect: Bools  # one of the inputs is
    provisional: Bools  # one that was used has been judged by nobody


def doubts(quality: Shorts, width: int) -> Doubts:
    """Of the trailing `width` values."""
    provisional = q.usable(quality) & ~q.is_validated(quality)
    suspect = q.flag(quality) == q.Flag.SUSPECT
    return Doubts(trailing_count(suspect, width) > 0, trailing_count(provisional, width) > 0)


def together(parts: Iterable[Doubts]) -> Doubts:
    """Of inputs that enter one value."""
    known = list(parts)
    suspect = np.logical_or.reduce([one.suspect for one in known])
    return Doubts(suspect, np.logical_or.reduce([one.provisional for one in known]))


def verdict(value: Floats, inputs: Doubts) -> Shorts:
    """The quality of computed values: missing where there is none, suspect if an input was, validated if all were."""
    flags = np.where(inputs.suspect, q.Flag.SUSPECT, q.Flag.GOOD) | np.where(inputs.provisional, 0, q.VALIDATED)
    return np.where(np.isnan(value), q.Flag.MISSING, flags).astype(np.int16)
