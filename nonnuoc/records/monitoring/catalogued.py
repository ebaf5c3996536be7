"""What a catalogue tells of each public station: where it stands, what it measures, since when. Nothing here writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import shapely
from django.db.models import FilteredRelation, Min, Q

from nonnuoc.records.accounts.access import ANYBODY
from nonnuoc.records.monitoring import described
from nonnuoc.records.monitoring.described import Described
from nonnuoc.records.monitoring.models import DailyCount, Datastream, Thing
from nonnuoc.records.monitoring.newest import MEASURED
from nonnuoc.records.monitoring.selectors import OF_THING
from nonnuoc.records.places.models import Commune

Box = tuple[float, float, float, float]  # west, south, east, north; WGS 84


@dataclass(frozen=True, slots=True)
class Place:
    """A commune; `box` None: no official boundary has been imported."""

    code: str
    name: str
    lon: float
    lat: float
    box: Box | None


@dataclass(frozen=True, slots=True)
class Catalogued:
    """A public station and its datastreams that have values. `lon` and `lat` None: its own position is not known."""

    code: str
    name: str
    description: str
    kind: str
    simulated: bool
    lon: float | None
    lat: float | None
    place: Place | None
    first: date | None  # the first local day with a value, as far as it has been counted
    streams: tuple[Described, ...]

    def measured(self) -> list[Described]:
        """Its instruments and samples."""
        return [one for one in self.streams if one.procedure in MEASURED]

    def derived(self) -> list[Described]:
        """Its means and indices."""
        return [one for one in self.streams if one.procedure not in MEASURED]


def stations() -> list[Catalogued]:
    """By code. Four queries, however many there are."""
    here = FilteredRelation("locations", condition=Q(locations__until=None))
    things = list(
        Thing.objects.filter(ANYBODY.readable())
        .annotate(here=here)
        .order_by("code")
        .values_list("id", "code", "name", "description", "kind", "simulated", "here__lon", "here__lat", "commune_id")
    )
    streams, first = _streams(), _first_days()
    places = _places({row[-1] for row in things if row[-1]})
    return [Catalogued(*row[1:-1], places.get(row[-1]), first.get(row[0]), tuple(streams[row[0]])) for row in things]


def newest(streams: tuple[Described, ...] | list[Described]) -> datetime | None:
    """The time of the newest value of any of them."""
    return max((one.latest for one in streams if one.latest), default=None)


def _streams() -> Mapping[int, list[Described]]:
    readable = Datastream.objects.filter(ANYBODY.readable(**OF_THING), latest_time__isnull=False)
    found: dict[int, list[Described]] = defaultdict(list)
    order = ("thing_id", "observed_property__order", "observed_property__code", "id")
    for one in readable.select_related("thing", "observed_property", "sensor").order_by(*order):
        found[one.thing_id].append(described.of(one))
    return found


def _first_days() -> dict[int, date]:
    counted = DailyCount.objects.filter(arrived__gt=0).values("datastream__thing_id").annotate(first=Min("day"))
    return dict(counted.values_list("datastream__thing_id", "first"))


def _places(ids: set[int]) -> dict[int, Place]:
    return {
        one.id: Place(one.code, one.full_name, one.lon, one.lat, _box(one.boundary))
        for one in Commune.objects.filter(id__in=ids)
    }


def _box(boundary: bytes | memoryview | None) -> Box | None:
    if boundary is None:
        return None
    west, south, east, north = shapely.from_wkb(bytes(boundary)).bounds
    return west, south, east, north
