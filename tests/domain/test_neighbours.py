"""The quick ways of asking the neighbours, against the slow and obvious ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.domain import neighbours

MINUTE = 60_000_000  # µs
GAP = 12 * MINUTE


@st.composite
def series(draw) -> neighbours.Series:
    """One stream, mostly every five minutes, that creeps, jumps and rests."""
    steps = st.tuples(
        st.sampled_from([5, 5, 5, 5, 5, 5, 4, 6, 10, 40]), st.sampled_from([0, 0, 0, 0.25, -0.25, 0.5, -0.5, 3])
    )
    minutes, changes = zip(*draw(st.lists(steps, min_size=1, max_size=40)), strict=True)
    size = len(minutes)
    return neighbours.Series(
        np.zeros(size, np.intp),
        np.cumsum(minutes).astype(np.int64) * MINUTE,
        np.cumsum(changes),
        np.ones(size, np.bool_),
    )


def held_slowly(of: neighbours.Series, linked: np.ndarray, row: int, tolerance: float, duration: float) -> bool:
    """Goes back row by row until the duration is filled."""
    for first in range(row, -1, -1):
        window = of.value[first : row + 1]
        if window.max() - window.min() > tolerance:
            return False
        if of.time[row] - of.time[first] >= duration:
            return True
        if not linked[first]:
            return False
    return False


@pytest.mark.parametrize("minutes", [10, 15, 20, 25, 30, 35, 40, 60])
def test_flat_line_looks_at_the_middle_of_its_window_too(minutes):
    """A wave whose every step is within the tolerance, and whose crest is not."""
    value = np.tile([0.0, 0.25, 0.5, 0.75, 1.0, 0.75, 0.5, 0.25], 4)
    size, duration = value.size, float(minutes * MINUTE)
    of = neighbours.Series(np.zeros(size, np.intp), np.arange(size) * 5 * MINUTE, value, np.ones(size, np.bool_))
    linked = neighbours.linked(of, np.full(size, float(GAP)))
    for tolerance in (0.25, 0.5, 0.75, 1.0):
        (found,) = neighbours.held(of, linked, np.full(size, tolerance), (np.full(size, duration),))

        assert found.tolist() == [row for row in range(size) if held_slowly(of, linked, row, tolerance, duration)]


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(of=series(), tolerance=st.sampled_from([0, 0.25, 0.5, 1.0]), minutes=st.sampled_from([5, 12, 20, 45, 80]))
def test_flat_lines_are_those_found_row_by_row(of, tolerance, minutes):
    size, duration = of.value.size, float(minutes * MINUTE)
    linked = neighbours.linked(of, np.full(size, float(GAP)))

    (found,) = neighbours.held(of, linked, np.full(size, tolerance), (np.full(size, duration),))

    assert found.tolist() == [row for row in range(size) if held_slowly(of, linked, row, tolerance, duration)]


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(of=series(), spikes=st.lists(st.booleans(), min_size=40, max_size=40))
def test_rates_are_those_found_row_by_row(of, spikes):
    size = of.value.size
    linked = neighbours.linked(of, np.full(size, float(GAP)))
    # only a row with linked neighbours on both sides can be a spike
    spike = np.array(spikes[:size]) & linked & np.append(linked[1:], False)

    rate = neighbours.rate(of, linked, spike, np.full(size, float(GAP)), np.full(size, float(5 * MINUTE)))

    for row in range(size):
        near = [at for at in range(row) if not spike[at] and of.time[row] - of.time[at] <= GAP]
        if near:
            hours = max(of.time[row] - of.time[near[-1]], 5 * MINUTE) / neighbours.HOUR
            assert rate[row] == pytest.approx(abs(of.value[row] - of.value[near[-1]]) / hours)
        else:
            assert np.isnan(rate[row])


def test_heights_of_spikes_count_from_the_nearer_neighbour():
    value = np.array([1.0, 4.0, 2.0, 2.0, -1.0, 5.0])
    of = neighbours.Series(np.zeros(6, np.intp), np.arange(6) * 5 * MINUTE, value, np.ones(6, np.bool_))

    height = neighbours.spike_height(of, neighbours.linked(of, np.full(6, float(GAP))))

    np.testing.assert_array_equal(height, [np.nan, 2, 0, 0, 3, np.nan])
