"""Every collection there is, of all subjects. Each subject adds its own in one line."""

from __future__ import annotations

from nonnuoc.records.monitoring import coverage_reading, layers
from nonnuoc.records.monitoring.coverage_reading import Coverage
from nonnuoc.records.places import layers as places
from nonnuoc.records.places.layers import Layer
from nonnuoc.records.registers.every import REGISTERS
from nonnuoc.records.registers.pattern import layers as registers

#: Things with a place, given by OGC API – Features.
COLLECTIONS: tuple[Layer, ...] = (
    layers.STATIONS,
    places.COMMUNES,
    places.RIVERS,
    *(registers.of(register) for register in REGISTERS),
)
#: Series of values, given by OGC API – Environmental Data Retrieval.
COVERAGES: tuple[Coverage, ...] = (*coverage_reading.COVERAGES,)


def layer(key: str) -> Layer | None:
    """The layer of this key."""
    return next((one for one in COLLECTIONS if one.key == key), None)


def coverage(key: str) -> Coverage | None:
    """The coverage of this key."""
    return next((one for one in COVERAGES if one.key == key), None)
