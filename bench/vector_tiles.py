"""Vector tiles (MVT 2.1) of points, clustered on a grid: the way that points do not take to the browser.

Only measured against the GeoJSON that the product sends (bench/map.py, decision 0021); whole arrays, no library.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EXTENT = 4096
CELL = EXTENT // 10  # of the grid that points are gathered on: about 50 px of a tile of 512
WHOLE_BELOW = 14  # from this zoom on every point stands for itself

Floats = NDArray[np.float64]


def points(x: Floats, y: Floats, names: list[str], z: int, column: int, row: int) -> bytes:
    """The tile of these points (parts of the world): each with its code, or how many stand together."""
    u, v = (x * 2**z - column) * EXTENT, (y * 2**z - row) * EXTENT
    inside = np.flatnonzero((u >= 0) & (u < EXTENT) & (v >= 0) & (v < EXTENT))
    if not len(inside):
        return b""
    if z >= WHOLE_BELOW:
        first, number, place = inside, np.ones(len(inside), int), (u[inside], v[inside])
    else:
        cell = (v[inside] // CELL).astype(int) * 64 + (u[inside] // CELL).astype(int)
        _, at, back, number = np.unique(cell, return_index=True, return_inverse=True, return_counts=True)
        first = inside[at]
        place = (np.bincount(back, u[inside]) / number, np.bincount(back, v[inside]) / number)
    values, features = _Values(), []
    across, down = place[0].astype(int).tolist(), place[1].astype(int).tolist()
    for i, n, px, py in zip(first.tolist(), number.tolist(), across, down, strict=True):
        tag = (0, values.text(names[i])) if n == 1 else (1, values.number(n))
        geometry = _varints([9, _zigzag(px), _zigzag(py)])
        features.append(_field(2, _field(2, _varints(tag)) + b"\x18\x01" + _field(4, geometry)))
    return _layer(features, values)


class _Values:
    """The table of values of a tile."""

    def __init__(self) -> None:
        self.coded: list[bytes] = []
        self._known: dict[str | int, int] = {}

    def text(self, value: str) -> int:
        return self._place(value, _field(1, value.encode()))

    def number(self, value: int) -> int:
        return self._place(value, b"\x28" + _varints([value]))

    def _place(self, key: str | int, coded: bytes) -> int:
        if key not in self._known:
            self._known[key] = len(self.coded)
            self.coded.append(_field(4, coded))
        return self._known[key]


def _layer(features: list[bytes], values: _Values) -> bytes:
    head = _field(1, b"all")
    keys = _field(3, b"c") + _field(3, b"number")
    return _field(3, head + b"".join(features) + keys + b"".join(values.coded) + b"\x28\x80\x20\x78\x02")


def _field(number: int, body: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varints([len(body)]) + body


def _zigzag(value: int) -> int:
    return (value << 1) ^ (value >> 63)


def _varints(numbers: list[int] | tuple[int, ...]) -> bytes:
    coded = bytearray()
    for number in numbers:
        while number > 127:
            coded.append(number & 127 | 128)
            number >>= 7
        coded.append(number)
    return bytes(coded)
