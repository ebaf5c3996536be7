"""Observations as coverages: what a kind of stations said by one procedure, where and when. Nothing here writes.

One procedure a collection, so that the code of a property names its values without more ado.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import FilteredRelation, Q
from django.utils.translation import gettext_noop as _
from numpy.typing import NDArray

from nonnuoc.domain.quality import FLAG_MASK, Flag
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.newest import Property
from nonnuoc.records.monitoring.rows import Rows, moment
from nonnuoc.records.monitoring.selectors import OF_THING

Kind = Thing.Kind
NOT_THERE = int(Flag.MISSING)  # and no check that gave it
Procedure = Datastream.Procedure


@dataclass(frozen=True, slots=True)
class Coverage:
    """A collection of series. Texts are English and marked for translation."""

    key: str  # in addresses; never changes
    title: str
    description: str
    kind: str
    procedure: str


_RAW = _("Every value as the station sent it, with what the checks thought of it.")
_HOURLY = _("Means of one hour, stamped with the end of the hour.")
_SAMPLES = _("Samples taken by people and measured in a laboratory.")

#: In the order they are shown in. A further one is a further line.
COVERAGES = (
    Coverage("air-values", _("Air: single values"), _RAW, Kind.AMBIENT_AIR, Procedure.RAW),
    Coverage("air-hourly", _("Air: hourly means"), _HOURLY, Kind.AMBIENT_AIR, Procedure.MEAN_1H),
    Coverage(
        "air-daily",
        _("Air: means of 24 hours"),
        _("Means of the last 24 hours, every hour anew, stamped with their end."),
        Kind.AMBIENT_AIR,
        Procedure.MEAN_24H,
    ),
    Coverage(
        "air-index-hourly",
        _("Air: VN_AQI of the hour"),
        _("The air quality index of QĐ 1459/QĐ-TCMT, every hour."),
        Kind.AMBIENT_AIR,
        Procedure.AQI_1H,
    ),
    Coverage(
        "air-index-daily",
        _("Air: VN_AQI of the day"),
        _("The air quality index of QĐ 1459/QĐ-TCMT of each day, stamped 00:00 of the next."),
        Kind.AMBIENT_AIR,
        Procedure.AQI_24H,
    ),
    Coverage("river-values", _("Rivers and lakes: single values"), _RAW, Kind.SURFACE_WATER, Procedure.RAW),
    Coverage("river-hourly", _("Rivers and lakes: hourly means"), _HOURLY, Kind.SURFACE_WATER, Procedure.MEAN_1H),
    Coverage("river-samples", _("Rivers and lakes: samples"), _SAMPLES, Kind.SURFACE_WATER, Procedure.SAMPLE),
    Coverage(
        "river-index-hourly",
        _("Rivers and lakes: VN_WQI of the hour, indicative"),
        _("The water quality index of QĐ 1460/QĐ-TCMT from automatic stations; the Decision is for samples."),
        Kind.SURFACE_WATER,
        Procedure.WQI_1H,
    ),
    Coverage("groundwater-values", _("Groundwater: single values"), _RAW, Kind.GROUNDWATER, Procedure.RAW),
    Coverage("groundwater-samples", _("Groundwater: samples"), _SAMPLES, Kind.GROUNDWATER, Procedure.SAMPLE),
    Coverage("wastewater-values", _("Wastewater: single values"), _RAW, Kind.WASTEWATER, Procedure.RAW),
    Coverage("wastewater-hourly", _("Wastewater: hourly means"), _HOURLY, Kind.WASTEWATER, Procedure.MEAN_1H),
    Coverage("emission-values", _("Stack emission: single values"), _RAW, Kind.STACK_EMISSION, Procedure.RAW),
    Coverage("emission-hourly", _("Stack emission: hourly means"), _HOURLY, Kind.STACK_EMISSION, Procedure.MEAN_1H),
    Coverage("rain-values", _("Rain and river level: single values"), _RAW, Kind.RAIN_AND_RIVER_LEVEL, Procedure.RAW),
    Coverage(
        "rain-hourly", _("Rain and river level: hourly means"), _HOURLY, Kind.RAIN_AND_RIVER_LEVEL, Procedure.MEAN_1H
    ),
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A station of a coverage. WGS 84; None: nobody knows where. Not exact: the point of its commune stands for it."""

    code: str
    name: str
    lon: float | None
    lat: float | None
    exact: bool
    simulated: bool
    streams: Mapping[str, int]  # property code → datastream
    latest: Mapping[str, float | None]  # property code → its newest value; None: there is none, or it cannot be used
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class There:
    """Everything of one coverage that somebody may read: its stations by code, its properties as they are shown."""

    coverage: Coverage
    spots: tuple[Spot, ...]
    properties: tuple[Property, ...]

    @property
    def newest(self) -> datetime | None:
        return max((spot.newest for spot in self.spots if spot.newest), default=None)


_COLUMNS = (
    *(
        "id",
        "latest_time",
        "latest_value",
        "latest_quality",
        "procedure",
        "thing__kind",
        "thing__code",
        "thing__name",
        "thing__simulated",
    ),
    *("here__lon", "here__lat", "thing__commune__lon", "thing__commune__lat"),
    *("observed_property__code", "observed_property__name_vi", "observed_property__name_en"),
    *("observed_property__unit", "observed_property__decimals"),
)


def there(coverages: Sequence[Coverage], reader: Rights) -> list[There]:
    """Of each of these coverages what the reader may read; those without anything are left out. One query."""
    wanted = {(one.kind, one.procedure) for one in coverages}
    here = FilteredRelation("thing__locations", condition=Q(thing__locations__until=None))
    streams = (
        Datastream.objects.filter(reader.readable(**OF_THING), active=True)
        .filter(thing__kind__in={kind for kind, _procedure in wanted})
        .filter(procedure__in={procedure for _kind, procedure in wanted})
        .annotate(here=here)
        .order_by("observed_property__order", "observed_property__code", "thing__code")
        .values_list(*_COLUMNS, named=True)
    )
    by_coverage: dict[tuple[str, str], list[Any]] = {}
    for one in streams:
        by_coverage.setdefault((one.thing__kind, one.procedure), []).append(one)
    found = [(one, by_coverage.get((one.kind, one.procedure), [])) for one in coverages]
    return [_there(one, rows) for one, rows in found if rows]


def _there(coverage: Coverage, rows: Sequence[Any]) -> There:
    properties: dict[str, Property] = {}
    of_station: dict[str, list[Any]] = {}
    for row in rows:
        code = row.observed_property__code
        names = (row.observed_property__name_vi, row.observed_property__name_en)
        properties[code] = Property(code, *names, row.observed_property__unit, row.observed_property__decimals)
        of_station.setdefault(row.thing__code, []).append(row)
    spots = tuple(_spot(code, of_station[code]) for code in sorted(of_station))
    return There(coverage, spots, tuple(properties.values()))


def _spot(code: str, rows: Sequence[Any]) -> Spot:
    one = rows[0]
    exact = one.here__lon is not None
    return Spot(
        code,
        one.thing__name,
        one.here__lon if exact else one.thing__commune__lon,
        one.here__lat if exact else one.thing__commune__lat,
        exact,
        one.thing__simulated,
        {row.observed_property__code: row.id for row in rows},
        {row.observed_property__code: _usable(row) for row in rows},
        max((row.latest_time for row in rows if row.latest_time), default=None),
    )


def _usable(row: Any) -> float | None:
    value, packed = row.latest_value, row.latest_quality
    if value is None or packed is None or value != value or packed & FLAG_MASK > Flag.SUSPECT:
        return None
    return float(value)


_COUNT = """
SELECT count(*) FROM (
    SELECT 1 FROM observation WHERE datastream_id = ANY(%s) AND time >= %s AND time < %s LIMIT %s
) AS few
"""
_FIRST = """
SELECT min(o.time) FROM unnest(%s::int[]) AS d(id)
CROSS JOIN LATERAL (SELECT time FROM observation WHERE datastream_id = d.id ORDER BY time LIMIT 1) AS o
"""


def count(datastreams: Sequence[int], since: int, until: int, *, most: int) -> int:
    """How many rows they have in since <= time < until (µs); `most` + 1 where there are more than `most`."""
    if not datastreams or since >= until:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, (list(datastreams), moment(since), moment(until), most + 1))
        return int(cursor.fetchone()[0])


def read(datastreams: Sequence[int], since: int, until: int) -> Rows:
    """Their rows of since <= time < until (µs), sorted by datastream and time. Count them first."""
    return observations.read_spans(np.asarray(datastreams, np.int32), since, until)


def first(datastreams: Sequence[int]) -> datetime | None:
    """When the oldest value of these was measured; looked up anew every hour."""
    return _first(tuple(sorted(datastreams)), int(time.time() // 3600)) if datastreams else None


@lru_cache(maxsize=256)
def _first(datastreams: tuple[int, ...], _hour: int) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, (list(datastreams),))
        found: datetime | None = cursor.fetchone()[0]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The values of one station on one axis of time. `value` and `quality` of each property are (n,)."""

    spot: Spot
    time: NDArray[np.int64]  # µs since 1970 UTC, ascending
    value: Mapping[str, NDArray[np.float64]]  # NaN: none
    quality: Mapping[str, NDArray[np.int16]]  # NOT_THERE where there is no row


def grids(spots: Sequence[Spot], properties: Sequence[str], rows: Rows) -> list[Grid]:
    """The rows, station by station; stations without a row are left out."""
    edges = np.flatnonzero(np.diff(rows.datastream, prepend=-1, append=-1))
    ids = rows.datastream[edges[:-1]].tolist() if len(rows) else []
    spans = {id_: slice(edges[i], edges[i + 1]) for i, id_ in enumerate(ids)}
    found = []
    for spot in spots:
        parts = {code: spans[spot.streams[code]] for code in properties if spot.streams.get(code) in spans}
        if parts:
            found.append(_grid(spot, parts, rows))
    return found


def _grid(spot: Spot, parts: Mapping[str, slice], rows: Rows) -> Grid:
    axis = np.unique(np.concatenate([rows.time[part] for part in parts.values()]))
    value, quality = {}, {}
    for code, part in parts.items():
        place = np.searchsorted(axis, rows.time[part])
        value[code] = np.full(len(axis), np.nan)
        quality[code] = np.full(len(axis), NOT_THERE, np.int16)
        value[code][place] = rows.value[part]
        quality[code][place] = rows.quality[part]
    return Grid(spot, axis, value, quality)
