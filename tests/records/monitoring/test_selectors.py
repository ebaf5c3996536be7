from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.domain.quality import VALIDATED, Check, Flag
from nonnuoc.records.monitoring import selectors
from nonnuoc.records.monitoring.observations import micros
from tests.portal import network

AT = datetime(2026, 3, 2, 14, 7, tzinfo=UTC)
MINUTE = 60_000_000


def test_is_silent_begins_after_two_intervals_and_a_minute() -> None:
    assert not selectors.is_silent(AT - timedelta(minutes=11), 300, AT)
    assert selectors.is_silent(AT - timedelta(minutes=11, seconds=1), 300, AT)
    assert not selectors.is_silent(AT - timedelta(days=90), None, AT)  # samples


@pytest.mark.django_db
def test_stations_now_tells_the_index_its_hour_and_what_leads_it() -> None:
    network.air("A1", AT, where=network.commune(), level=60)

    [station] = selectors.stations_now(AT)

    assert station.condition == "reporting"
    assert station.index is not None
    assert station.index.hour == AT.replace(minute=0)
    assert station.index.leading is not None and station.index.leading.code in ("PM2.5", "O3")
    assert not station.index.validated
    assert [one.observed.code for one in station.latest] == ["PM2.5", "PM10", "O3", "NO2"]
    assert station.means["PM2.5"]["mean_1h"].time == AT.replace(minute=0)


@pytest.mark.django_db
def test_stations_now_costs_the_same_for_one_station_and_for_three(django_assert_num_queries) -> None:
    network.air("A1", AT, where=network.commune())
    with django_assert_num_queries(4):
        assert len(selectors.stations_now(AT)) == 1
    network.water("W1", AT, where=network.commune("01288", "Tân Giang"))
    network.planned("P1", where=None)
    with django_assert_num_queries(4):
        assert len(selectors.stations_now(AT)) == 3


@pytest.mark.django_db
def test_a_parameter_falls_silent_alone_and_the_station_when_all_have() -> None:
    network.air("A1", AT, where=None)
    later = AT + timedelta(minutes=20)
    still = network.stream(selectors.Thing.objects.get(code="A1"), "O3", "raw")
    network.put(still, np.array([micros(later) // network.STEP * network.STEP]), np.array([40.0]))

    [station] = selectors.stations_now(later)
    silent = {one.observed.code for one in station.latest if one.silent_since}
    assert silent == {"PM2.5", "PM10", "NO2"}
    assert station.silent_since is None

    [station] = selectors.stations_now(later + timedelta(hours=3))
    assert station.condition == "silent"
    assert station.silent_since == station.heard
    assert station.index is not None and not station.index.current


@pytest.mark.django_db
def test_a_station_that_just_fell_silent_still_reports_its_last_hour() -> None:
    network.air("A1", AT, where=None)
    [station] = selectors.stations_now(AT + timedelta(minutes=30))
    assert station.condition == "reporting"
    assert station.silent_since is not None


@pytest.mark.django_db
def test_without_particles_the_index_says_that_it_needs_one_of_them() -> None:
    network.air("A1", AT, where=None, codes=("O3", "NO2"))
    [station] = selectors.stations_now(AT)
    assert station.condition == "insufficient"
    assert station.index is not None and station.index.value is None
    assert station.index.missing == ("PM10", "PM2.5")


@pytest.mark.django_db
def test_position_is_the_communes_until_the_station_has_its_own() -> None:
    where = network.commune()
    network.planned("P1", where=where)
    network.planned("P2", where=where, lon=106.3, lat=22.7)
    network.planned("P3", where=None)
    first, second, third = selectors.stations_now(AT)
    assert first.position == selectors.Position(where.lon, where.lat, exact=False)
    assert second.position == selectors.Position(106.3, 22.7, exact=True)
    assert third.position is None
    assert first.condition == "planned"


@pytest.mark.django_db
def test_an_automatic_water_index_is_indicative() -> None:
    network.water("W1", AT, where=None, wqi=82)
    station = selectors.station_now("W1", AT)
    assert station is not None and station.index is not None
    assert (station.index.scheme, station.index.value, station.index.indicative) == ("VN_WQI", 82, True)


@pytest.mark.django_db
def test_series_keeps_every_value_when_they_are_few_and_breaks_at_gaps() -> None:
    thing = network.station("A1", kind="ambient_air")
    raw = network.instrument(thing, "PM2.5")
    start = micros(AT)
    time = start + np.array([0, 5, 10, 40, 45]) * MINUTE
    quality = np.array([1, VALIDATED | 1, 1, 1, 1], np.int16)
    network.put(raw, time, np.array([1.0, 2, 3, 4, 5]), quality=quality)

    found = selectors.series(raw.id, AT, AT + timedelta(hours=1), 100)

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

    found = selectors.series(raw.id, AT, AT + timedelta(days=1), 24)

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
    _, mean, low, high, _ = selectors._thin(time, value, np.ones(len(time), bool), 0, step)
    assert low.min() == value.min() and high.max() == value.max()
    assert len(mean) == len(np.unique(time // step))
    assert ((low <= mean + 1e-9) & (mean <= high + 1e-9)).all()


@pytest.mark.django_db
def test_deliveries_behind_an_hour_are_those_with_values_after_its_start_up_to_its_end() -> None:
    thing = network.station("A1", kind="ambient_air")
    hour = datetime(2026, 3, 2, 14, tzinfo=UTC)
    for minutes in (-65, -60, -55, -5, 0, 5):
        network.receipt(thing, hour + timedelta(minutes=minutes))

    found = selectors.deliveries_behind(thing.id, hour - timedelta(hours=1), hour)

    assert [one.last_time for one in found] == [hour + timedelta(minutes=m) for m in (-55, -5, 0)]
    assert all(len(one.sha256) == 64 for one in found)
