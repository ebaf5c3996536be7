"""Points that add up."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.domain.risk import Reason, points

REASON = Reason("late", (1, 3), (6, 10), 2)


def test_points_are_those_of_the_highest_step_reached():
    figures = {"late": np.array([0.0, 1.0, 2.9, 3.0, 50.0, np.nan])}
    assert points([REASON], figures).tolist() == [[0, 6, 6, 10, 10, 2]]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20))
def test_more_never_gives_fewer_points(values):
    found = points([REASON], {"late": np.sort(np.array(values))})[0]
    assert np.all(np.diff(found) >= 0)
