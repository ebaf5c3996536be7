"""Observations as arrays: what the store takes and gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DTYPES = (np.int32, np.int64, np.float64, np.int16, np.int16)


@dataclass(frozen=True, eq=False)
class Rows:
    """Observations, one an index; every array of shape (n,). Other integer or float dtypes are converted."""

    datastream: NDArray[np.int32]
    time: NDArray[np.int64]  # µs since 1970-01-01 UTC
    value: NDArray[np.float64]  # NaN: missing
    status: NDArray[np.int16]
    quality: NDArray[np.int16]  # domain/quality.py

    def __post_init__(self) -> None:
        for field, dtype in zip(fields(self), DTYPES, strict=True):
            array = np.asarray(getattr(self, field.name), dtype)
            if array.shape != (len(self.datastream),):
                raise ValueError(f"{field.name} has shape {array.shape}, datastream {np.shape(self.datastream)}")
            object.__setattr__(self, field.name, array)

    def __len__(self) -> int:
        return len(self.datastream)

    def take(self, chosen: NDArray[Any] | slice) -> Rows:
        """The rows a mask, an array of indices or a slice chooses, in its order."""
        return Rows(
            self.datastream[chosen], self.time[chosen], self.value[chosen], self.status[chosen], self.quality[chosen]
        )

    def with_quality(self, quality: NDArray[np.int16]) -> Rows:
        """The same rows, judged otherwise."""
        return replace(self, quality=quality)

    def sort(self) -> Rows:
        """By datastream and time; itself where that is so already. Rows of one key keep their order."""
        step = np.diff(self.datastream)
        if not ((step < 0) | ((step == 0) & (self.time[1:] < self.time[:-1]))).any():
            return self
        return self.take(np.lexsort((self.time, self.datastream)))

    def columns(self) -> tuple[NDArray[Any], ...]:
        """datastream, time, value, status, quality."""
        return self.datastream, self.time, self.value, self.status, self.quality


def empty() -> Rows:
    """No row."""
    return Rows(np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0), np.empty(0, np.int16), np.empty(0, np.int16))


def concat(parts: Sequence[Rows]) -> Rows:
    """One after the other."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return empty()
    datastream, time, value, status, quality = zip(*(part.columns() for part in parts), strict=True)
    return Rows(*map(np.concatenate, (datastream, time, value, status, quality)))


def micros(moment: datetime) -> int:
    """µs since 1970-01-01 UTC of an aware time, exactly."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(micros: int) -> datetime:
    """The aware time of µs since 1970-01-01 UTC."""
    return EPOCH + timedelta(microseconds=int(micros))


def alike(rows: Rows, others: Rows) -> NDArray[np.bool_]:
    """Whether value, status and quality are the same, bit by bit: 0.0 and -0.0 differ, a NaN is like any NaN."""
    one, other = rows.value, others.value
    same = (one.view(np.int64) == other.view(np.int64)) | (np.isnan(one) & np.isnan(other))
    return np.asarray(same & (rows.status == others.status) & (rows.quality == others.quality), bool)


def find(rows: Rows, held: Rows) -> NDArray[np.intp]:
    """Where each row's (datastream, time) stands in `held`, -1 where it does not. Both sorted, without duplicates."""
    if not len(held) or not len(rows):
        return np.full(len(rows), -1, np.intp)
    # The key of a row: its datastream's rank and its time's rank in one integer, which cannot overflow.
    times, time = np.unique(np.concatenate([rows.time, held.time]), return_inverse=True)
    key = np.concatenate([rows.datastream, held.datastream]).astype(np.int64) * len(times) + time
    ours, theirs = key[: len(rows)], key[len(rows) :]
    place = np.minimum(np.searchsorted(theirs, ours), len(theirs) - 1)
    return np.where(theirs[place] == ours, place, -1)


def repeated(rows: Rows) -> int:
    """The index of a row whose (datastream, time) the row before it has too; -1: all differ. Rows are sorted."""
    same = (np.diff(rows.datastream) == 0) & (np.diff(rows.time) == 0)
    return int(same.argmax()) + 1 if same.any() else -1
