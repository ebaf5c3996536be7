from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from nonnuoc.look import figures


@pytest.mark.parametrize(
    ("value", "decimals", "vietnamese", "english"),
    [
        (18.25, 1, "18,2", "18.2"),
        (0.0, 1, "0,0", "0.0"),
        (-0.5, 1, "−0,5", "−0.5"),
        (0.0042, 1, "0,0042", "0.0042"),
        (1234.0, 0, "1234", "1234"),
        (12345.6, 1, "12.345,6", "12,345.6"),
        (None, 1, "–", "–"),
        (float("nan"), 1, "–", "–"),
    ],
)
def test_number_is_written_as_the_reader_writes_it(
    value: float | None, decimals: int, vietnamese: str, english: str
) -> None:
    with translation.override("vi"):
        assert figures.number(value, decimals) == vietnamese
    with translation.override("en"):
        assert figures.number(value, decimals) == english


def test_times_are_local_with_24_hours_and_the_day_first() -> None:
    moment = datetime(2026, 3, 2, 20, 5, tzinfo=UTC)
    assert figures.stamp(moment) == "03:05 03/03/2026"
    assert figures.when(moment, moment + timedelta(hours=2)) == "03:05"
    assert figures.when(moment, moment + timedelta(days=1)) == "03:05 03/03/2026"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=59), "vừa xong"),
        (timedelta(minutes=59, seconds=59), "59 phút trước"),
        (timedelta(hours=47), "47 giờ trước"),
        (timedelta(hours=49), "2 ngày trước"),
    ],
)
def test_age_is_one_unit_rounded_down(span: timedelta, said: str) -> None:
    with translation.override("vi"):
        assert figures.age(span) == said
