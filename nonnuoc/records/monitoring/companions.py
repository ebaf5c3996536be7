"""Stations that measure the same thing, for those who want to compare. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import Exists, FilteredRelation, OuterRef, Q
from numpy.typing import NDArray

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.places import nearness


@dataclass(frozen=True, slots=True)
class Companion:
    """Another station. `km` None: one of the two stands nobody knows where."""

    code: str
    name: str
    place: str
    km: float | None


def of(code: str, property_code: str, *, reader: Rights = access.ANYBODY) -> list[Companion]:
    """The stations of the same kind that ever measured the property, the nearest first. One query.

    Where a station's own position is unknown its commune's point stands for it.
    """
    here = FilteredRelation("locations", condition=Q(locations__until=None))
    streams = Datastream.objects.filter(
        thing=OuterRef("pk"), active=True, observed_property__code=property_code, latest_time__isnull=False
    )
    kinds = Thing.objects.filter(code=code).values("kind")
    things = Thing.objects.filter(reader.readable(), Q(code=code) | Exists(streams), kind__in=kinds)
    columns = ("code", "name", "commune__name", "here__lon", "here__lat", "commune__lon", "commune__lat")
    found = list(things.annotate(here=here).order_by("code").values_list(*columns))
    own = next((row for row in found if row[0] == code), None)
    others = [row for row in found if row[0] != code]
    if own is None or not others:
        return []
    km = _apart(own[3:], [row[3:] for row in others])
    named = [
        Companion(other, name, place or name, None if np.isnan(away) else float(away))
        for (other, name, place, *_), away in zip(others, km, strict=True)
    ]
    return sorted(named, key=lambda one: (one.km is None, one.km or 0.0, one.code))


def _apart(own: tuple[float | None, ...], others: list[tuple[float | None, ...]]) -> nearness.Floats:
    """Kilometres; NaN where a place is unknown. Each: own lon and lat, the commune's lon and lat."""
    points = np.array([own, *others], float)
    where = np.where(np.isnan(points[:, :2]), points[:, 2:], points[:, :2])
    km, _ = nearness.between(where[0, 0], where[0, 1], where[1:, 0], where[1:, 1])
    unknown: NDArray[np.bool_] = np.isnan(where.sum(axis=1))
    return np.where(unknown[1:] | unknown[0], np.nan, km)
