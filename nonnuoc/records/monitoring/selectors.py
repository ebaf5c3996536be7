"""What the stations say: now, over time, and which deliveries stand behind a number. Nothing here writes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Q
from django.utils import timezone
from numpy.typing import NDArray

from nonnuoc import rules
from nonnuoc.domain import quality as q
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Datastream, Delivery, Location, ObservedProperty, Thing

Procedure = Datastream.Procedure
#: The indices shown as "now", the first that is current wins: an automatic one before one from samples.
INDICES = (Procedure.AQI_1H, Procedure.WQI_1H, Procedure.WQI)
MEASURED = (Procedure.RAW, Procedure.SAMPLE)


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


def stations_now(at: datetime, *, codes: Iterable[str] | None = None) -> list[StationNow]:
    """Every station (or those with these codes) as it is at `at`, in the order of code. Four queries."""
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
    return [_station(thing, positions.get(thing.id), streams[thing.id], feeds, at) for thing in found]


def station_now(code: str, at: datetime) -> StationNow | None:
    """One station as it is at `at`; None when no station has this code."""
    return next(iter(stations_now(at, codes=[code])), None)


def _station(
    thing: Thing, where: Location | None, streams: list[Datastream], feeds: Mapping[int, list[int]], at: datetime
) -> StationNow:
    measured = tuple(_latest(s, at) for s in streams if s.procedure in MEASURED)
    means: dict[str, dict[str, Latest]] = defaultdict(dict)
    for stream in streams:
        if stream.procedure not in MEASURED and stream.procedure not in INDICES:
            means[stream.observed_property.code][stream.procedure] = _latest(stream, at)
    heard = max((one.time for one in measured if one.time), default=None)
    talking = [one for one in measured if one.interval_s]
    silent = bool(talking) and heard is not None and all(one.silent_since or one.time is None for one in talking)
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
        value=None if value is None else math.floor(value + 0.5),
        hour=stream.latest_time,
        leading=_property(leading) if leading else None,
        missing=() if current and value is not None else _missing(stream, inputs, at),
        current=current,
        indicative=stream.procedure == Procedure.WQI_1H,
        validated=(stream.latest_quality or 0) < 0,
    )


def _missing(index: Datastream, inputs: list[Datastream], at: datetime) -> tuple[str, ...]:
    """The properties whose mean the index lacks. For VN_AQI only the two of which it must have one."""
    absent = {
        s.observed_property.code
        for s in inputs
        if _number(s.latest_value) is None or s.latest_time is None or is_silent(s.latest_time, s.interval_s, at)
    }
    if index.procedure != Procedure.AQI_1H:
        return tuple(sorted(absent))
    table = rules.load("vn_aqi", on=timezone.localdate(at))
    one_of = set(table.data["one_of"])  # without one of these there is no VN_AQI
    have = {s.observed_property.code for s in inputs} - absent
    return tuple(sorted(absent if one_of & have else one_of))


# ---------------------------------------------------------------------------------------------------- over time

Floats = NDArray[np.float64]
Times = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Series:
    """One datastream over a span, thinned to what a chart can show. Times are µs since 1970 UTC; arrays are (n,).

    `value` is the mean of the usable values of a step, `low` and `high` their spread; NaN breaks the line: a gap.
    Flagged values stand apart, as they were sent; failed ones are in no mean.
    """

    datastream: Datastream
    since: datetime
    until: datetime
    step_s: int  # 0: every value as it is
    count: int  # values in the span
    time: Times
    value: Floats
    low: Floats
    high: Floats
    validated: NDArray[np.bool_]
    flagged_time: Times
    flagged_value: Floats
    flagged_quality: q.Quality
    usable_time: Times  # (m,): every usable value, for what must be said exactly
    usable_value: Floats


def series(datastream_id: int, since: datetime, until: datetime, points: int) -> Series:
    """A datastream over [since, until), in at most about `points` steps, the extremes kept."""
    stream = Datastream.objects.select_related("observed_property", "thing").get(id=datastream_id)
    rows = observations.read(datastream_id, since, until)
    order = np.argsort(rows.time, kind="stable")
    time, value, quality = rows.time[order], rows.value[order], rows.quality[order]
    there = ~np.isnan(value)
    good = there & q.usable(quality)
    flagged = there & (q.flag(quality) >= q.Flag.SUSPECT)
    start, end = observations.micros(since), observations.micros(until)
    step = _step_s(end - start, points, stream.interval_s) if len(time) > points else 0
    thinned = _thin(time[good], value[good], quality[good] < 0, start, step * 1_000_000)
    broken = _break_gaps(*thinned, gap=1.5e6 * max(step, stream.interval_s or 0))
    kept = _worst_of_step(time[flagged], value[flagged], quality[flagged], start, step * 1_000_000)
    return Series(stream, since, until, step, len(time), *broken, *kept, time[good], value[good])


def _step_s(span_us: int, points: int, interval_s: int | None) -> int:
    """The step in whole multiples of the cadence, so that full steps hold equally many values."""
    cadence = interval_s or 60
    return max(cadence, math.ceil(span_us / 1_000_000 / max(points, 1) / cadence) * cadence)


def _thin(
    time: Times, value: Floats, validated: NDArray[np.bool_], start: int, step: int
) -> tuple[Times, Floats, Floats, Floats, NDArray[np.bool_]]:
    if step == 0 or len(time) == 0:
        return time, value, value, value, validated
    cell = (time - start) // step
    first = np.flatnonzero(np.diff(cell, prepend=cell[0] - 1))
    size = np.diff(first, append=len(time))
    return (
        start + cell[first] * step + step // 2,
        np.add.reduceat(value, first) / size,
        np.minimum.reduceat(value, first),
        np.maximum.reduceat(value, first),
        np.logical_and.reduceat(validated, first),
    )


def _break_gaps(
    time: Times, value: Floats, low: Floats, high: Floats, validated: NDArray[np.bool_], *, gap: float
) -> tuple[Times, Floats, Floats, Floats, NDArray[np.bool_]]:
    """A NaN between neighbours further apart than `gap` µs; without a cadence (samples) nothing is a gap."""
    if gap <= 0 or len(time) < 2:
        return time, value, low, high, validated
    at = np.flatnonzero(np.diff(time) > gap) + 1
    middle = time[at - 1] + (time[at] - time[at - 1]) // 2
    return (
        np.insert(time, at, middle),
        np.insert(value, at, np.nan),
        np.insert(low, at, np.nan),
        np.insert(high, at, np.nan),
        np.insert(validated, at, False),
    )


def _worst_of_step(
    time: Times, value: Floats, quality: q.Quality, start: int, step: int
) -> tuple[Times, Floats, q.Quality]:
    """Of each step's flagged values the one with the worst flag, the largest of these."""
    if step == 0 or len(time) == 0:
        return time, value, quality
    cell = (time - start) // step
    order = np.lexsort((value, q.flag(quality), cell))
    last = order[np.flatnonzero(np.diff(cell[order], append=cell[order][-1] + 1))]
    return time[last], value[last], quality[last]


# ------------------------------------------------------------------------------------------ what stands behind it


@dataclass(frozen=True, slots=True)
class ReceiptBehind:
    """A delivery that brought values of a span: what it was, how it came, what became of it."""

    uuid: str
    door: str
    file_name: str
    received: datetime
    sha256: str
    size: int
    first_time: datetime
    last_time: datetime
    stored: int
    unchanged: int
    refused: int
    repeats: int


def deliveries_behind(thing_id: int, since: datetime, until: datetime) -> list[ReceiptBehind]:
    """The committed deliveries with values in (since, until], as a mean's window is, oldest values first."""
    rows = Delivery.objects.filter(
        Q(thing_id=thing_id, state=Delivery.State.COMMITTED), first_time__lte=until, last_time__gt=since
    )
    fields = [name for name in ReceiptBehind.__slots__ if name not in ("uuid", "sha256")]
    found = rows.order_by("first_time", "received").values("uuid", "sha256", *fields)
    return [ReceiptBehind(**{**row, "uuid": str(row["uuid"]), "sha256": bytes(row["sha256"]).hex()}) for row in found]
