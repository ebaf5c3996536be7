"""Deliveries, and the profiles tables are read with, as doors and pages ask for them. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from nonnuoc.records.monitoring.models import ColumnProfile, Delivery


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


def newest(*, state: str = "", station: str = "", before: int | None = None, most: int) -> list[Delivery]:
    """At most so many deliveries without their bytes, the newest first; `before` an id, to go on from there."""
    found = _light().order_by("-id")
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


def profiles() -> QuerySet[ColumnProfile]:
    """The column profiles there are, by name."""
    return ColumnProfile.objects.order_by("name")


def profile(name: str) -> ColumnProfile | None:
    """The column profile of this name."""
    return profiles().filter(name=name).first()


def _light() -> QuerySet[Delivery]:
    return Delivery.objects.select_related("thing", "by", "profile").defer("body")
