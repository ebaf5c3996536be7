from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np

from nonnuoc.domain import local, patterns

VIETNAM = timezone(timedelta(hours=7))


def micros(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=VIETNAM).astimezone(UTC).timestamp() * 1e6)


def test_what_is_stamped_midnight_belongs_to_the_day_and_the_hour_before() -> None:
    ends = np.array([micros(2026, 3, 2, 0), micros(2026, 3, 2, 1), micros(2026, 1, 1, 0)])
    days = local.day_of_window(ends)
    assert days.astype("datetime64[D]").astype(str).tolist() == ["2026-03-01", "2026-03-02", "2025-12-31"]
    assert local.hour_of_window(ends).tolist() == [23, 0, 23]
    assert local.month_of_day(days).tolist() == [2, 2, 11]


def test_a_year_of_hours_fills_every_cell_with_its_own_mean() -> None:
    since, until = micros(2025, 1, 1), micros(2026, 1, 1)
    ends = np.arange(since + local.HOUR_US, until + 1, local.HOUR_US)
    value = local.hour_of_window(ends) + 100.0 * local.month_of_day(local.day_of_window(ends))
    found = patterns.hour_by_month(ends, value, since, until)
    np.testing.assert_array_equal(found.mean, np.arange(24)[:, None] + 100.0 * np.arange(12)[None, :])
    np.testing.assert_array_equal(found.hours, found.expected)
    assert found.expected.sum() == 365 * 24 and found.expected[0, 1] == 28
    assert (found.share == 1).all()


def test_what_is_missing_is_no_zero_and_is_told_as_a_share() -> None:
    since, until = micros(2026, 2, 1), micros(2026, 3, 1)
    ends = np.arange(since + local.HOUR_US, until + 1, local.HOUR_US)
    value = np.where(local.hour_of_window(ends) == 5, np.nan, 8.0)
    found = patterns.hour_by_month(ends[: 14 * 24], value[: 14 * 24], since, until)
    assert np.isnan(found.mean[5, 1]) and found.share[5, 1] == 0
    assert found.mean[4, 1] == 8 and found.share[4, 1] == 0.5
    assert np.isnan(found.mean[4, 0]) and np.isnan(found.share[4, 0])  # January lies outside


def test_nothing_at_all_is_an_empty_pattern() -> None:
    found = patterns.hour_by_month(np.empty(0, np.int64), np.empty(0), micros(2026, 2, 1), micros(2026, 2, 2))
    assert np.isnan(found.mean).all() and found.hours.sum() == 0 and found.expected.sum() == 24
