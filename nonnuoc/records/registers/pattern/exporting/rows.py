"""The entries a list shows, one after another, each with what its reader may know of it; never all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import geometry
from nonnuoc.records.registers.pattern import listing, reading
from nonnuoc.records.registers.pattern.listing import Asked
from nonnuoc.records.registers.pattern.register import Register

AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as its reader may know it."""

    entry: Any
    shown: frozenset[str]  # its columns that may be read
    lon: float | None
    lat: float | None
    metres: float | None  # the exact place is within so many metres; None: this is the exact place
    shape: BaseGeometry | None  # WGS 84

    def held(self, name: str) -> Any:
        """The value of a column as the model has it; None: unknown, or not for this reader."""
        if name == "simulated":
            return self.entry.simulated
        if name not in self.shown:
            return None
        value = getattr(self.entry, name)
        return None if value == "" else value


def read(register: Register, rights: Rights, asked: Asked) -> Iterator[Row]:
    """All that match, by code."""
    left = [name for name in reading.large(register) if name != "shape"]
    found = listing.matching(register, rights, asked).defer(None).defer(*left)
    found = found.select_related(*reading.linked(register)).order_by("code")
    links = [name for name in register.columns if register.model._meta.get_field(name).is_relation]
    for entry in found.iterator(AT_ONCE):
        known = {*reading.shown(register, entry, rights)}
        known -= {name for name in links if name in known and not reading.named(register, entry, name, rights)}
        place = reading.position(register, entry, rights)
        exact = place is not None and place.metres is None and reading.exact(register, entry, rights)
        yield Row(
            entry=entry,
            shown=frozenset(known),
            lon=place.lon if place else None,
            lat=place.lat if place else None,
            metres=place.metres if place else None,
            shape=geometry.from_wkb(bytes(entry.shape)) if exact and entry.shape is not None else _point(place),
        )


def in_parts(rows: Iterable[Row], size: int) -> Iterator[tuple[Row, ...]]:
    """So many at a time."""
    left = iter(rows)
    while part := tuple(islice(left, size)):
        yield part


def _point(place: reading.Position | None) -> BaseGeometry | None:
    return shapely.Point(place.lon, place.lat) if place else None
