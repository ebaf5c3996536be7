"""Deliveries, profiles and keys as the doors and their pages ask for them. Nothing here writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from django.db.models import QuerySet

from nonnuoc.records.monitoring.models import ColumnProfile, Delivery, StationKey


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


def profiles() -> QuerySet[ColumnProfile]:
    """The column profiles there are, by name."""
    return ColumnProfile.objects.order_by("name")


def keys_in_force() -> Mapping[str, frozenset[bytes]]:
    """Station code -> SHA-256 of each key that was not revoked."""
    keys: dict[str, set[bytes]] = defaultdict(set)
    for code, sha256 in StationKey.objects.filter(revoked=None).values_list("thing__code", "sha256"):
        keys[code].add(bytes(sha256))
    return {code: frozenset(values) for code, values in keys.items()}


def _light() -> QuerySet[Delivery]:
    return Delivery.objects.select_related("thing", "by", "profile").defer("body")
