from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.portal import asked

NOW = timezone.make_aware(datetime(2026, 11, 24, 7, 30))


def local(*parts: int) -> datetime:
    return timezone.make_aware(datetime(*parts))


def span(**query: str) -> tuple[datetime, datetime, str]:
    found = asked.of(query, NOW)
    return found.since, found.until, found.fault


def test_days_are_read_as_people_and_as_machines_write_them_the_last_one_whole() -> None:
    whole = (local(2026, 11, 1), local(2026, 11, 24), "")
    assert span(since="01/11/2026", until="23/11/2026") == whole
    assert span(since="1.11.2026", until="23-11-2026") == whole
    assert span(since="2026-11-01", until="2026-11-23") == whole
    assert span(since="2026-11-01T00:00", until="2026-11-24T00:00+07:00") == whole
    assert span(since="2026-10-31T17:00Z", until="2026-11-24T00:00 07:00") == whole  # + is a blank in an address


def test_one_end_alone_is_enough() -> None:
    assert span(since="20/11/2026") == (local(2026, 11, 20), NOW, "")
    assert span(until="20/11/2026") == (local(2026, 11, 20), local(2026, 11, 21), "")
    assert span(day="20/11/2026") == (local(2026, 11, 20), local(2026, 11, 21), "")


def test_periods_end_now_and_an_unknown_one_is_a_day() -> None:
    assert span(period="10years") == (NOW - timedelta(days=3652), NOW, "")
    assert span(period="eon") == span() == (NOW - timedelta(days=1), NOW, "")


@pytest.mark.parametrize(
    ("since", "until", "fault"),
    [
        ("31/02/2026", "", "A day could not be read; write it as 23/11/2026."),
        ("23/11/2026", "bog", "A day could not be read; write it as 23/11/2026."),
        ("01/01/0001", "31/12/9999", "A day could not be read; write it as 23/11/2026."),
        ("0001-01-01T00:00-23:00", "", "A day could not be read; write it as 23/11/2026."),
        ("9999-12-31T23:59-23:00", "", "A day could not be read; write it as 23/11/2026."),
        ("٢٣/١١/٢٠٢٦", "", "A day could not be read; write it as 23/11/2026."),
        ("\0", "", "A day could not be read; write it as 23/11/2026."),
        ("24/11/2026", "01/11/2026", "The first day must not be after the last."),
    ],
)
def test_what_cannot_be_read_is_said_and_a_day_shown(since: str, until: str, fault: str) -> None:
    with translation.override("en"):
        assert span(since=since, until=until) == (NOW - timedelta(days=1), NOW, fault)


def test_more_than_ten_years_are_cut_and_it_is_said() -> None:
    since, until, fault = span(since="01/01/2001", until="23/11/2026")
    assert until - since == asked.LONGEST and until == local(2026, 11, 24) and fault


def test_links_carry_what_is_asked_and_a_moving_period_keeps_moving() -> None:
    moving = asked.of({"period": "week"}, NOW)
    assert moving.query("PM2.5", "raw") == "?property=PM2.5&mean=raw&period=week"
    fixed = asked.of({"since": "20/11/2026", "until": "2026-11-23T14:05"}, NOW)
    query = fixed.query("PM2.5")
    assert query == "?property=PM2.5&since=2026-11-20T00%3A00&until=2026-11-23T14%3A05"
    again = asked.of({"since": "2026-11-20T00:00", "until": "2026-11-23T14:05"}, NOW)
    assert (again.since, again.until) == (fixed.since, fixed.until)


def test_strange_codes_ask_for_nothing() -> None:
    for code in ("\0", "x" * 10_000, "<script>", "PM٢", "a\nb"):
        found = asked.of({"property": code, "mean": code}, NOW)
        assert (found.code, found.mean) == ("", "")


@given(st.dictionaries(st.sampled_from(["since", "until", "day", "period", "property", "mean"]), st.text(max_size=60)))
def test_no_text_breaks_it(query: dict[str, str]) -> None:
    found = asked.of(query, NOW)
    assert timedelta(0) < found.length <= asked.LONGEST
