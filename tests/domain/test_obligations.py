from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.domain import obligations
from nonnuoc.domain.obligations import Due, Kept, Period, State, reconcile, repeated

DAYS = st.dates(date(2023, 1, 1), date(2028, 12, 31))
MONTHS = st.sampled_from([1, 2, 3, 4, 6, 12, 5, 24])
LAGS = st.integers(0, 60)
HORIZON = date(2031, 12, 31)


def test_months_end_where_the_month_does():
    end = date(2024, 1, 31)
    assert [obligations.months_after(end, n) for n in (1, 2, 13, -2)] == [
        date(2024, 2, 29),
        date(2024, 3, 31),
        date(2025, 2, 28),
        date(2023, 11, 30),
    ]
    assert obligations.months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert obligations.months_after(date(2024, 2, 29), 48) == date(2028, 2, 29)


def test_what_divides_a_year_goes_by_the_calendar():
    found = list(obligations.periods(3, since=date(2026, 2, 10), until=date(2026, 9, 29), horizon=HORIZON))
    assert found == [Period(date(2026, 1, 1), date(2026, 3, 31)), Period(date(2026, 4, 1), date(2026, 6, 30))]


def test_less_than_a_month_is_no_period():
    with pytest.raises(ValueError, match="0 months"):
        list(obligations.periods(0, since=date(2026, 1, 1), until=None, horizon=HORIZON))


@given(DAYS, DAYS, DAYS, MONTHS)
@settings(max_examples=40)
def test_conditions_that_follow_each_other_share_the_periods_out(one, two, three, months):
    since, change, until = sorted((one, two, three))
    whole = set(obligations.periods(months, since=since, until=until, horizon=HORIZON))
    if 12 % months == 0:
        first = set(obligations.periods(months, since=since, until=change - obligations.ONE_DAY, horizon=HORIZON))
        second = set(obligations.periods(months, since=change, until=until, horizon=HORIZON))
        assert first | second == whole
        assert not first & second
    ordered = sorted(whole)
    assert all(a.last + obligations.ONE_DAY == b.first for a, b in pairwise(ordered))
    assert all(since <= period.last <= until for period in whole)


def wanted(months, since, until, lag, today):
    horizon = today + timedelta(days=400)
    return list(repeated("c", months, since=since, until=until, lag_days=lag, horizon=horizon))


def applied(kept, steps):
    rows = {one.due.key: one for one in kept if one.due.key not in steps.drop}
    rows |= {one.key: replace(rows[one.key], due=one) for one in steps.move}
    return [*rows.values(), *(Kept(one, False) for one in steps.make)]


@given(DAYS, MONTHS, LAGS, st.lists(st.tuples(st.integers(0, 200), MONTHS, LAGS, st.integers(0, 8)), max_size=5))
@settings(max_examples=40)
def test_whatever_is_changed_each_period_has_one_and_none_is_lost(since, months, lag, changes):
    kept, today, counted = [], since, since
    for after, new_months, new_lag, done in [(0, months, lag, 0), *changes]:
        if (new_months, new_lag) != (months, lag):
            months, lag, counted = new_months, new_lag, today
        asked = wanted(months, since, None, lag, today)
        before = {one.due.key: one for one in kept}
        steps = reconcile(asked, kept, today=today, counted_from={"c": counted})
        kept = applied(kept, steps)
        keys = [one.due.key for one in kept]
        assert len(keys) == len(set(keys))
        periods = sorted(one.due.period for one in kept)
        assert not any(a.overlaps(b) for a, b in pairwise(periods))
        now = {one.due.key: one for one in kept}
        for key, one in before.items():
            if one.settled or one.due.due < today:
                assert now[key] == one
        for due in asked:
            if due.due >= counted:
                assert any(due.period.overlaps(period) for period in periods)
        assert reconcile(asked, kept, today=today, counted_from={"c": counted}) == obligations.Steps((), (), ())
        kept = [replace(one, settled=one.settled or place < done) for place, one in enumerate(kept)]
        today += timedelta(days=after)


def test_what_was_missed_stays_missed_when_it_is_put_off():
    old = obligations.once("c", date(2026, 3, 1))
    steps = reconcile([obligations.once("c", date(2026, 6, 1))], [Kept(old, False)], today=date(2026, 4, 1))
    assert steps == obligations.Steps((obligations.once("c", date(2026, 6, 1)),), (), ())
    earlier = reconcile([obligations.once("c", date(2026, 6, 1))], [Kept(old, False)], today=date(2026, 2, 1))
    assert earlier.drop == (old.key,)


def test_where_it_stands():
    due, today = date(2026, 3, 1), date(2026, 2, 1)

    def state(on, **facts):
        known = {"reported": False, "met": False, "excused": False, "warning_days": 30}
        return obligations.state(due, on, **{**known, **facts})

    assert state(date(2026, 1, 29)) is State.UPCOMING
    assert state(date(2026, 1, 30)) is State.DUE
    assert state(due) is State.DUE
    assert state(due + obligations.ONE_DAY) is State.OVERDUE
    assert state(due + obligations.ONE_DAY, reported=True) is State.REPORTED
    assert state(today, met=True) is State.MET
    assert state(today, excused=True, met=True) is State.EXCUSED


def test_a_due_is_plain():
    assert Due("k", "c", None, date(2026, 1, 1)).period is None
