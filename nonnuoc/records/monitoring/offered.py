"""What of the measurements is offered to everybody: public stations that have values, and what each measures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from nonnuoc.records.accounts import access
from nonnuoc.records.monitoring.models import Datastream, Observation
from nonnuoc.records.monitoring.newest import MEASURED
from nonnuoc.records.monitoring.selectors import OF_THING


@dataclass(frozen=True, slots=True)
class Offer:
    """A measured datastream; `unit` canonical, `newest` the time of its newest value."""

    datastream_id: int
    code: str  # of the property
    name_vi: str
    name_en: str
    unit: str
    newest: datetime


@dataclass(frozen=True, slots=True)
class Station:
    """A public station and its datastreams, in the order of their properties."""

    code: str
    name: str
    simulated: bool
    offers: tuple[Offer, ...]

    def offer(self, property_code: str) -> Offer | None:
        """Its datastream of that property."""
        return next((one for one in self.offers if one.code == property_code), None)


_STATION = ("thing__code", "thing__name", "thing__simulated")
_PROPERTY = tuple(f"observed_property__{name}" for name in ("code", "name_vi", "name_en", "unit"))


def to_everybody() -> list[Station]:
    """By the name of the station. One query."""
    readable = access.ANYBODY.readable(**OF_THING)
    found = (
        Datastream.objects.filter(readable, procedure__in=MEASURED, latest_time__isnull=False)
        .order_by("thing__name", "thing__code", "observed_property__order", "observed_property__code", "id")
        .values_list(*_STATION, "id", *_PROPERTY, "latest_time")
    )
    return [
        Station(code, name, simulated, tuple(Offer(*row[len(_STATION) :]) for row in rows))
        for (code, name, simulated), rows in groupby(found, key=lambda row: row[: len(_STATION)])
    ]


def has_values(datastream_id: int, since: datetime, until: datetime) -> bool:
    """Whether there is any in [since, until)."""
    return Observation.objects.filter(datastream_id=datastream_id, time__gte=since, time__lt=until).exists()
