from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    value[[10, 11]], quality[[10, 11]] = [60, 900], [Flag.SUSPECT, Flag.FAIL | Check.SPIKE]
    network.put(raw, time, value, quality=quality)

    found = timeseries.over(raw.id, AT, AT + timedelta(days=1), 24)

    assert found.step_s == 3600
    assert np.nanmax(found.high) == 60  # a suspect value counts, a refused one does not
    assert found.flagged_value.tolist() == [900]
    assert found.flagged_quality.tolist() == [Flag.FAIL | Check.SPIKE]


@given(
    st.lists(
        st.tuples(st.integers(0, 5_000), st.floats(-100, 1000)), min_size=1, max_size=300, unique_by=lambda p: p[0]
    ),
    st.integers(1, 400),
)
def test_thinning_never_loses_an_extreme(points: list[tuple[int, float]], step: int) -> None:
    points.sort()
    time = np.array([t for t, _ in points], np.int64)
    value = np.array([v for _, v in points])
    _, mean, low, high, _ = timeseries._thin(time, value, np.ones(len(time), bool), 0, step)
    assert low.min() == value.min() and high.max() == value.max()
    assert len(mean) == len(np.unique(time // step))
    assert ((low <= mean + 1e-9) & (mean <= high + 1e-9)).all()
