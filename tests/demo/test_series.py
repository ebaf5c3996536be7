"""The invented values."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from nonnuoc.demo import series
from nonnuoc.demo.catalogue import INTERVAL_S, Fault, stations
from nonnuoc.ingest.formats import tt10

NOW = 1_795_000_200
DAY = 86_400
STATIONS = {station.code: station for station in stations()}


def columns(station, since=NOW - 30 * DAY, until=NOW):
    readings = series.readings(station, since, until, anchor=NOW)
    shape = (-1, len(station.parameters))
    return (
        readings.time.reshape(shape)[:, 0] // 1_000_000,
        readings.value.reshape(shape),
        readings.status.reshape(shape),
    )


def with_fault(**fault):
    return dataclasses.replace(STATIONS["CBMP05"], faults=(Fault(**fault),))


def test_stations_are_eight_and_say_that_they_are_simulated():
    assert [station.code for station in stations()] == [f"CBMP0{n}" for n in range(1, 9)]
    assert all(station.name.endswith("(mô phỏng)") for station in stations())
    assert all(len({p.symbol for p in s.parameters}) == len(s.parameters) for s in stations())
    assert {fault.symbol for s in stations() for fault in s.faults} <= {
        "",
        *(p.symbol for s in stations() for p in s.parameters),
    }


def test_readings_follow_the_cadence():
    assert np.array_equal(series.grid(NOW - 600, NOW), [NOW - 300, NOW])
    at, _, _ = columns(STATIONS["CBMP05"])
    assert len(at) == 30 * DAY // INTERVAL_S
    assert set(np.diff(at)) == {INTERVAL_S}


@pytest.mark.parametrize("code", STATIONS)
def test_readings_are_the_same_in_whatever_piece_they_are_asked_for(code):
    whole = series.readings(STATIONS[code], NOW - 2 * DAY, NOW, anchor=NOW)
    cuts = [NOW - 2 * DAY, NOW - DAY - 1234, NOW - DAY, NOW - 600, NOW]
    parts = [series.readings(STATIONS[code], a, b, anchor=NOW) for a, b in pairwise(cuts)]
    for name in ("time", "value", "status"):
        assert np.array_equal(getattr(whole, name), np.concatenate([getattr(p, name) for p in parts]), equal_nan=True)


@pytest.mark.parametrize("station", stations(), ids=lambda station: station.code)
def test_readings_stay_within_the_instruments_but_for_faults(station):
    _, values, _ = columns(dataclasses.replace(station, faults=()))
    for column, parameter in enumerate(station.parameters):
        assert values[:, column].min() >= parameter.least
        assert values[:, column].max() <= parameter.most
        assert len(np.unique(values[:, column])) > 10


def test_readings_rise_in_the_episode_and_by_day():
    at, values, _ = columns(STATIONS["CBMP02"])
    particles = values[:, 0]
    assert particles[at > NOW - 40 * 3600].mean() > 3 * particles[(at > NOW - 9 * DAY) & (at < NOW - 4 * DAY)].mean()
    temperature = values[:, [p.symbol for p in STATIONS["CBMP02"].parameters].index("Temp")]
    hour = (at + 7 * 3600) // 3600 % 24
    assert temperature[hour == 14].mean() > temperature[hour == 4].mean() + 4
    assert (values[:, 1] > particles).mean() > 0.95  # PM10 holds PM2.5


def test_a_river_rises_after_rain():
    _, values, _ = columns(STATIONS["CBMP08"], since=NOW - 90 * DAY)
    rain, level = values[:, 0], np.nan_to_num(values[:, 1], nan=1.4)
    assert 0.005 < (rain > 0).mean() < 0.3
    wet = np.convolve(rain, np.ones(72), mode="full")[: len(rain)]
    assert level[wet > 20].mean() > level[wet == 0].mean() + 0.3


def test_a_silent_station_writes_nothing_now():
    at, _, _ = columns(STATIONS["CBMP06"])
    assert at[-1] < NOW - 4 * 3600
    assert len(series.readings(STATIONS["CBMP06"], NOW - INTERVAL_S, NOW, anchor=NOW)) == 0


def test_a_gap_of_hours_is_in_the_history():
    at, _, _ = columns(STATIONS["CBMP04"])
    assert np.diff(at).max() == 7 * 3600 + INTERVAL_S


@pytest.mark.parametrize("start", range(0, 1500, 300))
def test_a_spike_is_one_value(start):
    station = with_fault(kind="spike", symbol="PM10", value=985.0, from_h=-10, hours=0.08)
    readings = series.readings(station, NOW - DAY, NOW, anchor=NOW + start)
    assert (readings.value == 985.0).sum() == 1


def test_a_stuck_parameter_repeats_its_value():
    station = with_fault(kind="stuck", symbol="NO2", from_h=-10, hours=6)
    at, values, _ = columns(station, since=NOW - DAY)
    column = [p.symbol for p in station.parameters].index("NO2")
    stuck = (at >= NOW - 10 * 3600) & (at < NOW - 4 * 3600)
    assert len(np.unique(values[stuck, column])) == 1
    assert len(np.unique(values[~stuck, column])) > 50


def test_other_faults_speak_for_themselves():
    _, values, statuses = columns(with_fault(kind="sentinel", symbol="CO", from_h=-2, hours=1), since=NOW - DAY)
    assert (values == -9999.0).sum() == 12
    _, values, statuses = columns(with_fault(kind="broken", symbol="CO", from_h=-2, hours=1), since=NOW - DAY)
    assert np.isnan(values).sum() == (statuses == 2).sum() == 12
    _, values, statuses = columns(
        with_fault(kind="status", status=1, from_h=-20, hours=1, every_h=5), since=NOW - 20 * 3600 - 1
    )
    assert (statuses == 1).sum() == 4 * 12 * 8 + 8  # every five hours from -20 h, the fifth time just now


@pytest.mark.parametrize("station", stations(), ids=lambda station: station.code)
def test_readings_survive_their_files(station):
    readings = series.readings(station, NOW - 8 * DAY, NOW - 7 * DAY, anchor=NOW)
    parsed = tt10.parse([tt10.write(readings, layout=station.layout, comma=station.comma)], comma=[station.comma])
    assert (parsed.problems, parsed.unreadable) == ([], {})
    assert np.array_equal(parsed.readings.value, readings.value, equal_nan=True)
    assert np.array_equal(parsed.readings.time, readings.time)
    assert np.array_equal(parsed.readings.status, readings.status)


def test_a_parameter_that_is_absent_is_missing_from_the_file_and_the_others_are_not():
    station = with_fault(kind="absent", symbol="PM10", from_h=-1, hours=24)
    whole = series.readings(dataclasses.replace(station, faults=()), NOW - 3600, NOW, anchor=NOW)
    readings = series.readings(station, NOW - 3600, NOW, anchor=NOW)
    left_out = whole.symbol == whole.symbols.index("PM10")
    assert left_out.sum() == 12
    for name in ("time", "symbol", "unit", "value", "status"):
        assert np.array_equal(getattr(readings, name), getattr(whole, name)[~left_out]), name
    assert tt10.write(readings, layout="lines", comma=False).count(b"PM10") == 0


def test_a_flood_is_on_its_way_at_the_first_start_and_passes():
    at, values, _ = columns(dataclasses.replace(STATIONS["CBMP08"], faults=()), NOW - 12 * 3600, NOW + 40 * 3600)
    level = values[:, [p.symbol for p in STATIONS["CBMP08"].parameters].index("WaterLevel")]
    before, start, peak, after = (level[at == NOW + hours * 3600][0] for hours in (-7, 0, 3, 36))
    assert start > before + 1.0
    assert peak > start + 0.2
    assert after < start
