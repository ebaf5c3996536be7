"""Why the law's levels do not judge a property at a station: what is unknown is said, not guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from nonnuoc import rules
from nonnuoc.domain import limits
from nonnuoc.records.alerts.levels import bounding
from nonnuoc.records.alerts.levels.bounding import Place
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.streams import Stream

Reason = Literal["not_in_force", "no_limit", "class_unknown", "only_remembered", "unit", "station_unknown"]
DOCUMENTS = {str(kind): table for table, kind in bounding.MEDIUM.items()}
DERIVED = frozenset(bounding.INDICES.values())


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A property that no level of law judges at a station, on a day."""

    property: str
    table: str  # of rules/data
    reason: Reason


def of_thing(catalogue: Sequence[Stream], place: Place, on: date) -> list[Unjudged]:
    """One a property, in the order of the catalogue; none of what some stream of the property is judged by."""
    found: dict[str, Unjudged | None] = {}
    for stream in catalogue:
        table = _table(stream, place)
        if not table or stream.procedure not in bounding.PROCEDURES[table] or stream.property in DERIVED:
            continue
        reason = _reason(table, stream, place, on)
        held = found.get(stream.property, ())
        if reason is None:
            found[stream.property] = None
        elif held == ():
            found[stream.property] = Unjudged(stream.property, table, reason)
    return [one for one in found.values() if one]


def _table(stream: Stream, place: Place) -> str | None:
    return "water_levels" if stream.property == "WaterLevel" else DOCUMENTS.get(place.kind)


def _reason(table: str, stream: Stream, place: Place, on: date) -> Reason | None:
    document = rules.find(table, on)
    if document is None or not document.is_law:
        return "not_in_force"
    if table == "water_levels":
        if not place.hydrological_station:
            return "station_unknown"
        known = {one["station"] for one in document.data["level"]}
        return None if place.hydrological_station in known else "no_limit"
    if limit := bounding.limit_of(document.data, stream, place):
        return None if bounding.converted(limit, stream) else "unit"
    if bounding.limit_of(document.data_with_unverified, stream, place):
        return "only_remembered"
    by_class = any(one.grade for one in limits.limits(document.data_with_unverified, stream.property))
    water = place.kind == Thing.Kind.SURFACE_WATER
    return "class_unknown" if water and by_class and not (place.water and place.grade) else "no_limit"
