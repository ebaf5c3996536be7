"""The keys stations prove themselves with, as the doors ask for them. Nothing here writes."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from nonnuoc.records.accounts.access import Reach, Rights
from nonnuoc.records.monitoring.models import Delivery, StationKey

#: The doors that ask for a key.
DOORS = (Delivery.Door.FTP, Delivery.Door.HTTP)


def digest(secret: str) -> bytes:
    """What a key is known by: 256 random bits need no slow hash (docs/decisions/0007)."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def find(secret: str) -> StationKey | None:
    """The key with this secret, unless it was revoked."""
    return StationKey.objects.filter(sha256=digest(secret), revoked=None).select_related("thing").first()


class StationRights(Rights):
    """What the bearer of a station's key may read: what everybody may, and everything of this one station."""

    def __init__(self, thing_id: int) -> None:
        super().__init__(None, ())
        self.thing_id = thing_id

    def readable(self, *, data_class: str = "data_class", **columns: str) -> Q:
        """As of everybody; `data_class` names the column of the thing, so its id stands beside it."""
        own = f"{data_class.removesuffix('data_class')}id"
        return super().readable(data_class=data_class, **columns) | Q(**{own: self.thing_id})


def rights(key: StationKey) -> Rights:
    """What its bearer may read."""
    return StationRights(key.thing_id)


def in_force() -> Mapping[str, frozenset[bytes]]:
    """Station code -> SHA-256 of each key that was not revoked."""
    keys: dict[str, set[bytes]] = defaultdict(set)
    for code, sha256 in StationKey.objects.filter(revoked=None).values_list("thing__code", "sha256"):
        keys[code].add(bytes(sha256))
    return {code: frozenset(values) for code, values in keys.items()}


def unused(made_before: datetime) -> list[StationKey]:
    """Keys in force whose station has sent nothing through a door that asks for a key since they were made."""
    sent = Delivery.objects.filter(thing=OuterRef("thing"), door__in=DOORS, received__gte=OuterRef("created"))
    old = StationKey.objects.filter(~Exists(sent), revoked=None, created__lt=made_before)
    return list(old.select_related("thing").order_by("thing__code", "id"))


def by_id(identity: int) -> StationKey | None:
    """One key, revoked or not."""
    return StationKey.objects.filter(id=identity).select_related("thing").first()


def of_stations(reach: Reach, codes: Iterable[str], *, revoked: bool = False) -> QuerySet[StationKey]:
    """The keys in force (or all) of these stations within reach, by station, the newest first.

    `heard`: when the newest file came with one of the station's keys; which of them it was, the ledger does not tell.
    """
    within = reach.within("thing__office_id", "thing__commune_id", "thing__facility")
    found = StationKey.objects.filter(within, thing__code__in=list(codes)).select_related("thing", "thing__office")
    if not revoked:
        found = found.filter(revoked=None)
    sent = Delivery.objects.filter(thing=OuterRef("thing"), door__in=DOORS, last_time__isnull=False)
    heard = Subquery(sent.order_by("-last_time").values("received")[:1])
    return found.annotate(heard=heard).order_by("thing__code", "-id")
