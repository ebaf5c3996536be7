from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nonnuoc.records.monitoring import selectors
from nonnuoc.records.monitoring.observations import micros
from tests.portal import network

AT = datetime(2026, 3, 2, 14, 7, tzinfo=UTC)


def test_is_silent_begins_after_two_intervals_and_a_minute() -> None:
    assert not selectors.is_silent(AT - timedelta(minutes=10, seconds=30), 300, AT)
    assert selectors.is_silent(AT - timedelta(minutes=10, seconds=31), 300, AT)
    assert not selectors.is_silent(AT - timedelta(days=90), None, AT)  # samples


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.django_db
def test_stations_now_costs_the_same_for_one_station_and_for_three(queries) -> None:
    network.air("A1", AT, where=network.commune())
    for_one = queries(lambda: selectors.stations_now(AT))
    network.water("W1", AT, where=network.commune("01288", "Tân Giang"))
    network.planned("P1", where=None)
    assert len(selectors.stations_now(AT)) == 3
    assert queries(lambda: selectors.stations_now(AT)) == for_one > 0


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
