from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.domain import local
from nonnuoc.domain.quality import VALIDATED, Check, Flag
from nonnuoc.records.monitoring import timeseries
from nonnuoc.records.monitoring.observations import micros
from tests.portal import network

AT = datetime(2026, 3, 2, 14, 7, tzinfo=UTC)
MINUTE = 60_000_000


@pytest.mark.django_db
def test_series_keeps_every_value_when_they_are_few_and_breaks_at_gaps() -> None:
    thing = network.station("A1", kind="ambient_air")
    raw = network.instrument(thing, "PM2.5")
    start = micros(AT)
    time = start + np.array([0, 5, 10, 40, 45]) * MINUTE
    quality = np.array([1, VALIDATED | 1, 1, 1, 1], np.int16)
    network.put(raw, time, np.array([1.0, 2, 3, 4, 5]), quality=quality)

    found = timeseries.over(raw.id, AT, AT + timedelta(hours=1), 100)

    assert found.step_s == 0 and found.count == 5
    np.testing.assert_array_equal(found.value, [1, 2, 3, np.nan, 4, 5])
    np.testing.assert_array_equal(found.validated, [False, True, False, False, False, False])
    assert (np.diff(found.time) > 0).all()


@pytest.mark.django_db
def test_series_keeps_refused_values_off_the_line_and_shows_the_worst_of_each_step() -> None:
    thing = network.station("A1", kind="ambient_air")
    raw = network.instrument(thing, "PM2.5")
    time = micros(AT) + np.arange(288) * 5 * MINUTE
    value = np.full(288, 20.0)
    quality = np.ones(288, np.int16)
    value[[13, 14]], quality[[13, 14]] = [60, 900], [Flag.SUSPECT, Flag.FAIL | Check.SPIKE]
    network.put(raw, time, value, quality=quality)

    found = timeseries.over(raw.id, AT, AT + timedelta(days=1), 24)

    assert found.step_s == 3600
    assert np.nanmax(found.high) == 60  # a suspect value counts, a refused one does not
    assert found.flagged_value.tolist() == [900]  # of the two in one hour the worse
    assert found.flagged_quality.tolist() == [Flag.FAIL | Check.SPIKE]


def disorderly(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Forty days at five minutes, as they come: gaps, spikes, missing numbers, every flag, some validated."""
    chance = np.random.default_rng(seed)
    time = micros(AT) + np.arange(40 * 288) * 5 * MINUTE
    keep = chance.random(len(time)) > 0.05
    for start in chance.integers(0, len(time), 4):
        keep[start : start + int(chance.integers(1, 900))] = False
    time = time[keep]
    value = chance.normal(20, 5, len(time)) * np.where(chance.random(len(time)) < 0.002, 30, 1)
    quality = chance.choice(
        [Flag.GOOD, Flag.NOT_EVALUATED, Flag.SUSPECT | Check.SPIKE, Flag.FAIL | Check.FLAT_LINE, Flag.MISSING],
        len(time),
        p=[0.9, 0.06, 0.02, 0.01, 0.01],
    )
    value[quality == Flag.MISSING] = np.nan
    quality = np.where(chance.random(len(time)) < 0.3, quality | VALIDATED, quality)
    return time, value, quality.astype(np.int16)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_every_step_keeps_its_extremes_its_gaps_and_its_worst_flag(seed: int) -> None:
    time, value, quality = disorderly(seed)
    raw = network.instrument(network.station("A1", kind="ambient_air"), "PM2.5")
    network.put(raw, time, value, quality=quality)
    since, until = AT + timedelta(hours=3, minutes=2), AT + timedelta(days=39)

    found = timeseries.over(raw.id, since, until, 50 + seed * 60)

    inside = (time >= micros(since)) & (time < micros(until)) & ~np.isnan(value)
    time, value, quality = time[inside], value[inside], quality[inside]
    usable = (quality & 15) <= Flag.SUSPECT
    step = found.step_s * 1_000_000
    assert found.step_s and found.count == len(time)
    cell = (time + local.OFFSET_US) // step  # days begin at local midnight
    steps = np.unique(cell[usable])
    shown = ~np.isnan(found.value)
    assert shown.sum() == len(steps)
    for at, one in enumerate(steps):
        own = value[usable & (cell == one)]
        assert found.low[shown][at] == own.min() and found.high[shown][at] == own.max()
        assert found.value[shown][at] == pytest.approx(own.mean())
        assert found.validated[shown][at] == (quality[usable & (cell == one)] < 0).all()
        middle = found.time[shown][at]
        assert one * step - local.OFFSET_US <= middle < (one + 1) * step - local.OFFSET_US
    broken = np.flatnonzero(np.diff(steps) > 1)  # a step without a usable value breaks the line
    assert (~shown).sum() == len(broken)
    flagged = (quality & 15) >= Flag.SUSPECT
    worst = {}
    for moment, number, judged, one in zip(time[flagged], value[flagged], quality[flagged], cell[flagged], strict=True):
        worst[one] = max(worst.get(one, (0, 0, 0, 0)), (judged & 15, number, judged, moment))
    assert sorted(zip(found.flagged_time, found.flagged_value, found.flagged_quality, strict=True)) == sorted(
        (moment, number, judged) for _, number, judged, moment in worst.values()
    )


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_what_is_said_of_a_span_is_exact_however_thin_its_chart(seed: int) -> None:
    time, value, quality = disorderly(seed)
    raw = network.instrument(network.station("A1", kind="ambient_air"), "PM2.5")
    network.put(raw, time, value, quality=quality)
    usable = ((quality & 15) <= Flag.SUSPECT) & ~np.isnan(value)
    time, value = time[usable], value[usable]
    for points in (40, 100_000):
        told = timeseries.over(raw.id, AT, AT + timedelta(days=60), points).summary
        assert (told.count, told.low, told.high, told.last) == (len(value), value.min(), value.max(), value[-1])
        assert told.mean == pytest.approx(value.mean())
        assert told.high_at == time[value.argmax()]


@pytest.mark.django_db
def test_a_span_without_a_usable_value_says_so() -> None:
    raw = network.instrument(network.station("A1", kind="ambient_air"), "PM2.5")
    time = micros(AT) + np.arange(600) * 5 * MINUTE
    network.put(raw, time, np.full(600, 900.0), quality=Flag.FAIL | Check.SPIKE)
    for points in (20, 1000):
        found = timeseries.over(raw.id, AT, AT + timedelta(days=3), points)
        assert found.count == 600 and found.summary == timeseries.NOTHING and not len(found.value)
        assert len(found.flagged_value)
    empty = timeseries.over(raw.id, AT - timedelta(days=9), AT, 20)
    assert empty.count == 0 and empty.summary == timeseries.NOTHING


@pytest.mark.django_db
def test_days_over_a_limit_are_local_days_and_count_only_while_it_held() -> None:
    thing = network.station("A1", kind="ambient_air")
    network.instrument(thing, "PM2.5")
    mean = network.stream(thing, "PM2.5", "mean_24h")
    midnight = datetime(2026, 3, 1, 17, tzinfo=UTC)  # 00:00 of 2 March, local: belongs to the 1st
    hours = midnight + np.arange(-30, 40) * timedelta(hours=1)
    value = np.full(len(hours), 20.0)
    value[[30, 31, 33, 60]] = 80  # of the 1st; twice of the 2nd; of the 3rd
    network.put(mean, np.array([micros(one) for one in hours]), value)
    series = timeseries.over(mean.id, hours[0], hours[-1] + timedelta(hours=1), 20)
    always = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
    assert timeseries.days_over(series, []) == 0
    assert timeseries.days_over(series, [(45.0, *always)]) == 3
    assert timeseries.days_over(series, [(80.0, *always)]) == 0  # the limit itself is kept to
    assert timeseries.days_over(series, [(45.0, always[0], midnight), (90.0, midnight, always[1])]) == 1


@given(
    st.integers(0, 2**50), st.integers(1, 4000 * 86_400), st.integers(10, 2000), st.sampled_from([60, 300, 3600, None])
)
def test_steps_are_few_whole_intervals_and_cover_the_span(start: int, length: int, points: int, cadence: int) -> None:
    step = timeseries._step_s(length * 1_000_000, points, cadence)
    edges = timeseries._edges(start, start + length * 1_000_000, step * 1_000_000)
    assert step % (cadence or 60) == 0
    assert len(edges) - 1 <= points + 2
    assert edges[0] == start and edges[-1] == start + length * 1_000_000
    assert (np.diff(edges) > 0).all() and (np.diff(edges) <= step * 1_000_000).all()
