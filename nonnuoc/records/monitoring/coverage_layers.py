"""A coverage as a layer: its stations, each with its newest values, for programs that show maps."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext_noop as _

from nonnuoc.records.monitoring.coverage_reading import There
from nonnuoc.records.monitoring.newest import Property
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.places.layers import FIRST, LAST, Features, Field, Layer, points

OWN = (
    Field("code", _("Code")),
    Field("name", _("Name")),
    Field("position", _("Whose point this is: own, or commune where its own is not known"), choices=("own", "commune")),
    Field("simulated", _("Whether its values are invented for demonstration"), "boolean"),
    Field("newest", _("Time of its newest value"), "date-time"),
)


def layer(there: There) -> Layer:
    """What one reader may read of it; each property is a field with the newest value, if that can be used."""
    coverage = there.coverage
    return Layer(
        key=coverage.key,
        title=coverage.title,
        description=coverage.description,
        read=lambda _reader: _features(there),
        fields=(*OWN, *(_field(observed) for observed in there.properties)),
        shape="point",
        keywords=tuple(observed.code for observed in there.properties),
        address="station",
    )


def _field(observed: Property) -> Field:
    said = {"vi": observed.name_vi, "en": observed.name_en}
    unit = "" if observed.unit == "-" else observed.unit
    return Field(observed.code, observed.name_en, "number", unit=unit, said=said)


def _features(there: There) -> Features:
    spots = there.spots
    return Features(
        tuple(spot.code for spot in spots),
        points([spot.lon for spot in spots], [spot.lat for spot in spots]),
        {
            "code": tuple(spot.code for spot in spots),
            "name": tuple(spot.name for spot in spots),
            "position": tuple(None if spot.lon is None else "own" if spot.exact else "commune" for spot in spots),
            "simulated": tuple(spot.simulated for spot in spots),
            "newest": tuple(spot.newest for spot in spots),
            **{one.code: tuple(spot.latest.get(one.code) for spot in spots) for one in there.properties},
        },
        since=np.array([FIRST if spot.newest else LAST for spot in spots], np.int64),
        until=np.array([micros(spot.newest) if spot.newest else FIRST for spot in spots], np.int64),
    )
