"""Deliveries, and the profiles tables are read with, as doors and pages ask for them. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from nonnuoc.records.accounts.access import Reach, Subject
from nonnuoc.records.monitoring import selectors
from nonnuoc.records.monitoring.models import ColumnProfile, Delivery, Thing


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


def by_uuid(uuid: UUID) -> Delivery | None:
    """One delivery without its bytes; None: there is none."""
    return _light().filter(uuid=uuid).first()


def by_uuid_with_body(uuid: UUID) -> Delivery | None:
    """One delivery with its bytes; None: there is none."""
    return Delivery.objects.filter(uuid=uuid).first()


def subject(row: Delivery) -> Subject:
    """The delivery, as access sees it: its station, or the one it says it is from; nobody's where there is neither."""
    thing = row.thing or selectors.station(row.station_code)
    return Subject() if thing is None else selectors.subject(thing)


def newest(reach: Reach, *, state: str = "", station: str = "", before: int | None = None, most: int) -> list[Delivery]:
    """At most so many deliveries within reach, without their bytes, the newest first; `before` an id, to go on."""
    found = _light().filter(_within(reach)).order_by("-id")
    if state:
        found = found.filter(state=state)
    if station:
        found = found.filter(station_code=station)
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found[:most])


def behind(thing_id: int, since: datetime, until: datetime) -> list[ReceiptBehind]:
    """The committed deliveries with values in (since, until], as a mean's window is, oldest values first."""
    rows = Delivery.objects.filter(
        thing_id=thing_id, state=Delivery.State.COMMITTED, first_time__lte=until, last_time__gt=since
    )
    fields = [name for name in ReceiptBehind.__slots__ if name not in ("uuid", "sha256")]
    found = rows.order_by("first_time", "received").values("uuid", "sha256", *fields)
    return [ReceiptBehind(**{**row, "uuid": str(row["uuid"]), "sha256": bytes(row["sha256"]).hex()}) for row in found]


@dataclass(frozen=True, slots=True)
class Held:
    """Deliveries of one station that were held back for one reason."""

    station_code: str
    code: str
    number: int
    newest: datetime


def held(reach: Reach, since: datetime) -> list[Held]:
    """Of the deliveries within reach that arrived since, those held back; the newest first."""
    found = Delivery.objects.filter(_within(reach), state=Delivery.State.QUARANTINED, received__gte=since)
    rows = found.values_list("station_code", "code").annotate(number=Count("id"), newest=Max("received"))
    return [Held(*row) for row in rows.order_by("-newest")]


@dataclass(frozen=True, slots=True)
class Day:
    """What arrived on a local day."""

    day: date
    deliveries: int
    stored: int
    refused: int
    held: int


def by_day(reach: Reach, since: datetime) -> list[Day]:
    """What arrived within reach since, a row for each local day on which something did, the newest first."""
    found = Delivery.objects.filter(_within(reach), received__gte=since).annotate(day=TruncDate("received"))
    quarantined = Count("id", filter=Q(state=Delivery.State.QUARANTINED))
    sums = {"stored": Sum("stored"), "refused": Sum("refused"), "held": quarantined}
    rows = found.values_list("day").annotate(deliveries=Count("id"), **sums).order_by("-day")
    return [Day(*row) for row in rows]


def profiles(reach: Reach | None = None) -> QuerySet[ColumnProfile]:
    """The column profiles there are, by name; with a reach that has bounds, those that name one station within it."""
    found = ColumnProfile.objects.order_by("name")
    if reach is None or reach.everywhere:
        return found
    return found.filter(mapping__station__code__in=list(_codes(reach)))


def profile(name: str) -> ColumnProfile | None:
    """The column profile of this name."""
    return profiles().filter(name=name).first()


def _within(reach: Reach) -> Q:
    if reach.everywhere:
        return Q()
    held = reach.within("thing__office_id", "thing__commune_id", "thing__facility")
    return held | Q(thing=None, station_code__in=_codes(reach))


def _codes(reach: Reach) -> QuerySet[Thing, str]:
    return Thing.objects.filter(reach.within()).values_list("code", flat=True)


def _light() -> QuerySet[Delivery]:
    return Delivery.objects.select_related("thing", "by", "profile").defer("body")
