"""Fifty stations and a year: what pages are measured with. Values are made up, every mean and index is computed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from nonnuoc.ingest import deriving
from nonnuoc.records.accounts import loading as offices
from nonnuoc.records.monitoring import counting, observations, services, streams
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.observations import Rows
from nonnuoc.records.places import selectors as places
from nonnuoc.records.places import services as places_services

STATIONS, RIVERS = 50, 12
DAYS = 365
#: Property, usual level, cadence in seconds: one parameter every five minutes, the others by the hour.
AIR = (("PM2.5", 28.0, 300), ("PM10", 46.0, 3600), ("NO2", 21.0, 3600), ("O3", 60.0, 3600), ("CO", 900.0, 3600))
WATER = (("DO", 6.4, 300), ("pH", 7.3, 3600), ("TSS", 22.0, 3600), ("COD", 9.0, 3600), ("N-NH4", 0.14, 3600))
FIRST = "BX-00"


def network() -> int:
    """Register and fill them up to the last whole hour, once; give how many rows stand in the store of them."""
    if Thing.objects.filter(code=FIRST).exists():
        return 0
    offices.load(places_services.load_province().province.key)
    communes = list(places.communes())
    until = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    written = sum(_station(n, communes[n % len(communes)], until) for n in range(STATIONS))
    counting.refresh(datetime.now(UTC))
    return written


def _station(n: int, commune: object, until: datetime) -> int:
    water = n >= STATIONS - RIVERS
    thing = services.register_station(
        code=f"BX-{n:02}",
        name=f"Trạm đo thử {n:02}",
        kind=Thing.Kind.SURFACE_WATER if water else Thing.Kind.AMBIENT_AIR,
        state=Thing.State.ACTIVE,
        commune=commune,  # type: ignore[arg-type]
        simulated=True,
        by=None,
    )
    chance = np.random.default_rng(n)
    rows = []
    for code, level, cadence in WATER if water else AIR:
        services.register_datastream(thing, property_code=code, symbol=code, interval_s=cadence, by=None)
        rows.append(_year(Datastream.objects.get(thing=thing, symbol=code), level, cadence, until, chance))
    written = Rows(*(np.concatenate(columns) for columns in zip(*map(_columns, rows), strict=True))).sort()
    observations.write(written, by="bench", reason="bench", at=until)
    deriving.derive(written, streams.of_things([thing.id]), reason="bench")
    return len(written)


def _year(stream: Datastream, level: float, cadence: int, until: datetime, chance: np.random.Generator) -> Rows:
    """A year with days, weeks, weather and two gaps."""
    step, end = cadence * 1_000_000, observations.micros(until)
    time = np.arange(end - int(timedelta(days=DAYS) / timedelta(microseconds=1)) + step, end + 1, step)
    hours = time / 3.6e9
    mornings = hours[:: 86_400 // cadence]
    weather = np.interp(hours, mornings, chance.normal(0, 0.3, len(mornings)))
    value = level * np.exp(0.3 * np.sin(hours / 24 * 2 * np.pi) + weather + chance.normal(0, 0.05, len(time)))
    there = (hours % 4000 > 9) & (hours % 2500 > 1)
    time, value = time[there], np.round(value[there], 2)
    size = len(time)
    quality = np.where(chance.random(size) < 0.002, 3, 1).astype(np.int16)
    return Rows(np.full(size, stream.id, np.int32), time, value, np.zeros(size, np.int16), quality)


def _columns(rows: Rows) -> tuple[np.ndarray, ...]:
    return rows.datastream, rows.time, rows.value, rows.status, rows.quality
