"""What public observations cover, in time and in space: for the catalogue. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Min

from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring.models import DailyCount, Datastream
from nonnuoc.records.monitoring.newest import MEASURED
from nonnuoc.records.places.models import Commune

Box = tuple[float, float, float, float]  # west, south, east, north; WGS 84


@dataclass(frozen=True, slots=True)
class Extent:
    """None where there is nothing yet."""

    stations: int  # that measure anything
    first: date | None  # the first local day with a value, as far as it has been counted
    newest: datetime | None
    box: Box | None  # around the points of all communes


def public() -> Extent:
    """Of the public stations. Three queries."""
    streams = Datastream.objects.filter(thing__data_class=DataClass.PUBLIC, procedure__in=MEASURED, active=True)
    told = streams.aggregate(stations=Count("thing", distinct=True), newest=Max("latest_time"))
    first = DailyCount.objects.filter(datastream__in=streams, arrived__gt=0).aggregate(first=Min("day"))["first"]
    where = Commune.objects.aggregate(Min("lon"), Min("lat"), Max("lon"), Max("lat"))
    box = (where["lon__min"], where["lat__min"], where["lon__max"], where["lat__max"])
    return Extent(told["stations"], first, told["newest"], None if None in box else box)
