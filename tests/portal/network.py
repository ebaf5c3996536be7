"""Stations with readings for the pages' tests: registered and stored as the river does, without the river."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from nonnuoc import rules
from nonnuoc.domain import air as formula
from nonnuoc.domain.quality import Check, Flag
from nonnuoc.records.monitoring import deliveries, formulas, observations, services
from nonnuoc.records.monitoring.models import Datastream, Delivery, Location, ObservedProperty, Sensor, Thing
from nonnuoc.records.monitoring.observations import Rows
from nonnuoc.records.places.models import Commune

HOUR = 3600 * 1_000_000
STEP = HOUR // 12


def properties() -> None:
    if not ObservedProperty.objects.exists():
        services.load_properties()


def commune(code: str = "01273", name: str = "Thục Phán", lon: float = 106.25, lat: float = 22.66) -> Commune:
    found, _ = Commune.objects.get_or_create(
        code=code,
        defaults={"kind": "phuong", "name": name, "name_ascii": name.lower(), "lon": lon, "lat": lat, "source": "test"},
    )
    return found


def station(code: str, *, lon: float | None = None, lat: float | None = None, **facts: object) -> Thing:
    properties()
    thing = Thing.objects.create(code=code, **{"name": f"Trạm {code}", "state": Thing.State.ACTIVE, **facts})
    if lon is not None and lat is not None:
        Location.objects.create(thing=thing, lon=lon, lat=lat, since=datetime(2026, 1, 1, tzinfo=UTC))
    return thing


def instrument(thing: Thing, code: str, interval_s: int | None = 300) -> Datastream:
    """A raw datastream and all that follows from it."""
    raw = Datastream.objects.create(
        thing=thing,
        observed_property=ObservedProperty.objects.get(code=code),
        sensor=Sensor.objects.create(kind=Sensor.Kind.INSTRUMENT, name=f"{thing.code} {code}"),
        procedure=Datastream.Procedure.RAW if interval_s else Datastream.Procedure.SAMPLE,
        symbol=code,
        interval_s=interval_s,
    )
    formulas.register_derived(raw)
    return raw


def put(stream: Datastream, time: np.ndarray, value: np.ndarray, *, status: int = 0, quality: object = 1) -> None:
    size = len(time)
    rows = Rows(
        np.full(size, stream.id, np.int32),
        np.asarray(time, np.int64),
        np.asarray(value, np.float64),
        np.full(size, status, np.int16),
        np.broadcast_to(np.asarray(quality, np.int16), size).copy(),
    )
    received = datetime.fromtimestamp(int(time[-1]) / 1e6 + 60, tz=UTC)
    observations.write(rows, by="test", reason="test", at=received)


def stream(thing: Thing, code: str, procedure: str) -> Datastream:
    return Datastream.objects.get(thing=thing, observed_property__code=code, procedure=procedure)


def air(
    code: str,
    at: datetime,
    *,
    where: Commune | None,
    level: float = 20.0,
    hours: int = 48,
    silent_h: float = 0,
    seed: int = 1,
    codes: tuple[str, ...] = ("PM2.5", "PM10", "O3", "NO2"),
    **facts: object,
) -> Thing:
    """An air station with a daily cycle of 5-minute values up to `at - silent_h`, hourly means and VN_AQI."""
    thing = station(code, commune=where, **{"kind": Thing.Kind.AMBIENT_AIR, "simulated": True, **facts})
    chance = np.random.default_rng(seed)
    last = (observations.micros(at) - int(silent_h * HOUR)) // STEP * STEP
    end = last // HOUR * HOUR
    inputs = {}
    for factor, property_code in zip((1.0, 1.7, 3.0, 1.2), codes, strict=False):
        instrument(thing, property_code)
        time = np.arange(end - hours * HOUR + STEP, last + 1, STEP)
        cycle = 1 + 0.35 * np.sin(2 * np.pi * (time / HOUR + 3) / 12) + 0.1 * np.sin(time / HOUR / 30)
        value = np.round(level * factor * cycle * chance.lognormal(0, 0.08, len(time)), 1)
        put(stream(thing, property_code, "raw"), time, value)
        whole = hours * 12
        mean = value[:whole].reshape(-1, 12).mean(axis=1)
        stamps = np.arange(end - (hours - 1) * HOUR, end + 1, HOUR)
        put(stream(thing, property_code, "mean_1h"), stamps, mean, status=100)
        if property_code.startswith("PM"):
            if hours >= 24:
                rolled = np.convolve(mean, np.ones(24) / 24, "valid")
                put(stream(thing, property_code, "mean_24h"), stamps[23:], rolled, status=100)
            mean = formula.nowcast(mean)
            put(stream(thing, property_code, "nowcast"), stamps, mean, status=100)
        inputs[property_code] = mean
    index = formula.hourly(rules.load("vn_aqi", on=at.date()).data, inputs)
    leading = ObservedProperty.objects.get(
        code=index.parameters[int(index.leading[-1])] if index.leading[-1] >= 0 else "PM2.5"
    )
    put(stream(thing, "VN_AQI", "aqi_1h"), stamps, index.value, status=leading.id)
    return thing


def water(
    code: str, at: datetime, *, where: Commune | None, wqi: float = 82, hours: int = 24, **facts: object
) -> Thing:
    """A river station with an indicative index."""
    thing = station(code, commune=where, **{"kind": Thing.Kind.SURFACE_WATER, "simulated": True, **facts})
    last = observations.micros(at) // STEP * STEP
    time = np.arange(last - hours * HOUR, last + 1, STEP)
    for property_code, level in (("pH", 7.3), ("DO", 6.4), ("TSS", 22.0), ("COD", 9.0), ("N-NH4", 0.14)):
        instrument(thing, property_code)
        put(stream(thing, property_code, "raw"), time, level * (1 + 0.05 * np.sin(time / HOUR / 4)))
    hour = last // HOUR * HOUR
    stamps = np.arange(hour - (hours - 1) * HOUR, hour + 1, HOUR)
    put(stream(thing, "VN_WQI", "wqi_1h"), stamps, np.full(len(stamps), wqi))
    return thing


def flagged(thing: Thing, code: str, at: datetime) -> None:
    """A spike that was refused and one that is suspect, in the last hours."""
    raw = stream(thing, code, "raw")
    last = observations.micros(at) // STEP * STEP
    put(raw, np.array([last - 4 * HOUR]), np.array([480.0]), quality=Flag.FAIL | Check.SPIKE)
    put(raw, np.array([last - 2 * HOUR]), np.array([61.0]), quality=Flag.SUSPECT | Check.RATE_OF_CHANGE)


def planned(code: str, *, where: Commune | None, **facts: object) -> Thing:
    known = {"kind": Thing.Kind.AMBIENT_AIR, "state": Thing.State.PLANNED, "source": "KH-UBND 3/2026, 6.2"}
    return station(code, commune=where, **{**known, **facts})


def receipt(thing: Thing, at: datetime, *, minutes: int = 5) -> None:
    """A file that brought the values of the last minutes before `at`."""
    body = f"{thing.code} {at.isoformat()}".encode()
    one = deliveries.Receipt(
        station_code=thing.code,
        door="ftp",
        file_name=f"CB_CS01_{thing.code}_{at:%Y%m%d%H%M%S}.txt",
        received=at + timedelta(seconds=20),
        sha256=deliveries.sha256(body),
        body=body,
        thing_id=thing.id,
        first_time=at - timedelta(minutes=minutes - 5),
        last_time=at,
        stored=4,
    )
    deliveries.add([one])


def held(code: str, at: datetime, reason: str, thing: Thing | None, **facts: object) -> Delivery:
    """A file that was quarantined."""
    known = {"door": "ftp", "file_name": f"CB_CS01_{code}_{at:%Y%m%d%H%M%S}.txt", "reason": "English, from the river."}
    return Delivery.objects.create(
        thing=thing, station_code=code, received=at, sha256=reason.encode().ljust(32), size=9, body=b"",
        state=Delivery.State.QUARANTINED, code=reason, **{**known, **facts},
    )  # fmt: skip
