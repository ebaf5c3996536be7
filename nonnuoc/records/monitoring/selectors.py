"""The stations, and what they say now. Nothing here writes.

What they said over time stands in timeseries.py, which deliveries brought it in receipts.py.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from nonnuoc import rules
from nonnuoc.domain import index
from nonnuoc.domain import quality as q
from nonnuoc.records.monitoring.models import Datastream, Delivery, Location, ObservedProperty, Thing

Procedure = Datastream.Procedure
#: The indices shown as "now", the first that is current wins: an automatic one before one from samples.
INDICES = (Procedure.AQI_1H, Procedure.WQI_1H, Procedure.WQI)
MEASURED = (Procedure.RAW, Procedure.SAMPLE)
CLOCK_MATTERS = timedelta(days=1)  # a station that sends nothing for longer is silent, whatever its clock says


@dataclass(frozen=True, slots=True)
class Property:
    """What is measured, in both languages, with the unit every value of it carries."""

    code: str
    name_vi: str
    name_en: str
    unit: str
    decimals: int


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest value of one datastream. `value` None: missing, or nothing arrived yet (`time` None)."""

    datastream_id: int
    observed: Property
    procedure: str
    interval_s: int | None
    time: datetime | None
    value: float | None
    status: int
    quality: int
    received: datetime | None
    silent_since: datetime | None  # two intervals and a minute have passed; None also for what never spoke

    @property
    def flag(self) -> int:
        """The QARTOD flag."""
        return self.quality & q.FLAG_MASK

    @property
    def validated(self) -> bool:
        """A person has judged it; until then it is provisional."""
        return self.quality < 0


@dataclass(frozen=True, slots=True)
class IndexNow:
    """The newest index of a station. `value` None: not enough data, for want of `missing`."""

    datastream_id: int
    scheme: str  # VN_AQI or VN_WQI
    procedure: str
    value: int | None
    hour: datetime | None  # the end of its hour
    leading: Property | None
    missing: tuple[str, ...]  # codes of properties
    current: bool  # False: it is the last there was, and too old to be called now
    indicative: bool  # VN_WQI from an automatic station: the Decision is for samples
    validated: bool


@dataclass(frozen=True, slots=True)
class Position:
    """WGS 84. Not exact: the station's own position is unknown and its commune's point stands for it."""

    lon: float
    lat: float
    exact: bool


@dataclass(frozen=True, slots=True)
class ClockTrouble:
    """The newest delivery held back because its times cannot be; nothing was stored since."""

    uuid: str  # of that delivery
    code: str  # clock_ahead, clock_unset or clock_shifted
    received: datetime


@dataclass(frozen=True, slots=True)
class StationNow:
    """One station, as it is now."""

    id: int
    code: str
    name: str
    kind: str
    state: str
    simulated: bool
    source: str
    commune: str  # "phường Thục Phán", empty when unknown
    place: str  # "Thục Phán": the commune's bare name, or the station's
    river: str
    position: Position | None
    index: IndexNow | None  # None: this kind of station has no index, or it has no datastream for one
    latest: tuple[Latest, ...]  # measured values, in the order of their properties
    means: Mapping[str, Mapping[str, Latest]]  # property code -> procedure -> newest mean
    silent_since: datetime | None  # every instrument is silent; when the last one was heard
    heard: datetime | None  # the time of the newest value
    clock: ClockTrouble | None  # its newest files are held back for their times

    @property
    def condition(self) -> str:
        """One word: planned, suspended, retired; reporting (an index of now); never, silent; insufficient, measuring.

        A station that has just fallen silent still reports its last hour: `silent_since` says the rest.
        """
        if self.state != Thing.State.ACTIVE:
            return self.state
        if self.index and self.index.current and self.index.value is not None:
            return "reporting"
        if self.heard is None:
            return "never"
        if self.silent_since:
            return "silent"
        return "insufficient" if self.index else "measuring"


def station(code: str) -> Thing | None:
    """The station with this code, as it is registered."""
    return Thing.objects.filter(code=code).first()


def stations_now(at: datetime, *, codes: Iterable[str] | None = None) -> list[StationNow]:
    """Every station (or those with these codes) as it is at `at`, in the order of code. Five queries."""
    things = Thing.objects.select_related("commune", "river")
    if codes is not None:
        things = things.filter(code__in=list(codes))
    found = list(things)
    ids = [thing.id for thing in found]
    positions = {where.thing_id: where for where in Location.objects.filter(thing_id__in=ids, until=None)}
    streams: dict[int, list[Datastream]] = defaultdict(list)
    rows = Datastream.objects.filter(thing_id__in=ids, active=True).select_related("observed_property")
    for stream in rows.order_by("observed_property__order", "observed_property__code"):
        streams[stream.thing_id].append(stream)
    feeds: dict[int, list[int]] = defaultdict(list)
    through = Datastream.inputs.through.objects.filter(from_datastream__thing_id__in=ids)
    for derived, source in through.values_list("from_datastream_id", "to_datastream_id"):
        feeds[derived].append(source)
    clocks = _clocks(ids, at)
    return [
        _station(thing, positions.get(thing.id), streams[thing.id], feeds, clocks.get(thing.id), at) for thing in found
    ]


def _clocks(thing_ids: list[int], at: datetime) -> dict[int, ClockTrouble]:
    """Of each thing the newest delivery of the last day that was held back for its times."""
    held = Delivery.objects.filter(
        state=Delivery.State.QUARANTINED,
        received__gt=at - CLOCK_MATTERS,
        code__startswith="clock_",
        thing_id__in=thing_ids,
    )
    found = held.order_by("received").values_list("thing_id", "uuid", "code", "received")
    return {thing_id: ClockTrouble(str(uuid), code, received) for thing_id, uuid, code, received in found if thing_id}


def station_now(code: str, at: datetime) -> StationNow | None:
    """One station as it is at `at`; None when no station has this code."""
    return next(iter(stations_now(at, codes=[code])), None)


def _station(
    thing: Thing,
    where: Location | None,
    streams: list[Datastream],
    feeds: Mapping[int, list[int]],
    clock: ClockTrouble | None,
    at: datetime,
) -> StationNow:
    measured = tuple(_latest(s, at) for s in streams if s.procedure in MEASURED)
    means: dict[str, dict[str, Latest]] = defaultdict(dict)
    for stream in streams:
        if stream.procedure not in MEASURED and stream.procedure not in INDICES:
            means[stream.observed_property.code][stream.procedure] = _latest(stream, at)
    heard = max((one.time for one in measured if one.time), default=None)
    talking = [one for one in measured if one.interval_s]
    silent = bool(talking) and heard is not None and all(one.silent_since or one.time is None for one in talking)
    stored = max((one.received for one in measured if one.received), default=None)
    commune = thing.commune
    return StationNow(
        id=thing.id,
        code=thing.code,
        name=thing.name,
        kind=thing.kind,
        state=thing.state,
        simulated=thing.simulated,
        source=thing.source,
        commune=commune.full_name if commune else "",
        place=commune.name if commune else thing.name,
        river=thing.river.name if thing.river else "",
        position=_position(thing, where),
        index=_index(streams, feeds, at),
        latest=measured,
        means=means,
        silent_since=heard if silent else None,
        heard=heard,
        clock=clock if clock and (stored is None or clock.received > stored) else None,
    )


def _position(thing: Thing, where: Location | None) -> Position | None:
    if where is not None:
        return Position(where.lon, where.lat, exact=True)
    if thing.commune is not None:
        return Position(thing.commune.lon, thing.commune.lat, exact=False)
    return None


def _property(row: ObservedProperty) -> Property:
    return Property(row.code, row.name_vi, row.name_en, row.unit, row.decimals)


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _latest(stream: Datastream, at: datetime) -> Latest:
    late = stream.latest_time is not None and is_silent(stream.latest_time, stream.interval_s, at)
    return Latest(
        datastream_id=stream.id,
        observed=_property(stream.observed_property),
        procedure=stream.procedure,
        interval_s=stream.interval_s,
        time=stream.latest_time,
        value=_number(stream.latest_value),
        status=stream.latest_status or 0,
        quality=stream.latest_quality if stream.latest_quality is not None else int(q.Flag.MISSING),
        received=stream.latest_received,
        silent_since=stream.latest_time if late else None,
    )


def is_silent(last: datetime, interval_s: int | None, at: datetime) -> bool:
    """Whether a stream last heard at `last` counts as silent: two intervals and a minute without a value.

    What was measured counts, not what arrived: a logger that only sends its backlog does not say how it is now.
    Samples have no interval and are never silent.
    """
    return interval_s is not None and at - last > timedelta(seconds=2 * interval_s + 60)


def _index(streams: list[Datastream], feeds: Mapping[int, list[int]], at: datetime) -> IndexNow | None:
    by_procedure = {stream.procedure: stream for stream in streams if stream.procedure in INDICES}
    candidates = [by_procedure[name] for name in INDICES if name in by_procedure]
    if not candidates:
        return None
    spoken = [s for s in candidates if s.latest_time and not is_silent(s.latest_time, s.interval_s, at)]
    stream = next((s for s in spoken if _number(s.latest_value) is not None), (spoken or candidates)[0])
    value = _number(stream.latest_value)
    current = stream in spoken
    inputs = [one for one in streams if one.id in feeds[stream.id]]
    led_by = stream.latest_status or 0  # of an index: the property that leads it, 0 for none
    leading = next((one.observed_property for one in streams if one.observed_property_id == led_by), None)
    return IndexNow(
        datastream_id=stream.id,
        scheme=stream.observed_property.code,
        procedure=stream.procedure,
        value=None if value is None else int(index.rounded(value)),
        hour=stream.latest_time,
        leading=_property(leading) if leading else None,
        missing=() if current and value is not None else _missing(stream, inputs, at),
        current=current,
        indicative=stream.procedure == Procedure.WQI_1H,
        validated=(stream.latest_quality or 0) < 0,
    )


def _missing(stream: Datastream, inputs: list[Datastream], at: datetime) -> tuple[str, ...]:
    """The properties whose mean the index lacks. For VN_AQI only the two of which it must have one."""
    absent = {
        s.observed_property.code
        for s in inputs
        if _number(s.latest_value) is None or s.latest_time is None or is_silent(s.latest_time, s.interval_s, at)
    }
    if stream.procedure != Procedure.AQI_1H:
        return tuple(sorted(absent))
    table = rules.load("vn_aqi", on=timezone.localdate(at))
    one_of = set(table.data["one_of"])  # without one of these there is no VN_AQI
    have = {s.observed_property.code for s in inputs} - absent
    return tuple(sorted(absent if one_of & have else one_of))
