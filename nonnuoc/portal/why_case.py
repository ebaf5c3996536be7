"""The number that is asked about, and everything that is held of what it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from nonnuoc.records.monitoring import lineage, recomputing
from nonnuoc.records.monitoring.lineage import Change, Held, Procedure, Source, Streams
from nonnuoc.records.monitoring.observations import micros, moment
from nonnuoc.records.monitoring.recomputing import HOUR, Working
from nonnuoc.records.monitoring.selectors import StationNow

AIR = (Procedure.AQI_1H, Procedure.AQI_24H)
WATER = (Procedure.WQI_1H, Procedure.WQI)
INDICES = (*AIR, *WATER)
ROLLING = (Procedure.MEAN_8H, Procedure.MEAN_24H)
FIRST_YEAR, LAST_YEAR = 1900, 2200  # of what may be asked about
#: What is shown of a property when the address does not say: the first there is.
FIRST = (Procedure.AQI_1H, Procedure.WQI_1H, Procedure.WQI, Procedure.RAW, Procedure.SAMPLE)
#: Hours whose single values stand behind a number.
VALUES_H = {**recomputing.HOURS, Procedure.AQI_24H: 24}


@dataclass(frozen=True, eq=False)
class Case:
    """One stored number, and what it stands on."""

    station: StationNow
    streams: Streams
    source: Source
    time: int  # µs since 1970 UTC
    at: datetime  # when it is asked
    held: Held
    value: float  # as stored; NaN: missing
    status: int
    quality: int
    working: Working | None  # of an index

    @property
    def moment(self) -> datetime:
        """The time of the number: the end of its window."""
        return local(self.time)

    @property
    def since(self) -> int:
        """Where the window of single values begins, open; of a measured value, just before it."""
        if self.source.procedure in recomputing.MEASURED or self.source.procedure == Procedure.WQI:
            return self.time - 1
        return self.time - VALUES_H[Procedure(self.source.procedure)] * HOUR

    @property
    def day(self) -> date:
        """The local day whose rules hold for it."""
        return recomputing.ruling_day(self.source, self.time)

    @property
    def validated(self) -> bool:
        """A person has judged it."""
        return self.quality < 0

    def link(self, source: Source | None, time: int | None) -> str:
        """The same page for another number of the station; empty where there is none."""
        return address(self.station.code, source, moment(time)) if source and time is not None else ""

    def changes(self) -> list[Change]:
        """What was overwritten of it and of the values it stands on."""
        ids = {int(one) for one in self.held.first}
        return lineage.changes(ids | {self.source.id}, moment(min(self.since, self.time - 1)), moment(self.time))


def address(code: str, source: Source, at: datetime) -> str:
    """The permanent address of the page about one number."""
    return f"{_before_time(code, source.observed.code, source.procedure)}{_stamp(timezone.localtime(at))}"


@lru_cache(maxsize=4096)  # a page holds hundreds of them
def _before_time(code: str, observed: str, procedure: str) -> str:
    return f"{reverse('why', args=[code])}?{urlencode({'property': observed, 'mean': procedure})}&at="


def _stamp(at: datetime) -> str:
    """As ISO 8601 has it, the plus sign written so that it stays one in an address."""
    return at.isoformat(timespec="microseconds" if at.microsecond else "seconds").replace("+", "%2B")


def local(micros: int) -> datetime:
    """The local time of µs since 1970 UTC."""
    return timezone.localtime(moment(micros))


def chosen(streams: Streams, asked: Mapping[str, str]) -> Source | None:
    """The datastream the address names; what it leaves open is filled by what the station shows first."""
    code, procedure = asked.get("property", ""), asked.get("mean", "")
    if code and procedure:
        return streams.named(code, procedure)
    found = streams.of(code) if code else [s for s in streams.every if s.active]
    if procedure:
        return next((s for s in found if s.procedure == procedure), None)
    ranked = sorted(found, key=lambda s: FIRST.index(s.procedure) if s.procedure in FIRST else len(FIRST))
    return ranked[0] if ranked else None


def time_of(asked: str) -> datetime | None:
    """The moment an address names, local where it names no offset; None: none that can be read."""
    try:
        found = parse_datetime(asked.strip().replace(" ", "+"))
    except ValueError:
        return None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def case(station: StationNow, streams: Streams, source: Source, asked: datetime, at: datetime) -> Case | None:
    """The number of a datastream at this very time; None: none is stored."""
    time = micros(asked)
    held = lineage.read(list(recomputing.wanted(streams, source, time)))
    row = held.at(source.id, time)
    if not len(row):
        return None
    stored = (float(row.value[0]), int(row.status[0]), int(row.quality[0]))
    return Case(station, streams, source, time, at, held, *stored, recomputing.index(streams, held, source, time))
