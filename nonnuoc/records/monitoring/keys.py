"""The keys stations prove themselves with, as the doors ask for them. Nothing here writes."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef

from nonnuoc.records.monitoring.models import Delivery, StationKey


def digest(secret: str) -> bytes:
    """What a key is known by: 256 random bits need no slow hash (docs/decisions/0007)."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def find(secret: str) -> StationKey | None:
    """The key with this secret, unless it was revoked."""
    return StationKey.objects.filter(sha256=digest(secret), revoked=None).select_related("thing").first()


def in_force() -> Mapping[str, frozenset[bytes]]:
    """Station code -> SHA-256 of each key that was not revoked."""
    keys: dict[str, set[bytes]] = defaultdict(set)
    for code, sha256 in StationKey.objects.filter(revoked=None).values_list("thing__code", "sha256"):
        keys[code].add(bytes(sha256))
    return {code: frozenset(values) for code, values in keys.items()}


def unused(made_before: datetime) -> list[StationKey]:
    """Keys in force whose station has sent nothing through a door that asks for a key since they were made."""
    doors = (Delivery.Door.FTP, Delivery.Door.HTTP)
    sent = Delivery.objects.filter(thing=OuterRef("thing"), door__in=doors, received__gte=OuterRef("created"))
    old = StationKey.objects.filter(~Exists(sent), revoked=None, created__lt=made_before)
    return list(old.select_related("thing").order_by("thing__code", "id"))
