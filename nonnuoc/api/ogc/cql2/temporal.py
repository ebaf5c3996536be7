"""How two spans of time lie to each other (CQL2, 7.8, after Allen). Both ends of a span are part of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ends = NDArray[np.int64]  # (n,) µs

_Relation = Callable[[Ends, Ends, Ends, Ends], Bools]
_RELATIONS: dict[str, _Relation] = {
    "after": lambda a, b, c, d: a > d,
    "before": lambda a, b, c, d: b < c,
    "contains": lambda a, b, c, d: (a < c) & (b > d),
    "disjoint": lambda a, b, c, d: (a > d) | (b < c),
    "during": lambda a, b, c, d: (a > c) & (b < d),
    "equals": lambda a, b, c, d: (a == c) & (b == d),
    "finishedby": lambda a, b, c, d: (a < c) & (b == d),
    "finishes": lambda a, b, c, d: (a > c) & (b == d),
    "intersects": lambda a, b, c, d: (a <= d) & (b >= c),
    "meets": lambda a, b, c, d: b == c,
    "metby": lambda a, b, c, d: a == d,
    "overlappedby": lambda a, b, c, d: (a > c) & (a < d) & (b > d),
    "overlaps": lambda a, b, c, d: (a < c) & (b > c) & (b < d),
    "startedby": lambda a, b, c, d: (a == c) & (b > d),
    "starts": lambda a, b, c, d: (a == c) & (b < d),
    # What =, <>, <= and >= say of an instant and a day.
    "within": lambda a, b, c, d: ((a >= c) & (b <= d)) | ((c >= a) & (d <= b)),
    "beside": lambda a, b, c, d: ~(((a >= c) & (b <= d)) | ((c >= a) & (d <= b))),
    "not_later": lambda a, b, c, d: b <= d,
    "not_earlier": lambda a, b, c, d: a >= c,
}


def _of_pairs(relation: _Relation) -> Callable[[NDArray[np.int64], NDArray[np.int64]], Bools]:
    return lambda one, other: relation(one[:, 0], one[:, 1], other[:, 0], other[:, 1])


#: Name → of two arrays (n, 2) or (1, 2), from and to, whether each pair lies so.
RELATIONS = {name: _of_pairs(relation) for name, relation in _RELATIONS.items()}
