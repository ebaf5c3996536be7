from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.domain import averages
from nonnuoc.domain.quality import VALIDATED, Check, Flag
from nonnuoc.records.monitoring import aggregates, observations
from nonnuoc.records.monitoring.aggregates import Resolution
from nonnuoc.records.monitoring.rows import micros, moment
from tests.factories import NOON, every, held, send, station
from tests.factories import stream as stream_of
from tests.portal import network

HOURLY, DAILY, MONTHLY = Resolution


def local(*parts: int) -> datetime:
    return timezone.make_aware(datetime(*parts))


DAY = local(2026, 3, 2)


def texts(edges: np.ndarray) -> list[str]:
    return [timezone.localtime(moment(int(one))).strftime("%y-%m-%dT%H") for one in edges]


@pytest.mark.parametrize(
    ("resolution", "since", "until", "expected"),
    [
        (HOURLY, local(2026, 3, 2, 1), local(2026, 3, 2, 3), "26-03-02T01 26-03-02T02 26-03-02T03"),
        (HOURLY, local(2026, 3, 2, 1, 59), local(2026, 3, 2, 2, 1), "26-03-02T01 26-03-02T02 26-03-02T03"),
        (DAILY, local(2026, 2, 28), local(2026, 3, 1), "26-02-28T00 26-03-01T00"),
        (DAILY, local(2026, 2, 28, 23), local(2026, 3, 1, 1), "26-02-28T00 26-03-01T00 26-03-02T00"),
        (MONTHLY, local(2024, 2, 1), local(2024, 3, 1), "24-02-01T00 24-03-01T00"),
        (MONTHLY, local(2025, 12, 31), local(2026, 1, 2), "25-12-01T00 26-01-01T00 26-02-01T00"),
        (DAILY, local(2026, 3, 1), local(2026, 3, 1), ""),
    ],
)
def test_windows_are_whole_and_local(resolution: Resolution, since: datetime, until: datetime, expected: str) -> None:
    assert texts(aggregates.windows(resolution, since, until)) == expected.split()


@given(
    st.sampled_from(list(Resolution)),
    st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)),
    st.timedeltas(timedelta(seconds=1), timedelta(days=400)),
)
@settings(max_examples=60, deadline=None)
def test_windows_cover_the_span_and_no_more_than_one_beyond_it(
    resolution: Resolution, since: datetime, length: timedelta
) -> None:
    start, end = since.replace(tzinfo=UTC), (since + length).replace(tzinfo=UTC)
    edges = aggregates.windows(resolution, start, end)
    assert edges[0] <= micros(start) < edges[1]
    assert edges[-2] < micros(end) <= edges[-1]
    assert (np.diff(edges) > 0).all()


def put(stream: network.Datastream, minutes: list[int], values: list[float], **more: object) -> None:
    time = micros(DAY) + np.array(minutes, np.int64) * 60_000_000
    network.put(stream, time, np.array(values), **more)


def raw(code: str = "A1", property_code: str = "PM2.5", interval_s: int | None = 300) -> network.Datastream:
    return network.instrument(network.station(code, kind="ambient_air"), property_code, interval_s)


def over(stream: network.Datastream, resolution: Resolution, days: int = 1, **more: object) -> aggregates.Aggregates:
    edges = aggregates.windows(resolution, DAY, DAY + timedelta(days=days))
    return aggregates.over({stream.id: stream.interval_s}, resolution, edges, **more)


@pytest.mark.django_db
def test_a_value_at_the_end_of_a_window_belongs_to_it_and_one_at_its_start_to_the_one_before() -> None:
    stream = raw()
    put(stream, [0, 5, 60, 65, 1440], [100.0, 1.0, 3.0, 7.0, 9.0])
    hours = over(stream, HOURLY)
    assert hours.count[0].tolist() == [2, 1, *[0] * 21, 1]
    assert hours.mean[0][[0, 1, 23]].tolist() == [2.0, 7.0, 9.0]
    assert (hours.low[0][0], hours.high[0][0]) == (1.0, 3.0)
    day = over(stream, DAILY)
    assert (day.count.tolist(), day.mean.tolist()) == ([[4]], [[5.0]])
    assert texts(day.end) == ["26-03-03T00"]


@pytest.mark.django_db
def test_only_usable_values_count() -> None:
    stream = raw()
    flags = [1, Flag.SUSPECT | Check.SPIKE, Flag.NOT_EVALUATED, Flag.FAIL | Check.GROSS_RANGE, Flag.MISSING, 1]
    put(stream, [5, 10, 15, 20, 25, 30], [1, 2, 3, 1000, 5, np.nan], quality=flags)
    hours = over(stream, HOURLY)
    assert (hours.count[0][0], hours.mean[0][0], hours.high[0][0]) == (3, 2.0, 3.0)
    assert math.isnan(hours.mean[0][1]) and math.isnan(hours.low[0][1])


@pytest.mark.django_db
def test_only_validated_ones_where_that_is_asked() -> None:
    stream = raw()
    put(stream, [5, 10, 15], [1, 2, 4], quality=[1, VALIDATED | 1, VALIDATED | Flag.FAIL])
    assert over(stream, HOURLY, validated=True).mean[0][0] == 2.0


@pytest.mark.django_db
def test_completeness_is_told_and_none_is_asked_for() -> None:
    stream = raw()
    put(stream, [5, 10, 15], [1, 2, 3])
    hours = over(stream, HOURLY)
    assert hours.expected[0][:2].tolist() == [12.0, 12.0]
    assert hours.completeness[0][:2].tolist() == [25.0, 0.0]
    assert hours.mean[0][0] == 2.0
    assert over(stream, DAILY).completeness.tolist() == [[1.0]]
    month = over(stream, MONTHLY)
    assert month.expected.tolist() == [[31 * 288]]
    twice = raw("A2")
    put(twice, list(range(1, 61)), [1.0] * 60)
    assert over(twice, HOURLY).completeness[0][0] == 100.0


@pytest.mark.django_db
def test_without_a_cadence_or_with_one_longer_than_the_window_nothing_is_expected() -> None:
    sampled = raw(interval_s=None)
    put(sampled, [5], [1.0])
    found = over(sampled, DAILY)
    assert math.isnan(found.expected[0][0]) and math.isnan(found.completeness[0][0])
    assert found.count.tolist() == [[1]]
    slow = raw("A2", interval_s=7200)
    assert math.isnan(over(slow, HOURLY).expected[0][0])
    assert over(slow, DAILY).expected[0][0] == 12


@pytest.mark.django_db
def test_months_are_put_together_of_their_days() -> None:
    stream = raw()
    put(stream, [5, 24 * 60 + 5, 40 * 24 * 60], [1.0, 3.0, 8.0])
    months = over(stream, MONTHLY, days=45)
    assert texts(months.end) == ["26-04-01T00", "26-05-01T00"]
    assert months.mean.tolist() == [[2.0, 8.0]]
    assert (months.low.tolist(), months.high.tolist()) == ([[1.0, 8.0]], [[3.0, 8.0]])


@pytest.mark.django_db
def test_streams_are_aligned_whatever_each_of_them_has() -> None:
    first, second, third = raw("A1"), raw("A2"), raw("A3")
    put(first, [5], [1.0])
    put(third, [125], [3.0])
    edges = aggregates.windows(HOURLY, DAY, DAY + timedelta(hours=3))
    found = aggregates.over({one.id: 300 for one in (third, first, second)}, HOURLY, edges)
    assert found.ids == tuple(sorted((first.id, second.id, third.id)))
    assert found.count.tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 1]]


@pytest.mark.django_db
def test_as_of_a_moment_they_are_of_what_stood_then() -> None:
    stream = raw()
    put(stream, [5, 10], [1.0, 3.0])
    with observations.connection.cursor() as cursor:
        cursor.execute("UPDATE observation SET stored = now() - interval '2 days'")
    put(stream, [10, 15], [9.0, 5.0])
    yesterday = timezone.now() - timedelta(days=1)
    assert over(stream, HOURLY, at=yesterday).mean[0][0] == 2.0
    assert over(stream, HOURLY).mean[0][0] == 5.0
    assert over(stream, HOURLY, at=yesterday - timedelta(days=5)).count.sum() == 0


@pytest.mark.django_db
def test_hours_are_those_the_house_computes_itself() -> None:
    thing = station(symbols=["PM2.5"])
    values = np.random.default_rng(1).lognormal(3, 0.4, 60).round(1)
    send(*every("PM2.5", values, until=NOON))
    own = held(thing, "PM2.5", "mean_1h")
    edges = aggregates.windows(HOURLY, NOON - timedelta(hours=5), NOON)
    found = aggregates.over({stream_of(thing, "PM2.5").id: 300}, HOURLY, edges)
    given_ = dict(zip(found.end.tolist(), found.mean[0].tolist(), strict=True))
    told = {time: value for time, value in zip(own.time.tolist(), own.value.tolist(), strict=True) if value == value}
    assert len(told) >= 4
    assert {time: pytest.approx(value, rel=1e-12) for time, value in told.items()} == {one: given_[one] for one in told}


@pytest.mark.django_db
def test_they_are_what_the_domain_makes_of_the_same_readings() -> None:
    stream, chance = raw(), np.random.default_rng(7)
    minutes = np.sort(chance.choice(np.arange(1, 3 * 1440), 500, replace=False))
    flags = chance.choice([1, 2, 3 | Check.SPIKE, 4 | Check.SPIKE, 9], 500)
    put(stream, minutes.tolist(), chance.normal(20, 5, 500).tolist(), quality=flags)
    found = over(stream, HOURLY, days=3)
    rows = observations.read(stream.id, DAY, DAY + timedelta(days=4))
    cell = (-(-(rows.time - micros(DAY)) // 3_600_000_000) - 1).astype(np.intp)
    inside = cell < 72
    expected = averages.binned(cell[inside], rows.value[inside], rows.quality[inside], np.full(72, 12.0), threshold=1)
    assert np.allclose(found.mean[0], expected.value, rtol=1e-12, equal_nan=True)


@pytest.mark.django_db
def test_it_is_one_query_whatever_is_asked(queries: object) -> None:
    streams = {raw(f"A{n}").id: 300 for n in range(3)}
    edges = aggregates.windows(DAILY, DAY, DAY + timedelta(days=400))
    assert queries(lambda: aggregates.over(streams, DAILY, edges)) <= 1  # type: ignore[operator]
