"""Restrictions that remain on cleaned-up ground, watched against what is to be licensed there."""

from __future__ import annotations

from datetime import date

import shapely
from django.db.models import Q
from shapely.geometry.base import BaseGeometry

from nonnuoc.records.places import geometry
from nonnuoc.records.registers.land.models import Restriction


def touching(shape: BaseGeometry, *, at: date, simulated: bool = False) -> list[Restriction]:
    """The restrictions in force on a day whose ground this shape touches (WGS 84), in the order in which they began.

    simulated  whether who asks is invented: restrictions of invented ground hold only there

    A restriction of unknown place touches nothing and is told by `unplaced`: it cannot be ruled out anywhere.
    """
    known = [(one, found) for one in in_force(at, simulated=simulated) if (found := _place(one)) is not None]
    tree = shapely.STRtree([found for _one, found in known])
    return [known[row][0] for row in sorted(tree.query(shape, predicate="intersects").tolist())]


def unplaced(*, at: date, simulated: bool = False) -> list[Restriction]:
    """Those in force whose extent nobody knows: their ground has no place, or only a point."""
    found = [(one, _place(one)) for one in in_force(at, simulated=simulated)]
    return [one for one, place in found if place is None or shapely.get_dimensions(place) == 0]


def in_force(at: date, *, simulated: bool = False) -> list[Restriction]:
    """All that hold on a day, with their ground."""
    holds = Q(since__lte=at) & (Q(until=None) | Q(until__gt=at))
    there = Q(site__withdrawn=None, dump__withdrawn=None)
    real = Q() if simulated else ~(Q(site__simulated=True) | Q(dump__simulated=True))
    return list(Restriction.objects.filter(holds, there, real).select_related("site", "dump").order_by("since", "id"))


def _place(restriction: Restriction) -> BaseGeometry | None:
    """Its own shape, else its ground's, else the point of its ground."""
    ground = restriction.ground
    for drawn in (restriction.shape, ground.shape):
        if drawn is not None:
            return geometry.from_wkb(bytes(drawn))
    return shapely.Point(ground.lon, ground.lat) if ground.lon is not None else None
