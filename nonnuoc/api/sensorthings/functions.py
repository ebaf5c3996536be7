"""The functions of SensorThings 1.1 (tables 25 and 26), and how many arguments each takes."""

from __future__ import annotations

from collections.abc import Mapping

STRINGS = {
    "substringof": (2, 2),
    "contains": (2, 2),
    "endswith": (2, 2),
    "startswith": (2, 2),
    "length": (1, 1),
    "indexof": (2, 2),
    "substring": (2, 3),
    "tolower": (1, 1),
    "toupper": (1, 1),
    "trim": (1, 1),
    "concat": (2, 2),
}
DATES = dict.fromkeys(
    ("year", "month", "day", "hour", "minute", "second", "fractionalseconds", "date", "time", "totaloffsetminutes"),
    (1, 1),
) | dict.fromkeys(("now", "mindatetime", "maxdatetime"), (0, 0))
NUMBERS = dict.fromkeys(("round", "floor", "ceiling"), (1, 1))
SHAPES = {
    "geo.distance": (2, 2),
    "geo.length": (1, 1),
    "geo.intersects": (2, 2),
    "st_equals": (2, 2),
    "st_disjoint": (2, 2),
    "st_touches": (2, 2),
    "st_within": (2, 2),
    "st_overlaps": (2, 2),
    "st_crosses": (2, 2),
    "st_intersects": (2, 2),
    "st_contains": (2, 2),
    "st_relate": (3, 3),
}
#: Between two times or spans; a quoted argument of theirs is a time.
TIMES = dict.fromkeys(("before", "after", "meets", "during", "overlaps", "starts", "finishes"), (2, 2))

ARGUMENTS: Mapping[str, tuple[int, int]] = STRINGS | DATES | NUMBERS | SHAPES | TIMES
