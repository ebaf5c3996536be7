"""The number of an observation: its datastream and its second in one integer, and back, without a column for it.

`datastream · 2^36 + (second since 1970 UTC + 2^35)`. Exact in a double, as JavaScript has them, for the first 131,071
datastreams; seconds reach from the year 881 to 3058. A number names the row in [second, second + 1 s): values of one
datastream closer together than a second share one.
"""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import NDArray

BITS = 36
MIDDLE = 1 << (BITS - 1)
SECOND = 1_000_000  # µs
#: The same in SQL; `{t}` is the alias of a table with datastream_id and time.
SQL = f"({{t}}.datastream_id::int8 * {1 << BITS} + floor(extract(epoch FROM {{t}}.time))::int8 + {MIDDLE})"


@overload
def observation_id(datastream: int, micros: int) -> int: ...
@overload
def observation_id(datastream: NDArray[np.int32] | int, micros: NDArray[np.int64]) -> NDArray[np.int64]: ...
def observation_id(datastream: NDArray[np.int32] | int, micros: NDArray[np.int64] | int) -> NDArray[np.int64] | int:
    """The number of the observation at `micros` (µs since 1970 UTC); of arrays an array."""
    if isinstance(micros, np.ndarray):
        streams = np.asarray(datastream, np.int64)
        return np.asarray((streams << BITS) + micros // SECOND + MIDDLE, np.int64)
    return (int(datastream) << BITS) + micros // SECOND + MIDDLE


def key_of(number: int) -> tuple[int, int]:
    """The datastream, and the second as µs since 1970 UTC. Every integer has some, with a row or without."""
    return number >> BITS, ((number & ((1 << BITS) - 1)) - MIDDLE) * SECOND
