"""What stands around an incident tells one wrong instrument from bad air."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nonnuoc.records.accounts import access
from nonnuoc.records.alerts import surroundings
from nonnuoc.records.alerts.models import Alarm
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty, Sensor, Thing
from nonnuoc.records.places.models import River
from tests.portal import network
from tests.records.alerts import incidents

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
PEAK = AT - timedelta(minutes=90)
ALL = access.SYSTEM


def station(code: str, values: dict[datetime, float], *, lon: float = 106.2, **facts: object) -> Thing:
    known = {"kind": Thing.Kind.AMBIENT_AIR, "lat": 22.6, **facts}
    thing = network.station(code, lon=lon, **known)
    raw = network.instrument(thing, "PM2.5")
    for time, value in values.items():
        network.put(raw, np.array([observations.micros(time)]), np.array([value]))
    return thing


def alarm(thing: Thing, **facts: object) -> Alarm:
    made = incidents.incident(thing, at=AT)
    known = {"peak_time": PEAK, "peak": 180.0, "level": 150.0, **facts}
    return incidents.alarm(made, network.stream(thing, "PM2.5", "raw"), **known)


def test_neighbours_tell_what_they_measured_at_the_peak_and_what_they_measure_now() -> None:
    own = station("OWN", {PEAK: 180.0})
    station("FAR", {PEAK: 20.0, AT: 30.0}, lon=106.6)
    station("NEAR", {PEAK - timedelta(minutes=5): 90.0, PEAK: 160.0, AT: 40.0}, lon=106.3)
    network.station("RIVER", kind=Thing.Kind.SURFACE_WATER, lon=106.2, lat=22.6)
    found = surroundings.neighbours(own, alarm(own), ALL, AT)
    assert [(one.code, one.then.value, one.now.value, one.beyond) for one in found] == [
        ("NEAR", 160.0, 40.0, True),
        ("FAR", 20.0, 30.0, False),
    ]
    assert found[0].km == pytest.approx(10.3, abs=0.2)
    assert found[0].bearing == pytest.approx(90, abs=1)
    assert (found[0].same_river, found[0].downstream) == (False, None)


def test_a_level_passed_downwards_is_compared_downwards() -> None:
    own = station("OWN", {PEAK: 2.0})
    station("NEAR", {PEAK: 1.5})
    (found,) = surroundings.neighbours(own, alarm(own, peak=2.0, level=4.0), ALL, AT)
    assert found.beyond is True


def test_a_neighbour_that_was_silent_then_says_nothing_of_it() -> None:
    own = station("OWN", {PEAK: 180.0})
    station("MUTE", {PEAK - timedelta(hours=2): 500.0})
    other = network.station("OTHER", kind=Thing.Kind.AMBIENT_AIR)
    network.instrument(other, "PM10")
    found = {one.code: one for one in surroundings.neighbours(own, alarm(own), ALL, AT)}
    assert (found["MUTE"].then.value, found["MUTE"].beyond) == (None, None)
    assert (found["OTHER"].then, found["OTHER"].now, found["OTHER"].km) == (None, None, None)


def test_a_value_the_checks_refused_speaks_for_nobody() -> None:
    own = station("OWN", {PEAK: 180.0})
    bad = station("BAD", {})
    raw = network.stream(bad, "PM2.5", "raw")
    network.put(raw, np.array([observations.micros(PEAK)]), np.array([900.0]), quality=4)
    (found,) = surroundings.neighbours(own, alarm(own), ALL, AT)
    assert found.then.value is None


def test_on_a_river_neighbours_stand_in_its_order() -> None:
    river = River.objects.create(code="bang", name="Bằng", source="test")
    water = {"kind": Thing.Kind.SURFACE_WATER, "river": river}
    own = station("OWN", {PEAK: 180.0}, properties={"river_km": 40}, **water)
    station("DOWN", {}, properties={"river_km": 52.5}, lon=106.9, **water)
    station("UP", {}, properties={"river_km": 31}, lon=105.9, **water)
    station("BESIDE", {}, kind=Thing.Kind.SURFACE_WATER)
    found = surroundings.neighbours(own, alarm(own), ALL, AT)
    assert [(one.code, one.same_river, one.downstream, one.river_km) for one in found] == [
        ("UP", True, False, -9.0),
        ("DOWN", True, True, 12.5),
        ("BESIDE", False, None, None),
    ]


def test_without_an_order_the_same_river_is_said_and_no_more() -> None:
    river = River.objects.create(code="bang", name="Bằng", source="test")
    water = {"kind": Thing.Kind.SURFACE_WATER, "river": river}
    own = station("OWN", {PEAK: 180.0}, **water)
    station("FAR", {}, lon=106.9, **water)
    station("NEAR", {}, kind=Thing.Kind.SURFACE_WATER)
    found = surroundings.neighbours(own, alarm(own), ALL, AT)
    assert [(one.code, one.same_river, one.downstream) for one in found] == [("FAR", True, None), ("NEAR", False, None)]


def test_stations_that_are_not_for_the_reader_are_no_neighbours() -> None:
    own = station("OWN", {PEAK: 180.0})
    station("SECRET", {PEAK: 170.0}, data_class="restricted")
    lead = alarm(own)
    assert surroundings.neighbours(own, lead, access.ANYBODY, AT) == []
    assert [one.code for one in surroundings.neighbours(own, lead, ALL, AT)] == ["SECRET"]


def test_it_costs_the_same_for_two_neighbours_and_for_five(queries) -> None:
    own = station("OWN", {PEAK: 180.0})
    lead = alarm(own)
    for code in ("A", "B"):
        station(code, {PEAK: 1.0})
    one = queries(lambda: surroundings.neighbours(own, lead, ALL, AT))
    for code in ("C", "D", "E"):
        station(code, {PEAK: 1.0})
    assert queries(lambda: surroundings.neighbours(own, lead, ALL, AT)) == one


def test_the_nearest_weather_is_told() -> None:
    own = station("OWN", {PEAK: 180.0})
    for code, lon in (("FAR", 106.4), ("NEAR", 106.25), ("ABROAD", 108.0)):
        thing = network.station(code, kind=Thing.Kind.RAIN_AND_RIVER_LEVEL, lon=lon, lat=22.6)
        rain = network.instrument(thing, "Rain")
        network.put(rain, np.array([observations.micros(one) for one in (PEAK, AT)]), np.array([7.5, 0.0]))
    (found,) = surroundings.weather(own, alarm(own), ALL, AT)
    assert (found.observed.code, found.station, found.then.value, found.now.value) == ("Rain", "Trạm NEAR", 7.5, 0.0)
    assert surroundings.weather(own, None, access.ANYBODY, AT)[0].station == "Trạm NEAR"


def test_wind_from_another_network_is_weather() -> None:
    own = station("OWN", {PEAK: 180.0})
    wind = ObservedProperty.objects.create(code="WindSpeed", name_vi="Tốc độ gió", name_en="Wind speed", unit="m/s")
    sensor = Sensor.objects.create(kind="instrument", name="w")
    stream = Datastream.objects.create(
        thing=own, observed_property=wind, sensor=sensor, procedure="raw", interval_s=300
    )  # fmt: skip
    network.put(stream, np.array([observations.micros(AT)]), np.array([2.5]))
    (found,) = surroundings.weather(own, alarm(own), ALL, AT)
    assert (found.km, found.then.value, found.now.value) == (0.0, None, 2.5)


def test_the_last_calibration_of_each_instrument() -> None:
    own = station("OWN", {PEAK: 180.0})
    network.instrument(own, "PM10")
    raw = network.stream(own, "PM2.5", "raw")
    for days in (40, 3):
        network.put(raw, np.array([observations.micros(AT - timedelta(days=days))]), np.array([0.0]), status=1)
    network.put(raw, np.array([observations.micros(AT - timedelta(days=1))]), np.array([0.0]), status=2)
    found = [(one.observed.code, one.time) for one in surroundings.calibrations(own.id, AT)]
    assert found == [("PM2.5", AT - timedelta(days=3)), ("PM10", None)]
