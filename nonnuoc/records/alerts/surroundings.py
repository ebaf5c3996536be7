"""What stands around an incident: neighbours and what they measured at its peak, weather, calibrations.

It helps to tell whether one instrument is wrong or the air or the water is. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import FilteredRelation, Q

from nonnuoc.domain import quality as q
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.alerts.models import Alarm
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.rows import micros, moment
from nonnuoc.records.monitoring.selectors import OF_THING, Property, observed
from nonnuoc.records.places import nearness

#: What is told of the weather, in this order; the codes of wind are those that other networks write.
WEATHER = ("WindSpeed", "WS", "WindDirection", "WD", "Rain", "Temp", "RH")
NEAR_KM = 30.0  # weather from further away is another place's
#: A thing's property: how far from its source, in km, a station stands along its river.
RIVER_KM = "river_km"
CALIBRATING = 1  # status of TT 10/2021
CALIBRATED_WITHIN = timedelta(days=90)
_CALIBRATED = """
SELECT stream.id, found.time FROM unnest(%s::int[]) AS stream(id)
CROSS JOIN LATERAL (
    SELECT o.time FROM observation o WHERE o.datastream_id = stream.id AND o.time >= %s AND o.time < %s
        AND o.status = %s
    ORDER BY o.time DESC LIMIT 1
) AS found
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value of a neighbour. `value` None: it says nothing of that time, or nothing now."""

    time: datetime | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Near:
    """Another station. `km` None: one of the two stands nobody knows where; `lon`, `lat` then may be None, too."""

    code: str
    name: str
    simulated: bool
    lon: float | None
    lat: float | None
    exact: bool  # False: the point of its commune stands for its position
    km: float | None
    bearing: float | None  # degrees clockwise from north, from the station of the incident
    same_river: bool
    downstream: bool | None  # None: nobody has said where the two stand along the river
    river_km: float | None  # further along it; negative: upstream
    then: Reading | None  # at the peak; None: it does not measure this
    now: Reading | None
    beyond: bool | None  # whether it passed the same level then


@dataclass(frozen=True, slots=True)
class Weather:
    """What a datastream of weather said at the peak, and says now."""

    observed: Property
    station: str
    km: float | None  # 0: at the station itself
    then: Reading
    now: Reading


@dataclass(frozen=True, slots=True)
class Calibration:
    """When an instrument last called itself calibrating; None: not within 90 days."""

    observed: Property
    symbol: str
    time: datetime | None


@dataclass(frozen=True, slots=True)
class Spot:
    """A station, and where it stands."""

    id: int
    code: str
    name: str
    kind: str
    simulated: bool
    river_id: int | None
    along_km: float | None
    lon: float | None
    lat: float | None
    exact: bool


def spots(rights: Rights, *, kinds: Collection[str] = (), also: int = 0) -> list[Spot]:
    """The stations at work that somebody may see the data of (and the one with this id). One query."""
    here = FilteredRelation("locations", condition=Q(locations__until=None))
    seen = Q(state=Thing.State.ACTIVE) & (Q(kind__in=kinds) if kinds else Q()) | Q(id=also)
    columns = ("id", "code", "name", "kind", "simulated", "river_id", "properties")
    where = ("here__lon", "here__lat", "commune__lon", "commune__lat")
    things = Thing.objects.filter(rights.readable(), seen).annotate(here=here).values_list(*columns, *where)
    return [_spot(*row) for row in things.order_by("code")]


def neighbours(thing: Thing, lead: Alarm | None, rights: Rights, at: datetime, *, most: int = 6) -> list[Near]:
    """Stations of the same kind: those on the same river in its order, then the nearest. Four queries at most."""
    every = spots(rights, kinds=(thing.kind,), also=thing.id)
    own = next((one for one in every if one.id == thing.id), None)
    if own is None:
        return []
    others = [one for one in every if one.id != own.id]
    away = _away(own, others)
    order = sorted(others, key=lambda one: (not _together(own, one), away[one.id][0] or np.inf, one.code))[:most]
    then, now = _readings([one.id for one in order], lead, at)
    found = [_near(own, one, *away[one.id], then, now, lead) for one in order]
    return sorted(found, key=lambda one: (not one.same_river, one.river_km or 0.0)) if _on_river(found) else found


def weather(
    thing: Thing, lead: Alarm | None, rights: Rights, at: datetime, *, within_km: float = 30.0
) -> list[Weather]:
    """Of each property of weather the nearest datastream, its own station's first. Three queries."""
    measured = Datastream.objects.filter(
        rights.readable(**OF_THING), active=True, procedure="raw", observed_property__code__in=WEATHER,
        latest_time__isnull=False,
    ).select_related("thing", "observed_property")  # fmt: skip
    streams = list(measured)
    if not streams:
        return []
    places = {one.id: one for one in spots(rights, also=thing.id)}
    own = places.get(thing.id)
    away = _away(own, places.values()) if own else {}
    best: dict[str, tuple[float, Datastream]] = {}
    for stream in streams:
        km = 0.0 if stream.thing_id == thing.id else away.get(stream.thing_id, (None, None))[0]
        code = stream.observed_property.code
        if km is not None and km <= NEAR_KM and km < best.get(code, (np.inf, stream))[0]:
            best[code] = (km, stream)
    when = lead.peak_time or lead.raised if lead else at
    then = _values_at([stream.id for _, stream in best.values()], when)
    return [
        Weather(observed(stream), stream.thing.name, km, then.get(stream.id, Reading(None, None)), _newest(stream))
        for km, stream in (best[code] for code in WEATHER if code in best)
    ]


def calibrations(thing_id: int, at: datetime) -> list[Calibration]:
    """Of each instrument of a station. Two queries; they look back as far as CALIBRATED_WITHIN."""
    streams = Datastream.objects.filter(thing_id=thing_id, active=True, procedure="raw")
    known = list(streams.select_related("observed_property").order_by("observed_property__order", "id"))
    with connection.cursor() as cursor:
        cursor.execute(_CALIBRATED, ([one.id for one in known], at - CALIBRATED_WITHIN, at, CALIBRATING))
        times = dict(cursor.fetchall())
    return [Calibration(observed(one), one.symbol, times.get(one.id)) for one in known]


def _spot(
    id_: int, code: str, name: str, kind: str, simulated: bool, river_id: int | None, properties: Any, *where: Any
) -> Spot:
    lon, lat, commune_lon, commune_lat = where
    along = properties.get(RIVER_KM) if isinstance(properties, dict) else None
    known = float(along) if isinstance(along, int | float) and not isinstance(along, bool) else None
    exact = lon is not None
    point = (lon, lat) if exact else (commune_lon, commune_lat)
    return Spot(id_, code, name, kind, simulated, river_id, known, *point, exact)


def _away(own: Spot | None, others: Iterable[Spot]) -> Mapping[int, tuple[float | None, float | None]]:
    """(km, bearing) by id; None where one of the two stands nobody knows where."""
    known = [(one.id, one.lon, one.lat) for one in others if one.lon is not None and one.lat is not None]
    nowhere: dict[int, tuple[float | None, float | None]] = {one.id: (None, None) for one in others}
    if own is None or own.lon is None or own.lat is None or not known:
        return nowhere
    ids, lon, lat = zip(*known, strict=True)
    km, bearing = nearness.between(own.lon, own.lat, lon, lat)
    return nowhere | {id_: (float(k), float(b)) for id_, k, b in zip(ids, km, bearing, strict=True)}


def _together(own: Spot, other: Spot) -> bool:
    return own.river_id is not None and own.river_id == other.river_id


def _on_river(found: Sequence[Near]) -> bool:
    return any(one.same_river and one.river_km is not None for one in found)


def _near(
    own: Spot,
    one: Spot,
    km: float | None,
    bearing: float | None,
    then: Mapping[int, Reading],
    now: Mapping[int, Reading],
    lead: Alarm | None,
) -> Near:
    same = _together(own, one)
    known = same and own.along_km is not None and one.along_km is not None
    along = one.along_km - own.along_km if known and one.along_km is not None and own.along_km is not None else None
    return Near(
        one.code, one.name, one.simulated, one.lon, one.lat, one.exact, km, bearing, same,
        None if along is None else along > 0, along, then.get(one.id), now.get(one.id), _beyond(then.get(one.id), lead),
    )  # fmt: skip


def _beyond(reading: Reading | None, lead: Alarm | None) -> bool | None:
    """Whether it passed the level of the alarm, on the side on which that was passed."""
    if reading is None or reading.value is None or lead is None or lead.level is None or lead.peak is None:
        return None
    return reading.value < lead.level if lead.peak < lead.level else reading.value > lead.level


def _readings(
    things: Sequence[int], lead: Alarm | None, at: datetime
) -> tuple[Mapping[int, Reading], Mapping[int, Reading]]:
    """What these stations measured of the alarm's property at its peak, and the newest of it; by thing."""
    if lead is None or lead.datastream is None or not things:
        return {}, {}
    alike = Datastream.objects.filter(
        thing_id__in=things, observed_property_id=lead.datastream.observed_property_id,
        procedure=lead.datastream.procedure, active=True, parallel=False,
    )  # fmt: skip
    streams = list(alike)
    then = _values_at([one.id for one in streams], lead.peak_time or lead.raised)
    now = {one.thing_id: _newest(one) for one in streams}
    return {one.thing_id: then.get(one.id, Reading(None, None)) for one in streams}, now


def _newest(stream: Datastream) -> Reading:
    value = stream.latest_value
    return Reading(stream.latest_time, None if value is None or value != value else value)


def _values_at(ids: Sequence[int], when: datetime) -> Mapping[int, Reading]:
    """Of each datastream the usable value nearest to a moment, within half an hour of it."""
    if not ids:
        return {}
    middle, reach = micros(when), micros(when + timedelta(minutes=30)) - micros(when)
    rows = observations.read(np.asarray(ids, np.int32), middle - reach, middle + reach + 1)
    rows = rows.take(np.flatnonzero(q.usable(rows.quality) & ~np.isnan(rows.value)))
    found: dict[int, Reading] = {}
    for place in np.argsort(-np.abs(rows.time - middle), kind="stable").tolist():  # the nearest comes last, and stays
        found[int(rows.datastream[place])] = Reading(moment(int(rows.time[place])), float(rows.value[place]))
    return found
