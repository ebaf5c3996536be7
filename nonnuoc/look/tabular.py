"""A table on its way into a file: what must be told of it, its columns, and its rows as batches of arrays.

Who writes a format (tabular_csv.py, api/downloads) knows nothing of stations; who knows stations, nothing of formats.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from nonnuoc.domain import local

SECOND, DAY_S = 1_000_000, 86_400
ZONE = "+07:00"


class Kind(StrEnum):
    """What a column holds, and as which array."""

    TIME = "time"  # int64, µs since 1970-01-01 UTC
    NUMBER = "number"  # float64, NaN: none
    WHOLE = "whole"  # int32, negative: none; or Coded
    WORD = "word"  # Coded


@dataclass(frozen=True, slots=True)
class Column:
    """`unit` is "" where there is none."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""


Word = str | int | None  # None: none


@dataclass(frozen=True, slots=True)
class Coded:
    """Few different words in many rows. codes: (n,) places in `words`; columns may share the same array of them."""

    codes: NDArray[np.intp]
    words: tuple[Word, ...]


Batch = tuple[NDArray[Any] | Coded, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`about` pairs a key with a text, in the order of the file's head; `batches` can be gone through once."""

    about: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    batches: Iterator[Batch]
    simulated: bool = False


def length(batch: Batch) -> int:
    """How many rows it has."""
    first = batch[0]
    return len(first.codes if isinstance(first, Coded) else first)


def stamps(time: NDArray[np.int64]) -> NDArray[np.bytes_]:
    """Local ISO times, "2026-03-02T00:05:00+07:00", (n,): put together of days and seconds of a day, 15 times quicker
    than numpy writes them. A fraction of a second is told where there is one."""
    ours = time + local.OFFSET_US
    if (ours % SECOND).any():
        return np.char.add(np.datetime_as_string(ours.astype("datetime64[us]")).astype(np.bytes_), ZONE.encode())
    if not len(ours):
        return np.empty(0, "S25")
    day, second = np.divmod(ours // SECOND, DAY_S)
    first = day.min()
    days = np.datetime_as_string(np.arange(first, day.max() + 1).astype("datetime64[D]")).astype("S10")
    out = np.empty(len(ours), [("day", "S10"), ("clock", "S15")])
    out["day"], out["clock"] = days[day - first], _clock()[second]
    return out.view("S25")


def numbers(value: NDArray[np.float64]) -> list[bytes]:
    """Each as the shortest text that reads back as the same number, NaN as nothing."""
    if not len(value):
        return []
    text = orjson.dumps(np.ascontiguousarray(value, np.float64), option=orjson.OPT_SERIALIZE_NUMPY)
    return text[1:-1].replace(b"null", b"").split(b",")


def wholes(value: NDArray[np.int32]) -> list[bytes]:
    """Each in digits, a negative one as nothing."""
    return [b"%d" % one if one >= 0 else b"" for one in value.tolist()]


@cache
def _clock() -> NDArray[np.bytes_]:
    """What is written of every second of a day: "T00:00:00+07:00"."""
    text = np.empty((DAY_S, 15), "S1")
    text[:] = np.frombuffer(b"T00:00:00+07:00", "S1")
    second = np.arange(DAY_S)
    digits = np.frombuffer(b"0123456789", "S1")
    for place, part in ((1, second // 3600), (4, second // 60 % 60), (7, second % 60)):
        text[:, place], text[:, place + 1] = digits[part // 10], digits[part % 10]
    return text.view("S15")[:, 0]
