from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nonnuoc.domain.quality import VALIDATED
from nonnuoc.records.monitoring import newest, selectors
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.observations import micros
from nonnuoc.records.monitoring.selectors import Network
from tests.portal import network

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
AT = datetime(2026, 3, 2, 14, 7, tzinfo=UTC)


def test_columns_say_what_the_datastreams_say() -> None:
    network.air("B1", AT, where=None)
    network.planned("A1", where=None)  # no datastream; comes before, by code
    network.water("C1", AT, where=None)
    stations = selectors.stations_now(AT)
    assert [one.code for one in stations] == ["A1", "B1", "C1"]
    for station in stations:
        held = {stream.id: stream for stream in Datastream.objects.filter(thing_id=station.id)}
        told = [*station.latest, *(one for means in station.means.values() for one in means.values())]
        assert len(told) == len([s for s in held.values() if s.procedure not in newest.INDICES])
        for one in told:
            stream = held[one.datastream_id]
            assert (one.observed.code, one.procedure) == (stream.observed_property.code, stream.procedure)
            assert (one.time, one.value, one.received) == (
                stream.latest_time,
                stream.latest_value,
                stream.latest_received,
            )
            assert (one.interval_s, one.status) == (stream.interval_s, stream.latest_status or 0)


def test_what_never_spoke_is_unknown_and_not_silent() -> None:
    network.instrument(network.station("N1", kind="ambient_air"), "PM2.5")
    [station] = selectors.stations_now(AT)
    [latest] = station.latest
    assert (latest.time, latest.value, latest.received, latest.silent_since) == (None, None, None, None)
    assert (station.condition, station.heard) == ("never", None)


def test_a_missing_value_and_a_validated_one_are_told_apart() -> None:
    thing = network.air("A1", AT, where=None)
    at = np.array([micros(AT) // network.STEP * network.STEP])
    network.put(network.stream(thing, "O3", "raw"), at, np.array([np.nan]), quality=9)
    network.put(network.stream(thing, "NO2", "raw"), at, np.array([12.5]), quality=1 | VALIDATED)
    by_code = {one.observed.code: one for one in selectors.stations_now(AT)[0].latest}
    assert by_code["O3"].value is None and by_code["O3"].flag == 9 and not by_code["O3"].validated
    assert by_code["NO2"].value == 12.5 and by_code["NO2"].validated
    assert not by_code["PM2.5"].validated


def test_values_are_a_sequence_and_means_a_mapping() -> None:
    network.air("A1", AT, where=None)
    [station] = selectors.stations_now(AT)
    assert [one.observed.code for one in station.latest[1:3]] == ["PM10", "O3"]
    assert station.latest[-1].observed.code == "NO2"
    assert len(station.latest) == 4
    with pytest.raises(IndexError):
        station.latest[4]
    assert "VN_AQI" in station.means  # the daily one
    assert "Temp" not in station.means
    assert len(station.means) == len(list(station.means))


def test_an_inactive_datastream_says_nothing() -> None:
    thing = network.air("A1", AT, where=None)
    Datastream.objects.filter(id=network.stream(thing, "O3", "raw").id).update(active=False)
    assert "O3" not in [one.observed.code for one in selectors.stations_now(AT)[0].latest]


def test_no_station_at_all() -> None:
    assert selectors.stations_now(AT) == []
    assert Network(AT).state() == Network(AT).state()


def test_the_state_of_the_network_changes_with_whatever_is_shown_of_it() -> None:
    thing = network.air("A1", AT, where=network.commune())
    seen = [Network(AT).state()]
    assert Network(AT).state() == seen[0]

    last = np.array([micros(AT) // network.STEP * network.STEP])
    network.put(network.stream(thing, "O3", "raw"), last, np.array([99.0]))
    seen.append(Network(AT).state())
    network.put(network.stream(thing, "O3", "raw"), last, np.array([99.0]), quality=3)
    seen.append(Network(AT).state())
    Thing.objects.filter(id=thing.id).update(name="Khác")
    seen.append(Network(AT).state())
    Thing.objects.filter(id=thing.id).update(commune=network.commune("01288", "Tân Giang"))
    seen.append(Network(AT).state())
    network.held("A1", AT - timedelta(minutes=3), "clock_ahead", thing)
    seen.append(Network(AT).state())
    network.planned("P1", where=None)
    seen.append(Network(AT).state())
    assert len(set(seen)) == len(seen)
