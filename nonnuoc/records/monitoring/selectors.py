"""The stations, and what they say now. Nothing here writes.

What they said over time stands in timeseries.py, which deliveries brought it in receipts.py.
"""

from __future__ import annotations

import hashlib
import marshal
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import FilteredRelation, Q
from django.utils import timezone
from numpy.typing import NDArray

from nonnuoc import rules
from nonnuoc.domain import index
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import Reach, Rights, Subject
from nonnuoc.records.monitoring import newest
from nonnuoc.records.monitoring.models import Datastream, Delivery, Thing
from nonnuoc.records.monitoring.newest import Latest as Latest
from nonnuoc.records.monitoring.newest import Property as Property
from nonnuoc.records.places.models import Commune

Procedure = Datastream.Procedure
#: What is read of a station, in one row.
THING = (
    *("id", "code", "name", "kind", "state", "simulated", "source", "river__name", "here__lon", "here__lat"),
    *("commune__kind", "commune__name", "commune__lon", "commune__lat"),
)
COMMUNE_KINDS = dict(Commune.Kind.choices)
INDEX_ORDER = {newest.PROCEDURES.index(one): place for place, one in enumerate(newest.INDICES)}
CLOCK_MATTERS = timedelta(days=1)  # a station that sends nothing for longer is silent, whatever its clock says


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
    latest: Sequence[Latest]  # measured values, in the order of their properties
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
    return None if "\0" in code else Thing.objects.filter(code=code).first()


def subject(thing: Thing) -> Subject:
    """The station, as access sees it."""
    return Subject(thing.office_id, thing.commune_id, thing.facility)


#: The columns `Rights.readable` asks for, of what hangs from a station: a datastream, a place it stood at.
OF_THING = {
    "data_class": "thing__data_class",
    "office": "thing__office_id",
    "commune": "thing__commune_id",
    "facility": "thing__facility",
}


def observed(stream: Datastream) -> Property:
    """What a datastream observes."""
    row = stream.observed_property
    return Property(row.code, row.name_vi, row.name_en, row.unit, row.decimals)


class Network:
    """The stations a reader may see, as the database has them at `at`. Three queries; two or three more make
    StationNow of it, which who only asks whether anything has changed since (`state`) is spared."""

    def __init__(
        self,
        at: datetime,
        codes: Iterable[str] | None = None,
        reader: Rights = access.ANYBODY,
        within: Reach | None = None,
    ) -> None:
        here = FilteredRelation("locations", condition=Q(locations__until=None))
        things = Thing.objects.filter(reader.readable()).annotate(here=here)
        if codes is not None:
            things = things.filter(code__in=list(codes))
        if within is not None:
            things = things.filter(within.within())
        self.at = at
        self._things = list(things.values_list(*THING, named=True))
        self._ids = [thing.id for thing in self._things]
        self._columns = newest.read(self._ids)
        self._clocks = _clocks(at)

    def state(self) -> bytes:
        """Equal for two networks at the same moment exactly when all their stations are."""
        seen = hashlib.blake2b(repr(sorted(self._clocks.items())).encode(), digest_size=16)
        seen.update(marshal.dumps([tuple(thing) for thing in self._things]))
        for column in self._columns:
            seen.update(column.tobytes())
        return seen.digest()

    def stations(self) -> list[StationNow]:
        """In the order of code."""
        now = _Now(self._ids, self._columns, self.at)
        return [_station(thing, i, now, self._clocks.get(thing.id)) for i, thing in enumerate(self._things)]


def stations_now(
    at: datetime,
    *,
    codes: Iterable[str] | None = None,
    reader: Rights = access.ANYBODY,
    within: Reach | None = None,
) -> list[StationNow]:
    """Every station (of these codes, or within this reach) the reader may see, at `at`, in the order of code."""
    return Network(at, codes, reader, within).stations()


def _clocks(at: datetime) -> dict[int, ClockTrouble]:
    """Of each thing the newest delivery of the last day that was held back for its times."""
    held = Delivery.objects.filter(
        state=Delivery.State.QUARANTINED, received__gt=at - CLOCK_MATTERS, code__startswith="clock_"
    )
    found = held.order_by("received").values_list("thing_id", "uuid", "code", "received")
    return {thing_id: ClockTrouble(str(uuid), code, received) for thing_id, uuid, code, received in found if thing_id}


def station_now(code: str, at: datetime, *, reader: Rights = access.ANYBODY) -> StationNow | None:
    """One station as it is at `at`; None when no station the reader may see has this code."""
    return next(iter(stations_now(at, codes=[code], reader=reader)), None)


class _Now(newest.Newest):
    """The newest values, sorted into what was measured, the indices and the means; all by station."""

    def __init__(self, thing_ids: Sequence[int], columns: Sequence[NDArray[Any]], at: datetime) -> None:
        super().__init__(thing_ids, columns, at)
        measured, indices = self.among(newest.MEASURED), self.among(newest.INDICES)
        self.measured, self.indices = self.places(measured), self.places(indices)
        self.means = self.places(~measured & ~indices)
        talking = measured & (self.interval_s > 0)
        speaking = talking & ~self.silent & (self.time != newest.NEVER)
        self.all_silent = (self.number(talking) > 0) & (self.number(speaking) == 0)
        self.heard, self.stored = self.last(self.time, measured), self.last(self.received, measured)
        self.inputs = _inputs(self.id[indices & (self.silent | np.isnan(self.value))].tolist())
        self.one_of = set(rules.load("vn_aqi", on=timezone.localdate(at)).data["one_of"])


def _station(thing: Any, i: int, now: _Now, clock: ClockTrouble | None) -> StationNow:
    heard, stored = now.heard[i], now.stored[i]
    return StationNow(
        id=thing.id,
        code=thing.code,
        name=thing.name,
        kind=thing.kind,
        state=thing.state,
        simulated=thing.simulated,
        source=thing.source,
        commune=f"{COMMUNE_KINDS[thing.commune__kind]} {thing.commune__name}" if thing.commune__name else "",
        place=thing.commune__name or thing.name,
        river=thing.river__name or "",
        position=_position(thing),
        index=_index(i, now),
        latest=newest.Values(now, now.measured[i]),
        means=newest.Means(now, now.means[i]),
        silent_since=heard if now.all_silent[i] else None,
        heard=heard,
        clock=clock if clock and (stored is None or clock.received > stored) else None,
    )


def _position(thing: Any) -> Position | None:
    if thing.here__lon is not None:
        return Position(thing.here__lon, thing.here__lat, exact=True)
    if thing.commune__lon is not None:
        return Position(thing.commune__lon, thing.commune__lat, exact=False)
    return None


def _inputs(datastream_ids: list[int]) -> Mapping[int, set[int]]:
    """Of each of these derived datastreams those it is computed from."""
    if not datastream_ids:  # as on most days: every index is there
        return {}
    feeds: dict[int, set[int]] = defaultdict(set)
    through = Datastream.inputs.through.objects.filter(from_datastream_id__in=datastream_ids)
    for derived, source in through.values_list("from_datastream_id", "to_datastream_id"):
        feeds[derived].add(source)
    return feeds


def is_silent(last: datetime, interval_s: int | None, at: datetime) -> bool:
    """Whether a stream last heard at `last` counts as silent: two intervals and half a minute without a value.

    What was measured counts, not what arrived: a logger that only sends its backlog does not say how it is now.
    Samples have no interval and are never silent.
    """
    return interval_s is not None and at - last > timedelta(microseconds=2_000_000 * interval_s + newest.PATIENCE)


def _index(i: int, now: _Now) -> IndexNow | None:
    """The index to show: the first that is current and has a value, else the first that is current, else the first."""
    candidates = sorted(now.indices[i], key=lambda place: INDEX_ORDER[int(now.procedure[place])])
    if not candidates:
        return None
    spoken = [place for place in candidates if now.time[place] != newest.NEVER and not now.silent[place]]
    place = next((one for one in spoken if now.is_known(one)), (spoken or candidates)[0])
    latest, current = now.latest(place), place in spoken
    return IndexNow(
        datastream_id=latest.datastream_id,
        scheme=latest.observed.code,
        procedure=latest.procedure,
        value=None if latest.value is None else int(index.rounded(latest.value)),
        hour=latest.time,
        leading=now.properties.get(latest.status),  # the status of an index: the property that leads it, 0 for none
        missing=() if current and latest.value is not None else _missing(latest, i, now),
        current=current,
        indicative=latest.procedure == Procedure.WQI_1H,
        validated=latest.validated,
    )


def _missing(latest: Latest, i: int, now: _Now) -> tuple[str, ...]:
    """The properties whose mean the index lacks. For VN_AQI only the two of which it must have one."""
    feeding = now.inputs.get(latest.datastream_id, set())
    inputs = [place for place in (*now.measured[i], *now.means[i]) if int(now.id[place]) in feeding]
    absent = {now.properties[int(now.observed[one])].code for one in inputs if now.silent[one] or not now.is_known(one)}
    if latest.procedure != Procedure.AQI_1H:
        return tuple(sorted(absent))
    have = {now.properties[int(now.observed[one])].code for one in inputs} - absent
    return tuple(sorted(absent if now.one_of & have else now.one_of))  # without one of these there is no VN_AQI
