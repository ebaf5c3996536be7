"""Numbers, times and names out of a buffer of ASCII bytes, whole arrays at once.

Every function says which of its fields it understood; what it did not understand is for `text` to look at singly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Oks = NDArray[np.bool_]

WIDTH = 16  # of the longest field read here; the buffer must go on for so many bytes behind the last field
_EXACT = 15  # so many digits are exact in a float, and so is 10 to that power: their quotient is rounded once
_TENS = 10.0 ** np.arange(_EXACT + 1)
HOUR = 3_600_000_000  # µs
FIRST_YEAR = 1900


def windows(buffer: Bytes, start: Ints, length: Ints) -> Bytes:
    """The first 16 bytes from each start, zero behind each length; shape (n, 16)."""
    taken = np.lib.stride_tricks.sliding_window_view(buffer, WIDTH)[start]
    taken[np.arange(WIDTH) >= length[:, None]] = 0
    return taken


def decimals(
    fields: Bytes, length: Ints, mark: NDArray[np.uint8], *, missing: bytes
) -> tuple[NDArray[np.float64], Oks]:
    """Values of `[+-]digits[mark digits]` of at most 15 digits, NaN for the token `missing`, and which are such.

    They have the same bits as float() gives.
    """
    columns = np.ascontiguousarray(fields.T)
    negative = columns[0] == ord("-")
    signed = negative | (columns[0] == ord("+"))
    mantissa = np.zeros(len(length))
    behind = np.zeros(len(length), np.int64)
    digits = np.zeros(len(length), np.int64)
    marked = np.zeros(len(length), np.bool_)
    sound = length <= WIDTH
    for place in range(min(WIDTH, int(length.max(initial=0)))):
        digit = columns[place] - np.uint8(48)
        is_digit = digit <= 9
        is_mark = (columns[place] == mark) & ~marked
        marked |= is_mark
        mantissa = np.where(is_digit, mantissa * 10 + digit, mantissa)
        digits += is_digit
        behind += is_digit & marked
        sound &= is_digit | is_mark | (place >= length) | (signed if place == 0 else False)
    sound &= (digits > 0) & (digits <= _EXACT)
    value = mantissa / _TENS[np.where(sound, behind, 0)]
    value = np.where(negative, -value, value)
    token = np.frombuffer(missing.ljust(WIDTH, b"\0"), np.uint8)
    absent = np.flatnonzero((columns[0] == token[0]) & ~sound & (length == len(missing)))
    absent = absent[(fields[absent] == token).all(axis=1)]
    value[absent], sound[absent] = np.nan, True
    return value, sound


def times(fields: Bytes, length: Ints, *, ahead_h: int) -> tuple[Ints, Oks]:
    """µs since 1970 UTC of `yyyyMMddHHmmss`, told in a time `ahead_h` hours ahead of UTC, and which are possible."""
    digit = fields[:, :14] - np.uint8(48)
    sound = (length == 14) & (digit <= 9).all(axis=1)
    part = np.where(sound[:, None], digit, 0).astype(np.int64)
    year, month, day, hour, minute, second = (
        part[:, since:until] @ 10 ** np.arange(until - since - 1, -1, -1)
        for since, until in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))
    )
    sound &= (year >= FIRST_YEAR) & (month >= 1) & (month <= 12) & (hour < 24) & (minute < 60) & (second < 60)
    months = np.where(sound, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    sound &= days.astype("datetime64[M]") == months
    seconds = days.astype(np.int64) * 86_400 + hour * 3_600 + minute * 60 + second
    return seconds * 1_000_000 - ahead_h * HOUR, sound


def distinct(fields: Bytes) -> tuple[list[bytes], NDArray[np.intp]]:
    """The different fields, and which of them each one is."""
    halves = np.ascontiguousarray(fields).view(np.uint64)
    _, which = np.unique(halves[:, 0], return_inverse=True)
    if halves[:, 1].any():
        seconds, second = np.unique(halves[:, 1], return_inverse=True)
        which = which * len(seconds) + second
    _, at, which = np.unique(which, return_index=True, return_inverse=True)
    return [row.tobytes().rstrip(b"\0") for row in fields[at]], which
