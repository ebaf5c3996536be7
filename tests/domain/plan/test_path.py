"""The way to a target."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.domain.plan import path
from nonnuoc.domain.plan.path import Sense, Word

START, END = date(2026, 1, 1), date(2030, 12, 31)
DAYS = st.dates(START, END)
VALUES = st.floats(0, 100)
POINTS = st.dictionaries(DAYS, VALUES, min_size=1, max_size=6).map(lambda by: list(by.items()))


def test_what_is_wanted_lies_on_the_line_and_is_unknown_before_it_begins():
    points = [(date(2026, 1, 1), 40.0), (date(2027, 1, 1), 50.0), (date(2030, 12, 31), 95.0)]
    assert path.wanted(points, date(2026, 7, 2)) == pytest.approx(40 + 10 * 182 / 365)
    assert path.wanted(points, date(2027, 1, 1)) == 50
    assert path.wanted(points, date(2035, 1, 1)) == 95
    assert path.wanted(points, date(2025, 12, 31)) is None
    assert path.wanted([], date(2026, 7, 2)) is None
    assert path.wanted([(END, 95.0)], date(2026, 7, 2)) is None


@given(POINTS, DAYS)
@settings(max_examples=40)
def test_what_is_wanted_never_leaves_the_points_around_it(points, on):
    found = path.wanted(points, on)
    if found is None:
        assert on < min(points)[0]
    else:
        values = [value for _day, value in points]
        assert min(values) - 1e-9 <= found <= max(values) + 1e-9


@given(st.floats(-100, 100), st.floats(-100, 100))
@settings(max_examples=40)
def test_at_least_and_at_most_are_mirrors(value, wanted):
    assert path.standing(value, wanted, Sense.AT_LEAST) == path.standing(-value, -wanted, Sense.AT_MOST)


@pytest.mark.parametrize(
    ("value", "wanted", "sense", "word", "by"),
    [
        (60, 55, Sense.AT_LEAST, Word.AHEAD, 5),
        (55.04, 55, Sense.AT_LEAST, Word.ON, 0),
        (50, 55, Sense.AT_LEAST, Word.BEHIND, 5),
        (50, 55, Sense.AT_MOST, Word.AHEAD, 5),
        (60, 55, Sense.AT_MOST, Word.BEHIND, 5),
        (35, 30, Sense.BETWEEN, Word.ON, 0),
        (20, 30, Sense.BETWEEN, Word.BEHIND, 10),
        (44, 30, Sense.BETWEEN, Word.OVER, 4),
    ],
)
def test_a_value_stands_ahead_on_or_behind(value, wanted, sense, word, by):
    found = path.standing(value, wanted, sense, wanted_to=40)
    assert (found.word, found.by) == (word, pytest.approx(by))


def test_what_cannot_be_said_says_what_is_missing():
    assert path.standing(None, 50, Sense.AT_LEAST) == path.Judged(Word.UNKNOWN, None, "no_value")
    assert path.standing(0, None, Sense.AT_LEAST) == path.Judged(Word.UNKNOWN, None, "no_path")
    assert path.standing(0, 30, Sense.BETWEEN) == path.Judged(Word.UNKNOWN, None, "no_wanted")


def test_things_are_wanted_whole():
    assert path.whole(1.9, Sense.AT_LEAST) == 1
    assert path.whole(2.0000000001, Sense.AT_LEAST) == 2
    assert path.whole(1.9999999999, Sense.AT_LEAST) == 2
    assert path.whole(1.1, Sense.AT_MOST) == 2
    assert path.whole(None, Sense.AT_LEAST) is None


def test_a_line_is_projected_as_the_textbook_computes_it():
    # y = 2, 4, 5, 4, 5 at x = 1..5 (years of 365 days): slope 0.6, intercept 2.2, s² = 0.8, at x = 7: 6.4,
    # t(0.95; 3) = 2.353, s·sqrt(1 + 1/5 + 16/10) = 1.4967
    days = [START + timedelta(days=365 * one) for one in range(1, 6)]
    found = path.projection(days, [2, 4, 5, 4, 5], START + timedelta(days=365 * 7))
    assert found.value == pytest.approx(6.4)
    assert (found.high - found.value) == pytest.approx(2.353 * 1.49666, abs=1e-3)
    assert (found.value - found.low) == pytest.approx(2.353 * 1.49666, abs=1e-3)
    assert (found.level, found.why_none) == (0.90, "")


def test_too_few_values_or_too_short_a_time_give_no_line():
    year = [START, date(2026, 6, 1), date(2027, 1, 1)]
    assert path.projection(year[:2], [1, 2], END).why_none == "too_few"
    assert path.projection([START, date(2026, 6, 1), date(2026, 12, 31)], [1, 2, 3], END).why_none == "too_short"
    assert path.projection(year, [1, float("nan"), 3], END).why_none == "too_few"
    assert path.projection(year, [1, 2, 3], END).value is not None


@given(
    st.dictionaries(DAYS, VALUES, min_size=3, max_size=12).filter(lambda by: (max(by) - min(by)).days >= 365),
    st.dates(END, date(2040, 1, 1)),
)
@settings(max_examples=40)
def test_a_share_is_projected_within_its_bounds_and_less_surely_the_farther_away(by_day, on):
    days, values = list(by_day), list(by_day.values())
    near, far = path.projections(days, values, [END, on], least=0, most=100)
    for one in (near, far):
        assert 0 <= one.low <= one.value <= one.high <= 100
    near, far = path.projections(days, values, [END, on])
    assert far.high - far.low >= near.high - near.low - 1e-9


def test_of_each_quarter_the_last_value_counts():
    days = [date(2026, 1, 5), date(2026, 3, 31), date(2026, 4, 1), date(2027, 4, 1)]
    assert path.last_of_quarters(days) == [1, 2, 3]


def test_quantiles_beyond_the_table_follow_on():
    found = np.array([path.t95(df) for df in range(1, 60)])
    assert (np.diff(found) < 0).all()
    assert path.t95(40) == pytest.approx(1.684, abs=5e-4)
    assert path.t95(120) == pytest.approx(1.658, abs=5e-4)
