"""What one number stands on: the datastreams it follows from, the values held of them, and what was changed since.

The deliveries behind it stand in receipts.py, the same calculation once more in recomputing.py. Nothing here writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from nonnuoc.records.monitoring import deliveries, observations
from nonnuoc.records.monitoring.models import Datastream, Delivery, Observation, ObservationHistory, Threshold
from nonnuoc.records.monitoring.observations import Rows
from nonnuoc.records.monitoring.selectors import Property

Procedure = Datastream.Procedure
CHANGES = 200  # of one number and what it stands on, the newest first
TOLD_WITHIN = timedelta(days=2)  # a value that nothing followed for longer is not looked for any further

#: (datastream, since, until) in µs since 1970 UTC, open on the left as a mean's window is.
Span = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Source:
    """A datastream as a link of the chain."""

    id: int
    observed: Property
    property_id: int
    procedure: str
    symbol: str  # what the station's files call it
    interval_s: int | None
    active: bool
    sensor: str
    range_min: float | None  # of the instrument, in the property's unit
    range_max: float | None
    rule: Mapping[str, Any]  # of a formula: rule, number, article, valid_from, as it was registered
    latest_time: datetime | None
    latest_received: datetime | None
    inputs: tuple[int, ...]  # ids of what it is computed from


@dataclass(frozen=True, slots=True)
class Streams:
    """All datastreams of a station, also those no longer in use; of several alike, the one in use comes first."""

    every: tuple[Source, ...]

    def named(self, code: str, procedure: str) -> Source | None:
        """The datastream of a property by a procedure."""
        return next((s for s in self.every if s.observed.code == code and s.procedure == procedure), None)

    def of(self, code: str) -> list[Source]:
        """Every datastream in use of a property; where there is none, those that were."""
        found = [s for s in self.every if s.observed.code == code]
        return [s for s in found if s.active] or found

    def inputs(self, source: Source, *procedures: str) -> list[Source]:
        """What a datastream is computed from, of these procedures."""
        return [s for s in self.every if s.id in source.inputs and s.procedure in procedures]


@dataclass(frozen=True, eq=False)
class Held:
    """Values that are held; `rows` sorted by datastream and time."""

    rows: Rows
    first: Mapping[int, tuple[int, int]] = field(init=False, repr=False)  # of each datastream, from row to row

    def __post_init__(self) -> None:
        ids, starts = np.unique(self.rows.datastream, return_index=True)
        ends = [*starts.tolist()[1:], len(self.rows)]
        bounds = zip(starts.tolist(), ends, strict=True) if len(ids) else ()
        object.__setattr__(self, "first", dict(zip(ids.tolist(), bounds, strict=True)))

    def of(self, datastream_id: int, since: int, until: int) -> Rows:
        """The rows with since < time <= until, by time."""
        start, end = self.first.get(datastream_id, (0, 0))
        times = self.rows.time[start:end]
        one, other = np.searchsorted(times, [since, until], "right").tolist()
        return self.rows.take(slice(start + one, start + other))

    def at(self, datastream_id: int, time: int) -> Rows:
        """The row of this very time, or none."""
        return self.of(datastream_id, time - 1, time)


@dataclass(frozen=True, slots=True)
class Change:
    """A value as it stood until `until`, when another one took its place. `cause`: see `_cause`."""

    datastream_id: int
    time: datetime
    value: float
    status: int
    quality: int
    until: datetime
    cause: str
    delivery: str  # uuid of the one that brought the other value, or empty


@dataclass(frozen=True, slots=True)
class Original:
    """The bytes of a delivery, as they arrived."""

    uuid: str
    format: str
    body: bytes


def streams(thing_id: int) -> Streams:
    """All datastreams of a station and what each is computed from. Two queries."""
    feeds: dict[int, list[int]] = defaultdict(list)
    through = Datastream.inputs.through.objects.filter(from_datastream__thing_id=thing_id)
    for derived, source in through.values_list("from_datastream_id", "to_datastream_id"):
        feeds[derived].append(source)
    rows = Datastream.objects.filter(thing_id=thing_id).select_related("observed_property", "sensor")
    ordered = rows.order_by("-active", "observed_property__order", "observed_property__code", "-id")
    return Streams(tuple(_source(row, tuple(feeds[row.id])) for row in ordered))


def read(spans: Collection[Span]) -> Held:
    """What is held of these spans. One reading."""
    if not spans:
        return Held(observations.empty())
    ids, since, until = np.array(list(spans), np.int64).T
    return Held(observations.read_spans(ids, since + 1, until + 1))


def nearest(datastream_id: int, time: datetime) -> tuple[datetime | None, datetime | None]:
    """The times of the values before and after a moment. Two queries."""
    held = Observation.objects.filter(datastream_id=datastream_id)
    before = held.filter(time__lt=time).order_by("-time").values_list("time", flat=True).first()
    after = held.filter(time__gt=time).order_by("time").values_list("time", flat=True).first()
    return before, after


def changes(datastream_ids: Collection[int], since: datetime, until: datetime) -> list[Change]:
    """What was overwritten of values with since < time <= until, the newest change first."""
    rows = ObservationHistory.objects.filter(datastream_id__in=datastream_ids, time__gt=since, time__lte=until)
    return [_change(row) for row in rows.order_by("-replaced_at", "-id")[:CHANGES]]


def first_told(thing_id: int, time: datetime) -> datetime | None:
    """When the first delivery arrived that reached up to this time: from then on a mean that ends then can be known."""
    rows = Delivery.objects.filter(
        thing_id=thing_id, state=Delivery.State.COMMITTED, last_time__gte=time, last_time__lt=time + TOLD_WITHIN
    )
    return rows.order_by("received").values_list("received", flat=True).first()


def originals(uuids: Iterable[str], *, most_bytes: int) -> list[Original]:
    """The bytes of these deliveries, in the order they arrived; larger ones are left out."""
    rows = Delivery.objects.filter(uuid__in=[UUID(one) for one in uuids], size__lte=most_bytes)
    found = rows.order_by("received", "id").only("uuid", "format", "body")
    return [Original(str(row.uuid), row.format, deliveries.original(row)) for row in found]


def thresholds(datastream_ids: Collection[int], at: datetime) -> dict[int, dict[str, Threshold]]:
    """Of each datastream the limits of quality checks that were set for it alone and held at a time, by check."""
    found: dict[int, dict[str, Threshold]] = defaultdict(dict)
    for one in Threshold.objects.filter(datastream_id__in=datastream_ids, valid_from__lte=at).order_by("valid_from"):
        if one.valid_to is None or at < one.valid_to:
            found[one.datastream_id][one.check_name] = one
    return found


def _source(row: Datastream, inputs: tuple[int, ...]) -> Source:
    about = row.observed_property
    return Source(
        id=row.id,
        observed=Property(about.code, about.name_vi, about.name_en, about.unit, about.decimals),
        property_id=about.id,
        procedure=row.procedure,
        symbol=row.symbol,
        interval_s=row.interval_s,
        active=row.active,
        sensor=row.sensor.name,
        range_min=row.sensor.range_min,
        range_max=row.sensor.range_max,
        rule=row.sensor.metadata,
        latest_time=row.latest_time,
        latest_received=row.latest_received,
        inputs=inputs,
    )


def _change(row: ObservationHistory) -> Change:
    by = row.replaced_by
    return Change(
        datastream_id=row.datastream_id,
        time=row.time,
        value=row.value,
        status=row.status,
        quality=row.quality,
        until=row.replaced_at,
        cause=_cause(row),
        delivery=by.removeprefix("delivery ") if by.startswith("delivery ") else "",
    )


def _cause(row: ObservationHistory) -> str:
    """recomputed, corrected (and recomputed), judged, delivery, or person.

    Which person, and in what words, is not for everybody.
    """
    if row.replaced_by == "formula":
        return "corrected" if row.reason.startswith("corrected: ") else "recomputed"
    if row.replaced_by == "quality control":
        return "judged"
    return "delivery" if row.replaced_by.startswith(("delivery ", "the same batch")) else "person"
