"""The golden check: a month of invented files through the river, and every mean and index of it computed once more."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nonnuoc.demo import catalogue, series
from nonnuoc.ingest import pipeline
from nonnuoc.ingest.formats import tt10
from nonnuoc.records.monitoring import lineage, recomputing
from nonnuoc.records.monitoring.lineage import Held, Procedure, Source, Streams
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.observations import micros
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

END = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # local midnight
DAYS = 30
STATIONS = ("CBMP01", "CBMP02", "CBMP04")
EVER = 1 << 52  # µs, in the year 2112
MEASURED = (Procedure.RAW, Procedure.SAMPLE)


@pytest.fixture
def month() -> list[str]:
    """Three stations with all their faults: what they sent in a month, one file a day."""
    anchor = round(END.timestamp())
    for station in (one for one in catalogue.stations() if one.code in STATIONS):
        symbols = {parameter.symbol: parameter.property for parameter in station.parameters}
        f.station(station.code, symbols, kind=station.kind, properties={"decimal": "comma"} if station.comma else {})
        arrivals = []
        for day in range(DAYS):
            until = anchor - (DAYS - 1 - day) * 86_400
            readings = series.readings(station, until - 86_400, until, anchor=anchor)
            if len(readings):
                at = datetime.fromtimestamp(until, UTC)
                body = tt10.write(readings, layout=station.layout, comma=station.comma)
                arrivals.append(f.arrival(body, station.code, at=at + timedelta(minutes=1), door="ftp"))
        pipeline.accept(arrivals)
    return list(STATIONS)


def everything(code: str) -> tuple[Streams, Held]:
    streams = lineage.streams(Thing.objects.get(code=code).id)
    return streams, lineage.read([(source.id, 0, EVER) for source in streams.every])


def once_more(streams: Streams, held: Held, source: Source, time: int) -> tuple[float, int | str | None]:
    """(the number anew; its completeness or the parameter that leads it)."""
    procedure = Procedure(source.procedure)
    if working := recomputing.index(streams, held, source, time):
        return working.value, working.leading
    hourly = recomputing.hourly_sources(streams, source)[0]
    if procedure == Procedure.MEAN_1H:
        found = recomputing.measured(streams, held, hourly, time - recomputing.HOUR, time)
        assert found is not None
        mean = recomputing.mean_of_hour(*found)
        return float(mean.value[0]), int(mean.completeness[0])
    hours = recomputing.hours(held, hourly, time, recomputing.HOURS[procedure])
    if procedure == Procedure.NOWCAST:
        return recomputing.nowcast(hours), None
    means = recomputing.rolling(hours, recomputing.HOURS[procedure])
    return float(means.value[-1]), int(means.completeness[-1])


def differing(streams: Streams, held: Held, source: Source) -> Iterator[tuple[str, int, float, float]]:
    codes = {s.property_id: s.observed.code for s in streams.every} | {0: ""}
    rows = held.of(source.id, 0, EVER)
    for time, value, status in zip(rows.time.tolist(), rows.value.tolist(), rows.status.tolist(), strict=True):
        anew, beside = once_more(streams, held, source, time)
        same = math.isclose(anew, value, rel_tol=1e-12) or (math.isnan(anew) and math.isnan(value))
        if not same or beside not in (None, status, codes.get(status)):
            yield source.procedure, time, anew, value


def test_every_number_of_a_month_is_the_same_once_more(month: list[str]) -> None:
    seen: dict[str, int] = {}
    unknown = 0
    for code in month:
        streams, held = everything(code)
        for source in streams.every:
            if source.procedure not in MEASURED:
                assert list(differing(streams, held, source)) == []
                rows = held.of(source.id, 0, EVER)
                seen[source.procedure] = seen.get(source.procedure, 0) + len(rows)
                unknown += int(np.isnan(rows.value).sum())
    hours = DAYS * 24
    assert seen["aqi_1h"] == 2 * hours
    assert seen["aqi_24h"] == 2 * DAYS
    assert seen["wqi_1h"] > 0.9 * hours
    assert seen["mean_1h"] > 22 * hours
    assert {"nowcast", "mean_8h", "mean_24h"} <= set(seen)
    assert unknown > 50  # gaps, calibrations and stuck instruments are among them


def test_without_particles_the_reason_is_said() -> None:
    thing = f.station(symbols=("PM2.5", "NO2"))
    f.send(*f.every("NO2", [40.0] * 12), *f.every("PM2.5", [20.0] * 12, until=f.NOON - timedelta(hours=1)))
    streams = lineage.streams(thing.id)
    source = streams.named("VN_AQI", "aqi_1h")
    assert source is not None
    time = micros(f.NOON)
    working = recomputing.index(streams, lineage.read(list(recomputing.wanted(streams, source, time))), source, time)
    assert working is not None
    assert math.isnan(working.value)
    assert working.leading == ""
    assert working.index.reason.tolist() == [2]  # PARTICLES_TOO_FEW
    assert working.sub("NO2") == 20


def test_before_the_decision_there_is_no_index() -> None:
    streams = lineage.streams(f.station(symbols=("PM2.5",)).id)
    source = streams.named("VN_AQI", "aqi_1h")
    assert source is not None
    assert recomputing.index(streams, lineage.read([]), source, micros(datetime(2018, 1, 1, tzinfo=UTC))) is None


def test_an_index_of_samples_takes_those_of_its_very_moment() -> None:
    thing = f.station("NM01", ("pH", "DO", "Temp", "COD", "N-NH4", "Coliform"), kind="surface_water", interval_s=None)
    values = {"pH": "7.1", "DO": "6.8", "Temp": "24", "COD": "12", "N-NH4": "0.2", "Coliform": "3000"}
    units = {"pH": "-", "Temp": "°C", "Coliform": "MPN/100mL"}
    f.send(*(f.line(s, v, f.NOON, unit=units.get(s, "mg/L")) for s, v in values.items()), code="NM01")
    streams = lineage.streams(thing.id)
    source = streams.named("VN_WQI", "wqi")
    assert source is not None
    time = micros(f.NOON)
    held = lineage.read(list(recomputing.wanted(streams, source, time)))
    working = recomputing.index(streams, held, source, time)
    assert working is not None
    assert [working.value] == held.at(source.id, time).value.tolist()
    assert working.values["Coliform"] == 3000
    assert recomputing.ruling_day(source, time).isoformat() == "2026-03-02"
