"""What a batch of readings must know of its stations and their datastreams, in one query each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from nonnuoc.records.accounts.access import Reach
from nonnuoc.records.monitoring.models import Datastream, Delivery, Thing

Procedure = Datastream.Procedure

# Every delivery asks these: put together by Django they would cost as much again as PostgreSQL takes to answer.
_OWNERS = "SELECT id, thing_id FROM monitoring_datastream WHERE id = ANY(%s)"
_OF_THINGS = """
SELECT d.id, d.thing_id, t.kind, p.code, p.id, p.unit, d.procedure, d.symbol, d.interval_s, s.range_min, s.range_max,
    d.active, d.latest_time
FROM monitoring_datastream d
JOIN monitoring_thing t ON t.id = d.thing_id
JOIN monitoring_observedproperty p ON p.id = d.observed_property_id
LEFT JOIN monitoring_sensor s ON s.id = d.sensor_id
WHERE d.thing_id = ANY(%s)
"""
_THRESHOLDS = """
SELECT datastream_id, check_name, value, valid_from, valid_to FROM monitoring_threshold
WHERE datastream_id = ANY(%s) ORDER BY valid_from
"""


@dataclass(frozen=True, slots=True)
class Station:
    """A thing, as a door sees it."""

    id: int
    code: str
    kind: str
    state: str
    decimal_comma: bool  # its logger writes 12,5


@dataclass(frozen=True, slots=True)
class Stream:
    """A datastream, as the river sees it."""

    id: int
    thing_id: int
    kind: str  # of the thing
    property: str
    property_id: int
    unit: str
    procedure: str
    symbol: str
    interval_s: int | None
    range_min: float | None
    range_max: float | None
    active: bool
    latest_time: datetime | None


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit of a quality check set for one datastream, and when it holds; `valid_to` None: until further notice."""

    datastream_id: int
    check_name: str
    value: float
    valid_from: datetime
    valid_to: datetime | None


def stations(codes: Collection[str]) -> dict[str, Station]:
    """The stations with these codes."""
    rows = Thing.objects.filter(code__in=codes).values_list("id", "code", "kind", "state", "properties")
    return {
        code: Station(id, code, kind, state, (properties or {}).get("decimal") == "comma")
        for id, code, kind, state, properties in rows
    }


def owners(datastream_ids: Collection[int]) -> dict[int, int]:
    """The thing of each of these datastreams, by id."""
    return dict(_rows(_OWNERS, datastream_ids)) if datastream_ids else {}


def within(thing_ids: Collection[int], reach: Reach) -> set[int]:
    """Those of these things that lie within reach."""
    return set(Thing.objects.filter(reach.within(), id__in=thing_ids).values_list("id", flat=True))


def things() -> list[int]:
    """Every thing that has a datastream, by id."""
    return list(Datastream.objects.order_by("thing_id").values_list("thing_id", flat=True).distinct())


def of_things(thing_ids: Collection[int]) -> list[Stream]:
    """Every datastream of these things: raw, sampled and derived."""
    return [Stream(*row) for row in _rows(_OF_THINGS, thing_ids)] if thing_ids else []


def thresholds(datastream_ids: Collection[int]) -> list[Threshold]:
    """The dated quality-check limits set for single datastreams, oldest first."""
    return [Threshold(*row) for row in _rows(_THRESHOLDS, datastream_ids)]


def lock(thing_ids: Collection[int]) -> None:
    """Hold these stations until the transaction ends: a neighbour's judgement and a mean need a still picture.

    Always in the order of their ids, so that two batches cannot wait for each other. `observations.hold` comes too late
    for that: it keeps rows from others while they are written, whoever writes, and years from being moved. To lock all
    datastreams of 2,000 stations with it before reading takes 60 ms, these locks 3.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7, id) FROM unnest(%s::int[]) AS id", (sorted(set(thing_ids)),))


def told_later(thing_id: int, time: datetime, received: datetime) -> bool:
    """Whether the station told of this time again, in a delivery received after that."""
    later = Delivery.objects.filter(thing_id=thing_id, state=Delivery.State.COMMITTED, received__gt=received)
    return later.filter(first_time__lte=time, last_time__gte=time).exists()


def recent_ages(thing_id: int, since: datetime, until: datetime) -> list[timedelta]:
    """How old the newest value was in each delivery the station made in this time."""
    rows = Delivery.objects.filter(thing_id=thing_id, received__range=(since, until), last_time__isnull=False)
    return [received - last for received, last in rows.values_list("received", "last_time") if last is not None]


def _rows(sql: str, ids: Collection[int]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, (list(ids),))
        return list(cursor.fetchall())
