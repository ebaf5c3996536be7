"""Stations and files for tests: real rows, real bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone

import numpy as np

from nonnuoc.ingest import pipeline
from nonnuoc.ingest.arrival import Arrival
from nonnuoc.records.monitoring import observations, services
from nonnuoc.records.monitoring.deliveries import Receipt
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty, Thing

VIETNAM = timezone(timedelta(hours=7))
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=VIETNAM)
UNITS = {"PM2.5": "ug/Nm3", "PM10": "ug/Nm3", "O3": "ug/Nm3", "NO2": "ug/Nm3", "SO2": "ug/Nm3", "CO": "ug/Nm3"}


def station(
    code: str = "KK01",
    symbols: Mapping[str, str] | Iterable[str] = ("PM2.5", "PM10", "O3", "NO2"),
    *,
    kind: str = Thing.Kind.AMBIENT_AIR,
    interval_s: int | None = 300,
    **facts: object,
) -> Thing:
    """An active station; `symbols` maps what its files say to property codes, or lists those sent by their code."""
    if not ObservedProperty.objects.exists():
        services.load_properties()
    thing = services.register_station(
        code=code,
        name=f"Trạm {code}",
        kind=kind,
        state=Thing.State.ACTIVE,
        by=None,
        **facts,  # type: ignore[arg-type]
    )
    pairs = symbols.items() if isinstance(symbols, Mapping) else [(s, s) for s in symbols]
    for symbol, code_ in pairs:
        services.register_datastream(thing, property_code=code_, symbol=symbol, interval_s=interval_s, by=None)
    return thing


def line(symbol: str, value: object, at: datetime, *, unit: str | None = None, status: str = "00") -> str:
    stamp = at.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S")
    return f"{symbol}\t{value}\t{unit or UNITS.get(symbol, 'mg/L')}\t{stamp}\t{status}"


def tt10(*lines: str) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode()


def name(code: str, at: datetime = NOON) -> str:
    return f"CB_CS01_{code}_{at.astimezone(VIETNAM):%Y%m%d%H%M%S}.txt"


def arrival(
    body: bytes, code: str = "KK01", *, at: datetime = NOON, door: str = "command", bound: str = "", file_name: str = ""
) -> Arrival:
    return Arrival(
        door=door,
        bound=bound,
        station_code=code,
        name=file_name or name(code, at),
        body=body,
        received=at,
        by=None,
        profile=None,
    )


def send(*lines: str, code: str = "KK01", at: datetime = NOON, **more: str) -> Receipt:
    """One file through the river, received at `at`."""
    return pipeline.accept([arrival(tt10(*lines), code, at=at, **more)])[0]


def stream(thing: Thing, property_code: str, procedure: str = "raw") -> Datastream:
    return Datastream.objects.get(thing=thing, observed_property__code=property_code, procedure=procedure)


def held(thing: Thing, property_code: str, procedure: str = "raw") -> observations.Rows:
    """Everything stored of one datastream."""
    return observations.read(
        stream(thing, property_code, procedure).id, datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    )


def moments(rows: observations.Rows) -> list[datetime]:
    return [datetime.fromtimestamp(t / 1e6, VIETNAM) for t in np.asarray(rows.time).tolist()]


def every(
    symbol: str,
    values: Iterable[object],
    *,
    until: datetime = NOON,
    step: timedelta = timedelta(minutes=5),
    **more: str,
) -> list[str]:
    """Lines of one symbol at a steady cadence, the last one at `until`."""
    items = list(values)
    return [line(symbol, v, until - step * (len(items) - 1 - i), **more) for i, v in enumerate(items)]
