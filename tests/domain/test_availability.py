from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.domain import availability
from nonnuoc.domain.quality import Check, Flag

QUALITY = np.array(
    [
        Flag.GOOD,
        Flag.SUSPECT | Check.SPIKE,
        Flag.FAIL | Check.STATUS,
        Flag.MISSING | Check.MISSING,
        Flag.MISSING | Check.BELOW_DETECTION,
        Flag.NOT_EVALUATED,
    ],
    np.int16,
)
VALUE = np.array([1.0, 2.0, 3.0, -9999.0, 0.5, 4.0])


def test_what_came_as_a_number_arrived_and_what_may_enter_a_mean_is_usable() -> None:
    counts = availability.counted(np.zeros(6, np.intp), VALUE, QUALITY, [10])
    assert (counts.arrived.tolist(), counts.usable.tolist()) == ([5], [3])


def test_a_good_flag_does_not_make_a_number_of_nothing() -> None:
    counts = availability.counted(np.zeros(1, np.intp), np.array([np.nan]), QUALITY[:1], [10])
    assert counts.usable.tolist() == [0]


def test_what_comes_too_often_is_never_more_than_all() -> None:
    counts = availability.counted(np.array([0, 0, 0, 1]), np.ones(4), np.ones(4, np.int16), [2, 0])
    assert (counts.arrived.tolist(), counts.usable.tolist()) == ([2, 0], [2, 0])


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_hundred_percent_is_every_single_one(count: int, of: int) -> None:
    found = availability.percent(min(count, of), of)
    assert found is not None
    assert (found == 100) == (count >= of)
    assert availability.percent(count, 0) is None
