"""When a level is passed and when that is over: laws, and a second way to the same answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.domain.alarms import Criterion, Excursion, Going, excursions, levels, rise

LEVELS, CLEAR = (50.0, 80.0), 45.0


@st.composite
def series(draw, most=60):
    """(times, values): irregular times, values around the levels, some missing."""
    gaps = draw(st.lists(st.integers(1, 12), min_size=1, max_size=most))
    value = st.one_of(st.sampled_from([40.0, 45.0, 48.0, 50.0, 55.0, 90.0]), st.just(np.nan))
    values = draw(st.lists(value, min_size=len(gaps), max_size=len(gaps)))
    return np.cumsum(gaps).astype(np.int64), np.array(values)


criteria = st.builds(Criterion, need=st.integers(1, 4), window=st.integers(1, 30), hold=st.integers(0, 20))


def found(time, value, criterion, **more):
    there = ~np.isnan(value)
    time, value = time[there], value[there]
    beyond, calm = levels(value, above=LEVELS, calm_above=CLEAR)
    return [_named(one, time) for one in excursions(time, beyond, calm, criterion, **more)]


def _named(one: Excursion, time):
    """An excursion by its times."""
    ends = None if one.cleared is None else int(time[one.cleared])
    steps = tuple(int(time[place]) for place in one.steps)
    return int(time[one.onset]), int(time[one.raised]), steps, int(time[one.last_beyond]), ends, one.beyond


def one_by_one(time, value, criterion):
    """The same, as a clerk would do it who sees one value at a time."""
    out, on, seen, run = [], None, [], []
    for t, x in zip(time.tolist(), value.tolist(), strict=True):
        if np.isnan(x):
            continue
        run = [*run, t] if x <= CLEAR else []
        if on and run and t - run[0] >= criterion.hold and len(run) >= criterion.need:
            out.append((*on[:4], t, on[4]))
            on, seen = None, []
            continue
        seen.append((t, x))
        counted = [s for s in seen if s[1] > LEVELS[0] and s[0] > t - criterion.window]
        if on is None and len(counted) >= criterion.need and x > LEVELS[0]:
            seen = [s for s in seen if s[0] >= counted[0][0]]
            on = [counted[0][0], t, (), t, 0]
        if on:
            on[4] = sum(s[1] > LEVELS[0] for s in seen)
            on[3] = max(s[0] for s in seen if s[1] > LEVELS[0])
            high = [s for s in seen if s[1] > LEVELS[1] and s[0] > t - criterion.window]
            if not on[2] and len(high) >= criterion.need and x > LEVELS[1]:
                on[2] = (t,)
    return out + ([(*on[:4], None, on[4])] if on else [])


@given(series(), criteria)
def test_it_is_what_a_clerk_finds_who_sees_one_value_at_a_time(data, criterion):
    assert found(*data, criterion) == one_by_one(*data, criterion)


@given(series(), criteria, st.integers(-(10**6), 10**6))
def test_it_shifts_with_time(data, criterion, by):
    time, value = data
    moved = [
        (a + by, b + by, tuple(s + by for s in steps), c + by, None if d is None else d + by, n)
        for a, b, steps, c, d, n in found(time, value, criterion)
    ]
    assert found(time + by, value, criterion) == moved


@given(series(), criteria, st.data())
def test_a_calm_value_more_begins_nothing_where_nothing_was_on(data, criterion, draw):
    time, value = data
    others = np.setdiff1d(np.arange(0, time[-1] + 5), time)
    at = draw.draw(st.sampled_from(others.tolist()))
    place = int(np.searchsorted(time, at))
    more = found(np.insert(time, place, at), np.insert(value, place, 40.0), criterion)
    before = found(time, value, criterion)
    for onset, *_ in more:
        assert any(one[0] <= onset and (one[4] is None or onset <= one[4]) for one in before)


@given(series(), criteria)
def test_a_missing_value_is_no_value(data, criterion):
    time, value = data
    there = ~np.isnan(value)
    assert found(time, value, criterion) == found(time[there], value[there], criterion)


@given(series(), criteria, st.data())
def test_values_between_clear_and_raise_neither_raise_nor_clear(data, criterion, draw):
    time, value = data
    between = np.where(np.isnan(value) | (value > 48), 48.0, value)
    assert found(time, between, criterion) == []
    lasting = np.where(value <= CLEAR, 48.0, value)
    assert all(one[4] is None for one in found(time, lasting, criterion))


@given(series(), criteria)
def test_excursions_follow_each_other(data, criterion):
    ends = -1
    for onset, raised, steps, last, cleared, beyond in found(*data, criterion):
        assert ends < onset <= raised <= last
        assert all(raised <= step <= last for step in steps)
        assert beyond >= criterion.need
        assert cleared is None or cleared > last
        ends = cleared if cleared is not None else 10**9


@given(series(), criteria, st.data())
def test_what_is_going_on_goes_on_where_the_values_are_cut(data, criterion, draw):
    """Whoever knows what was on at a moment finds the rest without what came before its onset."""
    time, value = data
    there = ~np.isnan(value)
    time, value = time[there], value[there]
    if not len(time):
        return
    beyond, calm = levels(value, above=LEVELS, calm_above=CLEAR)
    whole = excursions(time, beyond, calm, criterion)
    for place, one in enumerate(whole):
        end = len(time) if one.cleared is None else one.cleared
        fresh = draw.draw(st.integers(one.raised + 1, end))
        step = sum(reached < fresh for reached in one.steps)
        cut = slice(one.onset, None)
        rest = excursions(time[cut], beyond[:, cut], calm[cut], criterion, going=Going(fresh - one.onset, step))
        first, after = rest[0], rest[1:]
        met = int(beyond[0][one.onset : fresh].sum())
        assert (first.onset, first.raised, first.beyond + met) == (-1, -1, one.beyond)
        assert first.cleared == (None if one.cleared is None else one.cleared - one.onset)
        assert len(first.steps) == len(one.steps)
        assert len(after) == len(whole) - place - 1


def test_n_of_m_counts_by_time_and_not_by_values():
    time = np.array([0, 10, 20, 30, 35, 40])
    beyond = np.array([[True, False, True, True, False, False]])
    calm = ~beyond[0]
    three = Criterion(need=3, window=31, hold=0)
    assert excursions(time, beyond, calm, three)[0].raised == 3
    assert excursions(time, beyond, calm, Criterion(3, 30, 0)) == []  # the oldest is too old by its window


def test_n_and_window_and_hold_may_change_over_time():
    time = np.arange(8) * 10
    beyond = np.array([[True, True, False, False, True, True, False, False]])
    late = Criterion(need=np.where(time < 40, 3, 2), window=100, hold=np.where(time < 60, 0, 10))
    (one,) = excursions(time, beyond, ~beyond[0], late)
    assert (one.onset, one.raised, one.cleared) == (0, 4, 7)


def test_it_is_over_once_it_was_calm_for_so_long():
    time = np.array([0, 10, 20, 30, 40, 50])
    beyond = np.array([[True, False, False, False, False, False]])
    calm = np.array([False, True, False, True, True, True])  # at 20 in between: neither
    assert excursions(time, beyond, calm, Criterion(1, 1, 20))[0].cleared == 5
    assert excursions(time, beyond, calm, Criterion(1, 1, 21))[0].cleared is None
    assert excursions(time, beyond, calm, Criterion(1, 1, 0))[0].cleared == 1


def test_a_gap_ends_nothing():
    time = np.array([0, 10, 100_000])
    beyond = np.array([[True, True, True]])
    (one,) = excursions(time, beyond, ~beyond[0], Criterion(2, 20, 0))
    assert (one.onset, one.last_beyond, one.cleared, one.beyond) == (0, 2, None, 3)


def test_nothing_comes_of_nothing():
    none = np.empty(0, np.int64)
    assert excursions(none, np.empty((1, 0), bool), np.empty(0, bool), Criterion(1, 1, 0)) == []
    assert excursions(none, np.empty((0, 0), bool), np.empty(0, bool), Criterion(1, 1, 0)) == []


def test_levels_have_two_sides_and_nan_passes_none():
    beyond, calm = levels([4.0, 6.0, 7.0, 9.0, 9.5, np.nan], above=(8.5, 9.2), below=(6.0, 5.0), calm_above=8.5)
    assert beyond.tolist() == [[True, False, False, True, True, False], [True, False, False, False, True, False]]
    assert calm.tolist() == [True, True, True, False, False, False]


@given(st.lists(st.tuples(st.integers(1, 10), st.one_of(st.floats(-5, 5), st.just(np.nan))), max_size=40))
def test_a_rise_is_over_the_lowest_of_its_span(steps):
    time = np.cumsum([gap for gap, _ in steps]).astype(np.int64)
    value = np.array([x for _, x in steps], float)
    risen = rise(time, value, 15)
    for i, x in enumerate(value.tolist()):
        before = [v for t, v in zip(time[:i], value[:i], strict=True) if t >= time[i] - 15 and not np.isnan(v)]
        wanted = np.nan if np.isnan(x) else max(0.0, x - min(before, default=x))
        assert risen[i] == pytest.approx(wanted, nan_ok=True)
