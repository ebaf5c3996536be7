"""The registers of this room, in the order in which they refer to each other."""

from __future__ import annotations

from nonnuoc.records.registers.nature import areas, forest, genetic, occurrences, species
from nonnuoc.records.registers.pattern.register import Register

REGISTERS: tuple[Register, ...] = (
    areas.AREAS,
    areas.PARTS,
    areas.CASES,
    areas.PRESSURES,
    species.SPECIES,
    species.STATUSES,
    occurrences.OCCURRENCES,
    forest.FORESTS,
    forest.CHANGES,
    forest.PLANS,
    genetic.AGREEMENTS,
)
