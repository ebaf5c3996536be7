"""Tables of this room: craft villages, contaminated ground and closed dumps, soil, mines and degraded land."""

from nonnuoc.records.registers.land.models.craft import CraftCheck, CraftVillage
from nonnuoc.records.registers.land.models.evidence import Evidence, Milestone, Move, Restriction, SoilResult
from nonnuoc.records.registers.land.models.ground import ClosedDump, ContaminatedSite
from nonnuoc.records.registers.land.models.other import DegradedLand, Mine, SoilPoint

__all__ = [
    "ClosedDump",
    "ContaminatedSite",
    "CraftCheck",
    "CraftVillage",
    "DegradedLand",
    "Evidence",
    "Milestone",
    "Mine",
    "Move",
    "Restriction",
    "SoilPoint",
    "SoilResult",
]
