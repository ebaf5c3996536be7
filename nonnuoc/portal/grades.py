"""Limits that depend on the class of a water, of which no register says yet where it holds: told, not drawn."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc import rules
from nonnuoc.domain import limits as domain
from nonnuoc.look import figures
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import StationNow


def sentence(station: StationNow, property_code: str, on: datetime) -> str:
    """What the classes of QCVN 08 ask of a property here, and why none is drawn; empty where there is none.

    A class D is told by what falls into it, which is no limit; bounds that are not verified are not there to be told.
    """
    if station.kind != Thing.Kind.SURFACE_WATER:
        return ""
    table = rules.load("qcvn08", on=timezone.localdate(on))
    graded = [one for one in domain.limits(table.data, property_code) if one.grade]
    if not table.is_law or not graded:
        return ""
    river = [one for one in graded if one.water == "river"] if station.river else []
    said = {
        "document": table.number,
        "classes": "; ".join(f"{one.grade} {bounds}" for one in river if (bounds := _bounds(one))),
        "unit": figures.unit(graded[0].unit),
    }
    if not said["classes"]:
        told = gettext(
            "%(document)s sets limits for it by the class of the water. No register says yet which class holds here,"
            " so none is drawn."
        )
    else:
        told = gettext(
            "%(document)s sets limits for it by the class of the river (%(classes)s %(unit)s). No register says yet"
            " which class holds here, so none is drawn."
        )
    return told % said


def _bounds(limit: domain.Limit) -> str:
    low, high = (
        figures.number(one, _decimals(one)) if one is not None else "" for one in (limit.minimum, limit.maximum)
    )
    return f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""


def _decimals(value: float) -> int:
    return len(f"{value:g}".partition(".")[2])
