"""Whether the minimum that an abstraction must leave is kept now: the flow downstream, or the level of the water."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.domain import quality as q
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.registers.licences import in_force
from nonnuoc.records.registers.licences.models import Abstraction
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import Register

#: Property and unit of each minimum.
MINIMA: Mapping[str, tuple[str, str]] = {"minimum_flow_m3_s": ("Flow", "m3/s"), "lowest_level_m": ("WaterLevel", "m")}


class Verdict(StrEnum):
    """What is known of a minimum now."""

    KEPT = "kept"
    UNDER = "under"
    NO_MINIMUM = "no_minimum"
    NO_STATION = "no_station"
    NO_STREAM = "no_stream"
    NO_VALUE = "no_value"


WORDS: Mapping[Verdict, Promise] = {
    Verdict.KEPT: _("kept"),
    Verdict.UNDER: _("under the minimum"),
    Verdict.NO_MINIMUM: _("unknown: no paper here says how much must be left"),
    Verdict.NO_STATION: _("unknown: nobody measures it"),
    Verdict.NO_STREAM: _("unknown: the station does not measure this"),
    Verdict.NO_VALUE: _("unknown: no usable value of now"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """A minimum of an abstraction, beside what is measured now."""

    abstraction: Abstraction
    property: str  # "Flow", "WaterLevel"; "": it has no minimum
    unit: str
    minimum: float | None
    value: float | None  # in the same unit
    time: datetime | None
    verdict: Verdict


def checks(register: Register, rights: Rights, at: datetime) -> list[Check]:
    """Every abstraction the reader may read, each minimum of it, and those without any. Two queries."""
    rows = reading.readable(register, rights).select_related("facility", "reach", "station", "dossier").order_by("code")
    return of(list(rows), rights, at)


def of(abstractions: Sequence[Abstraction], rights: Rights, at: datetime) -> list[Check]:
    """The minima of these, in their order."""
    stations = [one.station_id for one in abstractions if one.station_id is not None]
    rows = Datastream.objects.filter(
        thing__in=stations, procedure="raw", parallel=False, observed_property__code__in=[m[0] for m in MINIMA.values()]
    ).select_related("thing", "observed_property")
    streams = {(one.thing_id, one.observed_property.code): one for one in rows if one.active}
    found = []
    for one in abstractions:
        minima = [name for name in MINIMA if getattr(one, name) is not None]
        found += [_check(one, name, streams, rights, at) for name in minima]
        if not minima:
            found.append(Check(one, "", "", None, None, None, Verdict.NO_MINIMUM))
    return found


def _check(
    one: Abstraction, name: str, streams: Mapping[tuple[int, str], Datastream], rights: Rights, at: datetime
) -> Check:
    code, unit = MINIMA[name]
    minimum = getattr(one, name)

    def said(verdict: Verdict, value: float | None = None, time: datetime | None = None) -> Check:
        return Check(one, code, unit, minimum, value, time, verdict)

    station = one.station
    if station is None or not rights.may_read(station.data_class, monitoring.subject(station)):
        return said(Verdict.NO_STATION)
    stream = streams.get((station.pk, code))
    way = in_force.converted(unit, stream.observed_property.unit, code) if stream else None
    if stream is None or way is None:
        return said(Verdict.NO_STREAM)
    if not _is_of_now(stream, at) or stream.latest_value is None:
        return said(Verdict.NO_VALUE, time=stream.latest_time)
    value = (stream.latest_value - way[1]) / way[0]
    return said(Verdict.KEPT if value >= minimum else Verdict.UNDER, value, stream.latest_time)


def _is_of_now(stream: Datastream, at: datetime) -> bool:
    """Whether its newest value may be relied on: measured, usable, and not older than silence begins."""
    if stream.latest_time is None or stream.latest_quality is None or stream.latest_status not in (0, None):
        return False
    usable = bool(q.usable(np.array([stream.latest_quality], np.int16))[0])
    return usable and not monitoring.is_silent(stream.latest_time, stream.interval_s, at)
