"""Means and how much they stand on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.domain import averages
from nonnuoc.domain.quality import LATE, VALIDATED, Check, Flag

NAN = float("nan")
GOOD, NOT_EVALUATED, SUSPECT, FAIL, MISSING = (int(worst) for worst in Flag)
SPIKE = int(Check.SPIKE)


def binned(cell, value, quality=None, *, expected=(4,), threshold=75.0) -> averages.Means:
    size = len(cell)
    return averages.binned(
        np.asarray(cell, np.intp),
        np.asarray(value, np.float64),
        np.full(size, GOOD, np.int16) if quality is None else np.asarray(quality, np.int16),
        np.asarray(expected, np.float64),
        threshold=threshold,
    )


def rolling(mean, quality=None, *, width=4, threshold=75.0) -> averages.Means:
    mean = np.asarray(mean, np.float64)
    quality = np.full(mean.shape, GOOD, np.int16) if quality is None else np.asarray(quality, np.int16)
    return averages.rolling(mean, quality, width=width, threshold=threshold)


def same(found, wanted) -> None:
    np.testing.assert_array_equal(found, wanted)


def test_mean_stands_on_three_quarters_and_on_no_less():
    means = binned([0, 0, 0, 1, 1, 3], [1, 2, 6, 1, 2, 9], expected=[4, 4, 4, 1])

    same(means.value, [3, NAN, NAN, 9])
    same(means.completeness, [75, 50, 0, 100])
    same(means.quality, [GOOD, MISSING, MISSING, GOOD])


def test_readings_need_not_come_in_order_of_cells():
    means = binned([1, 0, 1, 0], [10, 1, 20, 3], [GOOD, SUSPECT, GOOD, GOOD], expected=[2, 2])

    same(means.value, [2, 15])
    same(means.quality, [SUSPECT, GOOD])


@pytest.mark.parametrize("unusable", [FAIL | int(Check.STATUS), MISSING | int(Check.MISSING), VALIDATED + FAIL])
def test_failed_and_missing_readings_are_left_out_and_missed(unusable):
    means = binned([0, 0, 0, 0], [1, 2, 3, -9999], [GOOD, GOOD, GOOD, unusable])

    assert means.value.tolist() == [2]
    assert means.completeness.tolist() == [75]


def test_suspect_readings_count_and_mark_the_mean_with_their_checks():
    means = binned([0, 0, 0], [1, 2, 6], [GOOD, SUSPECT | SPIKE, NOT_EVALUATED | int(Check.TIMING)])

    assert means.value.tolist() == [3]
    assert means.quality.tolist() == [SUSPECT | SPIKE]


def test_mean_of_readings_none_of_which_was_evaluated_is_not_evaluated():
    assert binned([0, 0, 0], [1, 2, 6], 3 * [NOT_EVALUATED]).quality.tolist() == [NOT_EVALUATED]
    assert binned([0, 0, 0], [1, 2, 6], [NOT_EVALUATED, GOOD, NOT_EVALUATED]).quality.tolist() == [GOOD]


def test_mean_is_validated_when_all_its_usable_readings_are():
    judged = VALIDATED + GOOD

    assert binned([0] * 4, [1, 2, 3, 9], [judged] * 3 + [FAIL]).quality.tolist() == [judged]
    assert binned([0] * 4, [1, 2, 3, 9], [judged] * 3 + [GOOD]).quality.tolist() == [GOOD]


def test_mean_is_late_when_one_of_its_readings_is():
    assert binned([0] * 3, [1, 2, 3], [GOOD, GOOD | LATE, GOOD]).quality.tolist() == [GOOD | LATE]


def test_too_many_readings_are_a_full_hour_and_no_more():
    assert binned([0] * 9, range(9)).completeness.tolist() == [100]


def test_cell_that_nothing_is_expected_of_has_no_mean():
    means = binned([0, 1], [1, 2], expected=[0, NAN])

    same(means.value, [NAN, NAN])
    same(means.completeness, [0, 0])


def test_no_cells_and_no_readings():
    assert [column.shape for column in binned([], [], expected=[])] == [(0,)] * 3
    same(binned([], [], expected=[4, 4]).value, [NAN, NAN])


@pytest.mark.parametrize("threshold", [0.75, 0, 101, NAN])
def test_threshold_that_is_no_percentage_is_refused(threshold):
    with pytest.raises(ValueError, match="percentage"):
        binned([0], [1], threshold=threshold)


def test_rolling_mean_trails_and_includes_the_current_hour():
    means = rolling([[1, 2, 3, 6, NAN, NAN, 9], [NAN, 2, 2, 2, 2, 2, 2]])

    same(means.value, [[NAN, NAN, 2, 3, 11 / 3, NAN, NAN], [NAN, NAN, NAN, 2, 2, 2, 2]])
    same(means.completeness, [[25, 50, 75, 100, 75, 50, 50], [0, 25, 50, 75, 100, 100, 100]])
    same(means.quality[0], [MISSING, MISSING, GOOD, GOOD, GOOD, MISSING, MISSING])


def test_rolling_mean_is_suspect_as_long_as_a_suspect_hour_is_in_it():
    means = rolling(np.arange(7.0), [GOOD, GOOD, SUSPECT | SPIKE, GOOD, GOOD, GOOD, GOOD])

    suspect = SUSPECT | SPIKE
    assert means.quality.tolist() == [MISSING, MISSING, suspect, suspect, suspect, suspect, GOOD]


def test_hour_marked_missing_is_missing_whatever_number_stands_there():
    same(rolling([5, 5, 5, 99], [GOOD, GOOD, GOOD, MISSING]).value, [NAN, NAN, 5, 5])


def test_rolling_mean_does_not_depend_on_where_the_array_begins():
    hours = np.random.default_rng(1).gamma(2.0, 20.0, 200)

    assert rolling(hours, width=24).value[100:].tolist() == rolling(hours[77:], width=24).value[23:].tolist()


def test_rolling_shorter_than_its_width_and_empty():
    same(rolling([1, 2], width=24).value, [NAN, NAN])
    assert rolling(np.empty((2, 0))).value.shape == (2, 0)
    same(rolling([1, 2], width=1).value, [1, 2])


def test_trailing_max_sees_past_absent_values():
    same(averages.trailing_max(np.array([NAN, 3, 1, NAN, NAN, NAN, 0]), width=3), [NAN, 3, 3, 3, 1, NAN, 0])
    same(averages.trailing_max(np.array([[1.0, 2.0]]), width=24), [[1, 2]])


readings = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.floats(-1e6, 1e6, allow_subnormal=False),
        st.sampled_from([GOOD, NOT_EVALUATED, SUSPECT | SPIKE, FAIL, MISSING, VALIDATED + GOOD, GOOD | LATE]),
    ),
    max_size=30,
)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(readings=readings, threshold=st.sampled_from([1.0, 50.0, 75.0, 100.0]))
def test_mean_lies_between_its_lowest_and_highest_reading(readings, threshold):
    cell, value, quality = zip(*readings, strict=True) if readings else ((), (), ())

    means = binned(cell, value, quality, expected=[4, 8, 2], threshold=threshold)

    assert np.all((means.completeness >= 0) & (means.completeness <= 100))
    assert np.isnan(means.value).tolist() == (means.quality == MISSING).tolist()
    for place in np.flatnonzero(~np.isnan(means.value)):
        used = [x for at, x, q in readings if at == place and q & 15 <= SUSPECT]
        slack = 1e-9 * max(map(abs, used))
        assert min(used) - slack <= means.value[place] <= max(used) + slack


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(readings=readings.filter(bool), data=st.data())
def test_order_of_readings_does_not_matter(readings, data):
    shuffled = data.draw(st.permutations(readings))

    one, other = (binned(*zip(*rows, strict=True), expected=[4, 8, 2]) for rows in (readings, shuffled))

    np.testing.assert_allclose(one.value, other.value, rtol=1e-9, atol=1e-6)
    assert one.quality.tolist() == other.quality.tolist()
    assert one.completeness.tolist() == other.completeness.tolist()


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(readings=readings.filter(bool), thresholds=st.tuples(st.floats(1, 100), st.floats(1, 100)))
def test_higher_threshold_never_gives_more_means_nor_other_ones(readings, thresholds):
    columns = tuple(zip(*readings, strict=True))

    mild, strict = (binned(*columns, expected=[4, 8, 2], threshold=each).value for each in sorted(thresholds))

    given_by_strict = ~np.isnan(strict)
    assert strict[given_by_strict].tolist() == mild[given_by_strict].tolist()


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(hours=st.lists(st.floats(0, 1e4) | st.just(NAN), min_size=1, max_size=40), width=st.integers(1, 24))
def test_rolling_agrees_with_binning_each_window(hours, width):
    means = rolling(hours, width=width)

    for last in range(len(hours)):
        window = [hour for hour in hours[max(0, last - width + 1) : last + 1] if hour == hour]
        alone = binned([0] * len(window), window, expected=[width])
        assert means.completeness[last] == alone.completeness[0]
        np.testing.assert_allclose(means.value[last], alone.value[0], rtol=1e-12)
