"""Facilities as others ask for them: by any code they ever had, and the telemetry of their sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.facilities.models import Facility, SourceStream
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import of_model


@dataclass(frozen=True, slots=True)
class Source:
    """A datastream that measures what goes out of an outfall or a stack."""

    id: int  # of the link
    register: str  # "outfalls" or "stacks"
    code: str  # of the outfall or stack
    entry_id: int
    facility: str  # code
    facility_id: int
    reach_id: int | None  # receiving reach of an outfall, where it is known
    station: str  # code
    datastream_id: int
    observed_property: str  # code
    names: tuple[str, str]  # of what is observed, in Vietnamese and English
    procedure: str
    since: datetime
    until: datetime | None


def current(facility: Facility) -> Facility:
    """The facility itself, or the one that carries its identity on."""
    while facility.merged_into is not None:
        facility = facility.merged_into
    return facility


def by_code(code: str) -> Facility | None:
    """The facility that has this code, or had it before it was merged."""
    found = None if "\0" in code else Facility.objects.select_related("merged_into").filter(code=code).first()
    return found and current(found)


def own(rights: Rights) -> list[Facility]:
    """The facilities in the register within reach of this person's internal data, by name."""
    within = rights.reach("data.internal").within(**of_model(Facility).where())
    return list(reading.readable(of_model(Facility), rights).filter(within).order_by("name"))


def source_streams(at: datetime | None = None, *, datastreams: Sequence[int] | None = None) -> list[Source]:
    """Which datastreams measure which sources at a moment (now), by code; of all or of these datastreams. One query."""
    moment = at or timezone.now()
    links = SourceStream.objects.filter(Q(until=None) | Q(until__gt=moment), since__lte=moment)
    if datastreams is not None:
        links = links.filter(datastream_id__in=datastreams)
    return sorted(map(_source, _read(links)), key=lambda one: (one.register, one.code, one.datastream_id))


def streams_of(entry: Any, *, ended: bool = True) -> list[Source]:
    """The datastreams of an outfall or a stack, those of now first."""
    links = entry.streams.all() if ended else entry.streams.filter(until=None)
    return sorted(map(_source, _read(links)), key=lambda one: (one.until is not None, one.observed_property, one.since))


def streams_of_facility(facility: Facility) -> list[Source]:
    """The datastreams that measure its outfalls and stacks now. One query."""
    links = SourceStream.objects.filter(Q(outfall__facility=facility) | Q(stack__facility=facility), until=None)
    return list(map(_source, _read(links)))


def link(identity: int) -> SourceStream | None:
    """One link of a datastream with a source."""
    found: SourceStream | None = _read(SourceStream.objects.filter(pk=identity)).first()
    return found


def _read(links: Any) -> Any:
    return links.select_related("outfall__facility", "stack__facility", "datastream__thing").select_related(
        "datastream__observed_property"
    )


def _source(link: SourceStream) -> Source:
    entry: Any = link.outfall or link.stack
    observed = link.datastream.observed_property
    return Source(
        id=link.pk,
        register="outfalls" if link.outfall_id else "stacks",
        code=entry.code,
        entry_id=entry.pk,
        facility=entry.facility.code,
        facility_id=entry.facility_id,
        reach_id=getattr(entry, "reach_id", None),
        station=link.datastream.thing.code,
        datastream_id=link.datastream_id,
        observed_property=observed.code,
        names=(observed.name_vi, observed.name_en),
        procedure=link.datastream.procedure,
        since=link.since,
        until=link.until,
    )
