"""Times that cannot be: a logger's clock that runs ahead, was never set, or stands on UTC (docs/decisions/0005)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from nonnuoc.records.monitoring import streams
from nonnuoc.records.monitoring.deliveries import Receipt
from nonnuoc.records.monitoring.observations import micros, moment

AHEAD = timedelta(minutes=5)  # how far a logger's clock may run ahead of ours
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # before this it is a clock that was never set
UTC_SHIFT = timedelta(hours=7)  # a logger left on UTC writes local times seven hours old
MOMENT = timedelta(minutes=10)  # a file whose values span less tells the present, not a gap
NEIGHBOURHOOD = timedelta(minutes=2)  # deliveries received so near each other belong to one refill

MICROSECOND = timedelta(microseconds=1)
Bools = NDArray[np.bool_]


def possible(
    time: NDArray[np.int64],
    receipt: NDArray[np.int32],
    line: NDArray[np.int32],
    receipts: Sequence[Receipt],
    among: Bools,
) -> Bools:
    """Which readings have a time that can be; the others are refused on their receipts. All arrays (n,)."""
    latest = np.array([micros(r.received + AHEAD) for r in receipts], np.int64)[receipt]
    early, ahead = time < micros(EARLIEST), time > latest
    for row in np.flatnonzero((early | ahead) & among).tolist():
        code = "clock_unset" if early[row] else "clock_ahead"
        told = f"{moment(time[row]):%Y-%m-%d %H:%M} UTC" if abs(time[row]) < 2**57 else "no time at all"
        detail = f"Measured at {told}, which cannot be: set the logger's clock and send it again."
        receipts[receipt[row]].refuse(int(line[row]), code, detail)
    return ~early & ~ahead


def on_utc(
    time: NDArray[np.int64], receipt: NDArray[np.int32], receipts: Sequence[Receipt], *, zoned: Collection[str] = ()
) -> Bools:
    """Which readings come from files that tell the present of exactly seven hours ago; those are quarantined.

    `zoned`: formats whose times carry their zone, and cannot be mistaken for another one's.
    A gap being refilled also passes that age, among files of every other age: it is let through.
    """
    newest = np.full(len(receipts), np.iinfo(np.int64).min)
    oldest = np.full(len(receipts), np.iinfo(np.int64).max)
    np.maximum.at(newest, receipt, time)
    np.minimum.at(oldest, receipt, time)
    told = oldest <= newest  # the others gave no reading
    age = np.where(told, np.array([micros(r.received) for r in receipts], np.int64) - np.where(told, newest, 0), 0)
    seven = abs(age - UTC_SHIFT // MICROSECOND) <= AHEAD // MICROSECOND
    of_another_age: dict[int | None, list[datetime]] = defaultdict(list)
    for index in np.flatnonzero(told & ~seven).tolist():
        of_another_age[receipts[index].thing_id].append(receipts[index].received)
    suspects = np.flatnonzero(told & seven & (newest - np.where(told, oldest, newest) <= MOMENT // MICROSECOND))
    caught = []
    for index in suspects.tolist():
        suspect = receipts[index]
        if suspect.format in zoned:
            continue
        beside = any(abs(suspect.received - other) <= NEIGHBOURHOOD for other in of_another_age[suspect.thing_id])
        if not beside and not _refilling(suspect):
            caught.append(index)
            suspect.quarantine(
                "clock_shifted",
                "Every value is seven hours old to the minute, as if the logger's clock stood on UTC: "
                "set it to Vietnamese time, or release this delivery if the times are right.",
            )
    return np.isin(receipt, caught)


def _refilling(receipt: Receipt) -> bool:
    if receipt.thing_id is None:
        return False
    since, until = receipt.received - NEIGHBOURHOOD, receipt.received + NEIGHBOURHOOD
    return any(abs(age - UTC_SHIFT) > AHEAD for age in streams.recent_ages(receipt.thing_id, since, until))
