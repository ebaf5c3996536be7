"""What there is of nature here, by subject."""

from nonnuoc.records.registers.nature.models.areas import BoundaryCase, Part, Pressure, ProtectedArea
from nonnuoc.records.registers.nature.models.forest import Forest, ForestChange, ForestPlan
from nonnuoc.records.registers.nature.models.genetic import GeneticAgreement
from nonnuoc.records.registers.nature.models.occurrences import Judgement, Occurrence
from nonnuoc.records.registers.nature.models.species import Sensitivity, Species, SpeciesStatus

__all__ = [
    "BoundaryCase",
    "Forest",
    "ForestChange",
    "ForestPlan",
    "GeneticAgreement",
    "Judgement",
    "Occurrence",
    "Part",
    "Pressure",
    "ProtectedArea",
    "Sensitivity",
    "Species",
    "SpeciesStatus",
]
