"""Whole columns as text: arrays in, arrow strings out, joined row by row into the bytes of an answer.

No Python object is made for a value: a page of 20,000 rows takes some milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

#: A string for each row, or the same one for all.
Texts: TypeAlias = "pa.StringArray | str"
_SECOND = 1_000_000
_STAMP = "2026-11-26T01:00:00Z"


def times(micros: NDArray[np.int64]) -> pa.StringArray:
    """µs since 1970 as ISO 8601 in UTC, shape (n,); fractions only where there are any."""
    if not len(micros):
        return pa.array([], pa.string())
    text = pc.cast(pa.array(micros // _SECOND, pa.int64()).cast(pa.timestamp("s")), pa.string())
    width = len(_STAMP) - 1
    letters = np.empty((len(micros), width + 1), np.uint8)
    letters[:, :width] = np.frombuffer(text.buffers()[2], np.uint8, len(micros) * width).reshape(-1, width)
    letters[:, 10], letters[:, width] = ord("T"), ord("Z")
    offsets = np.arange(0, letters.size + 1, width + 1, dtype=np.int32)
    whole = pa.StringArray.from_buffers(len(micros), pa.py_buffer(offsets), pa.py_buffer(letters))
    rest = micros % _SECOND
    if not rest.any():
        return whole
    fractions = pc.utf8_lpad(wholes(rest), 6, "0")
    split = pc.binary_join_element_wise(pc.utf8_slice_codeunits(whole, 0, width), ".", fractions, "Z", "")
    return pc.if_else(pa.array(rest != 0), split, whole)


def numbers(values: NDArray[np.float64], missing: str) -> pa.StringArray:
    """The shortest text that is read as the same number, shape (n,); `missing` where there is none."""
    text = pc.cast(pa.array(values), pa.string())
    known = np.isfinite(values)
    return text if known.all() else pc.if_else(pa.array(known), text, missing)


def wholes(values: NDArray[np.integer]) -> pa.StringArray:
    """Whole numbers, shape (n,)."""
    return pc.cast(pa.array(values), pa.string())


def chosen(codes: NDArray[np.integer], says: Callable[[int], str]) -> Texts:
    """What each code says, shape (n,); asked once for each code there is."""
    if not len(codes):
        return ""
    if (codes == codes[0]).all():
        return says(int(codes[0]))
    known, place = np.unique(codes, return_inverse=True)
    return pc.take(pa.array([says(int(code)) for code in known], pa.string()), pa.array(place))


def either(which: NDArray[np.bool_], first: Texts, second: Texts) -> Texts:
    """The first where it is so, else the second."""
    if which.all():
        return first
    return pc.if_else(pa.array(which), first, second) if which.any() else second


def concatenated(*parts: Texts) -> Texts:
    """The parts of each row behind each other."""
    if all(isinstance(part, str) for part in parts):
        return "".join(str(part) for part in parts)
    return pc.binary_join_element_wise(*parts, "")


def rows(columns: Sequence[Texts], *, opens: str, between: str, closes: str, count: int) -> Rows:
    """Rows of the columns: what opens a row, what stands between two cells, and what closes it."""
    parts: list[Texts] = [opens]
    for position, column in enumerate(columns):
        parts += [between, column] if position else [column]
    merged = concatenated(*_merged([*parts, closes]))
    return Rows(pa.array([merged] * count, pa.string()) if isinstance(merged, str) else merged)


def _merged(parts: Sequence[Texts]) -> list[Texts]:
    """Neighbours that are the same for all rows, as one."""
    found: list[Texts] = []
    for part in parts:
        if found and isinstance(part, str) and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return found


class Rows:
    """The text of many rows behind each other, of which any span can be had without another look at them."""

    def __init__(self, texts: pa.StringArray) -> None:
        _, offsets, letters = texts.buffers()
        self._offsets = np.frombuffer(offsets, np.int32) if offsets else np.zeros(1, np.int32)
        self._letters = memoryview(letters) if letters else memoryview(b"")

    def span(self, first: int, last: int) -> memoryview:
        """The bytes of rows first <= row < last."""
        return self._letters[self._offsets[first] : self._offsets[last]]
