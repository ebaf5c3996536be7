"""Delays along dependencies."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from nonnuoc.domain.plan import waiting

TASKS = 8


@some.composite
def plans(draw):
    """(ends, own expected ends, edges without circles), some tasks without an end."""
    days = some.integers(0, 400)
    ends = draw(some.lists(some.one_of(some.none(), days), min_size=TASKS, max_size=TASKS))
    own = [None if end is None else end + draw(some.integers(-30, 90)) for end in ends]
    pairs = some.tuples(some.integers(0, TASKS - 1), some.integers(0, TASKS - 1), some.integers(0, 40))
    edges = [(max(a, b), min(a, b), lag) for a, b, lag in draw(some.lists(pairs, max_size=14)) if a != b]
    nan = [[math.nan if day is None else float(day) for day in row] for row in (ends, own)]
    return nan[0], nan[1], edges


@given(plans())
@settings(max_examples=40)
def test_slips_never_shrink_along_a_dependency(plan):
    ends, own, edges = plan
    expected, slip = waiting.expected(ends, own, edges)
    for task, on, days in edges:
        assert slip[task] >= slip[on]
        if not (math.isnan(expected[task]) or math.isnan(expected[on])):
            assert expected[task] >= expected[on] + days


@given(plans(), some.randoms())
@settings(max_examples=40)
def test_the_order_of_the_edges_does_not_matter(plan, shuffling):
    ends, own, edges = plan
    shuffled = list(edges)
    shuffling.shuffle(shuffled)
    for one, other in zip(waiting.expected(ends, own, edges), waiting.expected(ends, own, shuffled), strict=True):
        np.testing.assert_array_equal(one, other)


@given(plans(), some.integers(0, TASKS - 1), some.integers(1, 100))
@settings(max_examples=40)
def test_a_later_task_makes_nothing_earlier(plan, which, later):
    ends, own, edges = plan
    before, slip_before = waiting.expected(ends, own, edges)
    own[which] += later
    after, slip_after = waiting.expected(ends, own, edges)
    assert (slip_after >= slip_before).all()
    assert (np.nan_to_num(after) >= np.nan_to_num(before)).all()


@given(plans())
@settings(max_examples=40)
def test_without_dependencies_each_ends_by_itself(plan):
    ends, own, _edges = plan
    expected, _slip = waiting.expected(ends, own, [])
    np.testing.assert_array_equal(expected, own)


def test_a_slip_and_the_days_after_it_travel_on():
    expected, slip = waiting.expected([100, 110, 200, math.nan], [130, 110, 200, math.nan], [(1, 0, 5), (2, 1, 0)])
    assert expected[:3].tolist() == [130, 140, 230]  # 30 days each: 140 is later than 130 and 5 days
    assert slip.tolist() == [30, 30, 30, 0]
    expected, slip = waiting.expected([100, 100], [100, 100], [(1, 0, 30)])
    assert (expected.tolist(), slip.tolist()) == ([100, 130], [0, 30])


def test_a_circle_is_found_and_named():
    edges = [("II.1", "I.1"), ("I.1", "III.6"), ("III.6", "II.1"), ("V.1", "II.1")]
    found = waiting.circle(edges)
    assert found is not None
    assert found[0] == found[-1]
    assert set(found) == {"I.1", "II.1", "III.6"}
    assert all(edge in edges for edge in pairwise(found))
    with pytest.raises(waiting.CircleError, match=r"III\.6"):
        waiting.order(edges)
    with pytest.raises(waiting.CircleError):
        waiting.expected([1.0, 2.0], [1.0, 2.0], [(0, 1, 0), (1, 0, 0)])


@given(plans())
@settings(max_examples=40)
def test_the_order_has_what_is_waited_for_first(plan):
    edges = [(task, on) for task, on, _days in plan[2]]
    assert waiting.circle(edges) is None
    place = {task: index for index, task in enumerate(waiting.order(edges))}
    assert all(place[on] < place[task] for task, on in edges)


@given(some.lists(some.tuples(some.integers(0, 6), some.integers(0, 6)), max_size=15))
@settings(max_examples=40)
def test_either_there_is_an_order_or_a_circle(edges):
    found = waiting.circle(edges)
    if found is None:
        assert len(waiting.order(edges)) == len({name for edge in edges for name in edge})
    else:
        assert all(edge in edges for edge in pairwise(found))
