"""Every register there is, of all rooms."""

from __future__ import annotations

from nonnuoc.records.registers.facilities import declared as facilities
from nonnuoc.records.registers.land import declared as land
from nonnuoc.records.registers.law import declared as law
from nonnuoc.records.registers.licences import declared as licences
from nonnuoc.records.registers.nature import declared as nature
from nonnuoc.records.registers.pattern import seeding
from nonnuoc.records.registers.pattern.register import Register
from nonnuoc.records.registers.waste import declared as waste
from nonnuoc.records.registers.waters import declared as waters

#: In the order of pages, of search, and of loading: what others refer to comes first.
REGISTERS: tuple[Register, ...] = (
    *facilities.REGISTERS,
    *waters.REGISTERS,
    *licences.REGISTERS,
    *waste.REGISTERS,
    *land.REGISTERS,
    *nature.REGISTERS,
    *law.REGISTERS,
)
_BY_KEY = {register.key: register for register in REGISTERS}


def register(key: str) -> Register | None:
    """The register of this key."""
    return _BY_KEY.get(key)


def load(province: str) -> int:
    """Register what the plan names and is not registered yet; give how much."""
    return seeding.load(REGISTERS, province)
