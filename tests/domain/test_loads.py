"""Loads: flow times concentration, and nothing where either is unknown."""

from __future__ import annotations

import numpy as np

from nonnuoc.domain.loads import loads


def test_load_is_the_sum_of_the_hours_that_have_both() -> None:
    nan = np.nan
    found = loads(
        np.array([10.0, nan, 20.0, -5.0]), np.array([[50.0, 50.0, nan, 50.0], [nan] * 4, [1.0, 1.0, 1.0, -1.0]])
    )
    assert found.kg[[0, 2]].tolist() == [0.5, 0.03]
    assert np.isnan(found.kg[1])
    assert found.coverage.tolist() == [50.0, 0.0, 75.0]


def test_load_grows_with_flow() -> None:
    some = np.array([[3.0, 4.0]])
    assert loads(np.array([2.0, 2.0]), some).kg == 2 * loads(np.array([1.0, 1.0]), some).kg
