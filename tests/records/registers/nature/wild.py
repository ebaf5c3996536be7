"""Invented species, and where they were found, for tests: two communes side by side."""

from __future__ import annotations

from datetime import date
from typing import Any

import shapely

from nonnuoc.records.places import geometry
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.nature.models import Occurrence, Species
from nonnuoc.records.registers.nature.occurrences import OCCURRENCES
from nonnuoc.records.registers.nature.species import SPECIES
from nonnuoc.records.registers.pattern import keeping

#: West of 106.26° and east of it; the cell of 0.1° around (106.25, 22.65) lies in both.
WEST, EAST = "01447", "01448"
BORDER = 106.26


def communes() -> tuple[Commune, Commune]:
    """Both, with boundaries."""
    return _commune(WEST, 106.0, BORDER), _commune(EAST, BORDER, 106.5)


def _commune(code: str, west: float, east: float) -> Commune:
    shape = geometry.to_wkb(geometry.as_multipolygon(shapely.box(west, 22.4, east, 22.9)))
    facts = {"kind": "xa", "name": f"C{code}", "name_ascii": code, "lon": (west + east) / 2, "lat": 22.65}
    made = {**facts, "source": "test", "boundary": shape, "boundary_source": "test", "area_km2": 100.0}
    return Commune.objects.update_or_create(code=code, defaults=made)[0]


def species(scientific: str = "Onis simulata", sensitivity: str = "", **facts: Any) -> Species:
    told = {"scientific_name": scientific, "source": "test", "data_class": "public", "sensitivity": sensitivity}
    grounds = {"sensitivity_grounds": "test"} if sensitivity else {}
    return keeping.create(SPECIES, {**told, **grounds, **facts}, by=None)


def decide(kind: Species, sensitivity: str) -> None:
    keeping.change(SPECIES, kind.code, {"sensitivity": sensitivity, "sensitivity_grounds": "test"}, by=None)


def found(kind: Species, lon: float | None = 106.257, lat: float | None = 22.6661, **facts: Any) -> Occurrence:
    """Validated and public unless told otherwise."""
    place = {} if lon is None else {"lon": lon, "lat": lat, "position_source": "GPS in the cave"}
    told = {"species": kind.code, "day": date(2026, 3, 1), "source": "survey of the cave", "state": "validated"}
    return keeping.create(OCCURRENCES, {**told, "data_class": "public", **place, **facts}, by=None)
