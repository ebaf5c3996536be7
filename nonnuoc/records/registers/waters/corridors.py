"""The protection corridors of intakes: as decided, or drawn from a stated width; else unknown, and said so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from django.db.models import Q
from shapely.geometry.base import BaseGeometry

from nonnuoc.records.places import geometry
from nonnuoc.records.registers.waters.models import Intake

ARC = 32  # segments of a quarter circle: a circle drawn so misses 0.06 % of its radius


@dataclass(frozen=True, slots=True, eq=False)
class Corridor:
    """Where what harms the water is not allowed."""

    intake: Intake
    shape: BaseGeometry  # WGS 84
    how: Literal["decided", "derived"]
    document: str


def of(intake: Intake) -> Corridor | None:
    """The corridor of an intake; None: nobody has said what it is."""
    if intake.shape is not None:
        return Corridor(intake, geometry.from_wkb(bytes(intake.shape)), "decided", intake.corridor_decision)
    if intake.corridor_m is None or intake.lon is None or intake.lat is None:
        return None
    return Corridor(intake, around(intake.lon, intake.lat, intake.corridor_m), "derived", intake.corridor_document)


def touching(shape: BaseGeometry, *, simulated: bool = False) -> list[Corridor]:
    """The corridors that a shape (WGS 84) touches, by the intake's code; of invented intakes only for the invented."""
    known = [one for intake in _in_register(simulated) if (one := of(intake)) is not None]
    tree = shapely.STRtree([one.shape for one in known])
    return [known[place] for place in sorted(tree.query(shape, predicate="intersects").tolist())]


def unknown(*, simulated: bool = False) -> list[Intake]:
    """The intakes whose corridor nobody knows: none of them can be ruled out anywhere."""
    return [intake for intake in _in_register(simulated) if of(intake) is None]


def around(lon: float, lat: float, metres: float) -> BaseGeometry:
    """What lies within so many metres of a point; WGS 84."""
    plane = geometry.Plane(lon, lat)
    circle = shapely.Point(0, 0).buffer(metres, quad_segs=ARC)
    drawn: BaseGeometry = shapely.transform(
        circle, lambda points: np.array([plane.lonlat(x, y) for x, y in points.tolist()])
    )
    return drawn


def _in_register(simulated: bool) -> list[Intake]:
    kept = Q(withdrawn=None) & ~Q(state=Intake.State.CLOSED)
    return list(Intake.objects.filter(kept if simulated else kept & Q(simulated=False)).order_by("code"))
