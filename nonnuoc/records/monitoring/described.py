"""What must be told of a datastream wherever its values go: whose, of what, in which unit, how they came to be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.selectors import OF_THING


@dataclass(frozen=True, slots=True)
class Described:
    """A datastream in words. `unit` is "-" where there is none; `rule` is "" for what was measured."""

    id: int
    procedure: str
    interval_s: int | None
    latest: datetime | None
    station_code: str
    station_name: str
    simulated: bool
    property_code: str
    name_vi: str
    name_en: str
    unit: str
    method: str
    rule: str


def readable(ids: Collection[int], rights: Rights) -> list[Described]:
    """Those of these datastreams that may be read, in the order of their ids. One query."""
    found = Datastream.objects.filter(rights.readable(**OF_THING), id__in=ids)
    return [of(one) for one in found.select_related("thing", "observed_property", "sensor").order_by("id")]


def of(stream: Datastream) -> Described:
    """Of a row whose thing, observed property and sensor have been read."""
    thing, observed, sensor = stream.thing, stream.observed_property, stream.sensor
    return Described(
        id=stream.id,
        procedure=stream.procedure,
        interval_s=stream.interval_s,
        latest=stream.latest_time,
        station_code=thing.code,
        station_name=thing.name,
        simulated=thing.simulated,
        property_code=observed.code,
        name_vi=observed.name_vi,
        name_en=observed.name_en,
        unit=observed.unit,
        method=sensor.name,
        rule=rule(sensor.metadata),
    )


def rule(metadata: Mapping[str, Any] | None) -> str:
    """The document and version a formula follows: "1459/QĐ-TCMT (valid from 2019-11-12)"; else empty."""
    found = metadata or {}
    return f"{found['number']} (valid from {found['valid_from']})" if {"number", "valid_from"} <= found.keys() else ""
