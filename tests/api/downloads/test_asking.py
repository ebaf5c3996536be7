from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from nonnuoc.api.doors.problems import Problem
from nonnuoc.api.downloads import asking, periods

NOW = timezone.make_aware(datetime(2026, 3, 4, 15, 30))  # a Wednesday


def local(*parts: int) -> datetime:
    return timezone.make_aware(datetime(*parts))


@pytest.mark.parametrize(
    ("query", "since", "until"),
    [
        ("since=last-month", local(2026, 2, 1), local(2026, 3, 1)),
        ("since=last_month", local(2026, 2, 1), local(2026, 3, 1)),
        ("since=this-month", local(2026, 3, 1), local(2026, 4, 1)),
        ("since=last-year", local(2025, 1, 1), local(2026, 1, 1)),
        ("since=last-week", local(2026, 2, 23), local(2026, 3, 2)),
        ("since=this-week", local(2026, 3, 2), local(2026, 3, 9)),
        ("since=yesterday", local(2026, 3, 3), local(2026, 3, 4)),
        ("since=last-24h", NOW - timedelta(hours=24), NOW),
        ("since=last-7d&until=yesterday", NOW - timedelta(days=7), local(2026, 3, 4)),
        ("since=last-month&until=today", local(2026, 2, 1), local(2026, 3, 5)),
        ("since=2026-02-01&until=2026-03-01", local(2026, 2, 1), local(2026, 3, 1)),
        ("since=2025&until=2026-02", local(2025, 1, 1), local(2026, 2, 1)),
        ("since=2026-03-04T08:00", local(2026, 3, 4, 8), NOW),
        ("since=2026-03-04T01:00:00Z", local(2026, 3, 4, 8), NOW),
        ("since=2026-03-04T08:00:00+07:00", local(2026, 3, 4, 8), NOW),
        ("since=2026-03-04T08:00:00%2B07:00", local(2026, 3, 4, 8), NOW),
        ("since=2026-03-04 08:00", local(2026, 3, 4, 8), NOW),
        ("", None, NOW),
    ],
)
def test_spans(query: str, since: datetime | None, until: datetime) -> None:
    asked = asking.of_file(QueryDict(query), NOW)
    assert (asked.since, asked.until) == (since, until)


def test_what_holds_when_nothing_is_said() -> None:
    asked = asking.of_file(QueryDict(""), NOW)
    assert (asked.resolution, asked.quality, asked.as_of) == ("raw", "all", None)
    asked = asking.of_aggregates(QueryDict(""), NOW)
    assert (asked.resolution, asked.quality, asked.functions) == ("hourly", "usable", ("mean", "min", "max", "count"))


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("since=bog", "since"),
        ("since=2026-13-01", "since"),
        ("since=%00", "since"),
        ("since=0001-01-01", "since"),
        ("since=99999-01-01", "since"),
        ("since=last-0h", "since"),
        ("since=last-999999d", "since"),
        ("since=2026-03-03&until=2026-03-02", "since"),
        ("since=2026&since=2025", "since"),
        ("until=tomorrow", "until"),
        ("resolution=weekly", "resolution"),
        ("resolution=hourly&quality=all", "quality"),
        ("quality=best", "quality"),
        ("function=mean", "function"),
        ("resolution=hourly&function=mean,sum", "function"),
        ("as_of=2027-01-01", "as_of"),
        ("as_of=never", "as_of"),
        ("sinse=2026", "sinse"),
        ("datastreams=1", "datastreams"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(query: str, parameter: str) -> None:
    with pytest.raises(Problem) as refused:
        asking.of_file(QueryDict(query), NOW)
    assert refused.value.status == 400
    assert refused.value.more["parameter"] == parameter
    assert len(refused.value.detail) > 20


def test_the_place_of_a_fault_in_a_list_is_told() -> None:
    with pytest.raises(Problem) as refused:
        asking.datastreams(QueryDict("datastreams=1,22,x3"))
    assert refused.value.more == {"parameter": "datastreams", "position": 5, "near": "1,22,x3"}
    with pytest.raises(Problem):
        asking.datastreams(QueryDict("datastreams=" + ",".join(map(str, range(1, 102)))))
    with pytest.raises(Problem):
        asking.datastreams(QueryDict(""))
    assert asking.datastreams(QueryDict("datastreams=3,1,3")) == [3, 1]


def test_every_word_is_a_span_that_contains_or_precedes_now() -> None:
    for word in periods.WORDS:
        span = periods.word(word, NOW)
        assert span is not None
        assert span.since <= span.until and span.since <= NOW


def test_months_and_years_turn_over() -> None:
    january = local(2026, 1, 31, 12)
    assert periods.word("last-month", january) == (local(2025, 12, 1), local(2026, 1, 1))
    assert periods.word("this-month", local(2025, 12, 31)) == (local(2025, 12, 1), local(2026, 1, 1))
    assert periods.word("last-year", january) == (local(2025, 1, 1), local(2026, 1, 1))
