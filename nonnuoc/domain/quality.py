"""What is known of one value, packed into the 16 bits of `observation.quality`.

=======  ==========================================================================
bits     meaning
=======  ==========================================================================
0 - 3    the QARTOD flag (IOOS, Manual for Real-Time Quality Control, 2020, table 1)
4 - 13   the checks that gave the flag, one bit each (`Check`)
14       LATE: it arrived long after it was measured
15       VALIDATED: a person has judged it; the flag no longer follows the checks
=======  ==========================================================================

Bit 15 is the sign, so `quality < 0` reads "validated" in SQL as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


class Flag(IntEnum):
    """QARTOD's five flags; the higher the worse, but NOT_EVALUATED stands beside GOOD."""

    GOOD = 1
    NOT_EVALUATED = 2
    SUSPECT = 3
    FAIL = 4
    MISSING = 9


class Check(IntEnum):
    """Which check spoke; several may."""

    STATUS = 1 << 4  # the instrument said it was not measuring
    MISSING = 1 << 5  # nothing was sent, or a sentinel such as -9999
    BELOW_DETECTION = 1 << 6  # sent as "<x" or "<LOD": there, but not a number to average
    GROSS_RANGE = 1 << 7  # outside what is physically possible
    INSTRUMENT_RANGE = 1 << 8  # outside what the instrument can measure
    SPIKE = 1 << 9
    RATE_OF_CHANGE = 1 << 10
    FLAT_LINE = 1 << 11
    TIMING = 1 << 12  # after a gap, or off its cadence
    REPLACED = 1 << 13  # another value was held for this time before


FLAG_MASK = 0x000F
CHECK_MASK = 0x3FF0
LATE = 1 << 14
VALIDATED = -(1 << 15)

#: What a value brings along from outside and keeps however often it is judged again.
KEPT = int(Check.BELOW_DETECTION) | int(Check.REPLACED) | LATE | VALIDATED

Quality = NDArray[np.int16]


def flag(quality: Quality) -> NDArray[np.int16]:
    """The QARTOD flag of each value; same shape."""
    return quality & np.int16(FLAG_MASK)


def usable(quality: Quality) -> NDArray[np.bool_]:
    """Which values may enter a mean: good, not evaluated and suspect ones; never failed or missing ones.

    A suspect value is one of high interest (QARTOD): leaving it out would hide the episode it announces.
    It counts, and marks the mean suspect (docs/decisions/0003).
    """
    enters: NDArray[np.bool_] = flag(quality) <= Flag.SUSPECT
    return enters


def is_late(quality: Quality) -> NDArray[np.bool_]:
    """Which values arrived long after they were measured."""
    late: NDArray[np.bool_] = (quality & np.int16(LATE)) != 0
    return late


def is_validated(quality: Quality) -> NDArray[np.bool_]:
    """Which values a person has judged."""
    return quality < 0


def flag_name(packed: int) -> str:
    """The flag of one value in a word: good, not_evaluated, suspect, fail, missing."""
    return _FLAG_NAMES[packed & FLAG_MASK]


def check_names(packed: int) -> tuple[str, ...]:
    """The checks that spoke about one value, each in a word (spike, flat_line), in the order of their bits."""
    return _CHECK_NAMES[(packed & CHECK_MASK) >> 4]


@lru_cache(maxsize=1024)
def told(packed: int) -> Mapping[str, str | list[str] | bool]:
    """One value's quality in words: the flag, the checks that gave it, whether a person has judged it, whether it came
    late. Few differ among many, so all who ask share one."""
    return {
        "flag": flag_name(packed),
        "checks": list(check_names(packed)),
        "standing": "validated" if packed < 0 else "provisional",
        "late": bool(packed & LATE),
    }


def _named(bits: int) -> tuple[str, ...]:
    return tuple(check.name.lower() for check in Check if bits << 4 & check)


_FLAG_NAMES = {flag: Flag(flag).name.lower() if flag in set(Flag) else Flag.MISSING.name.lower() for flag in range(16)}
_CHECK_NAMES = tuple(_named(bits) for bits in range((CHECK_MASK >> 4) + 1))
