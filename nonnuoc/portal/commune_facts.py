"""What is not measured in a commune, and what is known of the commune itself."""

from __future__ import annotations

from django.utils import timezone

from nonnuoc.portal import unmeasured
from nonnuoc.portal.sections import Part
from nonnuoc.portal.surroundings import Surroundings
from nonnuoc.records.places import nearness


def lacking(place: Surroundings) -> Part | None:
    """Kinds and parameters that no station standing here measures; None where all are."""
    own = [station for station, km, _ in place.ordered if place.is_own(station, km)]
    kinds = [kind for kind in unmeasured.compared(own, timezone.localdate(place.at)) if kind.missing or not kind.count]
    return Part({"kinds": kinds, "place": place}) if kinds else None


def facts(place: Surroundings) -> Part:
    """Code, kind, area, where these are from, and the communes around it."""
    around = nearness.neighbours(place.commune.code)
    touching = any(one.touching for one in around)
    return Part({"place": place, "commune": place.commune, "around": around, "touching": touching})
